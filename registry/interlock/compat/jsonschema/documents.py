"""Schemas as written: documents, the resources embedded in them, anchors, and where a reference leads."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urldefrag, urljoin

from .dialects import DEFAULT, DIALECTS, Dialect, Shape, dialect_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

MAX_NESTING = 256
"""Documents whose objects and arrays nest deeper are not read."""


@dataclass(slots=True, eq=False)
class Resource:
    """A schema with an address of its own."""

    base: str
    document: str
    pointer: str
    dialect: Dialect
    root: Place = field(init=False)
    unknown_dialect: str = ""
    anchors: dict[str, Place] = field(default_factory=dict)
    dynamic: set[str] = field(default_factory=set)
    recursive: bool = False
    """Whether the root says `$recursiveAnchor: true`."""


@dataclass(slots=True, eq=False)
class Place:
    """One schema where it is written."""

    document: str
    pointer: str
    schema: Any
    resource: Resource
    sources: Library
    _children: dict[tuple[str | int, ...], Place] = field(default_factory=dict)
    _below: list[Place] | None = None

    @property
    def dialect(self) -> Dialect:
        """The draft that the schema is written in."""
        return self.resource.dialect

    def child(self, *tokens: str | int) -> Place:
        """The schema below."""
        found = self._children.get(tokens)
        if found is None:
            pointer, schema = self.pointer, self.schema
            for token in tokens:
                schema = schema[token]
                pointer = f"{pointer}/{escaped(token)}"
            found = self._children[tokens] = self.sources.place(self.document, pointer, schema, self.resource)
        return found

    def subschemas(self) -> list[Place]:
        """Every schema directly below that says something of a value, by the draft's keywords."""
        if self._below is None:
            self._below = [
                self.child(*tokens)
                for tokens, _ in below(self.schema, self.dialect)
                if tokens[0] not in {"$defs", "definitions"}
            ]
        return self._below


def below(schema: Any, dialect: Dialect) -> Iterator[tuple[tuple[str | int, ...], Any]]:
    """Every schema directly below, with the tokens that lead to it."""
    if not isinstance(schema, dict) or (dialect.ref_stands_alone and isinstance(schema.get("$ref"), str)):
        return
    shapes = dialect.keywords
    for keyword, value in schema.items():
        shape = shapes.get(keyword, Shape.NONE)
        if shape is Shape.NONE:
            continue
        if isinstance(value, dict) and shape in {Shape.MAP, Shape.MAYBE_MAP}:
            for name, item in value.items():
                if shape is Shape.MAP or not isinstance(item, list):
                    yield (keyword, name), item
        elif isinstance(value, list) and shape in {Shape.LIST, Shape.ONE_OR_LIST}:
            for index, item in enumerate(value):
                yield (keyword, index), item
        elif shape in {Shape.ONE, Shape.ONE_OR_LIST}:
            yield (keyword,), value


def escaped(token: str | int) -> str:
    """A JSON Pointer token (RFC 6901, section 3)."""
    text = str(token)
    return text.replace("~", "~0").replace("/", "~1") if "~" in text or "/" in text else text


def too_deep(value: Any) -> bool:
    """Whether objects and arrays nest deeper than `MAX_NESTING`; looks level by level, without recursion."""
    level = [value]
    for _ in range(MAX_NESTING):
        level = [child for parent in level for child in _children(parent) if isinstance(child, (dict, list, tuple))]
        if not level:
            return False
    return True


def _children(value: Any) -> Any:
    return value.values() if isinstance(value, dict) else value if isinstance(value, (list, tuple)) else ()


