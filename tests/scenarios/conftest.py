"""The package that the scenarios' services are built on, and the brokers between them."""

from __future__ import annotations

import shutil
import sys
import uuid
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from codegen.generated import ROOT, files_of, importable, modules_in, written
from interlock.loading import load
from interlock.trees import WorkTree
from scenarios.plant import Plant
from scenarios.wires import MODULE
from support.brokers.fixtures import _rabbitmq_of_the_run, kafka_servers, mosquitto, rabbitmq

__all__ = ["_rabbitmq_of_the_run", "kafka_servers", "mosquitto", "rabbitmq"]
READERS = Path(__file__).parent / "readers"
Starting = Callable[..., AbstractContextManager[Plant]]


@pytest.fixture(scope="session")
def catalog_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the shipped catalog and the readers that only the scenarios have."""
    folder = tmp_path_factory.mktemp("catalog")
    shutil.copytree(ROOT / "contracts", folder / "contracts")
    for reader in READERS.iterdir():
        shutil.copy(reader, folder / "contracts" / "readers")
    return folder


@pytest.fixture(scope="session")
def package_folder(catalog_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the package of that catalog."""
    loaded = load(WorkTree(catalog_folder / "contracts"))
    assert not loaded.findings, loaded.findings
    files = files_of(loaded.catalog, MODULE, upcasters=modules_in(ROOT / "upcasters"))
    return written(files, tmp_path_factory.mktemp("package"))


@pytest.fixture(scope="module")
def package(package_folder: Path) -> Iterator[Path]:
    """Return the package's folder while it can be imported; another test's package of that name comes back afterwards."""
    others = {name: sys.modules.pop(name) for name in list(sys.modules) if name.partition(".")[0] == MODULE}
    with importable(package_folder, MODULE):
        yield package_folder
    sys.modules.update(others)


@pytest.fixture(params=["kafka", "mqtt", "amqp"])
def wire(request: pytest.FixtureRequest) -> tuple[str, str]:
    """Return a transport and where its broker is."""
    kind = str(request.param)
    if kind == "kafka":
        return kind, str(request.getfixturevalue("kafka_servers"))
    broker = request.getfixturevalue("mosquitto" if kind == "mqtt" else "rabbitmq")
    return kind, str(broker.port) if kind == "mqtt" else f"amqp://guest:guest@127.0.0.1:{broker.port}/"


@pytest.fixture
def starting(wire: tuple[str, str], package: Path, tmp_path: Path) -> Starting:
    """Return what starts a scenario on a transport."""

    def start(letter: str, *, served: bool = False, processes: bool = False) -> AbstractContextManager[Plant]:
        kind, address = wire
        return Plant(
            letter, kind, f"{address}#r{uuid.uuid4().hex[:8]}", tmp_path, package, served=served, processes=processes
        ).running()

    return start
