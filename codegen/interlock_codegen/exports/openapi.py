"""API products as self-contained OpenAPI 3.1 documents: what they refer to copied in, what they promise written out."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from typing import Any

from interlock import openapi
from interlock.catalog import Catalog, Entry, ProductContract
from interlock.pointers import escape, join, lookup, split
from interlock.references import BadReference, bundle_api, target
from interlock.rules.operations import Operation, document_of, operations
from interlock_codegen.exports.promises import promises, spelled
from interlock_codegen.lifting import lifted, misread

_BUNDLED = "x-bundled"


def path(product: ProductContract) -> str:
    """Return the path of a product's document, without an ending."""
    return f"{product.name}/v{product.major}.openapi"


def misshapen(document: Any) -> Iterator[tuple[str, str]]:
    """Yield why a document can't be taken for one of OpenAPI 3.0 or 3.1, and where."""
    if not isinstance(document, dict):
        yield "", "an OpenAPI document is an object"
        return
    said = document.get("openapi")
    if not isinstance(said, str) or not said.startswith(("3.0.", "3.1.")):
        yield "/openapi", f"only OpenAPI 3.0 and 3.1 are read, and this document says {said!r:.40}"
    for pointer in ("/info", "/paths", "/components", "/components/schemas"):
        try:
            value = lookup(document, pointer)
        except LookupError:
            continue
        if not isinstance(value, dict):
            yield pointer, f"{pointer[1:]} is an object in OpenAPI"
    yield from misread(document)


def bundled(catalog: Catalog, entry: Entry[ProductContract]) -> dict[str, Any]:
    """
    Return the OpenAPI document of a product major with the shared types among its components, and its promises as `x-`.

    Raises BadReference when a reference can't be followed.
    """
    home = document_of(entry.path, entry.value)
    api = bundle_api(home, catalog.data)
    document = copy.deepcopy(lifted({name: value for name, value in api.document.items() if name != _BUNDLED}))
    types: dict[str, Any] = copy.deepcopy(api.document.get(_BUNDLED, {}))
    names = _names(catalog, types, own_schemas(document))
    for file, tree in {home: document, **types}.items():
        _remap(tree, file, names)
    if types:
        components = document.setdefault("components", {})
        named = {names[file]: types[file] for file in sorted(types)}
        components["schemas"] = {**components.get("schemas", {}), **named}
    _repoint(document, names)
    document["info"] = {**document.get("info", {}), "version": entry.value.version}
    for operation in operations(catalog, entry):
        lookup(document, operation.pointer).update(_of_operation(entry.value, operation))
    return _with_promises(document, promises(catalog, entry))


def _remap(tree: Any, file: str, names: Mapping[str, str]) -> None:
    """Let the entries of discriminators lead to the components that types are now (OpenAPI 3.1.1 section 4.8.25)."""
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        said = node.get("discriminator") if isinstance(node, dict) else None
        mapping = said.get("mapping") if isinstance(said, dict) else None
        if isinstance(mapping, dict):
            mapping.update({key: _led(file, ref, names) for key, ref in mapping.items()})
        waiting += node.values() if isinstance(node, dict) else node if isinstance(node, list) else ()


def _led(file: str, ref: Any, names: Mapping[str, str]) -> Any:
    """Return where an entry leads; a name and what leads to no type stay as they are."""
    if not isinstance(ref, str) or not ("#" in ref or "/" in ref):
        return ref
    try:
        named, fragment = target(file, "", ref)
    except BadReference:
        return ref
    return f"#/components/schemas/{escape(names[named])}{fragment}" if named in names else ref


def own_schemas(document: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the component schemas that a document's author wrote."""
    components = document.get("components")
    schemas = components.get("schemas") if isinstance(components, dict) else None
    return schemas if isinstance(schemas, dict) else {}


def _names(catalog: Catalog, types: Mapping[str, Any], taken: Mapping[str, Any]) -> dict[str, str]:
    """Return the component's name of each type, by its file; with the major, so that a second one renames nothing."""
    found: dict[str, str] = {}
    for path in sorted(types):
        contract = catalog.by_path[path].value
        plain = name = "".join(word.capitalize() for word in contract.name.split("-")) + f"V{contract.major}"
        count = 1
        while name in taken or name in found.values():
            count += 1
            name = f"{plain}_{count}"
        found[path] = name
    return found


def _repoint(document: dict[str, Any], names: Mapping[str, str]) -> None:
    """Let the references to bundled types lead to the components that they are now."""
    for pointer, ref in list(openapi.references(document)):
        tokens = split(ref[1:]) if ref.startswith(f"#/{_BUNDLED}/") else []
        if tokens:
            home = f"#/components/schemas/{escape(names[tokens[1]])}"
            lookup(document, pointer)["$ref"] = home + join(*tokens[2:])


def _of_operation(product: ProductContract, operation: Operation) -> dict[str, Any]:
    """Return what a product promises of one operation."""
    found: dict[str, Any] = {}
    if operation.id in product.authorization:
        found["x-authorization"] = spelled(product.authorization[operation.id])
    group = product.throttling.commands if operation.mutating else product.throttling.reads
    found["x-throttle"] = spelled(product.throttling.operations.get(operation.id, group))
    if operation.id in product.results_in:
        found["x-results-in"] = spelled(product.results_in[operation.id])
    if product.lifecycle.status in ("deprecated", "retired"):
        found["deprecated"] = True
    return found


def _with_promises(document: Mapping[str, Any], stated: Mapping[str, Any]) -> dict[str, Any]:
    """Return a document with the promises after its head, where people read first."""
    head = [name for name in ("openapi", "info", "jsonSchemaDialect") if name in document]
    return {
        **{name: document[name] for name in head},
        **stated,
        **{name: value for name, value in document.items() if name not in head},
    }
