"""The events' payload schemas as components, shared types once, in JSON Schema 2020-12 or draft-07."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal, TypeAlias

from interlock.catalog import Catalog, Entry, EventContract
from interlock.compat.jsonschema.translating import MARK, UNKNOWN
from interlock.compat.views import VIEWS, applied
from interlock.pointers import join, split
from interlock.references import Bundle, bundle, mapped
from interlock_codegen.exports.asyncapi.protocols import component, offered
from interlock_codegen.exports.draft07 import Loss, draft07

SchemaFormat: TypeAlias = Literal["2020-12", "draft-07"]
FORMATS: Mapping[SchemaFormat, str] = {
    "2020-12": "application/schema+json;version=draft-2020-12",
    "draft-07": "application/schema+json;version=draft-07",
}
"""What `schemaFormat` says; tools need to know draft-07 only (AsyncAPI 3.0.0, Multi Format Schema Object)."""
_UNSAFE = re.compile(r"[^A-Za-z0-9._-]")


@dataclass(frozen=True)
class Payloads:
    """The component schemas by name, and what draft-07 no longer says of them."""

    components: Mapping[str, Any]
    losses: tuple[Loss, ...] = ()


def payloads(catalog: Catalog, form: SchemaFormat) -> Payloads:
    """Return the payload schemas of all events and the types that they reach; raise BadReference."""
    gathered = _Gathered(catalog)
    for entry in offered(catalog):
        gathered.add(entry)
    if form == "2020-12":
        return Payloads({name: _component(form, schema, "$defs") for name, schema in gathered.schemas.items()})
    converted = draft07({"$defs": gathered.schemas})
    named = _safe(converted.schema["definitions"])
    schemas = {named[name]: schema for name, schema in converted.schema["definitions"].items()}
    losses = tuple(replace(loss, at=_moved(loss.at, "$defs", {})) for loss in converted.losses)
    return Payloads({name: _component(form, part, "definitions", named) for name, part in schemas.items()}, losses)


@dataclass
class _Gathered:
    """Schemas by the name of their component, references leading to `#/$defs/<name>`."""

    catalog: Catalog
    schemas: dict[str, Any] = field(default_factory=dict[str, Any])
    shared: dict[str, str] = field(default_factory=dict[str, str])
    """The text of each shared type, as it was first seen, by file."""

    def add(self, entry: Entry[EventContract]) -> None:
        """Add an event as its readers see it, and the types that it reaches."""
        bundled = bundle(entry.path, self.catalog.data)
        view = VIEWS["contract-strict-reader" if entry.value.readers == "strict" else "contract-reader"]
        schema = mapped(applied(bundled.schema, view), _published)
        parts = {file: schema["$defs"].pop(file) for file in sorted(bundled.files)}
        schema = {keyword: value for keyword, value in schema.items() if (keyword, value) != ("$defs", {})}
        own = component(entry.value)
        homes = {file: self._home(file, own, alike=self._alike(parts)) for file in parts}
        for file, part in {entry.path: schema, **parts}.items():
            name = homes.get(file, own)
            self.schemas.setdefault(name, _led(part, bundled, homes, own))

    def _alike(self, parts: Mapping[str, Any]) -> bool:
        """Say whether types are seen as by the events before; if one is not, the event gets its own copies of all."""
        texts = {file: json.dumps(part, sort_keys=True) for file, part in parts.items()}
        alike = all(self.shared.get(file, text) == text for file, text in texts.items())
        if alike:
            self.shared.update(texts)
        return alike

    def _home(self, file: str, own: str, *, alike: bool) -> str:
        """Return the component's name of a type: `id.v1`."""
        contract = self.catalog.by_path[file].value
        name = f"{contract.name}.v{contract.major}"
        return name if alike else f"{own}.{name}"


def _published(schema: dict[str, Any]) -> dict[str, Any]:
    """Leave out what a view notes for the engine only, and a mapping by places: JSON Schema gives it no meaning."""
    kept = {keyword: value for keyword, value in schema.items() if keyword not in (MARK, UNKNOWN)}
    said = kept.get("discriminator")
    if isinstance(said, dict) and "mapping" in said:
        kept["discriminator"] = {name: value for name, value in said.items() if name != "mapping"}
    return kept


def _led(part: Any, bundled: Bundle, homes: Mapping[str, str], own: str) -> Any:
    """Return a schema of a bundle whose references lead to components."""

    def change(node: dict[str, Any]) -> dict[str, Any]:
        ref = node.get("$ref")
        if not isinstance(ref, str):
            return node
        tokens = split(ref[1:])
        leads_out = len(tokens) > 1 and tokens[0] == "$defs" and tokens[1] in bundled.files
        rest = tokens[2:] if leads_out else tokens
        return {**node, "$ref": "#" + join("$defs", homes[tokens[1]] if leads_out else own, *rest)}

    return mapped(part, change)


def _component(form: SchemaFormat, schema: Any, home: str, names: Mapping[str, str] | None = None) -> dict[str, Any]:
    """Return a schema with its format, its references leading to other components."""

    def change(node: dict[str, Any]) -> dict[str, Any]:
        ref = node.get("$ref")
        return {**node, "$ref": f"#{_moved(ref[1:], home, names or {})}"} if isinstance(ref, str) else node

    return {"schemaFormat": FORMATS[form], "schema": mapped(schema, change)}


def _moved(pointer: str, home: str, names: Mapping[str, str]) -> str:
    """Return where a place among the definitions stands in the document."""
    tokens = split(pointer)
    if len(tokens) < 2 or tokens[0] != home:  # noqa: PLR2004 - a home and a name
        return pointer
    return join("components", "schemas", names.get(tokens[1], tokens[1]), "schema", *tokens[2:])


def _safe(names: Mapping[str, Any]) -> dict[str, str]:
    """Return names as components may have them (AsyncAPI 3.0.0, Components Object), each once."""
    found: dict[str, str] = {}
    taken = set[str]()
    for name in names:
        found[name] = next(choice for choice in _choices(name) if choice not in taken)
        taken.add(found[name])
    return found


def _choices(name: str) -> Iterator[str]:
    """Yield a name as it may be written, then with a number."""
    plain = _UNSAFE.sub(".", name)
    yield plain
    count = 2
    while True:
        yield f"{plain}-{count}"
        count += 1
