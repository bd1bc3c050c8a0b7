"""Documents for the differential test: valid ones of a schema, near-valid ones, and hostile texts."""

from __future__ import annotations

import json
import re._constants as sre
import re._parser as parser
from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from typing import Any

Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Lexeme:
    """A piece of JSON text that is written as it is: a number with its digits, or what is no JSON."""

    text: object


class Twice(dict[str, Any]):
    """An object whose first member is written twice."""


def seeded(name: str) -> Random:
    """Return a source of choices that are the same in each run."""
    return Random(name)  # noqa: S311 - for tests, and to be repeated


def written(value: Any, gap: str = "") -> str:
    """Return the JSON text of a value, with white space behind separators as asked."""
    if isinstance(value, Lexeme):
        return str(value.text)
    if isinstance(value, dict):
        members = [f"{json.dumps(name, ensure_ascii=False)}:{gap}{written(item, gap)}" for name, item in value.items()]
        return "{" + f",{gap}".join(members + members[:1] if isinstance(value, Twice) else members) + "}"
    if isinstance(value, list):
        return "[" + f",{gap}".join(written(item, gap) for item in value) + "]"
    return json.dumps(value, ensure_ascii=False)


class Sampler:
    """Draws values that a schema of the catalog's authoring profile takes."""

    def __init__(self, root: dict[str, Any], random: Random) -> None:
        self.root = root
        self.random = random

    def value(self, schema: Any, depth: int = 0) -> Any:
        """Return a value of a schema."""
        schema = self._resolved(schema)
        if not schema or schema is True:
            return self.random.choice([1, "x", True, None, [1.5], {"a": {"b": []}}])
        if "const" in schema:
            return schema["const"]
        if "enum" in schema:
            return self.random.choice(schema["enum"])
        kind = schema.get("type")
        kind = self.random.choice(kind) if isinstance(kind, list) else kind
        draw: dict[Any, Callable[[dict[str, Any], int], Any]] = {
            "object": self._object,
            "array": self._array,
            "string": lambda text, _: self._text(text),
            "number": lambda number, _: self._number(number),
            "integer": lambda number, _: self.random.randint(
                int(number.get("minimum", 0)), int(number.get("maximum", 99))
            ),
            "boolean": lambda _, __: self.random.random() < 0.5,
        }
        return draw.get(kind, self._object)(schema, depth)

    def _resolved(self, schema: Any) -> Any:
        """Follow a reference inside the document; what stands beside it counts too."""
        while isinstance(schema, dict) and "$ref" in schema:
            target: Any = self.root
            for token in schema["$ref"].split("/")[1:]:
                target = target[token.replace("~1", "/").replace("~0", "~")]
            schema = {**target, **{key: item for key, item in schema.items() if key != "$ref"}}
        return schema

    def _object(self, schema: dict[str, Any], depth: int) -> dict[str, Any]:
        """Return an object with the required and some other members, and sometimes an undeclared one."""
        members = schema.get("properties", {})
        needed = schema.get("required", [])
        few = depth > 4
        names = [name for name in members if name in needed or (not few and self.random.random() < 0.5)]
        made = {name: self.value(members[name], depth + 1) for name in names}
        if "propertyNames" in schema and not members:
            for _ in range(self.random.randint(0, 2)):
                made[f"org.{self._pattern('^[a-z]{1,8}$')}"] = self.value({})
        elif (
            schema.get("additionalProperties") is None and "propertyNames" not in schema and self.random.random() < 0.05
        ):
            made[self.random.choice(["addedLater", "é", "a/b", "x"])] = self.value({})
        return made

    def _array(self, schema: dict[str, Any], depth: int) -> list[Any]:
        """Return an array within its bounds."""
        least = schema.get("minItems", 0)
        most = min(schema.get("maxItems", least + 3), least + 3)
        return [self.value(schema.get("items", True), depth + 1) for _ in range(self.random.randint(least, most))]

    def _number(self, schema: dict[str, Any]) -> Any:
        """Return a number in one of the forms that mean the same."""
        step = schema.get("multipleOf")
        if step is None:
            return Lexeme(self.random.choice(["0", "1", "1.5", "1e2", "-0.0"]))
        digits = len(f"{step:.9f}".rstrip("0")) - 2
        low = schema.get("minimum", schema.get("exclusiveMinimum", -50) + 1)
        high = schema.get("maximum", schema.get("exclusiveMaximum", low + 2000) - 1)
        whole = self.random.choice(
            [self.random.randint(int(low), int(min(high, low + 10**6))), 0 if low <= 0 <= high else int(low) + 1]
        )
        fraction = self.random.randint(0, 10**digits - 1) if low < whole < high - 1 else 0
        plain = f"{whole}.{fraction:0{digits}d}"
        return Lexeme(
            self.random.choice(
                [plain, f"{plain}0", str(whole), f"{whole}e0", f"{whole}.0", f"{whole}0E-1" if whole else "0"]
            )
        )

    def _text(self, schema: dict[str, Any]) -> str:
        """Return a text of a pattern, a format or a length."""
        if schema.get("format") == "date-time":
            return self._instant()
        if schema.get("format") == "date":
            return f"{self.random.randint(1, 9999):04}-{self.random.randint(1, 12):02}-{self.random.randint(1, 28):02}"
        if schema.get("format") in ("uri", "uri-reference"):
            return self.random.choice(
                ["https://muc1.exc.example/mes", "urn:x:y", "https://x.example/a%20b?c=d#e", "mailto:a@b.example"]
            )
        if "x-extensible-enum" in schema and self.random.random() < 0.7:
            return str(self.random.choice(schema["x-extensible-enum"]))
        if "pattern" in schema:
            return self._pattern(schema["pattern"], schema.get("minLength", 0))
        least, most = schema.get("minLength", 0), schema.get("maxLength", 12)
        letters = 'abc XYZ-09éß日😀\u2028\x7f"\\/:{}[],'
        return "".join(self.random.choice(letters) for _ in range(self.random.randint(least, min(most, least + 12))))

    def _instant(self) -> str:
        """Return an instant that ends in Z, at times a leap second."""
        if self.random.random() < 0.05:
            return "2016-12-31T23:59:60Z"
        fraction = self.random.choice(["", "", ".5", ".123", ".123456789"])
        day = f"{self.random.randint(1, 12):02}-{self.random.randint(1, 28):02}"
        clock = ":".join(f"{self.random.randint(0, most):02}" for most in (23, 59, 59))
        return f"{self.random.randint(1, 9999):04}-{day}T{clock}{fraction}Z"

    def _pattern(self, pattern: str, least: int = 0) -> str:
        """Return a text that matches a pattern."""
        for _ in range(50):
            text = "".join(self._piece(*node) for node in parser.parse(pattern))
            if len(text) >= least:
                return text
        return text

    def _piece(self, kind: Any, found: Any) -> str:
        """Return a text of one node of a parsed pattern."""
        if kind is sre.LITERAL:
            return chr(found)
        if kind is sre.IN:
            low, high = self.random.choice([(item, item) if op is sre.LITERAL else item for op, item in found])
            return chr(self.random.randint(low, high))
        if kind in (sre.MAX_REPEAT, sre.MIN_REPEAT):
            low, high, body = found
            times = self.random.randint(low, min(int(high), low + 6))
            return "".join(self._piece(*node) for _ in range(times) for node in body)
        if kind is sre.SUBPATTERN:
            return "".join(self._piece(*node) for node in found[3])
        if kind is sre.BRANCH:
            return "".join(self._piece(*node) for node in self.random.choice(found[1]))
        return ""


