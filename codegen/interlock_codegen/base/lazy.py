"""Modules that load when they are first used (PEP 562), so that importing a package of many costs next to nothing."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


EXTRAS = {
    "aio_pika": "amqp",
    "aiohttp": "aiohttp",
    "aiokafka": "aiokafka",
    "confluent_kafka": "kafka",
    "faststream": "faststream",
    "httpx2": "httpx2",
    "hypothesis": "testing",
    "nats": "nats",
    "opentelemetry": "otel",
    "paho": "mqtt",
    "pytest": "testing",
    "redis": "redis",
    "requests": "requests",
    "urllib3": "urllib3",
}
"""The extra of the package that brings a library, by the library's module."""


def lazy(
    package: str | None, homes: Mapping[str, str | tuple[str, str]], namespace: dict[str, Any]
) -> Callable[[str], Any]:
    """
    Return a module's `__getattr__`, and let `dir` know the names too.

    `homes` says by name which module it is (`.v1`), or which module it comes from and its name there.
    """

    def load(name: str) -> Any:
        home = homes.get(name)
        if home is None:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        module = _imported(home if isinstance(home, str) else home[0], package)
        value = module if isinstance(home, str) else getattr(module, home[1])
        namespace[name] = value
        return value

    namespace["__dir__"] = lambda: sorted({*namespace, *homes})
    return load


def _imported(module: str, package: str | None) -> Any:
    """Import a module; when it stands on a library that is not there, say which extra brings that."""
    try:
        return import_module(module, package)
    except ModuleNotFoundError as error:
        missing = (error.name or "").partition(".")[0]
        if missing not in EXTRAS:
            raise
        whole = (package or "").partition(".")[0]
        text = f"{missing} is not installed: install {whole} with its extra {EXTRAS[missing]!r}"
        raise ModuleNotFoundError(text, name=error.name) from None


def json_file(package: str | None, name: str) -> Callable[[], dict[str, Any]]:
    """Return a function that reads a JSON file beside a module."""

    def read() -> dict[str, Any]:
        import json
        from importlib.resources import files

        value: dict[str, Any] = json.loads(files(package or __name__).joinpath(name).read_bytes())
        return value

    return read


def invariants_of(package: str | None, name: str) -> Callable[[Any, Callable[[Any, Any], bool]], Any]:
    """Return a function that makes the judge of the invariants in a JSON file beside a module."""

    def load(schema: Any, accepts: Callable[[Any, Any], bool]) -> Any:
        judge = import_module("._invariants.judging.judge", __package__).Judge
        return judge(json_file(package, name)(), schema, accepts)

    return load


def examples_of(package: str | None, name: str) -> Callable[[], list[dict[str, Any]]]:
    """Return a function that reads the accepted examples in a JSON file beside a module."""

    def read() -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = json_file(package, name)()["examples"]
        return found

    return read


def contract_of(package: str | None, modules: Mapping[int, str]) -> Callable[[int], Any]:
    """Return a function that gives the contract of another major version, or None when the package has it not."""

    def find(major: int) -> Any:
        return import_module(modules[major], package).CONTRACT if major in modules else None

    return find


def importing(package: str | None, module: str) -> Callable[[], object]:
    """Return a function that imports a module, which registers what is in it."""

    def load() -> object:
        return import_module(module, package)

    return load
