"""Where the writer's schema speaks of a value: the schemas that apply to it, found along its place in the witness."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

from interlock.regex import PatternError

from .reading import MalformedError, declared, pattern_keys

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .holding import Holding
    from .scopes import Here
    from .translating import Translator


class Placing:
    """Follows values through one side's schemas."""

    def __init__(self, translator: Translator, holding: Holding) -> None:
        """Places in the translator's schemas."""
        self._t = translator
        self._holding = holding

    def applying(self, value: Any, tokens: list[str | int]) -> list[Here]:
        """The schemas that apply to the value at the tokens, outermost first."""
        found = list(self._in_place([self._t.root()], value))
        for token in tokens:
            value = value[token]
            below = [child for here in found for child in self._below(here, token)]
            found = list(self._in_place(below, value))
        return found

    def _in_place(self, start: list[Here], value: Any) -> Iterator[Here]:
        """The schemas and those they apply to the same value, as far as the value chooses among branches."""
        todo, seen = list(reversed(start)), set[Any]()
        while todo:
            here = todo.pop()
            if here in seen:
                continue
            seen.add(here)
            yield here
            if isinstance(here.place.schema, dict):
                todo += reversed(list(self._applied(here, value)))

    def _applied(self, here: Here, value: Any) -> Iterator[Here]:
        t, schema = self._t, here.place.schema
        for keyword in ("$ref", "$dynamicRef", "$recursiveRef"):
            target = t.target(here, keyword) if t.knows(here, keyword) else None
            if target is not None:
                yield target
        for keyword in ("allOf", "anyOf", "oneOf"):
            for index in range(len(schema[keyword])) if self._has(here, keyword, list) else ():
                branch = t.child(here, keyword, index)
                if keyword == "allOf" or self._fits(branch, value):
                    yield branch
        if t.knows(here, "if"):
            chosen = "then" if self._fits(t.child(here, "if"), value) else "else"
            if chosen in schema:
                yield t.child(here, chosen)

    def _has(self, here: Here, keyword: str, shape: type) -> bool:
        return self._t.knows(here, keyword) and isinstance(here.place.schema[keyword], shape)

    def _fits(self, here: Here, value: Any) -> bool:
        return self._holding.holds(self._t.node(here), value) is not False

    def _below(self, here: Here, token: str | int) -> Iterator[Here]:
        if not isinstance(here.place.schema, dict):
            return
        if isinstance(token, int):
            yield from self._item(here, token)
            return
        with suppress(MalformedError, PatternError):
            yield from self._member(here, token)

    def _member(self, here: Here, name: str) -> Iterator[Here]:
        t, schema = self._t, here.place.schema
        if self._has(here, "properties", dict) and name in schema["properties"]:
            yield t.child(here, "properties", name)
        if self._has(here, "patternProperties", dict):
            for text in schema["patternProperties"]:
                if name in pattern_keys(text):
                    yield t.child(here, "patternProperties", text)
        if self._has(here, "additionalProperties", dict) and name not in declared(here):
            yield t.child(here, "additionalProperties")

    def _item(self, here: Here, place: int) -> Iterator[Here]:
        t, schema = self._t, here.place.schema
        for keyword in ("prefixItems", "items"):
            if self._has(here, keyword, list) and place < len(schema[keyword]):
                yield t.child(here, keyword, place)
                return
        for keyword in ("items", "additionalItems"):
            if self._has(here, keyword, dict):
                yield t.child(here, keyword)
                return
