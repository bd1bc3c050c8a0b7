"""A small API product as values, in the shape that the generator writes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Final, Literal

from pydantic import MISSING, Field

from interlock_runtime.clients.definitions import Definitions
from interlock_runtime.clients.errors import ClientProblem, ServerProblem
from interlock_runtime.clients.operations import Answer, Operation, ProblemType
from interlock_runtime.clients.paging import Paging
from interlock_runtime.clients.parameters import Parameter
from interlock_runtime.clients.security import (
    ApiKeyScheme,
    HttpScheme,
    MutualTlsScheme,
    OAuth2Scheme,
    Scheme,
)
from interlock_runtime.models import Model

PROBLEMS: Final = "https://contracts.example.com/problems"
ID: Final = {"type": "string", "minLength": 1, "maxLength": 40}


def problem(name: str, status: int, **more: Any) -> dict[str, Any]:
    """Return the schema of a problem type."""
    return {
        "type": "object",
        "required": ["type", "title", "status"],
        "properties": {
            "type": {"const": f"{PROBLEMS}/{name}"},
            "title": {"type": "string"},
            "status": {"const": status},
            "detail": {"type": "string"},
            **more,
        },
    }


SCHEMAS: Final[dict[str, Any]] = {
    "Id": ID,
    "Limit": {"type": "integer", "minimum": 1, "maximum": 500},
    "Key": {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]([ -~]*[!-~])?$"},
    "TraceParent": {"type": "string", "pattern": "^00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$"},
    "CorrelationId": {"type": "string", "minLength": 1, "maxLength": 200, "pattern": "^[!-~]+$"},
    "ETag": {"type": "string", "pattern": '^"[1-9][0-9]{0,9}"$'},
    "Movement": {
        "type": "object",
        "required": ["lotId", "quantity"],
        "properties": {"lotId": {"$ref": "#/$defs/Id"}, "quantity": {"type": "number"}, "note": {"type": "string"}},
    },
    "Posted": {"type": "object", "required": ["movementId"], "properties": {"movementId": {"$ref": "#/$defs/Id"}}},
    "Entry": {
        "type": "object",
        "required": ["lotId", "status"],
        "properties": {
            "lotId": {"$ref": "#/$defs/Id"},
            "status": {"type": "string", "pattern": "^[A-Z_]+$", "x-extensible-enum": ["UNRESTRICTED", "BLOCKED"]},
        },
    },
    "Page": {
        "type": "object",
        "required": ["stock"],
        "properties": {
            "stock": {"type": "array", "items": {"$ref": "#/$defs/Entry"}},
            "nextCursor": {"type": "string"},
        },
    },
    "LotOnHoldProblem": problem("lot-on-hold", 409, holdId={"$ref": "#/$defs/Id"}),
    "RequestInProgressProblem": problem("request-in-progress", 409),
    "RateLimitedProblem": problem("rate-limited", 429),
    "UnauthorizedProblem": problem("unauthorized", 401),
    "NotFoundProblem": problem("not-found", 404),
    "UnavailableProblem": problem("upstream-unavailable", 503),
}
DEFINITIONS: Final = Definitions(lambda: {"$defs": SCHEMAS})
"""A generated module gives `json_file(__package__, "v1.schemas.json")`."""


class Movement(Model):
    """A quantity of a lot that moves."""

    lot_id: Annotated[str, Field(alias="lotId")]
    quantity: float
    note: str | MISSING = MISSING


class Posted(Model):
    """The posted movement."""

    movement_id: Annotated[str, Field(alias="movementId")]


class Entry(Model):
    """How much of a lot there is."""

    lot_id: Annotated[str, Field(alias="lotId")]
    status: Literal["UNRESTRICTED", "BLOCKED"] | str  # noqa: PYI051 - the known values are for people and editors


class Page(Model):
    """A page of stock."""

    stock: tuple[Entry, ...]
    next_cursor: Annotated[str | MISSING, Field(alias="nextCursor")] = MISSING


class LotOnHoldProblem(Model):
    """The lot is covered by a hold."""

    type: str
    title: str
    status: int
    detail: str | MISSING = MISSING
    hold_id: Annotated[str | MISSING, Field(alias="holdId")] = MISSING


class AnyProblem(Model):
    """The other problems, which have no members of their own."""

    type: str
    title: str
    status: int
    detail: str | MISSING = MISSING


class LotOnHoldError(ClientProblem[LotOnHoldProblem]):
    """The lot is covered by a hold."""


class RequestInProgressError(ClientProblem[AnyProblem]):
    """The first request with this key has not ended."""


class RateLimitedError(ClientProblem[AnyProblem]):
    """Too many requests."""


class UnauthorizedError(ClientProblem[AnyProblem]):
    """The caller did not prove who it is."""


class NotFoundError(ClientProblem[AnyProblem]):
    """There is no such thing."""


class UnavailableError(ServerProblem[AnyProblem]):
    """The system of record does not answer."""


LOT_ON_HOLD: Final = ProblemType(
    f"{PROBLEMS}/lot-on-hold", LotOnHoldError, DEFINITIONS.content("LotOnHoldProblem", lambda: LotOnHoldProblem)
)
IN_PROGRESS: Final = ProblemType(
    f"{PROBLEMS}/request-in-progress",
    RequestInProgressError,
    DEFINITIONS.content("RequestInProgressProblem", lambda: AnyProblem),
)
RATE_LIMITED: Final = ProblemType(
    f"{PROBLEMS}/rate-limited", RateLimitedError, DEFINITIONS.content("RateLimitedProblem", lambda: AnyProblem)
)
UNAUTHORIZED: Final = ProblemType(
    f"{PROBLEMS}/unauthorized", UnauthorizedError, DEFINITIONS.content("UnauthorizedProblem", lambda: AnyProblem)
)
NOT_FOUND: Final = ProblemType(
    f"{PROBLEMS}/not-found", NotFoundError, DEFINITIONS.content("NotFoundProblem", lambda: AnyProblem)
)
UNAVAILABLE: Final = ProblemType(
    f"{PROBLEMS}/upstream-unavailable",
    UnavailableError,
    DEFINITIONS.content("UnavailableProblem", lambda: AnyProblem),
)
COMMON: Final = {
    "401": Answer(problems=(UNAUTHORIZED,)),
    "429": Answer(problems=(RATE_LIMITED,)),
    "503": Answer(problems=(UNAVAILABLE,)),
}
SECURITY: Final[tuple[Mapping[str, tuple[str, ...]], ...]] = (
    {"oauth2": ("stock:move",)},
    {"mutualTls": ("stock:move",)},
    {"key": ()},
    {"basic": ()},
)
SCHEMES: Final[dict[str, Scheme]] = {
    "oauth2": OAuth2Scheme("https://identity.example.com/token"),
    "mutualTls": MutualTlsScheme(),
    "key": ApiKeyScheme("query", "api key"),
    "basic": HttpScheme("basic"),
}

POST_MOVEMENT: Final = Operation[Posted](
    name="postMovement",
    method="POST",
    path="/movements",
    parameters=(
        Parameter("Idempotency-Key", "header", DEFINITIONS.schema("Key"), required=True, fill="idempotency-key"),
        Parameter("traceparent", "header", DEFINITIONS.schema("TraceParent"), fill="traceparent"),
        Parameter("X-Correlation-Id", "header", DEFINITIONS.schema("CorrelationId"), fill="correlationid"),
    ),
    body={"application/json": DEFINITIONS.content("Movement", lambda: Movement)},
    body_required=True,
    answers={
        "201": Answer({"application/json": DEFINITIONS.content("Posted", lambda: Posted)}),
        "409": Answer(problems=(LOT_ON_HOLD, IN_PROGRESS)),
        **COMMON,
    },
    security=SECURITY,
)
CANCEL_MOVEMENT: Final = Operation[None](
    name="cancelMovement",
    method="POST",
    path="/movements/{movementId}/cancel",
    parameters=(
        Parameter("movementId", "path", DEFINITIONS.schema("Id"), required=True),
        Parameter("If-Match", "header", DEFINITIONS.schema("ETag"), required=True),
    ),
    answers={"204": Answer(), "404": Answer(problems=(NOT_FOUND,)), **COMMON},
    deprecated="deprecated in favour of postMovement",
)
"""Neither idempotent nor keyed: it is never sent twice."""
GET_STOCK: Final = Operation[Page](
    name="getStock",
    method="GET",
    path="/sites/{site}/stock",
    parameters=(
        Parameter("site", "path", DEFINITIONS.schema("Id"), required=True),
        Parameter("lotId", "query", DEFINITIONS.schema("Id")),
        Parameter("cursor", "query", DEFINITIONS.schema("Id")),
        Parameter("limit", "query", DEFINITIONS.schema("Limit")),
        Parameter("traceparent", "header", DEFINITIONS.schema("TraceParent"), fill="traceparent"),
    ),
    answers={
        "200": Answer({"application/json": DEFINITIONS.content("Page", lambda: Page)}),
        "404": Answer(problems=(NOT_FOUND,)),
        **COMMON,
    },
    security=({"oauth2": ("stock:read",)}, {}),
)
STOCK_PAGES: Final = Paging[Page, Entry](
    cursor=2, next_cursor=lambda page: page.next_cursor, entries=lambda page: page.stock
)
