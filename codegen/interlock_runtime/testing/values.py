"""From a schema to a value that it takes, by the choices of a chooser."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import Any

from ..numbers import plain as one_form
from ..schemas import pointed
from ..violations import pointer
from . import texts
from .choosing import Chooser, Seeded
from .texts import CannotSample

MOST_DEPTH = 12
"""Below so many levels nothing is there that may be left out, so that a recursive type ends."""
MOST_VALUES = 500
"""After so many values nothing more is made that may be left out."""
_GIVE_UP = 60
_GIVE_UP_VALUES = 20_000
_TRIES = 20
_LONG = 40
_MOST_LENGTH = 100_000
_TYPES = ("object", "array", "string", "integer", "number", "boolean", "null")
_BOUND = Decimal(10) ** 9


@dataclass
class Maker:
    """Makes values of the schemas of one document."""

    root: Any
    chooser: Chooser
    needed: frozenset[str] = frozenset()
    """JSON Pointers to what has to be there although it may be left out, such as the parts of a key."""

    made: int = 0
    """How many values were made so far."""

    def value(self, schema: Any, depth: int = 0, at: str = "") -> Any:
        """Return a value that a schema takes; raise CannotSample where that can't be told from the schema."""
        self.made += 1
        if depth > _GIVE_UP or self.made > _GIVE_UP_VALUES:
            raise CannotSample("a type holds itself without an end")
        parts = list(self._parts(schema))
        if any(part is False for part in parts):
            raise CannotSample("a schema takes no value")
        said = [part for part in parts if isinstance(part, dict)]
        fixed = next(
            (part for part in said if "const" in part or ("enum" in part and "x-extensible-enum" not in part)), None
        )
        if fixed is not None:
            return fixed["const"] if "const" in fixed else self.chooser.one_of(fixed["enum"])
        return self._of_kind(self._kind(said), said, depth, at)

    def _of_kind(self, kind: str, parts: list[Any], depth: int, at: str) -> Any:
        """Return a value of one JSON type."""
        if kind == "object":
            return self._object(parts, depth, at)
        if kind == "array":
            return self._array(parts, depth, at)
        if kind == "string":
            return self._text(parts)
        if kind in {"integer", "number"}:
            return self._number(parts, whole=kind == "integer")
        return self.chooser.one_of((False, True)) if kind == "boolean" else None

    def _parts(self, schema: Any) -> Iterator[Any]:
        """Yield the schemas that a value has to keep: itself, what it refers to, and one branch of each choice."""
        waiting, steps = [schema], 0
        while waiting and steps < _GIVE_UP:
            steps += 1
            node = waiting.pop(0)
            yield node
            if not isinstance(node, dict):
                continue
            if isinstance(node.get("$ref"), str):
                waiting.append(pointed(self.root, node["$ref"]))
            waiting.extend(node.get("allOf", ()))
            waiting.extend(self.chooser.one_of(node[keyword]) for keyword in ("oneOf", "anyOf") if node.get(keyword))

    def _kind(self, parts: list[Any]) -> str:
        """Return one of the types that all parts allow."""
        allowed = set(_TYPES)
        for part in parts:
            said = part.get("type")
            if said is not None:
                names = {said} if isinstance(said, str) else set(said)
                allowed &= names | ({"integer"} if "number" in names else set())
        if "integer" in allowed and "number" in allowed:
            allowed.discard("integer")
        if len(allowed) >= len(_TYPES) - 1:
            return "object" if any("properties" in part for part in parts) else "string"
        if not allowed:
            raise CannotSample("a schema asks for two types at once")
        return self.chooser.one_of([kind for kind in _TYPES if kind in allowed])

    # Objects and arrays

    def _object(self, parts: list[Any], depth: int, at: str) -> dict[str, Any]:
        """Return an object: what is required, some of the rest, and the entries that a map has."""
        required = {name for part in parts for name in part.get("required", ())}
        members: dict[str, list[Any]] = {}
        for part in parts:
            for name, schema in part.get("properties", {}).items():
                members.setdefault(name, []).append(schema)
        made: dict[str, Any] = {}
        for name, schemas in members.items():
            place = at + pointer([name])
            must = name in required or self._is_needed(place)
            if must or (self._has_room(depth) and all(each is not False for each in schemas) and self.chooser.maybe()):
                self._add(made, name, schemas, depth, place, must=must)
        for name in sorted(required - members.keys()):
            made[name] = self.value(_rest(parts), depth + 1)
        self._entries(made, parts, depth)
        return made

    def _has_room(self, depth: int) -> bool:
        """Say whether there is room for what may be left out."""
        return depth < MOST_DEPTH and self.made < MOST_VALUES

    def _is_needed(self, place: str) -> bool:
        """Say whether something at a place, or below it, has to be there."""
        return any(need == place or need.startswith(f"{place}/") for need in self.needed)

    def _add(self, made: dict[str, Any], name: str, schemas: list[Any], depth: int, place: str, *, must: bool) -> None:
        """Add a member; one that may be left out is, where no sample of it can be made."""
        try:
            made[name] = self.value(schemas[0] if len(schemas) == 1 else {"allOf": schemas}, depth + 1, place)
        except CannotSample:
            if must:
                raise

    def _entries(self, made: dict[str, Any], parts: list[Any], depth: int) -> None:
        """Add the entries of a map until there are enough."""
        least = max((part.get("minProperties", 0) for part in parts), default=0)
        most = min((part.get("maxProperties", least + 3) for part in parts), default=3)
        is_map = any(part.get("additionalProperties", False) is not False for part in parts) and not any(
            part.get("properties") for part in parts
        )
        target = (
            self.chooser.count(least, max(least, min(most, least + 3))) if is_map and self._has_room(depth) else least
        )
        names = next(
            (part["propertyNames"] for part in parts if "propertyNames" in part), {"type": "string", "minLength": 1}
        )
        for number in range(_TRIES):
            if len(made) >= target:
                return
            name = self.value({"type": "string", **names} if isinstance(names, dict) else True, depth + 1)
            made.setdefault(name if isinstance(name, str) else f"member{number}", self.value(_rest(parts), depth + 1))
        if len(made) < least:
            raise CannotSample("a map needs more entries than samples of its names were found")

    def _array(self, parts: list[Any], depth: int, at: str) -> list[Any]:
        """Return an array."""
        least = max((part.get("minItems", 0) for part in parts), default=0)
        most = min((part["maxItems"] for part in parts if "maxItems" in part), default=least + 3)
        prefix: list[Any] = next((part["prefixItems"] for part in parts if part.get("prefixItems")), [])
        items = [part["items"] for part in parts if "items" in part]
        schema = {"allOf": items} if items else {"type": "string"}
        few = most if self._has_room(depth) else least
        length = self.chooser.count(least, max(least, min(few, least + 3)))
        length = max(length, int(self._is_needed(f"{at}/0")))
        kinds = [prefix[index] if index < len(prefix) else schema for index in range(length)]
        made = [self.value(kind, depth + 1, f"{at}/{index}") for index, kind in enumerate(kinds)]
        if any(part.get("uniqueItems") for part in parts):
            made = self._unlike(made, schema, least, depth)
        return made

    def _unlike(self, made: list[Any], schema: Any, least: int, depth: int) -> list[Any]:
        """Return items of which no two are alike."""
        found = {repr(item): item for item in made}
        for _ in range(_TRIES):
            if len(found) >= least:
                return list(found.values())
            item = self.value(schema, depth + 1)
            found.setdefault(repr(item), item)
        raise CannotSample("an array needs more different items than were found")

    # Texts and numbers

    def _text(self, parts: list[Any]) -> str:
        """Return a text."""
        known = next((part["x-extensible-enum"] for part in parts if part.get("x-extensible-enum")), None)
        if known and self.chooser.known():
            return str(self.chooser.one_of(known))
        least = max((part.get("minLength", 0) for part in parts), default=0)
        most = min((part["maxLength"] for part in parts if "maxLength" in part), default=_MOST_LENGTH)
        pattern = next((part["pattern"] for part in parts if "pattern" in part), None)
        form = next((part["format"] for part in parts if "format" in part), None)
        before = None
        for _ in range(_TRIES):
            made = texts.formatted(form, self.chooser) if form else None
            if made is None:
                made = (
                    texts.matching(pattern, self.chooser)
                    if pattern
                    else texts.plain(least, min(most, least + _LONG), self.chooser)
                )
            if least <= len(made) <= most or (form and not pattern):
                return made
            if made == before:
                break  # a chooser that always chooses alike
            before = made
        return self._forced(pattern, least, most)

    def _forced(self, pattern: str | None, least: int, most: int) -> str:
        """Return a text of the right length for a chooser that always chooses alike."""
        for seed in range(_TRIES * 10):
            made = texts.matching(pattern or "", Seeded(seed))
            if least <= len(made) <= most:
                return made
        raise CannotSample(f"no text of {least} to {most} characters that matches {pattern!r} was found")

    def _number(self, parts: list[Any], *, whole: bool) -> Any:
        """Return a number: a multiple of a step between two bounds."""
        steps = [Decimal(str(part["multipleOf"])) for part in parts if "multipleOf" in part]
        step = max([*steps, Decimal(1)] if whole else steps or [Decimal("0.5")])
        least, most = self._bounds(parts, step)
        if least > most:
            raise CannotSample("no number lies between the bounds of a schema")
        made = one_form(self.chooser.integer(least, most) * step)
        return int(made) if whole else made

    def _bounds(self, parts: list[Any], step: Decimal) -> tuple[int, int]:
        """Return the least and the greatest number of steps."""
        lows = [Decimal(str(part["minimum"])) for part in parts if "minimum" in part]
        highs = [Decimal(str(part["maximum"])) for part in parts if "maximum" in part]
        above = [Decimal(str(part["exclusiveMinimum"])) for part in parts if "exclusiveMinimum" in part]
        below = [Decimal(str(part["exclusiveMaximum"])) for part in parts if "exclusiveMaximum" in part]
        least = [_steps(bound, step, ROUND_CEILING) for bound in lows] + [
            _steps(bound, step, ROUND_FLOOR) + 1 for bound in above
        ]
        most = [_steps(bound, step, ROUND_FLOOR) for bound in highs] + [
            _steps(bound, step, ROUND_CEILING) - 1 for bound in below
        ]
        low = max(least) if least else min([*most, 0]) - int(_BOUND)
        return low, min(most) if most else max(low, 0) + int(_BOUND)


def _steps(bound: Decimal, step: Decimal, rounding: str) -> int:
    """Return how many steps lead to a bound."""
    return int((bound / step).to_integral_value(rounding=rounding))


def _rest(parts: list[Any]) -> Any:
    """Return the schema of members that are not declared by name."""
    said = [part["additionalProperties"] for part in parts if isinstance(part.get("additionalProperties"), dict)]
    return {"allOf": said} if said else {"type": "string"}