OTHER_VALUES: list[Any] = [
    None, True, False, 0, 1, -1, 1.5, "", "x", "\n", [], {}, [None], {"a": 1}, Lexeme("1.0"), Lexeme("0.0005"), Lexeme("1e400"),
    Lexeme("-1e-400"), Lexeme("123456789012345678901234567890"), Lexeme("0.1000000000000000055511151231257827"), Lexeme("1e12"),
    Lexeme("999999999999.999"), Lexeme("999999999999.9991"), Lexeme("NaN"), Lexeme("-Infinity"), Lexeme("01"), Lexeme('"\\ud800"'),
    "2026-03-17 07:15:01Z", "2026-03-17T07:15:01+01:00", "2026-13-17T07:15:01Z", "2026-02-30T07:15:01Z", "0000-01-01T00:00:00Z", "1735725600",
    "2026-02-29", "20260317", "A" * 65, "lot", "LOT\n", "٣٤٥", "kg", "KGM ", "-0.00", "1,5", "http://a b", "é",
]  # fmt: skip
TWEAKS: list[Callable[[str], str]] = [
    lambda text: text + "\n", lambda text: " " + text, lambda text: text.lower(), lambda text: text.upper(), lambda text: text[:-1],
    lambda text: text + text, lambda text: text.replace("Z", ""), lambda text: text.replace("T", "t"), lambda text: text.replace("-", "\u2010"),
    lambda text: text.replace("0", "\u0660"), lambda text: text + "\x00", lambda text: text.replace("1", "l"), lambda text: text[:1] + text[2:],
]  # fmt: skip


