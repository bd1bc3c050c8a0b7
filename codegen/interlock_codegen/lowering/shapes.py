"""
What a JSON Schema says about the Python type of a value: only what is true of each value that it takes.

The type is a view on what the exact gate has taken, so it may say less than the schema and never more.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from interlock.pointers import lookup

Schema = Mapping[str, Any]

TYPES = ("object", "array", "string", "integer", "number", "boolean", "null")
OPEN_ENUM = "x-extensible-enum"
"""Values known today of a list that grows; a reader takes any other too."""
OPEN_UNION = "x-open-union"
"""The member that tells the branches of a union apart, set where a reader takes branches that are not known yet."""

_DECIMAL = re.compile(r"\^-\?\[0-9\](\{[0-9,]+\}|\+)\(\\\.\[0-9\](\{[0-9,]+\}|\+)\)\?\$")
"""Pattern of a decimal in digits with an optional fraction: the string is a number whose digits must be kept."""
_MOST_PARTS = 50


@dataclass(frozen=True)
class Root:
    """A self-contained schema in which local references are followed."""

    schema: Any
    old: bool = False
    """Whether the dialect is draft 7 or older, where nothing beside a `$ref` counts (draft 7 core section 8.3)."""
    ignored: frozenset[str] = frozenset()
    """Keywords that the dialect does not know."""
    follows: bool = True
    """Whether references are followed; not where parts have identifiers of their own, which change what one means."""

    def target(self, ref: Any) -> tuple[str, Any] | None:
        """Return pointer and schema that a reference inside the document names."""
        if not self.follows or not isinstance(ref, str) or not (ref == "#" or ref.startswith("#/")):
            return None
        try:
            return unquote(ref[1:]), lookup(self.schema, unquote(ref[1:]))
        except (LookupError, TypeError, ValueError):
            return None

    def parts(self, schema: Any) -> Iterator[Schema]:
        """Yield the schemas that all hold of the same value: itself, what it refers to, its `allOf`."""
        waiting, seen = [schema], set[int]()
        while waiting and len(seen) < _MOST_PARTS:
            node = waiting.pop(0)
            if not isinstance(node, dict) or id(node) in seen:
                continue
            seen.add(id(node))
            found = self.target(node.get("$ref"))
            if self.old and "$ref" in node:
                waiting += [found[1]] if found else []
                continue
            yield self.known(node)
            waiting += [found[1]] if found else []
            waiting += node["allOf"] if isinstance(node.get("allOf"), list) else []

    def known(self, node: Schema) -> Schema:
        """Return a schema without the keywords that its dialect does not know."""
        return {key: value for key, value in node.items() if key not in self.ignored} if self.ignored else node

    def types(self, schema: Any) -> frozenset[str]:
        """Return the JSON types that a value may have; all of them where nothing is said."""
        found = frozenset(TYPES)
        for part in self.parts(schema):
            found &= _said(part)
        return found

    def first(self, schema: Any, keyword: str) -> Any:
        """Return a keyword's value from the nearest part that has it."""
        return next((part[keyword] for part in self.parts(schema) if keyword in part), None)

    def properties(self, schema: Any) -> dict[str, Any]:
        """Return the declared members of all parts, the nearest part first."""
        found: dict[str, Any] = {}
        for part in self.parts(schema):
            declared = part.get("properties")
            for name, item in declared.items() if isinstance(declared, dict) else ():
                found.setdefault(name, item)
        return found

    def required(self, schema: Any) -> frozenset[str]:
        """Return the members that some part requires."""
        lists = (part.get("required") for part in self.parts(schema))
        return frozenset(name for names in lists if isinstance(names, list) for name in names if isinstance(name, str))

    def values(self, schema: Any) -> list[Any] | None:
        """Return the values of a closed enumeration; None where it is open or there is none."""
        for part in self.parts(schema):
            if "const" in part:
                return [part["const"]]
            if isinstance(part.get("enum"), list) and OPEN_ENUM not in part:
                return list(part["enum"])
        return None

    def texts(self, schema: Any) -> list[str]:
        """Return the known texts of an enumeration, open or closed, where there is a choice."""
        values = self.first(schema, OPEN_ENUM) or self.values(schema)
        if not isinstance(values, list):
            return []
        texts = [value for value in values if isinstance(value, str)]
        return list(dict.fromkeys(texts)) if len(texts) == len(values) and len(set(texts)) > 1 else []

    def discriminator(self, branches: list[Any]) -> str | None:
        """Return the member that each branch requires with a constant text of its own."""
        constants = [self._constants(branch) for branch in branches]
        if len(branches) < 2 or any(self.types(branch) != frozenset({"object"}) for branch in branches):  # noqa: PLR2004 - one branch is no choice
            return None
        shared = [name for name in constants[0] if all(name in each for each in constants)]
        return next((name for name in shared if _disjoint([each[name] for each in constants])), None)

    def _constants(self, schema: Any) -> dict[str, frozenset[str]]:
        """Return the required members whose values are a closed list of texts."""
        required = self.required(schema)
        lists = {name: self.values(item) for name, item in self.properties(schema).items() if name in required}
        return {
            name: frozenset(values)
            for name, values in lists.items()
            if values and all(isinstance(value, str) for value in values)
        }


def _disjoint(sets: list[frozenset[str]]) -> bool:
    """Say whether no value is in two of the sets."""
    return sum(map(len, sets)) == len(frozenset[str]().union(*sets))


def _said(part: Schema) -> frozenset[str]:
    """Return the types that one schema object allows by itself."""
    said = part.get("type")
    found = frozenset(TYPES)
    if isinstance(said, str | list):
        found = frozenset([said] if isinstance(said, str) else [name for name in said if isinstance(name, str)])
        found |= {"integer"} if "number" in found else frozenset()
    values = [part["const"]] if "const" in part else part.get("enum") if OPEN_ENUM not in part else None
    if isinstance(values, list):
        found &= frozenset(json_type(value) for value in values)
    return found


def json_type(value: Any) -> str:
    """Return the JSON type of a value; an integral number is an integer (JSON Schema 2020-12 validation section 6.1.1)."""
    if value is None or isinstance(value, bool):
        return "null" if value is None else "boolean"
    if isinstance(value, str):
        return "string"
    if isinstance(value, dict | list):
        return "object" if isinstance(value, dict) else "array"
    return "integer" if value == int(value) else "number"


def is_decimal_text(pattern: Any) -> bool:
    r"""
    Say whether a string's pattern makes it a decimal number with an optional fraction.

    >>> is_decimal_text(r"^-?[0-9]{1,15}(\.[0-9]{1,6})?$"), is_decimal_text("^[0-9]{13}$")
    (True, False)
    """
    return isinstance(pattern, str) and _DECIMAL.fullmatch(pattern) is not None
