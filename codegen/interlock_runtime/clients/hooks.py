"""What a service sends of its own accord, to an address that its client gave: webhooks and callbacks (OpenAPI 3.1 section 4.8.2, 4.8.18)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from ..violations import ContractViolation, violation
from .operations import Readable, fitting

T_co = TypeVar("T_co", covariant=True)


@dataclass(frozen=True)
class Hook(Generic[T_co]):
    """One request that a service sends; who receives it takes care of the address and of who may send there."""

    name: str
    method: str
    contents: Mapping[str, Readable[Any]] = field(default_factory=dict)
    """By media type; none where nothing is sent along."""
    required: bool = False
    """Whether there always is a body."""

    def parse(self, content_type: str | None, body: bytes, *, most_bytes: int = 16_777_216) -> T_co:
        """Return the value of a body that arrived; raise ContractViolation with all that is wrong."""
        if len(body) > most_bytes:
            raise ContractViolation(
                [violation("too-large", text=f"the body has more than {most_bytes} bytes")], self.name
            )
        value: Any = self._value(content_type, body)
        result: T_co = value
        return result

    def _value(self, content_type: str | None, body: bytes) -> Any:
        """Return the value of a body; None where there is none and none needs be."""
        if not self.contents or not (body or self.required):
            return None
        content = fitting(self.contents, content_type)
        if content is None:
            told = f"the body is none of {', '.join(self.contents)}"
            raise ContractViolation([violation("unsupported-content", text=told)], self.name)
        try:
            return content.read(body)
        except ContractViolation as refused:
            raise ContractViolation(refused.violations, self.name) from None
