"""References across files: what a contract reaches, its schema bundled into one document, and its identity."""

from __future__ import annotations

import copy
import hashlib
import json
import posixpath
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

from interlock import openapi
from interlock.pointers import escape, join, lookup, split

MAPS = frozenset({"properties", "patternProperties", "$defs", "definitions", "dependentSchemas"})
"""Keywords whose value maps names to schemas (JSON Schema 2020-12 core sections 8.2.4, 10)."""
LISTS = frozenset({"allOf", "anyOf", "oneOf", "prefixItems"})
"""Keywords whose value is a list of schemas."""
SINGLES = frozenset({
    "items", "additionalItems", "additionalProperties", "unevaluatedItems", "unevaluatedProperties", "contains",
    "propertyNames", "not", "if", "then", "else", "contentSchema",
})  # fmt: skip
"""Keywords whose value is a schema."""
ANNOTATIONS = frozenset({"title", "description", "$comment", "examples", "$id", "$schema"})
"""Keywords that no reader of an event observes."""

Get = Callable[[str], Any]
"""Returns the parsed data of a file by path; raises LookupError when there is none."""


@dataclass(frozen=True, slots=True)
class Reference:
    """A `$ref`: the file and the pointer where it stands, and what it says."""

    path: str
    pointer: str
    text: str


class BadReference(Exception):  # noqa: N818 - it says which reference is bad; a rule turns it into a finding
    """A `$ref` that can't be followed: which, why, and which rule it offends."""

    def __init__(self, reference: Reference, why: str, rule: str) -> None:
        super().__init__(reference, why, rule)
        self.reference, self.why, self.rule = reference, why, rule

    @property
    def path(self) -> str:
        """The file in which it stands."""
        return self.reference.path

    @property
    def pointer(self) -> str:
        """The JSON Pointer to the schema that holds it."""
        return self.reference.pointer

    def __str__(self) -> str:
        """Say it in a sentence."""
        return f"$ref {self.reference.text!r} {self.why}"


@dataclass(frozen=True)
class Bundle:
    """A contract's schema with every file that it reaches under `$defs`, so that one document says all."""

    path: str
    schema: dict[str, Any]
    files: frozenset[str] = frozenset()
    """The other files it is made of; each stands under `$defs` by its path."""

    def place(self, pointer: str) -> tuple[str, str]:
        """Return the file, and the pointer into that file, of a place in the bundled schema."""
        tokens = split(pointer)
        if len(tokens) > 1 and tokens[0] == "$defs" and tokens[1] in self.files:
            return tokens[1], "/schema" + join(*tokens[2:])
        return self.path, "/schema" + pointer


@dataclass(frozen=True)
class ApiBundle:
    """A product's OpenAPI document with every type that it reaches, so that one document says all."""

    path: str
    document: dict[str, Any]
    files: frozenset[str] = frozenset()
    """The types it is made of; each stands under `x-bundled` by its path."""

    def place(self, pointer: str) -> tuple[str, str]:
        """Return the file, and the pointer into that file, of a place in the bundled document."""
        tokens = split(pointer)
        if len(tokens) > 1 and tokens[0] == BUNDLED and tokens[1] in self.files:
            return tokens[1], "/schema" + join(*tokens[2:])
        return self.path, pointer


BUNDLED = "x-bundled"
"""Where an OpenAPI document holds the types bundled into it; extensions begin with `x-`."""


