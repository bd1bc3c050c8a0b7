"""The files of each API product's client, and what stands in the way of making them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from interlock.catalog import Catalog, Entry, ProductContract, place_in
from interlock.findings import Finding
from interlock.references import ApiBundle, BadReference, bundle_api
from interlock.rules.operations import document_of
from interlock_codegen.clients.api import Api
from interlock_codegen.clients.definitions import REFERENCE, Fault
from interlock_codegen.clients.lowering import lowered
from interlock_codegen.clients.reading import read
from interlock_codegen.exports.openapi import bundled
from interlock_codegen.lowering.contracts import Source
from interlock_codegen.printing import printed

EXACT = "generate/schema-is-exact"
Unusable = Callable[[Any], "tuple[str, str] | None"]
Write = Callable[[Any], bytes]


@dataclass(frozen=True)
class _Read:
    """A product's document, read."""

    bundle: ApiBundle
    api: Api
    files: dict[str, str]
    faults: list[Fault]


def _read(catalog: Catalog, entry: Entry[ProductContract]) -> _Read:
    """Return what a product's document says; raise BadReference or LookupError when it can't be had whole."""
    bundle = bundle_api(document_of(entry.path, entry.value), catalog.data)
    return _Read(bundle, *read(bundle.document, pages_have_numbers=entry.value.pagination.style == "page"))


def product_files(source: Source, write: Write) -> Iterator[tuple[str, bytes]]:
    """Yield the files of every product: module, schemas of both ways, OpenAPI document; `write` makes a JSON file."""
    for key, entry in source.catalog.products.items():
        place, found = source.places.products[key], _read(source.catalog, entry)
        made = lowered(source, entry, found.api, place.module, found.files)
        start = f"products/{place.product}/{place.module}"
        yield f"{start}.py", printed("client.py.j2", client=made.module)
        yield f"{start}.requests.json", write({"$defs": made.requests})
        yield f"{start}.responses.json", write({"$defs": made.responses})
        yield f"{start}.openapi.json", write(bundled(source.catalog, entry))


def product_findings(catalog: Catalog, unusable: Unusable) -> Iterator[Finding]:
    """Yield a finding for each part of a product of which no exact client can be made."""
    for entry in catalog.products.values():
        try:
            found = _read(catalog, entry)
        except BadReference as bad:
            yield Finding(REFERENCE, f"no client can be made: {bad}", entry.at("/openapi"), contract=entry.value.key)
            continue
        except LookupError:
            message = f"no client can be made: there is no file {document_of(entry.path, entry.value)} that can be read"
            yield Finding(REFERENCE, message, entry.at("/openapi"), contract=entry.value.key)
            continue
        faults = found.faults or list(_inexact(found.api, unusable))
        yield from (_finding(catalog, entry, found.bundle, fault) for fault in faults)


def _inexact(api: Api, unusable: Unusable) -> Iterator[Fault]:
    """Yield why no exact gate can be made of the schemas."""
    schemas = dict(api.ways.schemas)
    why = unusable({"anyOf": [{"$ref": f"#/$defs/{name}"} for name in schemas], "$defs": schemas}) if schemas else None
    if why is not None:
        yield Fault(EXACT, "/components/schemas", f"no exact check can be made: {why[0]}")


def _finding(catalog: Catalog, entry: Entry[ProductContract], bundle: ApiBundle, fault: Fault) -> Finding:
    """Return the finding for a fault, at its place in the file where it is written."""
    path, pointer = bundle.place(fault.pointer)
    return Finding(fault.rule, fault.message, place_in(catalog.documents[path], pointer), contract=entry.value.key)
