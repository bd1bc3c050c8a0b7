"""From JSON Schema to Python types: classes for objects with members, plain types for the rest."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from interlock.pointers import join
from interlock.references import references
from interlock_codegen.code import Code, docstring
from interlock_codegen.layout import Node, shown, subscript, union
from interlock_codegen.lowering import enums
from interlock_codegen.lowering.choices import choice, mapping
from interlock_codegen.lowering.members import class_of
from interlock_codegen.lowering.module import ModuleNames
from interlock_codegen.lowering.place import Bench, Place, singular, text
from interlock_codegen.lowering.shapes import Root, is_decimal_text
from interlock_codegen.model import Alias, Class, Definition
from interlock_codegen.naming import pascal

MOST_NESTED = 6
"""Classes nested deeper than this stand at the top of the module: Python limits the indentation of a file."""
_MOST_TYPES = 4
"""A value of more JSON types is typed as anything."""
_SHAPING = frozenset({"properties", "allOf", "type", "enum", "const"})
"""Keywords beside a reference that shape the type themselves."""
_ANYTHING = Code("")
"""Known but not named: a type that is being defined and can't name itself."""
_MANY = Code("...")
_ORDER = {"object": "", "array": "", "string": "", "number": "", "integer": "int", "boolean": "bool", "null": "None"}
"""JSON types in the order in which a union names them, and what the plain ones are called."""
_FORMATS = {"date-time": "Instant", "date": "LocalDate"}

Shared = Callable[[str], tuple[str, str] | None]
"""Returns module and name of a shared type for a pointer into the bundle, or None for a place inside the document."""