def subschemas(schema: Any, at: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield each object schema below and including this one, with its pointer; never values of `enum`, `const`, `examples`."""
    waiting = [(at, schema)]
    while waiting:
        here, node = waiting.pop()
        if isinstance(node, dict):
            yield here, node
            waiting.extend(reversed(list(children(here, node))))


def children(at: str, schema: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """Yield the schemas directly below one, with their pointers."""
    for keyword, value in schema.items():
        if keyword in MAPS and isinstance(value, dict):
            yield from ((f"{at}/{escape(keyword)}/{escape(name)}", item) for name, item in value.items())
        elif keyword in LISTS and isinstance(value, list):
            yield from ((f"{at}/{keyword}/{index}", item) for index, item in enumerate(value))
        elif keyword in SINGLES:
            if isinstance(value, list):  # `items` as a list, up to draft 2019-09
                yield from ((f"{at}/{keyword}/{index}", item) for index, item in enumerate(value))
            else:
                yield f"{at}/{keyword}", value


def references(schema: Any, at: str = "") -> Iterator[tuple[str, str]]:
    """Yield the pointer and the text of each `$ref` in a schema."""
    for here, node in subschemas(schema, at):
        ref = node.get("$ref")
        if isinstance(ref, str):
            yield here, ref


STAY, RESOLVE, PROGRESS = (f"references/{name}" for name in ("stay-inside-the-catalog", "resolve", "make-progress"))


def target(path: str, pointer: str, ref: str) -> tuple[str, str]:
    """
    Return the file that a `$ref` in a file names (the file itself for `#...`) and the pointer into its schema.

    Raises BadReference for what leaves the catalog: a URI with a scheme, an absolute path, `..` beyond the top (L38).
    """
    here = Reference(path, pointer, ref)
    file, _, fragment = ref.partition("#")
    file, fragment = unquote(file), unquote(fragment)
    if file.startswith("//") or ":" in file.split("/")[0]:
        raise BadReference(here, "points out of the catalog: copy what it names into types/ and refer to that", STAY)
    if file.startswith("/") or "\\" in file or "\0" in file:
        raise BadReference(here, "is no relative path: write it from this file, with forward slashes", STAY)
    if fragment and not fragment.startswith("/"):
        raise BadReference(here, "names an anchor: write a JSON Pointer after the #", RESOLVE)
    if not file:
        return path, fragment
    resolved = posixpath.normpath(posixpath.join(posixpath.dirname(path), file))
    if resolved == ".." or resolved.startswith("../"):
        raise BadReference(here, "leaves the catalog's folder: refer to a file inside it", STAY)
    return resolved, fragment


def closure(path: str, get: Get) -> tuple[str, ...]:
    """Return the files that a contract's schema reaches, without itself; what can't be followed is left out."""
    seen: dict[str, None] = {}
    waiting = [path]
    while waiting:
        here = waiting.pop()
        for pointer, ref in _file_references(here, get):
            try:
                file, _ = target(here, pointer, ref)
            except BadReference:
                continue
            if file not in (path, here) and file not in seen:
                seen[file] = None
                waiting.append(file)
    return tuple(seen)


def _file_references(path: str, get: Get) -> Iterator[tuple[str, str]]:
    """Yield the references of one file; a product's stand in its OpenAPI document."""
    try:
        data = get(path)
    except LookupError:
        return
    if not isinstance(data, dict):
        return
    if path.endswith(".openapi.yaml"):
        yield from openapi.references(data)
    elif isinstance(data.get("openapi"), str) and data.get("contract") == "product":
        yield "/openapi", data["openapi"]
    else:
        yield from references(data.get("schema"), "/schema")


def faults(path: str, get: Get) -> Iterator[BadReference]:
    """Yield what is wrong with each reference that stands in one file."""
    ended: set[tuple[str, str]] = set()
    for pointer, ref in _file_references(path, get):
        try:
            _chased(Reference(path, pointer, ref), get, ended)
        except BadReference as fault:
            yield fault


def _chased(first: Reference, get: Get, ended: set[tuple[str, str]]) -> None:
    """Follow a reference until it leads to a schema or to where one did; raise BadReference when it leads back to itself."""
    here, seen = first, set[tuple[str, str]]()
    while True:
        file, fragment = target(here.path, here.pointer, here.text)
        node = _followed(here, file, fragment, get)
        leads_on = isinstance(node, dict) and isinstance(node.get("$ref"), str)
        if (file, fragment) in seen:  # another reference's circle, which is told there
            return
        if not leads_on or (file, fragment) in ended:
            ended |= seen
            return
        seen.add((file, fragment))
        here = Reference(file, f"/schema{fragment}", node["$ref"])
        if (here.path, here.pointer) == (first.path, first.pointer):
            raise BadReference(first, "leads back to itself and so says nothing: let it name another type", PROGRESS)


def _followed(here: Reference, file: str, fragment: str, get: Get) -> Any:
    """Return what a reference names; raise BadReference when it is not there or no type."""
    try:
        data = get(file)
    except LookupError:
        raise BadReference(here, f"names no file that can be read: there is no {file}", RESOLVE) from None
    if here.pointer == "/openapi":
        return data
    if file != here.path and not file.startswith("types/"):
        raise BadReference(here, "names no shared type: only files under types/ are referred to", RESOLVE)
    inside_openapi = file == here.path and file.endswith(".openapi.yaml")
    try:
        return lookup(data if inside_openapi else data["schema"], fragment)
    except (LookupError, TypeError):
        raise BadReference(here, f"names nothing: {file} has no {fragment or 'schema'}", RESOLVE) from None


def bundle(path: str, get: Get) -> Bundle:
    """
    Return a contract's schema with every type it reaches under `$defs`, each under its file's path.

    Raises BadReference when a reference can't be followed.
    """
    bundler = _Bundler(path, get)
    root = bundler.rewritten(get(path)["schema"], path)
    parts: dict[str, Any] = {}
    while bundler.waiting:
        file = bundler.waiting.pop()
        parts[file] = bundler.rewritten(get(file)["schema"], file)
    if parts:
        root = {**root, "$defs": {**root.get("$defs", {}), **{file: parts[file] for file in sorted(parts)}}}
    return Bundle(path, root, frozenset(parts))


def bundle_api(path: str, get: Get) -> ApiBundle:
    """
    Return an OpenAPI document with every type it reaches under `x-bundled`, each under its file's path.

    Raises BadReference when a reference can't be followed.
    """
    bundler = _Bundler(path, get, BUNDLED)
    document = copy.deepcopy(get(path))
    for pointer, ref in list(openapi.references(document)):
        if not ref.startswith("#"):
            node = lookup(document, pointer)
            node["$ref"] = bundler.pointed(ref, path)
    parts: dict[str, Any] = {}
    while bundler.waiting:
        file = bundler.waiting.pop()
        parts[file] = bundler.rewritten(get(file)["schema"], file)
    return ApiBundle(path, {**document, BUNDLED: parts} if parts else document, frozenset(parts))


@dataclass
class _Bundler:
    """A bundle being made: the contract's file, and the files reached but not yet copied."""

    path: str
    get: Get
    home: str = "$defs"
    """The member under which the files reached stand."""
    waiting: list[str] = field(default_factory=list[str])
    reached: set[str] = field(default_factory=set[str])

    def rewritten(self, schema: Any, here: str) -> Any:
        """Copy a schema of the file `here` with its references turned into pointers of the bundle."""
        return mapped(schema, lambda node: self._with_reference(node, here))

    def _with_reference(self, node: dict[str, Any], here: str) -> dict[str, Any]:
        """Return a schema object with its own reference rewritten; note the file it names."""
        ref = node.get("$ref")
        if not isinstance(ref, str):
            return node
        return {**node, "$ref": self.pointed(ref, here)}

    def pointed(self, ref: str, here: str) -> str:
        """Return a reference of the file `here` as a pointer of the bundle; note the file it names."""
        file, fragment = target(here, "", ref)
        _followed(Reference(here, "", ref), file, fragment, self.get)
        if file == self.path:
            return "#" + fragment
        if file not in self.reached:
            self.reached.add(file)
            self.waiting.append(file)
        return f"#/{self.home}/{escape(file)}{fragment}"


def mapped(schema: Any, change: Callable[[dict[str, Any]], dict[str, Any]]) -> Any:
    """Return a schema with a change made to each object schema in it, outermost first; values of `enum` and the like stay."""
    if not isinstance(schema, dict):
        return schema
    result = dict(change(schema))
    for keyword, value in result.items():
        if keyword in MAPS and isinstance(value, dict):
            result[keyword] = {name: mapped(item, change) for name, item in value.items()}
        elif isinstance(value, list) and (keyword in LISTS or keyword in SINGLES):
            result[keyword] = [mapped(item, change) for item in value]
        elif keyword in SINGLES:
            result[keyword] = mapped(value, change)
    return result


def identity(value: Any) -> str:
    """Return the SHA-256 of a value's canonical JSON (sorted members, no white space), in hexadecimal."""
    text = json.dumps(value, sort_keys=True, ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def without_annotations(schema: Any) -> Any:
    """Return a schema without the keywords that no reader observes."""
    return mapped(
        schema, lambda node: {keyword: value for keyword, value in node.items() if keyword not in ANNOTATIONS}
    )
