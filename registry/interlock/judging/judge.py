"""Judging events by all that their contract declares: its own invariants and those of the types that it uses."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from .table import Check, checks
from .types import Accepts, TypeChecks

DATA = "/data"
"""Where the payload stands in an event."""


class Broken(NamedTuple):
    """One invariant that an event breaks."""

    at: str
    """JSON Pointer to what is wrong."""
    rule: str
    sentence: str
    """What is wrong in words, with values of the event."""
    statement: str
    """What the rule wants, in words that carry no value."""
    paths: tuple[str, ...]
    """The paths of all that the rule looks at, from the value that declares it."""


class Judge:
    """
    The invariants of one contract, ready to judge.

    `declared` has the rows of the contract itself as `event`, and as `types` those of each type by its name among the
    schema's `$defs`. The schema is the payload's, and `accepts` says whether one of its parts accepts a value.
    """

    def __init__(self, declared: Mapping[str, Any], schema: Any, accepts: Accepts) -> None:
        self._own = checks(declared["event"])
        self._inside = tuple(
            check for check in self._own if all(f"{path}/".startswith(f"{DATA}/") for path in check.paths)
        )
        types = {name: checks(rows) for name, rows in declared["types"].items()}
        self._types = TypeChecks(schema, types, accepts)
        self._looks = tuple(check.surely for check in self._own)

    def surely(self, event: Mapping[str, Any]) -> bool:
        """Say whether a whole event keeps everything for sure, at little cost; when not, `event` judges."""
        for look in self._looks:
            if not look(event):
                return False
        return self._types.surely(event["data"])

    def event(self, event: Mapping[str, Any]) -> Iterator[Broken]:
        """Yield what a whole event breaks."""
        for check in self._own:
            if not check.surely(event):
                yield from _broken(check, event)
        if not self._types.surely(event["data"]):
            yield from self._in_data(event["data"], DATA)

    def data(self, data: Any) -> Iterator[Broken]:
        """Yield what a payload without an envelope breaks: of the invariants that look no further than the payload."""
        event = {"data": data}
        for check in self._inside:
            if not check.surely(event):
                yield from (broken._replace(at=broken.at.removeprefix(DATA)) for broken in _broken(check, event))
        if not self._types.surely(data):
            yield from self._in_data(data, "")

    def _in_data(self, data: Any, at: str) -> Iterator[Broken]:
        """Yield what the types in a payload refuse, each thing once however many ways lead to it."""
        seen: set[tuple[str, str]] = set()
        for place, check, sentence in self._types(data, at):
            if (place, sentence) not in seen:
                seen.add((place, sentence))
                yield _said(place, check, sentence)


def _broken(check: Check, event: Any) -> Iterator[Broken]:
    """Yield what a whole event breaks of one invariant."""
    yield from (_said(at, check, sentence) for at, sentence in check(event))


def _said(at: str, check: Check, sentence: str) -> Broken:
    """Return one violation with what is known about its rule."""
    return Broken(at, check.rule.id, sentence, check.rule.statement, check.paths)
