"""The service on loopback that the tests of clients call."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from plant_server import Plant, running


@pytest.fixture(scope="session")
def service() -> Iterator[Plant]:
    """The service, for all tests."""
    with running(Plant()) as plant:
        yield plant


@pytest.fixture
def plant(service: Plant) -> Plant:
    """The service, with nothing seen yet."""
    service.reset()
    return service
