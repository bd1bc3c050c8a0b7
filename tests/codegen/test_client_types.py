"""Shared types of the catalog in clients: one class everywhere, except where a product reads more than events do."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from codegen.generated import catalog_of, files_of, importable, written
from codegen.hostile_products import BASE, Server, contracts_of
from support.plant import event

MODULE = "shared_contracts"


def shared(name: str, schema: dict[str, Any]) -> dict[str, Any]:
    """Return the file of a shared type."""
    contract = {
        "contract": "type",
        "name": name,
        "version": "1.0.0",
        "summary": f"A {name}.",
        "lifecycle": {"status": "released"},
    }
    return {f"types/{name}/v1.yaml": {**contract, "owner": "team-plant", "schema": schema}}


def variant(kind: str) -> dict[str, Any]:
    """Return one branch of a union."""
    return {"type": "object", "required": ["kind"], "properties": {"kind": {"const": kind}}}


def ref(name: str, depth: int = 2) -> dict[str, str]:
    """Return a reference to a shared type."""
    return {"$ref": f"{'../' * depth}types/{name}/v1.yaml"}


def contracts() -> dict[str, Any]:
    """Return types that a product and an event share."""
    members = {name: ref(name) for name in ("label", "client", "shape", "stamped")}
    thing = {"type": "object", "required": ["label"], "properties": members}
    body = {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Thing"}}}}
    document = {
        "paths": {"/things": {"post": {
            "operationId": "addThing", "requestBody": {**body, "required": True}, "responses": {"200": {"description": "ok", **body}},
        }}},
        "components": {"schemas": {"Thing": thing}},
    }  # fmt: skip
    said = {"type": "object", "required": ["label"], "properties": {name: ref(name, 3) for name in members}}
    return {
        **shared("label", {"type": "object", "required": ["text"], "properties": {"text": {"type": "string"}}}),
        **shared("client", {"type": "object", "properties": {"name": {"type": "string"}}}),
        **shared("shape", {"oneOf": [variant("circle"), variant("square")]}),
        **shared("stamped", {"type": "object", "required": ["at"], "properties": {"at": {"type": "string", "readOnly": True}, "by": {"type": "string"}}}),
        **contracts_of("things", {"document": document}),
        "events/plant/thing-added/v1.yaml": {**event("plant.thing-added", "1.0.0", {}), "schema": said},
    }  # fmt: skip


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ModuleType]:
    """Return the package of these contracts."""
    folder: Path = written(files_of(catalog_of(contracts()), MODULE), tmp_path_factory.mktemp("shared"))
    with importable(folder, MODULE) as module:
        yield module


def test_a_shared_type_is_one_class(package: ModuleType) -> None:
    """What events and products share is one class in both, under another name where the module has that name itself."""
    fields = package.products.things.v1.Thing.model_fields
    said = package.thing_added_v1.ThingAdded.model_fields
    for name, kind in (("label", package.types.Label), ("client", package.types.Client)):
        assert kind in {fields[name].annotation, *getattr(fields[name].annotation, "__args__", ())}
        assert kind in {said[name].annotation, *getattr(said[name].annotation, "__args__", ())}
    assert package.products.things.v1.Client is not package.types.Client


def test_a_product_reads_variants_that_an_event_refuses(package: ModuleType) -> None:
    """A union of a shared type may grow in a response, and is what its type says in an event."""
    text = {"label": {"text": "a"}, "shape": {"kind": "star", "points": 5}}
    module = package.products.things.v1
    client = module.Client(BASE, transport=Server(package, [{"answer": {"json": text}}]))
    answer = client.add_thing(module.ThingRequest(label=package.types.Label(text="a")))
    assert answer.shape == {"kind": "star", "points": 5}
    assert package.thing_added_v1.CONTRACT.data_errors(json.dumps(text).encode())


def test_a_shared_type_with_members_of_one_way_is_two(package: ModuleType) -> None:
    """A request has no member that only the service says, also where a shared type declares it."""
    module = package.products.things.v1
    server = Server(package, [{"answer": {"json": {"label": {"text": "a"}, "stamped": {"at": "now"}}}}])
    stamped = module.ThingRequest.model_fields["stamped"].annotation.__args__[0]
    assert set(stamped.model_fields) == {"by"}
    asked = module.ThingRequest(label=package.types.Label(text="a"), stamped=stamped(by="me"))
    answer = module.Client(BASE, transport=server).add_thing(asked)
    assert json.loads(server.sent[0].body) == {"label": {"text": "a"}, "stamped": {"by": "me"}}
    assert (answer.stamped.at, type(answer.stamped)) == ("now", package.types.Stamped)
