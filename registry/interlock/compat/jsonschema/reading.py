"""Reading the values of keywords: of the JSON type that the draft asks for, or refused in one sentence."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from interlock.regex import Language

from .keys import Keys
from .values import Number, exact, is_number

if TYPE_CHECKING:
    from .scopes import Here


class MalformedError(ValueError):
    """A keyword's value is not what its draft allows."""


def a_number(keyword: str, value: Any) -> Number:
    """Any number."""
    if not is_number(value):
        raise MalformedError(f"{keyword} is no number")
    return exact(value)


def a_count(keyword: str, value: Any) -> int:
    """A whole number from zero on; `2.0` is one."""
    number = a_number(keyword, value)
    if not isinstance(number, int) or number < 0:
        raise MalformedError(f"{keyword} is no whole number from zero on")
    return number


def a_list(keyword: str, value: Any) -> list[Any]:
    """A list."""
    if not isinstance(value, (list, tuple)):
        raise MalformedError(f"{keyword} is no list")
    return list(value)


def some_names(keyword: str, value: Any) -> list[str]:
    """A list of strings."""
    names = a_list(keyword, value)
    if not all(isinstance(name, str) for name in names):
        raise MalformedError(f"{keyword} holds something that is no name")
    return names


def a_map(keyword: str, value: Any) -> dict[str, Any]:
    """An object."""
    if not isinstance(value, dict):
        raise MalformedError(f"{keyword} is no object")
    return value


def a_language(value: Any) -> Language:
    """The strings in which a pattern is found."""
    if not isinstance(value, str):
        raise MalformedError("a pattern is no string")
    return Language.pattern(value)


def pattern_keys(text: str) -> Keys:
    """The names that match a pattern."""
    return Keys(patterns=frozenset((a_language(text),)))


def declared(here: Here) -> Keys:
    """The names that `properties` and `patternProperties` of a schema speak of."""
    schema = here.place.schema
    words = frozenset(a_map("properties", schema.get("properties", {})))
    patterns = a_map("patternProperties", schema.get("patternProperties", {}))
    return Keys(words, frozenset(a_language(text) for text in patterns))
