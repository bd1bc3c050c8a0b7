"""Plain JSON Schema files, without a catalog: each with what it refers to in one document, in its own dialect."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urldefrag, urljoin

from interlock.documents import parse
from interlock.errors import DocumentError, UsageError
from interlock.findings import Finding, Place
from interlock.references import subschemas

BASE = "https://interlock.invalid/"
"""Where the files stand for references between them; nothing is ever fetched from there."""
_OLD = ("draft-03", "draft-04", "draft-05", "draft-06", "draft-07")
_SUFFIXES = (".json", ".yaml", ".yml")


@dataclass(frozen=True)
class PlainSchema:
    """One schema file, and the document in which all that it refers to stands."""

    path: str
    written: Any
    """As it stands in the file."""
    complete: Any
    """With the other files that it reaches."""

    @property
    def old(self) -> bool:
        """Whether its dialect is draft 7 or older."""
        return any(name in dialect(self.written) for name in _OLD)

    @property
    def ignored(self) -> frozenset[str]:
        """The keywords that shape types and that its dialect does not know."""
        return (
            frozenset({"const"})
            if "draft-04" in dialect(self.written) or "draft-03" in dialect(self.written)
            else frozenset()
        )

    @property
    def is_one_resource(self) -> bool:
        """Whether no part of the file has an identifier of its own, so that `#/...` means this file everywhere in it."""
        return not any(at and isinstance(node.get("$id", node.get("id")), str) for at, node in subschemas(self.written))


def dialect(schema: Any) -> str:
    """Return the URI of the dialect that a schema names, empty when it names none."""
    said = schema.get("$schema") if isinstance(schema, dict) else None
    return said if isinstance(said, str) else ""


def read(folder: Path) -> tuple[list[PlainSchema], list[Finding]]:
    """Return the schemas of a folder and what is wrong with the files that are none; raise UsageError when there is no file."""
    if not folder.is_dir():
        raise UsageError(f"there is no folder {folder}: name the one that holds the JSON Schema files")
    documents: dict[str, Any] = {}
    findings: list[Finding] = []
    for path in sorted(path for path in folder.rglob("*") if path.suffix in _SUFFIXES and not path.is_symlink()):
        name = path.relative_to(folder).as_posix()
        try:
            documents[name] = parse(name, path.read_bytes()).data
        except DocumentError as error:
            findings.append(Finding("file/is-well-formed", error.message, Place(name, "", error.line, error.column)))
        except OSError as error:
            findings.append(Finding("file/is-readable", f"the file can't be read: {error.strerror}", Place(name)))
    if not documents and not findings:
        raise UsageError(f"{folder} holds no .json and no .yaml file: name the folder that holds the JSON Schema files")
    schemas = [
        PlainSchema(name, data, _complete(name, documents))
        for name, data in documents.items()
        if isinstance(data, dict | bool)
    ]
    findings += [_no_schema(name) for name, data in documents.items() if not isinstance(data, dict | bool)]
    return schemas, findings


def _no_schema(name: str) -> Finding:
    """Return the finding for a file that holds another value than a schema."""
    return Finding(
        "file/is-a-schema", "a JSON Schema is an object, or true or false: this file holds something else", Place(name)
    )


def _complete(path: str, documents: Mapping[str, Any]) -> Any:
    """Return a schema with the other files that it reaches as embedded resources (2020-12 core section 9.3)."""
    root = documents[path]
    if not isinstance(root, dict):
        return root
    by_uri = {uri_of(name, data): name for name, data in documents.items() if isinstance(data, dict)}
    reached: dict[str, None] = {}
    waiting = [path]
    while waiting:
        here = waiting.pop()
        for target in _targets(uri_of(here, documents[here]), documents[here]):
            name = by_uri.get(target)
            if name is not None and name != path and name not in reached:
                reached[name] = None
                waiting.append(name)
    if not reached:
        return root
    keyword, place = (
        ("id" if "draft-04" in dialect(root) else "$id"),
        "$defs" if "$defs" in root or not dialect(root) else "definitions",
    )
    parts = {name: {**documents[name], keyword: uri_of(name, documents[name])} for name in reached}
    return {**root, keyword: uri_of(path, root), place: {**root.get(place, {}), **parts}}


def uri_of(path: str, schema: Any) -> str:
    """Return the URI of a file: the one that it gives itself, else its place."""
    said = schema.get("$id", schema.get("id")) if isinstance(schema, dict) else None
    return urldefrag(urljoin(BASE + path, said if isinstance(said, str) else ""))[0]


def _targets(base: str, schema: Any) -> Iterator[str]:
    """Yield the URIs of the documents that a schema refers to."""
    for _, node in subschemas(schema):
        ref = node.get("$ref")
        if isinstance(ref, str) and not ref.startswith("#"):
            yield urldefrag(urljoin(base, ref))[0]
