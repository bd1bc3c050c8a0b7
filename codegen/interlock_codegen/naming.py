"""Python names for wire names: plain ASCII, never a keyword, never the same twice in one scope."""

from __future__ import annotations

import keyword
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field

MOST_LENGTH = 60
"""A longer name is cut; the scope tells cut ones apart."""

_WORD = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+[0-9]*|[A-Z]+[0-9]*|[0-9]+")
_SNAKE = re.compile(r"[a-z][a-z0-9]*(?:_[a-z0-9]+)*_?")

MODEL_MEMBERS = frozenset({
    "construct", "copy", "dict", "fields", "from_orm", "json", "model_computed_fields", "model_config", "model_construct",
    "model_copy", "model_dump", "model_dump_json", "model_extra", "model_fields", "model_fields_set", "model_json_schema",
    "model_parametrized_name", "model_post_init", "model_rebuild", "model_validate", "model_validate_json",
    "model_validate_strings", "parse_file", "parse_obj", "parse_raw", "schema", "schema_json", "update_forward_refs", "validate",
})  # fmt: skip
"""Public names that pydantic's BaseModel has: a field of that name would hide a method."""

ANNOTATING = frozenset({"bool", "dict", "float", "int", "str", "tuple"})
"""Builtins that annotations use: a field of that name would be taken for the type."""


def ascii_words(text: str) -> list[str]:
    """
    Split a wire name into words of ASCII letters and digits; what has no ASCII form is told by its code point.

    >>> ascii_words("siteTimeZone"), ascii_words("SSCCList"), ascii_words("Größe-№1"), ascii_words("数")
    (['site', 'Time', 'Zone'], ['SSCC', 'List'], ['Grosse', 'No1'], ['u6570'])
    """
    parts = re.split(r"[^A-Za-z0-9]+", "".join(map(_in_ascii, unicodedata.normalize("NFKD", text[: 4 * MOST_LENGTH]))))
    return [
        word for part in parts for word in ([part] if re.fullmatch(r"u[0-9a-f]{4,6}", part) else _WORD.findall(part))
    ]


def _in_ascii(character: str) -> str:
    """Return a character in ASCII: itself, nothing for an accent, a blank for what separates, or its code point."""
    if character.isascii():
        return character
    if unicodedata.combining(character):
        return ""
    folded = character.casefold()
    if folded.isascii():
        return folded
    return f" u{ord(character):04x} " if character.isalnum() else " "


def snake(text: str, fallback: str = "member") -> str:
    """
    Return a name for a module, a field or an argument.

    >>> snake("siteTimeZone"), snake("class"), snake("3D"), snake("__class__"), snake("!!")
    ('site_time_zone', 'class_', 'x3_d', 'class_', 'member')
    """
    if _SNAKE.fullmatch(text) and len(text) <= MOST_LENGTH:
        return _legal(text)
    words = "_".join(word.lower() for word in ascii_words(text)) or fallback
    name = words[:MOST_LENGTH].rstrip("_")
    return _legal(name)


def pascal(text: str, fallback: str = "Value") -> str:
    """
    Return a name for a class.

    >>> pascal("work-order-released"), pascal("siteTimeZone"), pascal("none"), pascal("")
    ('WorkOrderReleased', 'SiteTimeZone', 'NonePart', 'Value')
    """
    name = "".join(word[:1].upper() + word[1:] for word in ascii_words(text)) or fallback
    return _legal(name[:MOST_LENGTH])


def constant(text: str) -> str:
    """
    Return a name for a known value of an enumeration.

    >>> constant("IN_PROGRESS"), constant("avro/binary"), constant("2-way"), constant("")
    ('IN_PROGRESS', 'AVRO_BINARY', 'X2_WAY', 'EMPTY')
    """
    words = re.split(r"[^A-Za-z0-9]+", text) if text.isascii() and text.upper() == text else ascii_words(text)
    return _legal("_".join(word.upper() for word in words if word)[:MOST_LENGTH] or "EMPTY")


def _legal(name: str) -> str:
    """Return a name that Python takes as an identifier and that is no keyword."""
    if name[:1].isdigit():
        name = f"X{name}" if name.upper() == name or name[:2].istitle() else f"x{name}"
    return _beside(name) if keyword.iskeyword(name) else name


def _beside(name: str) -> str:
    """Return another name for one that Python or the module needs: a class has a word more, others an underscore."""
    return f"{name}Part" if name[:1].isupper() else f"{name}_"


def all_order(name: str) -> tuple[int, list[tuple[str, int]]]:
    """Order names as ruff sorts `__all__`: constants, classes, others, each by the value of the numbers in them."""
    kind = 0 if name.isupper() and len(name) > 1 else 1 if name[:1].isupper() else 2
    return kind, [(word, int(digits or 0)) for word, digits in re.findall(r"([^0-9]+|^)([0-9]*)", name)]


@dataclass
class Scope:
    """
    Names taken in one namespace, apart from those of the namespace around it and of those inside it.

    Each claim returns a name that stands for nothing else wherever it is seen.
    """

    reserved: frozenset[str] = frozenset()
    """Names that stand for something from the start; a claim on one gets an underscore."""
    outer: Scope | None = None
    given: set[str] = field(default_factory=set[str])
    """Names claimed here."""
    inside: set[str] = field(default_factory=set[str])
    """Names claimed in the namespaces inside this one."""

    def claim(self, name: str) -> str:
        """
        Take a name, or the next free one like it.

        >>> scope = Scope(frozenset({"str"}))
        >>> scope.claim("order_no"), scope.claim("order_no"), scope.claim("str")
        ('order_no', 'order_no_2', 'str_')
        """
        candidate = _beside(name) if any(name in scope.reserved for scope in self._outward()) else name
        number = 1
        while not self.is_free(candidate):
            number += 1
            candidate = f"{name.rstrip('_')}{'_' if name.islower() or not name.isalnum() else ''}{number}"
        self.given.add(candidate)
        for scope in self._outward():
            scope.inside.add(candidate)
        return candidate

    def is_free(self, name: str) -> bool:
        """Say whether a name stands for nothing here, inside, or in a namespace around."""
        return name not in self.inside and all(
            name not in scope.given and name not in scope.reserved for scope in self._outward()
        )

    def _outward(self) -> Iterator[Scope]:
        """Yield this namespace and those around it."""
        scope: Scope | None = self
        while scope is not None:
            yield scope
            scope = scope.outer
