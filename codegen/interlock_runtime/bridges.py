"""From one major version to another: reviewed functions, registered by the packages that hold them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

from .violations import CannotCast

if TYPE_CHECKING:
    from .contract import Contract

Lookup = Any
"""What a service gives to the functions to look things up in, such as an equipment master; None when it gives nothing."""
Cast = Callable[[Any, Lookup], Any]
"""Takes the data of one major version, returns that of another; raises or returns CannotCast with the reason."""
F = TypeVar("F", bound=Cast)


class Bridges:
    """The functions that lead into one major version, and the way to its other majors."""

    def __init__(
        self, family: Callable[[int], Contract[Any] | None] | None = None, load: Callable[[], object] | None = None
    ) -> None:
        self._family = family
        self._load = load
        self._casts: dict[int, Cast] = {}

    def register(self, major: int, cast: F) -> F:
        """Add the function that leads here from another major; a second one for the same way is a mistake."""
        if major in self._casts:
            raise ValueError(f"there is already a function from major version {major}: remove one of the two")
        self._casts[major] = cast
        return cast

    def contract(self, major: int) -> Contract[Any] | None:
        """Return the contract of another major version of the same event."""
        return self._family(major) if self._family else None

    def way(self, source: int, target: int) -> list[int]:
        """Return the majors to go through from one to another, without the first; empty when there is no way."""
        if source in self._known():
            return [target]
        step = 1 if source < target else -1
        for major in range(source + step, target, step):
            between = self.contract(major)
            if major in self._known() and between is not None and (before := between.bridges.way(source, major)):
                return [*before, target]
        return []

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
