"""Making a witness small and plausible without losing what it proves."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .values import internal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from .placing import Placing

MOST_TRIED = 400
"""How many smaller or plainer documents are tried for one witness."""

MOST_PLAUSIBLE = 40
"""How many scalars are made plausible one by one."""

Tokens = tuple["str | int", ...]


def shrunk(value: Any, proves: Callable[[Any], bool]) -> Any:
    """The value without members and items that it can do without."""
    tried, changed = 0, True
    while changed:
        changed = False
        for smaller in _smaller(value):
            tried += 1
            if tried > MOST_TRIED:
                return value
            if proves(smaller):
                value, changed = smaller, True
                break
    return value


def _smaller(value: Any) -> Iterator[Any]:
    for tokens, parent in list(_containers(value, ())):
        for token in list(parent) if isinstance(parent, dict) else [len(parent) - 1] if parent else []:
            yield _changed(value, (*tokens, token), _GONE)


def plausible(value: Any, placing: Placing, proves: Callable[[Any], bool]) -> Any:
    """The value with scalars replaced by the writer's own examples, all at once or one by one, where it still proves."""
    better = [
        (tokens, hint)
        for tokens, leaf in _scalars(value, ())
        if (hint := _hint(placing, value, tokens, leaf)) is not None
    ]
    together = value
    for tokens, hint in better:
        together = _changed(together, tokens, hint)
    if proves(together):
        return together
    for tokens, hint in better[:MOST_PLAUSIBLE]:
        single = _changed(value, tokens, hint)
        if proves(single):
            value = single
    return value


def _hint(placing: Placing, value: Any, tokens: Tokens, leaf: Any) -> Any:
    """The first example of the same type that is not there already."""
    same_type = (hint for hint in _hints(placing, value, tokens) if type(hint) is type(leaf))
    hint = next(same_type, None)
    return None if hint == leaf else hint


def _hints(placing: Placing, value: Any, tokens: Tokens) -> Iterator[Any]:
    for here in placing.applying(value, list(tokens)):
        schema = here.place.schema
        if isinstance(schema, dict):
            for keyword in ("examples", EXTENSIBLE, "enum"):
                listed = schema.get(keyword)
                yield from internal(listed[:3]) if isinstance(listed, list) else ()
            yield from (internal(schema[keyword]) for keyword in ("example", "default") if keyword in schema)
            yield from (
                FORMAT_EXAMPLES[f] for f in (schema.get("format"),) if isinstance(f, str) and f in FORMAT_EXAMPLES
            )


def _containers(value: Any, tokens: Tokens) -> Iterator[tuple[Tokens, Any]]:
    if isinstance(value, (dict, list)):
        yield tokens, value
        for token, child in value.items() if isinstance(value, dict) else enumerate(value):
            yield from _containers(child, (*tokens, token))


def _scalars(value: Any, tokens: Tokens) -> Iterator[tuple[Tokens, Any]]:
    if not isinstance(value, (dict, list)):
        yield tokens, value
        return
    for token, child in value.items() if isinstance(value, dict) else enumerate(value):
        yield from _scalars(child, (*tokens, token))


EXTENSIBLE = "x-extensible-enum"
"""Known values of an open list."""

FORMAT_EXAMPLES = {
    "date-time": "2026-03-14T06:00:00Z",
    "date": "2026-03-14",
    "time": "06:00:00Z",
    "duration": "PT8H",
    "uuid": "7d444840-9dc0-11d1-b245-5ffdce74fad2",
    "email": "someone@example.com",
    "uri": "https://example.com/",
    "hostname": "example.com",
    "ipv4": "192.0.2.1",
}
"""What a value of a format looks like to people."""

_GONE = object()


def _changed(value: Any, tokens: Tokens, new: Any) -> Any:
    """A copy with one place replaced, or left out."""
    if not tokens:
        return new
    copy: Any = dict(value) if isinstance(value, dict) else list(value)
    if len(tokens) == 1 and new is _GONE:
        del copy[tokens[0]]
    else:
        copy[tokens[0]] = _changed(value[tokens[0]], tokens[1:], new)
    return copy
