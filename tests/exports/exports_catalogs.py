"""The catalogs that exports are made of: the shipped one, and small ones in memory."""

from __future__ import annotations

import functools
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from interlock.catalog import Catalog
from interlock.loading import Loaded, load
from interlock.trees import MemoryTree, WorkTree
from support import plant
from support.plant import SETTINGS, SYSTEMS, TEAMS

ROOT = Path(__file__).parents[2]
SMALL = ROOT / "tests" / "codegen" / "golden" / "contracts"


@functools.cache
def shipped() -> Loaded:
    """Return the catalog that ships."""
    return load(WorkTree(ROOT / "contracts"))


def loaded(files: Mapping[str, Any]) -> Loaded:
    """Return a catalog of some files beside its settings, teams and systems."""
    whole = {"catalog.yaml": SETTINGS, "teams.yaml": TEAMS, "systems.yaml": SYSTEMS, **files}
    return load(MemoryTree({path: json.dumps(content).encode() for path, content in whole.items()}))


def catalog(files: Mapping[str, Any]) -> Catalog:
    """Return the same, of which every file must be taken."""
    found = loaded(files)
    assert not found.findings, found.findings
    return found.catalog


def product(openapi: str = "v1.openapi.yaml", **changes: Any) -> dict[str, Any]:
    """Return a product with one command."""
    throttle = {"rate": 5}
    return {
        "contract": "product", "name": "lots", "version": "1.0.0", "title": "Lots", "summary": "Lots.",
        "owner": "team-plant", "lifecycle": {"status": "released"}, "layer": "system", "systems": ["mes"],
        "audience": ["internal"], "tier": "T2", "classification": "internal",
        "authentication": ["oauth2-client-credentials"], "authorization": {"closeLot": {"scopes": ["lots:close"]}},
        "throttling": {"reads": throttle, "commands": throttle, "operations": {"closeLot": {"rate": 1}}},
        "audit": "P1Y", "results-in": {"closeLot": {"none": "Nobody asks yet."}}, "openapi": openapi, **changes,
    }  # fmt: skip


def api(schema: Any, **changes: Any) -> dict[str, Any]:
    """Return an OpenAPI document whose one command takes a body."""
    content = {"application/json": {"schema": schema}}
    command = {
        "operationId": "closeLot",
        "requestBody": {"content": content},
        "responses": {"204": {"description": "Done."}},
    }
    return {
        "openapi": "3.1.1",
        "info": {"title": "Lots", "version": "0.0.1"},
        "paths": {"/lots": {"post": command}},
        **changes,
    }


def type_(name: str, schema: Any) -> dict[str, Any]:
    """Return a shared type."""
    return {
        "contract": "type",
        "name": name,
        "version": "1.0.0",
        "summary": "A type.",
        "owner": "team-plant",
        "schema": schema,
    }


def event(name: str, schema: Any = None, version: str = "1.0.0", **changes: Any) -> dict[str, Any]:
    """Return an event whose schema is exactly as written."""
    return {**plant.event(name, version, {}, **changes), "schema": {"type": "object"} if schema is None else schema}
