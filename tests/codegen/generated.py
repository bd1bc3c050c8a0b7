"""Catalogs in memory, and the packages that are generated from them."""

from __future__ import annotations

import importlib
import json
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any

from codegen.hostile_products import products
from interlock.catalog import Catalog
from interlock.loading import load
from interlock.trees import MemoryTree, WorkTree
from interlock_codegen.package import Files, Settings, modules_in, package
from support.plant import SETTINGS, event

ROOT = Path(__file__).parents[2]
RUNTIME = modules_in(ROOT / "codegen" / "interlock_runtime")
GOLDEN = Path(__file__).parent / "golden"
CASES = sorted((Path(__file__).parent / "hostile").glob("*.json"))


def shipped() -> Catalog:
    """Return the catalog that ships."""
    return load(WorkTree(ROOT / "contracts")).catalog


def catalog_of(contracts: Mapping[str, Any], settings: Mapping[str, Any] | None = None) -> Catalog:
    """Return a catalog of contract files by path, which must all be taken."""
    files = {"catalog.yaml": {**SETTINGS, **(settings or {})}, **contracts}
    loaded = load(
        MemoryTree({path: json.dumps(content, ensure_ascii=False).encode() for path, content in files.items()})
    )
    assert not loaded.findings, loaded.findings
    return loaded.catalog


def payload(case: Mapping[str, Any]) -> Any:
    """Return the payload schema of a case; one of thousands of members is written as their number."""
    schema = case["schema"]
    if "repeat" in schema:
        members = {f"member{n}": {"type": "integer", "description": f"Member {n}."} for n in range(schema["repeat"])}
        return {"type": "object", "properties": members}
    return schema


def hostile_catalog() -> Catalog:
    """Return a catalog in which each hostile case is an event or an API product."""
    contracts: dict[str, Any] = products()
    for path in CASES:
        case = json.loads(path.read_bytes())
        contract = {**event(f"hostile.{path.stem}", "1.0.0", {}), "schema": payload(case), **case.get("contract", {})}
        contracts[f"events/hostile/{path.stem}/v1.yaml"] = contract
    return catalog_of(contracts)


def files_of(catalog: Catalog, module: str = "acme_contracts", **settings: Any) -> Files:
    """Return the files of a catalog's package."""
    return package(catalog, Settings("acme-contracts", module, runtime=RUNTIME, **settings))


def shipped_files() -> Files:
    """Return the package of the catalog that ships, with its reviewed upcasters."""
    return files_of(shipped(), upcasters=modules_in(ROOT / "upcasters"))


def written(files: Mapping[str, bytes], folder: Path) -> Path:
    """Write files below a folder and return it."""
    for path, content in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content)
    return folder


@contextmanager
def importable(folder: Path, module: str = "acme_contracts") -> Iterator[ModuleType]:
    """Import a package from a folder, and forget it afterwards."""
    sys.path.insert(0, str(folder))
    importlib.invalidate_caches()
    try:
        yield importlib.import_module(module)
    finally:
        sys.path.remove(str(folder))
        for name in [name for name in sys.modules if name == module or name.startswith(f"{module}.")]:
            del sys.modules[name]


def golden_files() -> dict[str, bytes]:
    """Return the package of the small catalog beside it, without the parts that are copied as they stand."""
    loaded = load(WorkTree(GOLDEN / "contracts"))
    assert not loaded.findings, loaded.findings
    made = package(loaded.catalog, Settings("bottling-contracts", "bottling_contracts", "1.0.0"))
    as_they_stand = ("_lazy.py", "py.typed")
    return {path: made[path] for path in made if not path.endswith(as_they_stand) and "/_invariants/" not in path}
