"""Hypothesis strategies over contracts: every draw of `data`, `events` and `messages` is valid, none of `invalid` is."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from hypothesis import assume
from hypothesis import strategies as st

from ..contract import Contract
from ..events import Event
from ..messages import RawMessage
from ..violations import Violation
from ..wire import encoded
from . import samples
from .choosing import MOST_ITEMS

D = TypeVar("D")
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Invalid:
    """A text that the contract refuses, and why."""

    data: bytes
    """The payload, without an envelope."""
    change: str
    """What was done to a valid one, for example `required member /lotId removed`."""
    violations: tuple[Violation, ...]


class Drawn:
    """Choices that Hypothesis makes, and can make smaller."""

    def __init__(self, draw: Callable[[st.SearchStrategy[Any]], Any]) -> None:
        self._draw = draw

    def integer(self, least: int, most: int) -> int:
        """Return an integer."""
        return int(self._draw(st.integers(least, most)))

    def count(self, least: int, most: int) -> int:
        """Return a small count."""
        return self.integer(least, min(most, least + MOST_ITEMS))

    def one_of(self, options: Sequence[T]) -> T:
        """Return an option."""
        chosen: T = self._draw(st.sampled_from(options))
        return chosen

    def maybe(self) -> bool:
        """Say whether what may be left out is there."""
        return bool(self._draw(st.booleans()))

    def known(self) -> bool:
        """Say whether a value is one of those known."""
        return bool(self._draw(st.booleans()))


def events(contract: Contract[D]) -> st.SearchStrategy[Event[D]]:
    """Return a strategy of events that the contract takes."""

    @st.composite
    def build(draw: Callable[[st.SearchStrategy[Any]], Any]) -> Event[D]:
        event = samples.event_by(contract, Drawn(draw))
        assume(event is not None)
        assert event is not None  # noqa: S101 - tells the type checker what `assume` has made sure of
        return event

    return build()


def data(contract: Contract[D]) -> st.SearchStrategy[D]:
    """Return a strategy of data that the contract takes."""
    return events(contract).map(lambda event: event.data)


def messages(contract: Contract[Any]) -> st.SearchStrategy[RawMessage]:
    """Return a strategy of messages that the contract takes."""
    return events(contract).map(contract.serialize)


def invalid(contract: Contract[Any]) -> st.SearchStrategy[Invalid]:
    """Return a strategy of payloads that the contract refuses, each a valid one with one thing changed."""

    @st.composite
    def build(draw: Callable[[st.SearchStrategy[Any]], Any]) -> Invalid:
        value = samples.data_by(contract, Drawn(draw))
        assume(value is not None)
        change, broken = draw(st.sampled_from(list(_changes(value))))
        text = encoded(broken)
        found = contract.data_errors(text)
        assume(found)
        return Invalid(text, change, tuple(found))

    return build()


def _changes(value: Any, at: str = "") -> Iterator[tuple[str, Any]]:
    """Yield what can be done to a value that most contracts refuse: another type, a member taken away, null for absent."""
    other: Any = {"not": "expected"} if not isinstance(value, dict) else ["not expected"]
    yield f"another type at {at or 'the top'}", other
    if isinstance(value, dict):
        for name, item in value.items():
            rest = {key: kept for key, kept in value.items() if key != name}
            yield f"member {at}/{name} removed", rest
            yield f"member {at}/{name} null", {**value, name: None}
            yield from ((change, {**value, name: broken}) for change, broken in _changes(item, f"{at}/{name}"))
    elif isinstance(value, list) and value:
        yield from ((change, [broken, *value[1:]]) for change, broken in _changes(value[0], f"{at}/0"))
