"""What a package offers of its runtime is there, loads late, and asks for no more than an extra brings."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from importlib import import_module
from pathlib import Path
from types import ModuleType

import pytest

from interlock_codegen.facades import CLIENTS, EXTRAS, OBSERVING, SERVICES, TRANSPORTS
from interlock_codegen.indexes import DEPENDENCIES

RUNTIME = Path(__file__).parents[2] / "codegen" / "interlock_runtime"
MODULES = {
    "aiohttp": "aiohttp", "aiokafka": "aiokafka", "aio-pika": "aio_pika", "confluent-kafka": "confluent_kafka", "faststream": "faststream",
    "httpx2": "httpx2", "jsonschema-rs": "jsonschema_rs", "msgspec": "msgspec", "nats-py": "nats", "opentelemetry-api": "opentelemetry",
    "paho-mqtt": "paho", "pydantic": "pydantic", "redis": "redis", "requests": "requests", "typing-extensions": "typing_extensions",
    "urllib3": "urllib3",
}  # fmt: skip
"""The module that each distribution brings."""
CARRIED = {"aiormq": "aio_pika", "multidict": "aiohttp", "pydantic_core": "pydantic", "yarl": "aiohttp"}
"""Modules that come with another distribution."""
FOR_TESTS = frozenset({"hypothesis", "pytest"})


@pytest.mark.parametrize(
    "facade", ["clients", "observing", "services", "testing.strategies", *(f"transports.{name}" for name in TRANSPORTS)]
)
def test_every_name_loads(acme: ModuleType, facade: str) -> None:
    """Each name that a facade lists is one of the runtime's public names."""
    module = import_module(f"{acme.__name__}.{facade}")
    assert module.__all__
    assert all(getattr(module, name) is not None for name in module.__all__)


def test_the_facade_of_clients_is_all_that_clients_offer(acme: ModuleType) -> None:
    """What the base clients call public is in the facade, apart from the classes that generated ones are made of."""
    offered = {name for group in CLIENTS.values() for name in group}
    assert {name for name in acme._runtime.clients.__all__ if not name.startswith("Base")} == offered  # noqa: SLF001 - the names come from there


def test_a_facade_costs_nothing_until_used(shipped_folder: Path) -> None:
    """Importing every facade loads no library and nothing of the runtime."""
    script = (
        "import sys, acme_contracts\n"
        "from acme_contracts import clients, observing, services, transports\n"
        f"[getattr(transports, name) for name in {sorted(TRANSPORTS)}]\n"
        f"loaded = {sorted(MODULES.values())}\n"
        "assert not [name for name in loaded if name in sys.modules], sys.modules\n"
        "assert not [name for name in sys.modules if name.startswith('acme_contracts._runtime')]\n"
    )
    subprocess.run([sys.executable, "-c", script], cwd=shipped_folder, check=True)  # noqa: S603


def test_the_names_are_seen_before_they_load(acme: ModuleType) -> None:
    """A developer who types `services.` and asks for completion sees what is there."""
    assert set(acme.services.__all__) <= set(dir(acme.services))
    assert {"services", "quality", "lot_on_hold_v2", "__version__"} <= set(dir(acme))


def test_every_extra_is_named_when_its_library_is_missing(acme: ModuleType) -> None:
    """What is said about a missing library is true: the extra is there, and it brings the library."""
    brought = {MODULES[re.split(r"[<>=]", text)[0]]: extra for extra, text in EXTRAS.items()}
    assert brought | dict.fromkeys(FOR_TESTS, "testing") == acme._lazy.EXTRAS  # noqa: SLF001 - what is said comes from there


@pytest.mark.parametrize(
    ("module", "name", "library", "extra"),
    [
        ("transports.kafka", "KafkaSender", "confluent_kafka", "kafka"),
        ("transports.mqtt", "consume", "paho", "mqtt"),
        ("clients", "RequestsTransport", "requests", "requests"),
        ("observing", "OpenTelemetry", "opentelemetry", "otel"),
        ("testing.strategies", "data", "hypothesis", "testing"),
    ],
)
def test_a_missing_library_says_what_brings_it(
    shipped_folder: Path, module: str, name: str, library: str, extra: str
) -> None:
    """Whoever imports what stands on a library that is not installed is told what to install, in one sentence."""
    script = f"import sys\nsys.modules[{library!r}] = None\nfrom acme_contracts.{module} import {name}"
    done = subprocess.run(  # noqa: S603 - a script of ours
        [sys.executable, "-c", script], cwd=shipped_folder, check=False, capture_output=True, text=True
    )
    assert done.stderr.splitlines()[-1] == (
        f"ModuleNotFoundError: {library} is not installed: install acme_contracts with its extra {extra!r}"
    )


def test_a_client_loads_its_product_and_no_other(shipped_folder: Path) -> None:
    """A service that calls one product pays for that: no other product, no event, no HTTP library until it calls."""
    script = (
        "import sys\n"
        "from acme_contracts.products.inventory import v1\n"
        "products = [name for name in sys.modules if name.startswith('acme_contracts.products.') and name.count('.') > 2]\n"
        "assert products == ['acme_contracts.products.inventory.v1'], products\n"
        "v1.Client('https://gateway.example.com/inventory/v1', transport=object())\n"
        "assert not {'httpx2', 'aiohttp', 'requests', 'urllib3', 'starlette'} & set(sys.modules)\n"
        "assert not [name for name in sys.modules if name.startswith('acme_contracts.production')]\n"
    )
    subprocess.run([sys.executable, "-c", script], cwd=shipped_folder, check=True)  # noqa: S603


def test_what_the_runtime_imports_is_brought_by_the_package() -> None:
    """Every library that a module of the runtime imports is a dependency of the package or comes with one of its extras."""
    brought = {re.split(r"[<>=]", text)[0] for text in (*DEPENDENCIES, *EXTRAS.values())}
    known = {MODULES[name] for name in brought} | set(sys.stdlib_module_names) | FOR_TESTS
    imported = {CARRIED.get(name, name) for path in RUNTIME.rglob("*.py") for name in _imports(path)}
    assert imported - known == set()


def _imports(path: Path) -> set[str]:
    """Return the top-level modules that a file imports by absolute name."""
    nodes = list(ast.walk(ast.parse(path.read_bytes())))
    plain = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    parts = {node.module for node in nodes if isinstance(node, ast.ImportFrom) and not node.level and node.module}
    return {name.partition(".")[0] for name in plain | parts}


def test_names_are_told_once() -> None:
    """No name means two things in one facade."""
    for table in (CLIENTS, OBSERVING, SERVICES):
        names = [name for group in table.values() for name in group]
        assert len(set(names)) == len(names)
    assert all(len(set(group)) == len(group) for group in TRANSPORTS.values())
