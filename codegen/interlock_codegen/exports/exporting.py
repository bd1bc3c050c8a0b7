"""Exporting a catalog: the files that are written, and what stands in the way, each as a value."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from interlock.catalog import Catalog, Entry, ProductContract, place_in
from interlock.errors import BadValueError
from interlock.findings import Finding, in_order
from interlock.loading import Loaded
from interlock.references import closure
from interlock.references import faults as reference_faults
from interlock.rules.operations import document_of
from interlock.rules.schema.vocabulary import faults as schema_faults
from interlock_codegen.exports import openapi
from interlock_codegen.exports.asyncapi import SchemaFormat, asyncapi
from interlock_codegen.exports.draft07 import told
from interlock_codegen.exports.texts import Form, written
from interlock_codegen.writing import is_generated

Files = dict[str, bytes]


@dataclass(frozen=True)
class Exported:
    """The files of an export, by path; none when findings stand in the way."""

    files: Files
    findings: tuple[Finding, ...] = ()
    losses: tuple[str, ...] = ()
    """What the export no longer says, a line each."""


def openapi_documents(loaded: Loaded, form: Form, *, only: str | None = None) -> Exported:
    """Return the OpenAPI document of each product major, or of one; raise UsageError when there is no such product."""
    chosen = _products(loaded.catalog, only) if only is None or not loaded.findings else ()
    findings = _once([*loaded.findings, *(finding for entry in chosen for finding in _of_product(loaded, entry))])
    if findings:
        return Exported({}, findings)
    documents = {openapi.path(entry.value): openapi.bundled(loaded.catalog, entry) for entry in chosen}
    return Exported({f"{path}.{form}": written(document, form) for path, document in documents.items()})


def asyncapi_document(loaded: Loaded, form: Form, *, version: str, schema_format: SchemaFormat) -> Exported:
    """Return the AsyncAPI document of the catalog's events."""
    findings = _once([*loaded.findings, *_of_events(loaded.catalog)])
    if findings:
        return Exported({}, findings)
    made = asyncapi(loaded.catalog, version=version, schema_format=schema_format)
    return Exported({f"asyncapi.{form}": written(made.document, form)}, losses=tuple(told(made.losses)))


def _once(findings: list[Finding]) -> tuple[Finding, ...]:
    """Return findings in order; a type that several products reach is told once."""
    return in_order(list({(finding.rule, finding.place, finding.message): finding for finding in findings}.values()))


_EARLIER = {
    "openapi": ("*/v*.openapi.yaml", "*/v*.openapi.json"),
    "asyncapi": ("asyncapi.yaml", "asyncapi.json"),
}


def earlier(target: str, folder: Path) -> Iterator[str]:
    """Yield the documents of a kind that Interlock wrote to a folder before; no other generated file is looked at."""
    for pattern in _EARLIER[target]:
        for path in sorted(folder.glob(pattern)):
            if path.is_file() and not path.is_symlink() and is_generated(path.read_bytes()):
                yield path.relative_to(folder).as_posix()


def _products(catalog: Catalog, only: str | None) -> tuple[Entry[ProductContract], ...]:
    """Return the products to export."""
    if only is None:
        return tuple(catalog.products.values())
    key = catalog.find(only).value.key
    if key not in catalog.products:
        raise BadValueError("--contract", only, "name an API product, since only products have OpenAPI documents")
    return (catalog.products[key],)


def _of_product(loaded: Loaded, entry: Entry[ProductContract]) -> Iterator[Finding]:
    """Yield why no document can be made of a product."""
    catalog, key = loaded.catalog, entry.value.key
    path = document_of(entry.path, entry.value)
    yield from _unresolved(catalog, entry.path, key)
    document = catalog.documents.get(path)
    if document is None:
        return
    yield from _unresolved(catalog, path, key)
    for pointer, message in openapi.misshapen(document.data):
        rule = "generate/openapi-is-readable"
        yield Finding(rule, f"no document can be made: {message}", place_in(document, pointer), contract=key)
    for file in closure(entry.path, catalog.data):
        if file in catalog.by_path:
            yield from _of_schema(catalog, catalog.by_path[file])


def _of_events(catalog: Catalog) -> Iterator[Finding]:
    """Yield why no schemas can be made of events, their types and the envelope."""
    entries: tuple[Entry[Any], ...] = (*catalog.types.values(), *catalog.envelopes.values(), *catalog.events.values())
    for entry in entries:
        yield from _of_schema(catalog, entry)


def _of_schema(catalog: Catalog, entry: Entry[Any]) -> Iterator[Finding]:
    """Yield what is wrong with the schema of a contract."""
    yield from _unresolved(catalog, entry.path, entry.value.key)
    for pointer, message in schema_faults(entry.value.schema):
        yield Finding("schema/is-valid", message, entry.at(f"/schema{pointer}"), contract=entry.value.key)


def _unresolved(catalog: Catalog, path: str, key: str) -> Iterator[Finding]:
    """Yield the references of a file that can't be followed."""
    for bad in reference_faults(path, catalog.data):
        yield Finding(bad.rule, str(bad), place_in(catalog.documents[path], bad.pointer), contract=key)
