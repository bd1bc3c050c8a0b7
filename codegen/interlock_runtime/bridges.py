"""From one major version to another: reviewed functions, registered by the packages that hold them."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any, Protocol, TypeVar

from .violations import CannotCast

Lookup = Any
"""What a service gives to the functions to look things up in, such as an equipment master; None when it gives nothing."""
Cast = Callable[[Any, Lookup], Any]
"""Takes the data of one major version, returns that of another; raises or returns CannotCast with the reason."""
F = TypeVar("F", bound=Cast)


class Bridged(Protocol):
    """A contract at one major version, as far as the way to its other majors goes."""

    @property
    def bridges(self) -> Bridges:
        """The functions that lead into it."""
        ...


class Bridges:
    """The functions that lead into one major version, and the way to its other majors."""

    def __init__(self, family: Callable[[int], Any] | None = None, load: Callable[[], object] | None = None) -> None:
        self._family = family
        self._load = load
        self._casts: dict[int, Cast] = {}
        self._asks: dict[int, tuple[str, ...]] = {}

    def register(self, major: int, cast: F, asks: Collection[str] = ()) -> F:
        """
        Add the function that leads here from another major; a second one for the same way is a mistake.

        `asks` names the methods of the lookup without which it can bring nothing.
        """
        if major in self._casts:
            raise ValueError(f"there is already a function from major version {major}: remove one of the two")
        self._casts[major] = cast
        self._asks[major] = tuple(asks)
        return cast

    def contract(self, major: int) -> Any:
        """Return the contract of another major version of the same event; None when there is none."""
        return self._family(major) if self._family else None

    def way(self, source: int, target: int) -> list[int]:
        """Return the majors to go through from one to another, without the first; empty when there is no way."""
        if source in self._known():
            return [target]
        step = 1 if source < target else -1
        for major in range(source + step, target, step):
            between: Bridged | None = self.contract(major)
            if major in self._known() and between is not None and (before := between.bridges.way(source, major)):
                return [*before, target]
        return []

    def asked(self, source: int, target: int) -> tuple[str, ...]:
        """Return the methods of a lookup without which the way from one major to another leads nowhere."""
        names: list[str] = []
        for major in self.way(source, target):
            step = self if major == target else self._of(major)
            names += step._asks.get(source, ())  # noqa: SLF001 - its own class
            source = major
        return tuple(names)

    def _of(self, major: int) -> Bridges:
        """Return the functions that lead to another major."""
        contract = self.contract(major)
        return self if contract is None else contract.bridges

    def _known(self) -> dict[int, Cast]:
        """Return the functions, loaded when first asked for."""
        load, self._load = self._load, None
        if load:
            load()
        return self._casts

    def cast(self, data: Any, source: int, lookup: Lookup) -> Any:
        """Return the data of another major as this major's; raise CannotCast."""
        made = self._known()[source](data, lookup)
        if isinstance(made, CannotCast):
            raise made
        return made