@dataclass
class Lowering:
    """The types of one module."""

    root: Root
    names: ModuleNames
    shared: Shared = lambda _: None
    definitions: list[Definition] = field(default_factory=list[Definition])
    exports: list[Code] = field(default_factory=list[Code])
    _known: dict[str, Code] = field(default_factory=dict[str, Code])
    """Names of types by the pointer of their schema."""
    _open: set[int] = field(default_factory=set[int])
    """The schemas whose types are being made."""

    @property
    def _bench(self) -> Bench:
        """What the steps work with."""
        return Bench(self.root, self.names, self.annotation)

    def root_type(self, name: str, doc: tuple[str, ...], samples: tuple[Any, ...] = ()) -> Code:
        """Define the document's own type, which has its name before any other, and return what annotations call it."""
        claimed = Code(self.names.scope.claim(name))
        self._reserve()
        self._define(claimed, self._top("", name, samples), doc)
        return self._known[""]

    def _define(self, name: Code, place: Place, doc: tuple[str, ...]) -> None:
        """Define the schema at a place as a class or an alias at the top of the module."""
        schema = self._at(place.pointer)
        self._known[place.pointer] = name
        self.exports.append(name)
        if self._is_class(schema):
            self.definitions.append(self._class(name, place, schema, doc))
        else:
            self._alias(name, schema, place, doc)

    def _top(self, pointer: str, hint: str, samples: tuple[Any, ...] = ()) -> Place:
        """Return a place at the top of the module."""
        return Place(pointer, hint, self.names.scope, self.definitions.append, 0, samples)

    def _at(self, pointer: str) -> Any:
        """Return the schema at a pointer."""
        found = self.root.target(f"#{pointer}")
        return found[1] if found else True

    def _alias(self, name: Code, schema: Any, place: Place, doc: tuple[str, ...]) -> None:
        """Define a type that is no class; of an enumeration the constants have the name and the type is `<Name>Value`."""
        own, values = name, self.root.texts(schema)
        if values:
            self.definitions.append(enums.constants(self.names, name, values, doc[0] if doc else "Known values."))
            own = Code(self.names.scope.claim(f"{name}Value"))
            self.exports.append(own)
        self.names.use("TypeAlias")
        self._known[place.pointer] = _ANYTHING  # an alias can't name itself
        annotation = self.annotation(schema, place, top=True)
        self._known[place.pointer] = own
        self.definitions.append(Alias(own, shown(annotation, before=len(own) + 14), docstring(*doc, indent=0)))

    def _reserve(self) -> None:
        """Keep the names of shared types free, so that no class which is made on the way takes one."""
        for ref in self._own_references():
            found = self.root.target(ref)
            home = self.shared(found[0]) if found else None
            if home is not None:
                self.names.reserve(*home)

    def _own_references(self) -> Iterator[str]:
        """Yield the references that stand in this document and not in a shared type that is bundled with it."""
        schema = self.root.schema if isinstance(self.root.schema, dict) else {}
        parts = schema.get("$defs") if isinstance(schema.get("$defs"), dict) else {}
        own = {name: part for name, part in (parts or {}).items() if not self.shared(join("$defs", name))}
        yield from (ref for _, ref in references({**schema, "$defs": own}))

    # Types

    def annotation(self, schema: Any, place: Place, *, top: bool = False) -> Node:
        """Return the annotation for a schema; classes and constants that it needs are defined on the way."""
        named = self._reference(schema)
        if named is not None:
            return named
        if place.pointer in self._known and not top:
            return self._called(place.pointer)
        if id(schema) in self._open:
            return self.names.use("Any")  # a type that holds itself and has no name
        self._open.add(id(schema))
        try:
            return self._unnamed(schema, place, top=top)
        finally:
            self._open.discard(id(schema))

    def _unnamed(self, schema: Any, place: Place, *, top: bool) -> Node:
        """Return the annotation for a schema that is not known by a name."""
        chosen = choice(self._bench, schema, place)
        if chosen is not None:
            return chosen
        values = self.root.values(schema)
        if values is not None and enums.in_literal(values):
            return self._closed(schema, values, place, top=top)
        types = self.root.types(schema)
        if len(types) > _MOST_TYPES or not types:
            return self.names.use("Any")
        kinds = [kind for kind in _ORDER if kind in types and not (kind == "integer" and "number" in types)]
        parts = [self._of_type(kind, schema, place, top=top) for kind in kinds]
        return self.names.use("Any") if "Any" in parts else union(*parts)

    def _called(self, pointer: str) -> Code:
        """Return what annotations call the type at a pointer."""
        return self.names.use("Any") if self._known[pointer] is _ANYTHING else self._known[pointer]

    def _reference(self, schema: Any) -> Code | None:
        """Return the name of the type that a schema refers to, where it adds nothing that shapes the type."""
        alone = _only_part(schema)
        if alone is not None:
            return self._reference(alone)
        if (
            not isinstance(schema, dict)
            or "$ref" not in schema
            or (not self.root.old and not _SHAPING.isdisjoint(schema))
        ):
            return None
        found = self.root.target(schema["$ref"])
        if found is None:
            return self.names.use("Any")
        pointer, target = found
        if pointer not in self._known:
            home = self.shared(pointer)
            if home is not None:
                return self.names.take(*home)
            self._local(pointer, target)
        return self._called(pointer)

    def _local(self, pointer: str, target: Any) -> None:
        """Define what a reference inside the document names, at the top of the module."""
        if not self._is_class(target) and isinstance(target, dict) and "$ref" in target:
            self._known[pointer] = _ANYTHING  # a chain of references, which may lead back here
            self._known[pointer] = self._reference(target) or _ANYTHING
            return
        hint = pascal(pointer.rpartition("/")[2].removesuffix(".yaml"), "Part")
        doc = text(target, "title"), text(target, "description")
        self._define(Code(self.names.scope.claim(hint)), self._top(pointer, hint), tuple(line for line in doc if line))

    def _of_type(self, kind: str, schema: Any, place: Place, *, top: bool) -> Node:
        """Return the annotation of one JSON type of a schema."""
        match kind:
            case "string":
                return self._text_type(schema, place, top=top)
            case "number":
                return self.names.use("Decimal")
            case "array":
                return self._array(schema, place)
            case "object":
                return self._object(schema, place)
            case _:
                return Code(_ORDER[kind])

    def _text_type(self, schema: Any, place: Place, *, top: bool) -> Node:
        """Return the type of a text."""
        known = self.root.texts(schema)
        if known and not top:
            enums.nest_constants(self.names, known, place)
        if known:
            return enums.open_type(self.names, known)
        which = _FORMATS.get(str(self.root.first(schema, "format")))
        is_decimal = is_decimal_text(self.root.first(schema, "pattern")) and not place.in_choice
        which = "DecimalText" if is_decimal else which
        return self.names.use(which) if which and self.root.types(schema) == frozenset({"string"}) else Code("str")

    def _closed(self, schema: Any, values: list[Any], place: Place, *, top: bool) -> Node:
        """Return the type of a closed enumeration."""
        texts = self.root.texts(schema)
        if texts and not top:
            enums.nest_constants(self.names, texts, place)
        return enums.literal_type(self.names, values)

    def _array(self, schema: Any, place: Place) -> Node:
        """Return the type of an array; items are typed where one schema holds of all."""
        items = self.root.first(schema, "items")
        if not isinstance(items, dict) or self.root.first(schema, "prefixItems"):
            return subscript("tuple", self.names.use("Any"), _MANY)
        samples = tuple(item for sample in place.samples if isinstance(sample, list) for item in sample)
        doc = text(schema, "description") or place.doc
        below = replace(place, pointer=f"{place.pointer}/items", hint=singular(place.hint), samples=samples, doc=doc)
        return subscript("tuple", self.annotation(items, below), _MANY)

    def _object(self, schema: Any, place: Place) -> Node:
        """Return the type of an object: a class where members are declared, else a mapping."""
        if self._declares(schema):
            return self._nested_class(schema, place)
        values = self.root.first(schema, "additionalProperties")
        if not isinstance(values, dict) or self.root.first(schema, "patternProperties"):
            return mapping(self.names)
        below = replace(place, pointer=f"{place.pointer}/additionalProperties", hint=f"{place.hint}Value", samples=())
        return mapping(self.names, self.annotation(values, below))

    # Classes

    def _is_class(self, schema: Any) -> bool:
        """Say whether a schema takes objects with declared members and nothing else."""
        return self.root.types(schema) == frozenset({"object"}) and self._declares(schema)

    def _declares(self, schema: Any) -> bool:
        """Say whether a schema declares members of an object."""
        branches = isinstance(schema, dict) and (schema.get("oneOf") or schema.get("anyOf"))
        return bool(self.root.properties(schema)) and not (branches and "properties" not in schema)

    def _nested_class(self, schema: Any, place: Place) -> Code:
        """Define a class where its member stands, or at the top of the module when it would stand too deep."""
        if place.depth >= MOST_NESTED:
            place = self._top(place.pointer, place.hint, place.samples)
        name = Code(place.scope.claim(place.hint))
        doc = (text(schema, "title"), text(schema, "description") or place.doc or "No description.")
        place.define(self._class(name, place, schema, tuple(line for line in doc if line)))
        return name

    def _class(self, name: Code, place: Place, schema: Any, doc: tuple[str, ...]) -> Class:
        """Build the class of an object."""
        return class_of(self._bench, name, place, schema, doc)


def _only_part(schema: Any) -> Any:
    """Return the one schema under `allOf` where nothing beside it shapes the type; a common way to describe a reference."""
    parts: Any = schema.get("allOf") if isinstance(schema, dict) and "$ref" not in schema else None
    return parts[0] if isinstance(parts, list) and len(parts) == 1 and _SHAPING & schema.keys() == {"allOf"} else None
