"""Parameters of operations as values."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType
from typing import Any, Literal

from ..gate import Gate

Place = Literal["path", "query", "header", "cookie", "form"]
"""Where a parameter stands (OpenAPI 3.1 section 4.8.12.1), or that it is a part of a form."""
Style = Literal["simple", "label", "matrix", "form", "spaceDelimited", "pipeDelimited", "deepObject"]
"""How a parameter is written (OpenAPI 3.1 section 4.8.12.3)."""
Fill = Literal["idempotency-key", "correlationid", "traceparent", "tracestate"]
"""What the base client knows to say in a parameter that the caller leaves out."""

_STYLES: Mapping[Place, Style] = MappingProxyType(
    {"path": "simple", "query": "form", "header": "simple", "cookie": "form", "form": "form"}
)
_NAME = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+\Z")


@dataclass(frozen=True)
class Parameter:
    """One parameter of an operation."""

    name: str
    place: Place
    load_schema: Callable[[], Any] = field(repr=False)
    """Returns the schema of the value; called once, when first needed."""
    required: bool = False
    style: Style | None = None
    """None for the default of the place."""
    explode: bool | None = None
    """None for the default of the style."""
    allow_reserved: bool = False
    as_json: bool = False
    """Whether the value is written as JSON text (`content` in place of `schema`)."""
    fill: Fill | None = None

    def __post_init__(self) -> None:
        """Refuse a name that would end a header or cookie early (RFC 9110 section 5.1)."""
        if self.place in ("header", "cookie") and not _NAME.match(self.name):
            raise ValueError(f"{self.name!r} is no name for a {self.place}: RFC 9110 section 5.6.2 says what is")

    @property
    def manner(self) -> Style:
        """The style, said or by default."""
        return self.style or _STYLES[self.place]

    @property
    def exploded(self) -> bool:
        """Whether each item and member is written on its own (by default with style form alone)."""
        return self.manner == "form" if self.explode is None else self.explode

    @cached_property
    def gate(self) -> Gate:
        """Judges values, strictly: a service refuses a member that it does not know."""
        return Gate(self.load_schema(), closed=True)
