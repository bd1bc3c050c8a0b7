"""API products of the cases in tests/cases/clients, and a transport that plays their servers."""

from __future__ import annotations

import copy
import json
import random
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import ModuleType
from typing import Any
from urllib.parse import urlsplit

from interlock.documents import parse

FOLDER = Path(__file__).parents[1] / "cases" / "clients"
CASES = sorted(FOLDER.glob("*.yaml"))
BASE = "https://plant.example/api"

PROMISES: dict[str, Any] = {
    "contract": "product", "version": "1.0.0", "title": "A product", "summary": "Does what a plant needs.",
    "owner": "team-plant", "lifecycle": {"status": "released"}, "layer": "system", "systems": ["mes"], "audience": ["internal"],
    "tier": "T2", "classification": "internal", "authentication": ["oauth2-client-credentials"], "authorization": {},
    "throttling": {"reads": {"rate": 50}, "commands": {"rate": 10}}, "audit": "P2Y", "results-in": {},
    "openapi": "v1.openapi.yaml",
}  # fmt: skip


def case_of(path: Path) -> dict[str, Any]:
    """Return a case."""
    found: dict[str, Any] = parse(path.name, path.read_bytes()).data
    return found


def document_of(case: Mapping[str, Any]) -> dict[str, Any]:
    """Return the OpenAPI document of a case; one of hundreds of operations is written as their number."""
    written = case.get("document", {})
    if "repeat" in case:
        written = {"paths": dict(_operation(number) for number in range(case["repeat"]))}
    return {"openapi": "3.1.1", "info": {"title": "A product", "version": "1.0.0"}, **written}


def _operation(number: int) -> tuple[str, Any]:
    """Return one of many operations."""
    thing = {
        "type": "object",
        "required": ["id"],
        "properties": {"id": {"type": "string"}, f"m{number}": {"type": "integer"}},
    }
    return f"/things{number}/{{id}}", {
        "get": {
            "operationId": f"getThing{number}",
            "parameters": [{"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}],
            "responses": {"200": {"description": "ok", "content": {"application/json": {"schema": thing}}}},
        }
    }


def contracts_of(name: str, case: Mapping[str, Any]) -> dict[str, Any]:
    """Return the files of a case's product, by path."""
    promises = {**PROMISES, "name": name, **case.get("contract", {})}
    return {f"products/{name}/v1.yaml": promises, f"products/{name}/v1.openapi.yaml": document_of(case)}


def products() -> dict[str, Any]:
    """Return the files of all cases' products."""
    return {path: content for case in CASES for path, content in contracts_of(case.stem, case_of(case)).items()}


JUNK: tuple[Any, ...] = (
    None, True, 5, -1.5, "", "x", "#/components/schemas/Order", [], {}, ["a"], "integer", {"": ""}, {"$ref": "#/paths"}, {"$ref": 5},
    {"$ref": "#/components/schemas/Order"}, {"type": "string"}, {"oneOf": []}, {"enum": [1, {}]}, {"required": [{}]},
    {"type": ["object", "null"], "properties": {"a": {"readOnly": True}}},
)  # fmt: skip
"""What stands somewhere in a document that nobody read before it was proposed."""
_KEYWORDS = (
    "type",
    "properties",
    "required",
    "$ref",
    "oneOf",
    "schema",
    "content",
    "in",
    "name",
    "links",
    "security",
    "style",
    "info",
)


def spoiled(document: Any, chance: random.Random) -> Any:
    """Return a copy of a document in which one to three places hold something else, or nothing."""
    made = copy.deepcopy(document)
    for _ in range(chance.choice((1, 1, 2, 3))):
        holder, key = chance.choice(list(_places(made)))
        what = chance.random()
        if what < 0.6:
            holder[key] = copy.deepcopy(chance.choice(JUNK))
        elif what < 0.8 or not isinstance(holder, dict):
            del holder[key]
        else:
            holder[chance.choice(_KEYWORDS)] = copy.deepcopy(chance.choice(JUNK))
    return made


def _places(node: Any) -> Iterator[tuple[Any, Any]]:
    """Yield each member and element with what holds it."""
    for key, value in list(
        node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    ):
        yield node, key
        yield from _places(value)


class Server:
    """A transport that answers with what a case says, and keeps what was sent."""

    def __init__(self, package: ModuleType, steps: list[Mapping[str, Any]]) -> None:
        self.sent: list[Any] = []
        self._response = package.clients.Response
        self._steps: Iterator[Mapping[str, Any]] = iter(steps)

    def send(self, request: Any) -> Any:
        """Return the next answer."""
        self.sent.append(request)
        said = next(self._steps)["answer"]
        media, body = _body(said)
        headers = (("Content-Type", media), *said.get("headers", {}).items()) if body else ()
        return self._response(said.get("status", 200), headers, body)

    def close(self) -> None:
        """Hold nothing."""


class AsyncServer(Server):
    """The same for tasks."""

    async def send(self, request: Any) -> Any:
        """Return the next answer."""
        return super().send(request)

    async def aclose(self) -> None:
        """Hold nothing."""


def _body(said: Mapping[str, Any]) -> tuple[str, bytes]:
    """Return media type and bytes of an answer."""
    for kind, media in (("json", "application/json"), ("problem", "application/problem+json")):
        if kind in said:
            return media, json.dumps(said[kind]).encode()
    return said.get("media", ""), said.get("text", "").encode()


def line(request: Any) -> str:
    """Return the request line, seen from the product's address."""
    parts = urlsplit(request.url)
    path = parts.path.removeprefix(urlsplit(BASE).path)
    return f"{request.method} {path}{f'?{parts.query}' if parts.query else ''}"
