"""A contract's schema with all that it reaches in one document, and the identity of a value."""

from __future__ import annotations

import copy
import hashlib
import json
from dataclasses import dataclass, field
from typing import Any

from interlock import openapi
from interlock.pointers import escape, join, lookup, split
from interlock.references.following import Get, Reference, followed, target
from interlock.references.schemas import mapped


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
        followed(Reference(here, "", ref), file, fragment, self.get)
        if file == self.path:
            return "#" + fragment
        if file not in self.reached:
            self.reached.add(file)
            self.waiting.append(file)
        return f"#/{self.home}/{escape(file)}{fragment}"


def identity(value: Any) -> str:
    """Return the SHA-256 of a value's canonical JSON (sorted members, no white space), in hexadecimal."""
    text = json.dumps(value, sort_keys=True, ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
