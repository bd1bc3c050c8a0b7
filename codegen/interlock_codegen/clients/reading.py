"""From a bundled OpenAPI document to the values of a client; what it can't be made of is noted as a fault."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

from interlock.compat.openapi import media
from interlock.compat.openapi.clock import Clock
from interlock.compat.openapi.model import Operation, Parameter
from interlock.compat.openapi.reading import Paths
from interlock.compat.openapi.sources import NEW, Cursor, Source
from interlock_codegen.clients.api import Api, ApiAnswer, ApiContent, ApiHook, ApiOperation, ApiPaging, ApiParameter
from interlock_codegen.clients.checks import checked
from interlock_codegen.clients.definitions import CLIENT, Definitions, Fault
from interlock_codegen.clients.directions import ways
from interlock_codegen.clients.forms import parts
from interlock_codegen.clients.hooks import callbacks, webhooks
from interlock_codegen.clients.paging import linked, numbered, paging
from interlock_codegen.clients.problems import problems
from interlock_codegen.exports.openapi import misshapen
from interlock_codegen.lifting import lifted
from interlock_codegen.naming import snake

_DIALECTS = ("https://json-schema.org/draft/2020-12/schema", "https://spec.openapis.org/oas/3.1/dialect/base")


def read(document: Any, *, pages_have_numbers: bool = False) -> tuple[Api, dict[str, str], list[Fault]]:
    """Return what a client of a bundled document can do, the files of its shared types by name, and what stands in the way."""
    faults: list[Fault] = list(_unread(document))
    if faults:
        return Api((), (), {}, "", ways({})), {}, faults
    document = lifted(document)
    source = Source(NEW, document, {}, Clock(math.inf))
    reader = _Reader(source, Definitions(document, faults), pages_have_numbers=pages_have_numbers)
    operations = tuple(reader.operations())
    hooks = (*reader.hooks, *webhooks(source.root, reader.contents))
    faults += [Fault(CLIENT, fault.spot.pointer, fault.message) for fault in source.faults]
    api = Api(operations, hooks, _schemes(source.root), _base_path(source.root), ways(reader.definitions.schemas))
    faults += checked(api)
    return api, reader.definitions.files, list(dict.fromkeys(faults))


def _unread(document: Any) -> Iterator[Fault]:
    """Yield why a document is not of the kind that is read here."""
    yield from (Fault(CLIENT, pointer, message) for pointer, message in misshapen(document))
    dialect = document.get("jsonSchemaDialect", _DIALECTS[0]) if isinstance(document, dict) else _DIALECTS[0]
    if dialect not in _DIALECTS:
        yield Fault(
            CLIENT, "/jsonSchemaDialect", "schemas of another dialect than JSON Schema 2020-12 are not read here"
        )


class _Reader:
    """Reads the operations of one document."""

    def __init__(self, source: Source, definitions: Definitions, *, pages_have_numbers: bool) -> None:
        self.source, self.definitions = source, definitions
        self._pages_have_numbers = pages_have_numbers
        self.hooks: list[ApiHook] = []

    def operations(self) -> Iterator[ApiOperation]:
        """Yield the operations in the order of the document."""
        paths = Paths.of(self.source)
        for path in paths:
            for operation in paths.operations(path).values():
                yield self._operation(operation)

    def _operation(self, operation: Operation) -> ApiOperation:
        """Return one operation."""
        at = operation.at
        if at.get("servers") or operation.item.get("servers"):
            self._fault(
                at,
                "an operation has servers of its own, and a client has one address: give the whole document its servers",
            )
        name = at.text("operationId") or snake(f"{operation.method} {operation.path}")
        self.hooks += callbacks(at, self.contents)
        body = at.member("requestBody")
        responses = list(at.members("responses"))
        has_body = operation.method != "head"  # RFC 9110 section 9.3.2
        answers = tuple(
            self._answer(name, status, answer) if has_body else ApiAnswer(status, ()) for status, answer in responses
        )
        parameters = tuple(self._parameter(name, parameter) for parameter in operation.parameters.values())
        contents = self.contents(body, f"{name}-body") if body is not None else ()
        return ApiOperation(
            name, operation.method.upper(), operation.path, at.pointer,
            parameters,
            contents, self._parts(name, body, contents), body is not None and body.flag("required"),
            tuple(_refusing(answers)), _security(at), at.text("summary"), at.text("description"),
            body.text("description") if body is not None else "", at.flag("deprecated"),
            self._paging(name, dict(responses), answers, parameters if operation.method == "get" else ()),
        )  # fmt: skip

    def _parameter(self, operation: str, parameter: Parameter) -> ApiParameter:
        """Return one parameter."""
        at = parameter.at
        name = self._named(parameter.schema, f"{operation}-{parameter.name}", otherwise={"type": "string"})
        self.definitions.describe(name, at.text("description"))
        return ApiParameter(
            parameter.name, parameter.place, parameter.required, name, parameter.style, parameter.explode,
            at.flag("allowReserved"), parameter.media, at.text("description"), at.flag("deprecated"),
        )  # fmt: skip

    def _named(self, schema: Cursor | None, hint: str, otherwise: dict[str, Any]) -> str:
        """Return the name of a schema, or of another one where none is written."""
        if schema is None:
            return self.definitions.whatever(otherwise, hint)
        return self.definitions.named(schema.pointer, hint)

    def contents(self, at: Cursor, hint: str) -> tuple[ApiContent, ...]:
        """Return the bodies of a request or an answer by media type."""
        return tuple(self._content(name, entry, hint) for name, entry in at.members("content"))

    def _content(self, name: str, entry: Cursor, hint: str) -> ApiContent:
        """Return a body: of a schema where it is JSON, else of bytes."""
        if not media.is_json(name) or "*" in name:
            return ApiContent(name, None)
        return ApiContent(name, self._named(entry.raw("schema"), hint, otherwise={}))

    def _parts(self, operation: str, body: Cursor | None, contents: tuple[ApiContent, ...]) -> tuple[ApiParameter, ...]:
        """Return the parts of the form that is sent; none where JSON or something else is."""
        if body is None or any(content.schema is not None for content in contents):
            return ()
        forms = (entry for name, entry in body.members("content") if ApiContent(name, None).is_form)
        form = next(forms, None)
        return parts(self.definitions, form, f"{operation}-form") if form is not None else ()

    def _answer(self, operation: str, status: str, at: Cursor) -> ApiAnswer:
        """Return what comes back with a status."""
        contents = self.contents(at, f"{operation}-{status if not status.startswith('2') else 'result'}")
        contents = tuple(content for content in contents if not content.is_endless) or contents
        found = problems(self.definitions, at) if not status.startswith("2") else ()
        for content in contents:
            if content.schema is not None:
                self.definitions.describe(content.schema, at.text("description"))
        return ApiAnswer(status, contents, found)

    def _fault(self, at: Cursor, message: str) -> None:
        """Note a fault."""
        self.definitions.faults.append(Fault(CLIENT, at.pointer, message))

    def _paging(
        self,
        operation: str,
        responses: dict[str, Cursor],
        answers: tuple[ApiAnswer, ...],
        parameters: tuple[ApiParameter, ...],
    ) -> ApiPaging | None:
        """Return how the pages of an operation hang together, where it has one kind of page."""
        pages = [answer for answer in answers if answer.is_success]
        if len(pages) != 1 or len(pages[0].contents) != 1:
            return None
        schema = pages[0].contents[0].schema
        found = paging(self.definitions, responses[pages[0].status], operation, schema)
        if found is None and self._pages_have_numbers:
            found = numbered(self.definitions, parameters, schema)
        return found or linked(self.definitions, responses[pages[0].status], parameters, schema)


def _refusing(answers: tuple[ApiAnswer, ...]) -> Iterator[ApiAnswer]:
    """
    Yield the answers with `default` as what it is beside a success: refusals and failures that are not named.

    Taken as it is written (OpenAPI 3.1.1 section 4.8.16), it would also be the value of a success that is not named.
    """
    named = {answer.status.upper() for answer in answers}
    for answer in answers:
        if answer.status == "default" and any(other.is_success for other in answers):
            yield from (replace(answer, status=status) for status in ("4XX", "5XX") if status not in named)
        else:
            yield answer


def _security(operation: Cursor) -> tuple[tuple[tuple[str, tuple[str, ...]], ...], ...]:
    """Return the sets of schemes of which one is enough: the operation's own, else the document's."""
    owner = operation if operation.raw("security") else operation.source.root
    return tuple(
        tuple(
            (name, tuple(map(str, scopes if isinstance(scopes, list) else ()))) for name, scopes in entry.value.items()
        )
        for entry in owner.elements("security")
    )


def _schemes(root: Cursor) -> dict[str, Any]:
    """Return the security schemes of a document by name."""
    components = root.member("components")
    return {name: at.value for name, at in components.members("securitySchemes")} if components is not None else {}


def _base_path(root: Cursor) -> str:
    """Return the path of the first server, below which the operations stand."""
    url = next((server.text("url") for server in root.elements("servers")), "")
    return urlsplit(url).path.rstrip("/")