class Library:
    """One side's documents."""

    def __init__(self, side: str, root: Any, documents: Mapping[str, Any] | None, dialect: str | None) -> None:
        """Read the root document; the others are read when something refers to them."""
        self.side = side
        self._forced = DIALECTS[dialect] if dialect else None
        self._documents = {urldefrag(uri).url: schema for uri, schema in (documents or {}).items()}
        self._resolved: dict[tuple[int, str], Place | None] = {}
        self.used: dict[str, Any] = {}
        """The documents that something referred to."""
        self._resources: dict[str, Resource] = {}
        self._roots: dict[tuple[str, str], Resource] = {}
        self._places: dict[tuple[str, str], Place] = {}
        self._default = self._forced or DEFAULT
        self.root = self._read("", root)
        self._default = self.root.dialect

    def place(self, document: str, pointer: str, schema: Any, parent: Resource) -> Place:
        """The one `Place` for a spot in a document."""
        found = self._places.get((document, pointer))
        if found is None:
            resource = self._roots.get((document, pointer), parent)
            found = self._places[document, pointer] = Place(document, pointer, schema, resource, self)
        return found

    def _read(self, uri: str, schema: Any) -> Place:
        """Register every resource and anchor of a document."""
        top = Resource(uri, uri, "", self._default)
        self._resources.setdefault(uri, top)
        self._roots[uri, ""] = top
        root = top.root = self.place(uri, "", schema, top)
        todo: list[tuple[Any, _Path, Resource]] = [(schema, None, top)]
        while todo:
            current, path, resource = todo.pop()
            if isinstance(current, dict) and not _SPECIAL.isdisjoint(current):
                place = self.place(uri, _pointer(path), current, resource)
                self._enter(place)
                resource = place.resource
            for tokens, child in below(current, resource.dialect):
                if isinstance(child, dict):
                    todo.append((child, (path, tokens), resource))
        return root

    def _enter(self, place: Place) -> None:
        """Let `$schema`, `$id` and anchors of one schema count."""
        schema = place.schema
        if not isinstance(schema, dict):
            return
        self._choose_dialect(place)
        name = place.dialect.id_keyword
        alone = place.dialect.ref_stands_alone and isinstance(schema.get("$ref"), str)
        if isinstance(schema.get(name), str) and not alone:
            self._identify(place, schema[name])
        for keyword in place.dialect.anchors:
            if isinstance(schema.get(keyword), str):
                place.resource.anchors.setdefault(schema[keyword], place)
                place.resource.dynamic |= {schema[keyword]} if keyword == "$dynamicAnchor" else set()
        if schema.get("$recursiveAnchor") is True and place.pointer == place.resource.pointer:
            place.resource.recursive = True

    def _choose_dialect(self, place: Place) -> None:
        said = place.schema.get("$schema")
        if not isinstance(said, str):
            return
        known = dialect_of(said)
        if known is None and self._has_own_vocabulary(said):
            place.resource.unknown_dialect = said
        if self._forced or (place.pointer and not isinstance(place.schema.get("$id", place.schema.get("id")), str)):
            return
        if known is not place.resource.dialect and place.pointer:
            place.resource = Resource(place.resource.base, place.document, place.pointer, known or DEFAULT)
            place.resource.root = place
        place.resource.dialect = known or self._meta_dialect(said)
        if known is None and urldefrag(said).url not in self._documents:
            place.resource.unknown_dialect = said

    def _has_own_vocabulary(self, uri: str) -> bool:
        """Whether a metaschema among the documents chooses its vocabularies itself."""
        meta = self._documents.get(urldefrag(uri).url)
        return isinstance(meta, dict) and "$vocabulary" in meta

    def _meta_dialect(self, uri: str) -> Dialect:
        """The draft of a metaschema that is among the documents."""
        meta = self._documents.get(urldefrag(uri).url)
        return (isinstance(meta, dict) and dialect_of(meta.get("$schema"))) or DEFAULT

    def _identify(self, place: Place, name: str) -> None:
        parent = place.resource
        if name.startswith("#"):
            if place.dialect.ref_stands_alone:
                parent.anchors.setdefault(name[1:], place)
            return
        url, fragment = urldefrag(joined(parent.base, name))
        resource = parent
        if place.pointer:
            resource = Resource(url, place.document, place.pointer, place.dialect)
            self._roots[place.document, place.pointer] = place.resource = resource
            resource.root = place
        else:
            resource.base = url
        self._resources.setdefault(url, resource)
        if fragment and place.dialect.ref_stands_alone:
            resource.anchors.setdefault(fragment, place)

    def resolve(self, base: Resource, reference: str) -> Place | None:
        """The schema that a reference means; None when it leads nowhere."""
        key = (id(base), reference)
        if key not in self._resolved:
            self._resolved[key] = self._resolve(base, reference)
        return self._resolved[key]

    def _resolve(self, base: Resource, reference: str) -> Place | None:
        url, fragment = urldefrag(joined(base.base, reference))
        resource = base if url == base.base else self._resource(url)
        if resource is None:
            return None
        fragment = unquote(fragment)
        if fragment and not fragment.startswith("/"):
            return resource.anchors.get(fragment)
        return self._walk(resource.root, fragment)

    def _resource(self, url: str) -> Resource | None:
        if url not in self._resources:
            schema = self._documents.get(url, MISSING)
            schema = _metaschema(url) if schema is MISSING else schema
            if schema is MISSING or too_deep(schema):
                return None
            self.used[url] = schema
            self._resources[url] = self._read(url, schema).resource
        return self._resources[url]

    def _walk(self, place: Place, pointer: str) -> Place | None:
        for raw in pointer.split("/")[1:]:
            token = raw.replace("~1", "/").replace("~0", "~")
            if isinstance(place.schema, dict) and token in place.schema:
                place = place.child(token)
            elif isinstance(place.schema, list) and token.isdecimal() and int(token) < len(place.schema):
                place = place.child(int(token))
            else:
                return None
        return place

    def declared_names(self) -> frozenset[str]:
        """Every member name under a `properties` that was read."""
        maps = (p.schema.get("properties") for p in self._places.values() if isinstance(p.schema, dict))
        return frozenset(name for names in maps if isinstance(names, dict) for name in names)


MISSING = object()

_SPECIAL = frozenset({"$id", "id", "$schema", "$anchor", "$dynamicAnchor", "$recursiveAnchor"})
"""Keywords for which a schema is looked at when its document is read."""

_Path = Any
"""A parent's path and the tokens after it, or None at the root; spelled out only where it is needed."""


def _pointer(path: _Path) -> str:
    tokens: list[str | int] = []
    while path is not None:
        path, last = path
        tokens[:0] = last
    return "".join(f"/{escaped(token)}" for token in tokens)


def joined(base: str, reference: str) -> str:
    """A reference made absolute (RFC 3986, section 5); a mere fragment never changes the address."""
    if not reference or reference.startswith("#"):
        return base + reference
    try:
        return urljoin(base, reference)
    except ValueError:
        return reference


def _metaschema(url: str) -> Any:
    """The official metaschemas, from the validator's own package."""
    try:
        from jsonschema_specifications import REGISTRY  # type: ignore[import-untyped]
    except ImportError:
        return MISSING
    found = REGISTRY.get(url) or REGISTRY.get(url + "#")
    return MISSING if found is None else found.contents
