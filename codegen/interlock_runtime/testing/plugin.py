"""A pytest plugin: `@pytest.mark.contract_test("production.lot-scrapped")` runs a test over samples of every live major."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from ..contract import Contract
from . import samples

if TYPE_CHECKING:
    import pytest

SEEDS = 3
"""Samples of each major besides its extremes."""


class Plugin:
    """Gives marked tests samples of the contracts of one package."""

    def __init__(self, catalog: Mapping[str, str], contract: Callable[[str], Contract[Any]]) -> None:
        self._catalog, self._contract = catalog, contract

    def generate(self, metafunc: pytest.Metafunc) -> None:
        """Give a marked test its samples."""
        marker = metafunc.definition.get_closest_marker("contract_test")
        wanted = [name for name in ("event", "message") if name in metafunc.fixturenames]
        if marker is None or not wanted or not all(self._keys(name) for name in marker.args):
            return
        found = [one for name in marker.args for one in self._samples(name, marker.kwargs.get("seeds", SEEDS))]
        rows = [tuple(_as(name, event) for name in wanted) for _, event in found]
        metafunc.parametrize(wanted, rows, ids=[label for label, _ in found])

    def _keys(self, name: str) -> list[str]:
        """Return the majors of a contract in this package; one when it is named."""
        return [key for key in self._catalog if name in (key, key.partition("@")[0])]

    def _samples(self, name: str, seeds: int) -> Iterator[tuple[str, Any]]:
        """Yield samples of every major that still lives, with a label for each."""
        for key in self._keys(name):
            contract = self._contract(key)
            if contract.lifecycle.status == "retired":
                continue
            for number, event in enumerate(samples.edge_samples(contract)):
                yield f"{key}-edge{number}", event
            for seed in range(seeds):
                yield f"{key}-{seed}", samples.sample(contract, seed)


def _as(name: str, event: Any) -> Any:
    """Return an event as a test asks for it."""
    return event if name == "event" else event.contract.serialize(event)
