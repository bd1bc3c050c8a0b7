"""From the values of one product to the model of its module."""

from __future__ import annotations

from dataclasses import dataclass

from interlock.catalog import Entry, ProductContract
from interlock.pointers import split
from interlock_codegen.clients.api import Api
from interlock_codegen.clients.constants import Constants, final
from interlock_codegen.clients.desk import RUNTIME, Desk
from interlock_codegen.clients.directions import request_schemas, response_schemas
from interlock_codegen.clients.hooks import hook_constants
from interlock_codegen.clients.methods import calls, classes
from interlock_codegen.clients.model import ClientModule
from interlock_codegen.clients.naming import method_names
from interlock_codegen.clients.promises import CLASSES, product_value
from interlock_codegen.clients.schemes import schemes
from interlock_codegen.clients.words import notices
from interlock_codegen.code import Code, docstring, literal
from interlock_codegen.layout import call, listed, shown
from interlock_codegen.lowering.contracts import Source, annotation_name
from interlock_codegen.lowering.module import FUNCTIONS, ModuleNames
from interlock_codegen.lowering.types import Shared
from interlock_codegen.model import Module
from interlock_codegen.naming import ANNOTATING, Scope, all_order

OFFERED = ("PRODUCT", "AsyncClient", "Client", "RawAsyncClient", "RawClient")
"""What each product's module offers beside models and errors."""
RESERVED = ModuleNames("").scope.reserved | frozenset({
    *OFFERED, *CLASSES, *ANNOTATING, *FUNCTIONS, "Answer", "ApiKeyScheme", "BaseAsyncClient", "BaseClient", "ClientProblem", "Definitions",
    "FilePart", "FormFile", "Hook", "HttpScheme", "LinkedPaging", "Lifecycle", "MutualTlsScheme", "NumberedPaging", "OAuth2Scheme", "Opaque", "Operation", "Paging", "Parameter", "ProblemError",
    "ProblemType", "Reply", "Scheme", "ServerProblem", "Timeout", "ValuePart", "_REQUESTS", "_RESPONSES", "_SCHEMES", "annotations", "bytes",
    "cached_property", "deprecated", "json_file", "staticmethod",
})  # fmt: skip
"""Names that a product's module has for itself."""


@dataclass(frozen=True)
class Lowered:
    """A client's module, and the schemas beside it."""

    module: ClientModule
    requests: dict[str, object]
    """Schemas by name, for what is sent."""
    responses: dict[str, object]


def lowered(source: Source, entry: Entry[ProductContract], api: Api, module: str, files: dict[str, str]) -> Lowered:
    """Return the client of a product; `files` has the shared types' files by the names of their schemas."""
    contract = entry.value
    names = ModuleNames(RUNTIME)
    names.scope = Scope(RESERVED)
    desk = Desk(api, contract, names, _shared(source, api, files))
    _reserve(desk)
    constants = Constants(desk)
    made = calls(desk, constants, method_names(api.operations))
    built = tuple(classes(desk, made))
    hooks = tuple(hook_constants(constants))
    _imports(desk, deprecated=any(each.deprecated for each in made))
    pages = [each.pages for each in made if each.pages is not None]
    product = product_value(
        contract, api.base_path, call("json_file", Code("__package__"), literal(f"{module}.openapi.json"))
    )
    values = (
        final(Code("PRODUCT"), None, product),
        *(
            final(Code(f"_{kind.upper()}"), None, _definitions(f"{module}.{kind}.json"))
            for kind in ("requests", "responses")
        ),
        *constants.problems,
        *(each.constant for each in made),
        *pages,
        *hooks,
        schemes(desk),
    )
    ways = api.ways
    types = _types(desk, contract, [*(error.name for error in constants.errors), *(hook.name for hook in hooks)])
    return Lowered(
        ClientModule(types, tuple(constants.errors), values, literal(contract.key), built),
        request_schemas(ways.schemas, iter(constants.requests)),
        response_schemas(ways.schemas, iter(constants.responses)),
    )


def _definitions(file: str) -> Code:
    """Return what reads the schemas of one way."""
    return Code(f"Definitions(json_file(__package__, {literal(file)}))")


def _types(desk: Desk, contract: ProductContract, errors: list[Code]) -> Module:
    """Return the part of the module that holds models, with its imports and all that it offers."""
    offered = [*desk.lowering.exports, *errors, *map(Code, OFFERED)]
    exported = shown(listed(*(literal(name) for name in sorted(offered, key=all_order))), before=10)
    head = f"API product {contract.name}, version {contract.version}."
    doc = docstring(head, *notices(contract.lifecycle), indent=0)
    return Module(doc, desk.names.lines(), tuple(desk.lowering.definitions), exported)


def _shared(source: Source, api: Api, files: dict[str, str]) -> Shared:
    """Return where the shared types of a document are defined, by pointer; one that may grow is a type of its own here."""
    growing = api.ways.growing

    def find(pointer: str) -> tuple[str, str] | None:
        tokens = split(pointer)
        if len(tokens) != 2 or tokens[1] not in files or tokens[1] in growing:  # noqa: PLR2004 - /$defs/<name>
            return None
        entry = source.catalog.by_path[files[tokens[1]]]
        return f"..._types.{source.places.types[entry.value.key]}", annotation_name(source, entry)

    return find


def _reserve(desk: Desk) -> None:
    """Keep the names of shared types free, so that no class which is made on the way takes one."""
    for name in desk.api.ways.schemas:
        home = desk.shared(f"/$defs/{name}")
        if home is not None:
            desk.names.reserve(*home)


def _imports(desk: Desk, *, deprecated: bool) -> None:
    """Import what every client's module uses."""
    for name in CLASSES:
        if name != "Access" or desk.contract.authorization:
            desk.runtime("products", name)
    desk.runtime("facts", "Lifecycle")
    desk.runtime("clients.definitions", "Definitions")
    desk.runtime("clients.exchange", "Timeout")
    desk.runtime("clients.security", "Scheme")
    desk.names.use("Final")
    desk.names.imports.setdefault("..._lazy", {})["json_file"] = "json_file"
    desk.names.imports.setdefault("functools", {})["cached_property"] = "cached_property"
    if deprecated:
        desk.names.imports.setdefault("typing_extensions", {})["deprecated"] = "deprecated"
