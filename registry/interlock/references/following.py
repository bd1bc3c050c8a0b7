"""References between files: what each names, what a contract reaches, and what is wrong with them."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from interlock import openapi
from interlock.pointers import lookup
from interlock.references.schemas import references

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
        node = followed(here, file, fragment, get)
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


def followed(here: Reference, file: str, fragment: str, get: Get) -> Any:
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
