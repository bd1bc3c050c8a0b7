"""Operations of an API product as values: what generated clients are made of."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeVar

from pydantic import TypeAdapter, ValidationError

from ..gate import Gate
from ..parsing import Limits
from ..violations import ModelMismatch, pointer
from ..wire import encoded, wire_of
from .forms import Part
from .parameters import Parameter
from .problems import essence

if TYPE_CHECKING:
    from .errors import ProblemError

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)
SAFE = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})
"""Methods that ask and change nothing (RFC 9110 section 9.2.1)."""
IDEMPOTENT = SAFE | {"PUT", "DELETE"}
"""Methods that may be sent again (RFC 9110 section 9.2.2)."""
_PATH = re.compile(r"/(?:[^\x00-\x20\x7f?#\\{}]|\{[^{}]*\})*\Z")
_CAPPED = Limits(size=sys.maxsize)
"""How much is read was decided when the body came in."""


class Readable(Protocol[T_co]):
    """Content of one media type in a response."""

    def read(self, body: bytes) -> T_co:
        """Return the value; raise ContractViolation with all that is wrong."""
        ...


@dataclass(frozen=True)
class Content(Generic[T]):
    """JSON content: read openly, written strictly, each judged by the exact gate."""

    load_schema: Callable[[], Any] = field(repr=False)
    """Returns the schema; called once, when first needed."""
    load_type: Callable[[], Any] = field(repr=False)
    """Returns the Python type of the value; called once, when first needed."""

    @cached_property
    def reader_gate(self) -> Gate:
        """Judges what arrives."""
        return Gate(self.load_schema(), limits=_CAPPED)

    @cached_property
    def writer_gate(self) -> Gate:
        """Judges what leaves: only declared members."""
        return Gate(self.load_schema(), closed=True, limits=_CAPPED)

    @cached_property
    def _adapter(self) -> TypeAdapter[T]:
        """The type as pydantic knows it."""
        return TypeAdapter(self.load_type())

    @cached_property
    def _build(self) -> Callable[[Any], T]:
        """Turn a value that the gate took into the type."""
        return partial(self._adapter.validator.validate_python, by_alias=True, by_name=False, extra="allow")

    def read(self, body: bytes) -> T:
        """Return the value of a JSON text; raise ContractViolation with all that is wrong."""
        value = self.reader_gate.load(body)
        try:
            return self._build(value)
        except ValidationError as error:
            faults = error.errors(include_input=False, include_context=False)
            raise ModelMismatch("the response", [pointer(fault["loc"]) for fault in faults]) from None

    def write(self, value: T) -> bytes:
        """Return the JSON text of a value; raise ContractViolation when it breaks the contract."""
        body = encoded(wire_of(self._adapter)(value))
        self.writer_gate.load(body)
        return body


@dataclass(frozen=True)
class Opaque:
    """Content that is no JSON: bytes as they are."""

    def read(self, body: bytes) -> bytes:
        """Return the bytes."""
        return body

    def write(self, value: bytes) -> bytes:
        """Return the bytes."""
        return value


def fitting(contents: Mapping[str, Readable[Any]], content_type: str | None) -> Readable[Any] | None:
    """Return what is declared for a media type, the most specific first; None for nothing."""
    kind = essence(content_type)
    by_type = {essence(name): content for name, content in contents.items()}
    names = (kind, f"{kind.partition('/')[0]}/*", "*/*")
    return next((by_type[name] for name in names if name in by_type), None)


@dataclass(frozen=True)
class ProblemType:
    """A kind of problem that an operation declares (RFC 9457)."""

    uri: str
    error: type[ProblemError[Any]]
    """What is raised."""
    content: Readable[Any]


@dataclass(frozen=True)
class Answer:
    """What a status may carry: contents by media type, and problems by their type."""

    contents: Mapping[str, Readable[Any]] = field(default_factory=dict)
    problems: tuple[ProblemType, ...] = ()


@dataclass(frozen=True)
class Operation(Generic[T]):
    """One operation; `T` is what it returns when it succeeds."""

    name: str
    """Its `operationId`."""
    method: str
    path: str
    """The path's template, below the address of the service."""
    answers: Mapping[str, Answer]
    """By status: `201`, a range such as `4XX`, or `default`."""
    parameters: tuple[Parameter, ...] = ()
    body: Mapping[str, Content[Any] | Opaque] | None = None
    """By media type; the first one is sent."""
    form: tuple[Part, ...] = ()
    """The parts of a body that is a form; their values follow those of the parameters."""
    body_required: bool = False
    security: tuple[Mapping[str, tuple[str, ...]], ...] = ()
    """Any one of these is enough; each names all the schemes it needs, with their scopes."""
    deprecated: str | None = None
    """What to tell who still calls it."""

    def __post_init__(self) -> None:
        """Refuse a path that could become a part of the host, or end before its end (RFC 3986 section 3)."""
        if not _PATH.match(self.path):
            raise ValueError(
                f"{self.path!r} is no path: it begins with a slash, and has no space, '?', '#' or backslash"
            )

    @property
    def safe(self) -> bool:
        """Whether it changes nothing."""
        return self.method in SAFE

    @property
    def repeatable(self) -> bool:
        """Whether it may be sent again: by its method, or since its key makes a repetition harmless."""
        return self.method in IDEMPOTENT or any(item.fill == "idempotency-key" for item in self.parameters)

    @cached_property
    def accept(self) -> str:
        """The media types that can be read, for the `Accept` header."""
        kinds: Iterable[str] = (kind for answer in self.answers.values() for kind in answer.contents)
        return ", ".join(dict.fromkeys([*kinds, "application/problem+json"]))

    def answer(self, status: int) -> Answer | None:
        """Return what is declared for a status, the most specific first (OpenAPI 3.1 section 4.8.16); None for nothing."""
        names = (str(status), f"{status // 100}XX", "default")
        return next((self.answers[name] for name in names if name in self.answers), None)
