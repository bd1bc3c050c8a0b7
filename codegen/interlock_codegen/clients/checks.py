"""What no client can send or read exactly: each is said when the package is made, not when a call fails."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from interlock_codegen.clients.addressing import unfit_name, unfit_path
from interlock_codegen.clients.api import Api, ApiOperation
from interlock_codegen.clients.circles import MOST, circles
from interlock_codegen.clients.definitions import CLIENT, Fault
from interlock_codegen.clients.directions import referred
from interlock_codegen.lowering.shapes import Root

_NESTED = frozenset({"array", "object"})
_SCHEMES = "/components/securitySchemes"


def checked(api: Api) -> Iterator[Fault]:
    """Yield what stands in the way of an exact client."""
    names = Counter(operation.id for operation in api.operations)
    root = Root({"$defs": dict(api.ways.schemas)})
    yield from _schemes(api.schemes)
    yield from _circles(api.ways.schemas)
    for operation in api.operations:
        if names[operation.id] > 1:
            yield _at(operation, f"operationId {operation.id} is given to more than one operation: give each its own")
        yield from (_at(operation, message) for message in unfit_path(operation.path))
        yield from _body(operation)
        yield from _endless(operation)
        yield from _parameters(root, api, operation)
        yield from _security(api, operation)
        yield from _pages(operation)


def _at(operation: ApiOperation, message: str, place: str = "") -> Fault:
    """Return a fault of an operation."""
    return Fault(CLIENT, f"{operation.pointer}{place}", message)


def _body(operation: ApiOperation) -> Iterator[Fault]:
    """Yield why a request's body can't be written."""
    sent = operation.sent
    if sent is None:
        return
    if "*" in sent.media:
        yield _at(operation, f"a body of {sent.media} has no media type to send: name one", "/requestBody")
    if sent.media.startswith("multipart/") and not sent.is_form:
        yield _at(
            operation, f"a body of {sent.media} is not written: offer multipart/form-data or JSON", "/requestBody"
        )


def _endless(operation: ApiOperation) -> Iterator[Fault]:
    """Yield why a response can't be read to its end."""
    for answer in operation.answers:
        if any(content.is_endless for content in answer.contents):
            message = f"a response of {answer.contents[0].media} has no end, and a call has one: offer another media type beside it, or publish events"
            yield _at(operation, message, f"/responses/{answer.status}")


def _parameters(root: Root, api: Api, operation: ApiOperation) -> Iterator[Fault]:
    """Yield why a parameter can't be written."""
    for parameter in operation.parameters:
        types = root.types(api.ways.schemas[parameter.schema])
        said = f"{parameter.place} parameter {parameter.name}"
        unfit = unfit_name(parameter.name, parameter.place)
        if unfit is not None:
            yield _at(operation, unfit, "/parameters")
        if parameter.media and not parameter.as_json:
            yield _at(operation, f"{said} is in {parameter.media}: only JSON is written", "/parameters")
        if parameter.style == "deepObject" and (not parameter.explode or types != frozenset({"object"})):
            yield _at(operation, f"{said}: style deepObject writes exploded objects and nothing else", "/parameters")
        if parameter.place == "cookie" and parameter.explode and types & _NESTED and types != frozenset(root.types({})):
            yield _at(
                operation,
                f"{said}: a cookie is one pair, so a list or object in it needs `explode: false`",
                "/parameters",
            )


def _security(api: Api, operation: ApiOperation) -> Iterator[Fault]:
    """Yield the schemes that are asked for and nowhere described."""
    asked = {name for each in operation.security for name, _ in each}
    yield from (
        _at(operation, f"no security scheme is called {name}", "/security")
        for name in sorted(asked - api.schemes.keys())
    )


def _circles(schemas: Mapping[str, Any]) -> Iterator[Fault]:
    """Yield the types that hold each other in a circle too large to be built."""
    for circle in circles({name: list(referred(schema)) for name, schema in schemas.items()}):
        if len(circle) > MOST:
            some = ", ".join(sorted(circle)[:3])
            message = f"{len(circle)} schemas hold each other in a circle ({some}, ...): no more than {MOST} can be built as types"
            yield Fault(CLIENT, "/components/schemas", message)


def _pages(operation: ApiOperation) -> Iterator[Fault]:
    """Yield why the link to the next page can't be followed."""
    paging = operation.paging
    if (
        paging is not None
        and not paging.is_linked
        and paging.parameter not in {parameter.name for parameter in operation.parameters}
    ):
        yield _at(
            operation,
            f"a link leads on by parameter {paging.parameter}, which the operation does not have",
            "/responses",
        )


def _schemes(schemes: dict[str, Any]) -> Iterator[Fault]:
    """Yield the schemes that the base client does not know (OpenAPI 3.1.1 section 4.8.27)."""
    for name, scheme in schemes.items():
        message = _unknown(scheme)
        if message is not None:
            yield Fault(CLIENT, f"{_SCHEMES}/{name}", f"security scheme {name} {message}")


def _unknown(scheme: dict[str, Any]) -> str | None:
    """Return why a scheme can't be served; None for one that can."""
    match scheme:
        case {"type": "http", "scheme": str(how)} if how.lower() in ("bearer", "basic"):
            return None
        case {"type": "apiKey", "in": "header" | "query" | "cookie" as place, "name": str(name)}:
            unfit = unfit_name(name, place)
            return unfit and f"can't send its key: {unfit}"
        case {"type": "mutualTLS" | "oauth2" | "openIdConnect"}:
            return None
        case _:
            return "is none of bearer, basic, apiKey with its place and name, mutualTLS, oauth2 and openIdConnect"
