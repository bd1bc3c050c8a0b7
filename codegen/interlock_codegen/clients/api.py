"""What a client of one API product can do, as plain values in the words of the document."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from interlock.compat.openapi.media import essence, is_json
from interlock_codegen.clients.directions import Ways


@dataclass(frozen=True, slots=True)
class ApiFiles:
    """The files that one part of a form takes."""

    media: tuple[str, ...] = ()
    """Media types and ranges of them; none for files of any kind."""
    several: bool = False
    least: int = 1
    most: int | None = None
    largest: int | None = None
    """The most bytes that a file has."""


@dataclass(frozen=True, slots=True)
class ApiParameter:
    """One parameter, its form written out (OpenAPI 3.1.1 section 4.8.12), or one part of a form."""

    name: str
    place: str
    """`path`, `query`, `header`, `cookie`, or `form` for a part."""
    required: bool
    schema: str
    """The name of its schema; empty for files."""
    style: str
    explode: bool
    allow_reserved: bool = False
    media: str = ""
    """The media type of its value, where `content` says one."""
    description: str = ""
    deprecated: bool = False
    files: ApiFiles | None = None
    """Which files it holds, where it is such a part."""

    @property
    def as_json(self) -> bool:
        """Whether its value is written as JSON text."""
        return is_json(self.media)


@dataclass(frozen=True, slots=True)
class ApiContent:
    """A body in one media type."""

    media: str
    schema: str | None
    """The name of its schema; None where it is bytes to us, or a form."""

    @property
    def is_form(self) -> bool:
        """Whether it is made of named parts (RFC 7578)."""
        return essence(self.media) == "multipart/form-data"

    @property
    def is_endless(self) -> bool:
        """Whether it goes on for as long as the connection does, so that nobody reads it whole."""
        return essence(self.media) in ("text/event-stream", "multipart/x-mixed-replace")


@dataclass(frozen=True, slots=True)
class ApiProblem:
    """A problem that an answer may say (RFC 9457): a flat object whose `type` is constant."""

    type: str
    schema: str


@dataclass(frozen=True, slots=True)
class ApiAnswer:
    """What may come back with a status, a range of them (`4XX`), or any other (`default`)."""

    status: str
    contents: tuple[ApiContent, ...]
    problems: tuple[ApiProblem, ...] = ()
    """Where each shape of the body is a problem of its own; the contents then say nothing more."""

    @property
    def is_success(self) -> bool:
        """Whether it is what was asked for (RFC 9110 section 15.3)."""
        return self.status.startswith("2")


@dataclass(frozen=True, slots=True)
class ApiPaging:
    """How a list leads on: by an answer's link to its own operation with a cursor out of the body, by numbers, or by a header."""

    parameter: str
    """Name of the parameter that takes the cursor or number; empty for a header."""
    member: str
    """Member of the page that holds the next one; empty for numbers and a header."""
    entries: str | None
    """The page's one list, if it has just one, empty where the page itself is the list; and the schema of what is in it."""
    entry: str | None
    first: int | None = None
    """The number of the first page; None where there are no numbers."""
    is_linked: bool = False
    """Whether a header links to the next page."""


@dataclass(frozen=True, slots=True)
class ApiOperation:
    """One operation."""

    id: str
    method: str
    path: str
    pointer: str
    parameters: tuple[ApiParameter, ...]
    body: tuple[ApiContent, ...]
    parts: tuple[ApiParameter, ...]
    """Those of a body that is a form; it is sent where no body has a schema."""
    body_required: bool
    answers: tuple[ApiAnswer, ...]
    security: tuple[tuple[tuple[str, tuple[str, ...]], ...], ...]
    """One of these sets of schemes with their scopes is enough."""
    summary: str = ""
    description: str = ""
    body_description: str = ""
    deprecated: bool = False
    paging: ApiPaging | None = None

    @property
    def sent(self) -> ApiContent | None:
        """The body that a client sends: the first in JSON, else a form, else the first; None for an operation without."""
        ranks = (lambda content: content.schema is not None, lambda content: content.is_form, lambda _: True)
        return next((content for fits in ranks for content in self.body if fits(content)), None)

    @property
    def inputs(self) -> tuple[ApiParameter, ...]:
        """What a method takes by name: the parameters, and the parts of a form."""
        return (*self.parameters, *self.parts)


@dataclass(frozen=True, slots=True)
class ApiHook:
    """A request that the service sends: a webhook, or a callback of an operation."""

    name: str
    method: str
    contents: tuple[ApiContent, ...]
    required: bool
    """Whether there always is a body."""
    text: str = ""


@dataclass(frozen=True)
class Api:
    """The operations of one product at one major version, and the schemas that they name."""

    operations: tuple[ApiOperation, ...]
    hooks: tuple[ApiHook, ...]
    schemes: dict[str, Any]
    """The security schemes by name, as they are written."""
    base_path: str
    """The path of the first server."""
    ways: Ways = field(repr=False)
