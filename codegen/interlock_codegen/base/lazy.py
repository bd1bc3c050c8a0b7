"""Modules that load when they are first used (PEP 562), so that importing a package of many costs next to nothing."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


def lazy(
    package: str | None, homes: Mapping[str, str | tuple[str, str]], namespace: dict[str, Any]
) -> Callable[[str], Any]:
    """
    Return a module's `__getattr__`.

    `homes` says by name which module it is (`.v1`), or which module it comes from and its name there.
    """

    def load(name: str) -> Any:
        home = homes.get(name)
        if home is None:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        module = import_module(home if isinstance(home, str) else home[0], package)
        value = module if isinstance(home, str) else getattr(module, home[1])
        namespace[name] = value
        return value

    return load


def json_file(package: str | None, name: str) -> Callable[[], dict[str, Any]]:
    """Return a function that reads a JSON file beside a module."""

    def read() -> dict[str, Any]:
        import json
        from importlib.resources import files

        value: dict[str, Any] = json.loads(files(package or __name__).joinpath(name).read_bytes())
        return value

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
