"""What a client of one API product can do, as plain values in the words of the document."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from interlock.compat.openapi.media import is_json
from interlock_codegen.clients.directions import Ways


@dataclass(frozen=True, slots=True)
class ApiParameter:
    """One parameter, its form written out (OpenAPI 3.1.1 section 4.8.12)."""

    name: str
    place: str
    """`path`, `query`, `header` or `cookie`."""
    required: bool
    schema: str
    """The name of its schema."""
    style: str
    explode: bool
    allow_reserved: bool = False
    media: str = ""
    """The media type of its value, where `content` says one."""
    description: str = ""
    deprecated: bool = False

    @property
    def as_json(self) -> bool:
        """Whether its value is written as JSON text."""
        return is_json(self.media)


@dataclass(frozen=True, slots=True)
class ApiContent:
    """A body in one media type."""

    media: str
    schema: str | None
    """The name of its schema; None where it is bytes to us."""


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
    """How a list leads on: an answer's link to its own operation with a cursor out of the body."""

    parameter: str
    """Name of the parameter that takes the cursor."""
    member: str
    """Member of the page that holds the next one."""
    entries: str | None
    """The page's one list, if it has just one; and the schema of what is in it."""
    entry: str | None


@dataclass(frozen=True, slots=True)
class ApiOperation:
    """One operation."""

    id: str
    method: str
    path: str
    pointer: str
    parameters: tuple[ApiParameter, ...]
    body: tuple[ApiContent, ...]
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
        """The body that a client sends: the first that has a schema, else the first; None for an operation without."""
        return next((content for content in self.body if content.schema is not None), next(iter(self.body), None))


@dataclass(frozen=True)
class Api:
    """The operations of one product at one major version, and the schemas that they name."""

    operations: tuple[ApiOperation, ...]
    schemes: dict[str, Any]
    """The security schemes by name, as they are written."""
    base_path: str
    """The path of the first server."""
    ways: Ways = field(repr=False)
