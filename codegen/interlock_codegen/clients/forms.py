"""
Forms of named parts as a document describes them: one part a member of the schema (OpenAPI 3.1.1 section 4.8.14.4).

A part is an argument of the method, so the schema may say which members there are and which are required, no more.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from interlock.compat.openapi.sources import Cursor
from interlock.pointers import escape
from interlock_codegen.clients.addressing import unfit_media, unfit_part
from interlock_codegen.clients.api import ApiFiles, ApiParameter
from interlock_codegen.clients.definitions import CLIENT, Definitions, Fault
from interlock_codegen.lowering.shapes import Root

MEDIA_TYPE = "multipart/form-data"
_SAID = frozenset({
    "type", "properties", "required", "description", "title", "example", "examples", "additionalProperties", "unevaluatedProperties",
    "deprecated", "externalDocs", "xml", "$comment", "minProperties",
})  # fmt: skip
"""Keywords of a form's schema that its arguments and the base client keep."""
_BYTES = "application/octet-stream"
_PLAIN = frozenset({"string", "integer", "number", "boolean"})
_OBJECT, _NULL = frozenset({"object"}), frozenset({"null"})
_STYLES = ("style", "explode", "allowReserved")


@dataclass(frozen=True)
class _Form:
    """One form being read."""

    definitions: Definitions
    entry: Cursor
    at: str
    """Where its schema stands."""
    hint: str

    @property
    def root(self) -> Root:
        """The document, in which references are followed."""
        return Root(self.definitions.document)

    def refuse(self, message: str) -> None:
        """Note what no client can write."""
        self.definitions.faults.append(Fault(CLIENT, self.entry.pointer, message))


def parts(definitions: Definitions, entry: Cursor, hint: str) -> tuple[ApiParameter, ...]:
    """Return the parts of a form, what can't be written noted as faults."""
    schema = entry.raw("schema")
    form = _Form(definitions, entry, definitions.end(schema.pointer) if schema is not None else "", hint)
    found = definitions.at(form.at)
    if not isinstance(found, dict) or not isinstance(found.get("properties"), dict) or not found["properties"]:
        form.refuse("a form needs a schema with properties: each is a part")
        return ()
    beyond = sorted(key for key in found if key not in _SAID and not key.startswith("x-"))
    if beyond:
        form.refuse(
            f"a form's schema says {', '.join(beyond)}: its parts are arguments, so only properties and required hold"
        )
    required = found.get("required")
    needed = [name for name in required if isinstance(name, str)] if isinstance(required, list) else []
    for name in sorted(set(needed) - found["properties"].keys()):
        form.refuse(f"a form requires the part {name}, which its schema does not describe")
    return tuple(part for name in found["properties"] for part in _part(form, name, required=name in needed))


def _part(form: _Form, name: str, *, required: bool) -> Iterator[ApiParameter]:
    """Yield the part of one member; nothing for one that only the service says, and for one that can't be written."""
    at = form.definitions.end(f"{form.at}/properties/{escape(name)}")
    schema = form.definitions.at(at)
    if form.root.first(schema, "readOnly") is True:
        return
    encoding = next((each for key, each in form.entry.members("encoding") if key == name), None)
    faults = [*unfit_part(name), *_unwritten(form.root, schema, encoding)]
    for fault in faults:
        form.refuse(f"part {name} {fault}")
    if not faults:
        yield _made(form, name, at, _kinds(encoding), required=required)


def _kinds(encoding: Cursor | None) -> list[str]:
    """Return the media types that an encoding says."""
    said = encoding.text("contentType") if encoding is not None else ""
    return [kind.strip() for kind in said.split(",") if kind.strip()]


def _unwritten(root: Root, schema: Any, encoding: Cursor | None) -> Iterator[str]:
    """Yield why a part can't be written."""
    items = _items(root, schema)
    kinds = _kinds(encoding)
    if any(root.first(part, "contentEncoding") is not None for part in (schema, items)):
        yield "has a contentEncoding, and files in forms are bytes as they are: leave it out"
    elif not _is_file(root, items):
        yield from _unwritten_value(root.types(items), kinds)
    yield from unfit_media(kinds)
    if encoding is not None and any(encoding.raw(keyword) is not None for keyword in _STYLES):
        yield "has a style of its own: only its contentType is kept"
    headers = encoding.members("headers") if encoding is not None else ()
    needed = [name for name, header in headers if header.flag("required")]
    if needed:
        yield f"needs headers of its own ({', '.join(needed)}), which are not written"


def _unwritten_value(types: frozenset[str], kinds: list[str]) -> Iterator[str]:
    """Yield why a value of some types can't be a part."""
    if "array" in types:
        yield "may hold a list of lists, and a form is flat: say it as an object"
    elif not kinds and not types <= _PLAIN | _NULL and not types <= _OBJECT | _NULL:
        yield "may be a text or an object: say in its encoding which contentType it has"
    if any("*" in kind for kind in kinds):
        yield "has no one contentType to be sent in: name one"


def _items(root: Root, schema: Any) -> Any:
    """Return the schema of a list's items, or of what is no list itself."""
    return root.first(schema, "items") if _is_list(root, schema) else schema


def _is_list(root: Root, schema: Any) -> bool:
    """Say whether a schema is one of lists."""
    return root.types(schema) - _NULL == frozenset({"array"})


def _is_file(root: Root, schema: Any) -> bool:
    """Say whether a schema stands for bytes as they are (OpenAPI 3.1.1 section 4.8.14.2; `binary` of 3.0)."""
    if root.first(schema, "format") == "binary":
        return True
    if root.first(schema, "contentEncoding") is not None:
        return False
    kind = root.first(schema, "contentMediaType")
    return isinstance(kind, str) or root.types(schema) == root.types({})


def _made(form: _Form, name: str, at: str, said: list[str], *, required: bool) -> ApiParameter:
    """Return a part that can be written."""
    root, schema = form.root, form.definitions.at(at)
    items, text = _items(root, schema), root.first(schema, "description")
    files = _files(root, schema, items, said) if _is_file(root, items) else None
    kind = said[0] if said else "application/json" if "object" in root.types(items) else "text/plain"
    return ApiParameter(
        name, "form", required, form.definitions.named(at, f"{form.hint}-{name}") if files is None else "", "form",
        explode=True, media=kind if files is None else "", description=text if isinstance(text, str) else "",
        deprecated=root.first(schema, "deprecated") is True, files=files,
    )  # fmt: skip


def _files(root: Root, schema: Any, items: Any, said: list[str]) -> ApiFiles:
    """Return which files a part takes."""
    kind = root.first(items, "contentMediaType")
    kinds = said or ([kind] if isinstance(kind, str) else [])
    several = _is_list(root, schema)
    counts = [root.first(schema, keyword) if several else None for keyword in ("minItems", "maxItems")]
    least, most = (count if isinstance(count, int) else None for count in counts)
    largest = root.first(items, "maxLength")
    return ApiFiles(
        tuple(kinds) if kinds != [_BYTES] else (),
        several,
        max(1, least or 0),
        most,
        largest if isinstance(largest, int) else None,
    )