def places(value: Any, path: Path = ()) -> list[Path]:
    """Return the path of every value below one."""
    items: list[tuple[str | int, Any]] = (
        list(value.items()) if isinstance(value, dict) else list(enumerate(value)) if isinstance(value, list) else []
    )
    return [place for key, item in items for place in [(*path, key), *places(item, (*path, key))]]


def mutated(value: Any, random: Random) -> Any:
    """Return a copy that differs in one place."""
    copy: Any = _copied(value)
    spots = places(copy)
    if not spots:
        return copy
    *way, last = random.choice(spots)
    parent = copy
    for step in way:
        parent = parent[step]
    _change(parent, last, random)
    return _doubled(copy, random) if random.random() < 0.03 else copy


def _copied(value: Any) -> Any:
    """Copy a value without changing lexemes."""
    if isinstance(value, dict):
        return {name: _copied(item) for name, item in value.items()}
    return [_copied(item) for item in value] if isinstance(value, list) else value


def _change(parent: Any, key: Any, random: Random) -> None:
    """Change one member or item."""
    old = parent[key]
    kind = random.randrange(6)
    if kind == 0:
        del parent[key]
    elif kind == 1 and isinstance(parent, dict):
        parent[random.choice(["extra", "Id", str(key) + "x", str(key).upper(), "", "data", "a" * 21])] = old
    elif kind == 2 and isinstance(old, str):
        parent[key] = random.choice(TWEAKS)(old)
    elif kind == 3 and isinstance(parent, list):
        parent.extend([old] * random.choice([1, 2, 200]))
    elif kind == 4 and isinstance(parent, dict) and len(parent) > 1:
        parent[str(key)], other = parent[random.choice(list(parent))], parent[key]
        parent[random.choice(list(parent))] = other
    else:
        parent[key] = random.choice(OTHER_VALUES)


def _doubled(value: Any, random: Random) -> Any:
    """Return a copy in which some object has a member twice."""
    if isinstance(value, dict) and value:
        if random.random() < 0.5:
            return Twice(value)
        return {name: _doubled(item, random) for name, item in value.items()}
    return value


def hostile(data: bytes, random: Random) -> bytes:
    """Return a text in which bytes are lost, changed or added."""
    at = random.randrange(len(data) + 1)
    return random.choice([
        data[:at],
        data[:at] + bytes([random.randrange(256)]) + data[at:],
        data[:at] + bytes([random.randrange(256)]) + data[at + 1 :],
        data[:at] + random.choice([b"\xff", b"\xed\xa0\x80", b"\\ud800", b"\\u0000", b"\x00", b'"', b"\\", b"\n", b" ", b",", b"NaN", b"/**/", b"\xc2\xa0"]) + data[at:],
        b"\xef\xbb\xbf" + data,
        data + random.choice([b"\n", b"x", b"{}", b"\x00", b" \t\r\n"]),
        data.decode().encode("utf-16"),
        b"[" * random.choice([100, 129, 20000]) + data,
        data.replace(b":", b" : ").replace(b",", b"\n,\t"),
        data.replace(b'"', b"'"),
        json.dumps(json.loads(data), ensure_ascii=True).encode() if _is_plain(data) else data,
    ])  # fmt: skip


def _is_plain(data: bytes) -> bool:
    """Say whether the standard library can copy a text."""
    try:
        json.loads(data)
    except ValueError:
        return False
    return True
