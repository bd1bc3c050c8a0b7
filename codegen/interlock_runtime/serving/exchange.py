"""One request on its way to the service: what is known of it so far, and what the service is told."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

from ..minting import uuid7
from .callers import ANONYMOUS, Caller
from .description import Operation
from .messages import Scope, headers_of
from .parameters import Values

if TYPE_CHECKING:
    from ..models import Model

M = TypeVar("M", bound="Model")
CORRELATION = "x-correlation-id"
"""The header that names the business case, in and out."""
_SERVED = "interlock.served"
_NAMES = re.compile(r"[!-~]{1,200}\Z")
_TRACEPARENT = re.compile(
    r"(?:00(?!.{53}-)|(?!00|ff)[0-9a-f]{2})(-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2})(?:-[!-~]*)?\Z"
)
"""A trace of version 00, or of a later one that may say more behind it (W3C Trace Context section 3.2.2)."""
_TRACESTATE = re.compile(r"[ -~\t]{1,512}\Z")


@dataclass(frozen=True, slots=True)
class Served:
    """What the middleware found out about a request, for the service that carries it out."""

    product: str
    operation: str
    """The operationId."""
    parameters: Mapping[tuple[str, str], Any]
    """Values by place and name, for example `("path", "holdId")`."""
    body: Any
    """The JSON value of the body, exact and already judged; None where there is none or it is not JSON."""
    caller: Caller
    correlationid: str
    key: str | None = None
    attempt: int = 1
    """Above 1 an earlier attempt at this command died or failed, and may have had an effect: look for it first."""
    results: list[str] = field(default_factory=list[str])
    """The ids of the events that the command results in; the service adds them for the audit."""

    def read(self, model: type[M]) -> M:
        """Return the body as the class that the package has for it; judged already, it fits."""
        return model.model_validate(self.body, by_alias=True, by_name=False)


def served(scope: Scope) -> Served:
    """Return what the middleware found out about a request; raise LookupError outside of a product's paths."""
    if _SERVED not in scope:
        raise LookupError("this request did not come through a product's middleware")
    found: Served = scope[_SERVED]
    return found


@dataclass(slots=True)
class Exchange:
    """What is known of a request so far."""

    scope: Scope
    headers: Mapping[str, tuple[str, ...]]
    correlationid: str
    operation: Operation | None = None
    caller: Caller = ANONYMOUS
    is_counted: bool = False
    """Whether it passed the throttle: from here on a refused command is a matter of the audit."""
    parameters: Values = field(default_factory=dict[tuple[str, str], Any])
    key: str | None = None
    media: str = ""
    site: str | None = None
    content: bytes = b""
    is_read: bool = False
    """Whether the body was read here and must be given to the service again."""
    value: Any = None
    fingerprint: bytes | None = None
    attempt: int = 1
    results: list[str] = field(default_factory=list[str])

    @classmethod
    def of(cls, scope: Scope) -> Exchange:
        """Begin with a request's headers; one that names no business case starts one."""
        headers = headers_of(scope)
        named = headers.get(CORRELATION, ())
        return cls(scope, headers, named[0] if len(named) == 1 and _NAMES.match(named[0]) else uuid7())

    @property
    def traceparent(self) -> str | None:
        """The caller's trace where it can be read (W3C Trace Context section 3.2)."""
        found = _TRACEPARENT.match(",".join(self.headers.get("traceparent", ())))
        return f"00{found[1]}" if found else None

    @property
    def tracestate(self) -> str | None:
        """What tracing systems add to the trace; worth nothing without it (W3C Trace Context section 3.3)."""
        text = ",".join(self.headers.get("tracestate", ()))
        return text if self.traceparent and _TRACESTATE.match(text) else None

    def told(self, product: str) -> Scope:
        """Return the request's scope with what the service is told."""
        operation = self.operation.id if self.operation else ""
        found = Served(
            product, operation, self.parameters, self.value, self.caller, self.correlationid,
            self.key, self.attempt, self.results,
        )  # fmt: skip
        return {**self.scope, _SERVED: found}
