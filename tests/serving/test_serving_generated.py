"""The generated package on both sides: its products serve, its clients call them, and its gates agree with the server."""

from __future__ import annotations

import importlib
import json
from typing import Any

import httpx2
import pytest
from serving_plant import EVERYTHING, Given, Records, Service, asked, example, run
from test_serving_laws import bodies
from test_serving_products import examples, operations, request_of

from codegen.generated import shipped
from exactness.exactness_documents import seeded

KEYS = sorted(shipped().products)
BODIES = 15


def module_of(key: str) -> Any:
    """Return the module of a product."""
    name, _, major = key.partition("@")
    return importlib.import_module(f"acme_contracts.products.{name.replace('-', '_')}.v{major}")


def mounted(app: Any, product: Any, **options: Any) -> Any:
    """Return a product of the package in front of a service, with the package's own copy of the middleware."""
    serving = importlib.import_module("acme_contracts._runtime.serving")
    caller = serving.Caller("mes-muc1", EVERYTHING, frozenset({"muc1"}))
    ticks = iter(range(10**9))
    given = {
        "authenticate": lambda _: caller, "idempotency": serving.MemoryIdempotency(), "audit": Records(),
        "ticks": lambda: float(next(ticks)),
    }  # fmt: skip
    return serving.Serving(app, product, **{**given, **options})


def bare(status: int, body: Any, **headers: str) -> Service:
    """Return a service with one answer in JSON."""
    pairs = (("content-type", "application/json"), *headers.items())
    return Service(status, pairs, json.dumps(body).encode())


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.usefixtures("acme")
def test_the_generated_gate_and_the_server_agree(key: str) -> None:
    """What the client's gate takes is let through; what it refuses is 422 with the places that it names."""
    module = module_of(key)
    contents = {value.name: value.body for value in vars(module).values() if type(value).__name__ == "Operation"}
    service = Service()
    serving = mounted(service, module.PRODUCT, mode="pass", site_of=lambda _: None)
    asked_for = 0
    for method, at, said in operations(module.PRODUCT):
        if "requestBody" not in said:
            continue
        media, content = next(iter(contents[said["operationId"]].items()))
        usual = request_of(module.PRODUCT, method, at, said, None)
        given_examples = examples(said["requestBody"]["content"])
        for number, text in enumerate(bodies(seeded(f"{key} {said['operationId']}"), given_examples, BODIES)):
            keyed = [pair for pair in usual["headers"] if pair[0] != "Idempotency-Key"]
            sent = [*keyed, ("content-type", media), ("Idempotency-Key", f"{said['operationId']}-{number}")]
            service.reached.clear()
            result: Given = run(asked(serving, method, usual["target"], sent, [text]))
            faults = content.writer_gate.violations(text)
            assert result.status == (422 if faults else 200), (text, result.body)
            assert len(service.reached) == (0 if faults else 1)
            if faults:
                named = {error["pointer"] for error in result.json["errors"]}
                assert named == {fault.pointer for fault in faults}, (text, result.body, faults)
            asked_for += 1
    assert asked_for > BODIES


def called(key: str, app: Any, operation: str, *body: Any, **arguments: Any) -> Any:
    """Call an operation of a product with its generated client; return the reply or the exception."""
    module = module_of(key)
    clients = importlib.import_module("acme_contracts._runtime.clients")

    async def main() -> Any:
        transport = clients.AsyncHttpx2Transport(httpx2.ASGITransport(app=app))
        options = clients.Options(retry=clients.Retry(attempts=1))
        async with module.AsyncClient(
            f"https://plant.example{module.PRODUCT.base_path}",
            credentials={"oauth2": clients.Bearer("token")}, transport=transport, options=options,
        ) as client:  # fmt: skip
            try:
                return await getattr(client.raw, operation)(*body, **arguments)
            except clients.ApiError as error:
                return error

    return run(main())


def hold_body(module: Any) -> Any:
    """Return the shipped example of a hold as the generated class."""
    return module.PlaceLotHold.model_validate(example(module.PRODUCT, "placeLotHold"), by_alias=True, by_name=False)


@pytest.mark.usefixtures("acme")
def test_generated_client_and_server_tell_a_story() -> None:
    """A hold is placed; its repeat gets the same answer; every refusal arrives as the client's typed error."""
    module = module_of("quality@2")
    service = bare(201, {"holdId": "HD-2001"}, location="/holds/HD-2001")
    serving = mounted(service, module.PRODUCT, mode="enforce")
    place = {"material_id": "FG-2200", "lot_id": "L260316-01", "idempotency_key": "k-1"}
    reply = called("quality@2", serving, "place_lot_hold", hold_body(module), **place)
    again = called("quality@2", serving, "place_lot_hold", hold_body(module), **place)
    assert (reply.value.hold_id, again.value.hold_id, again.status) == ("HD-2001", "HD-2001", 201)
    assert len(service.reached) == 1
    other = called("quality@2", serving, "place_lot_hold", hold_body(module), **{**place, "lot_id": "L260316-02"})
    assert type(other) is module.IdempotencyKeyReusedError
    stranger = mounted(service, module.PRODUCT, authenticate=lambda _: None)
    assert type(called("quality@2", stranger, "place_lot_hold", hold_body(module), **place)) is module.UnauthorizedError
    frozen = mounted(service, module.PRODUCT, ticks=lambda: 0.0)
    replies = [called("quality@2", frozen, "place_lot_hold", hold_body(module), **place) for _ in range(21)]
    assert type(replies[-1]) is module.RateLimitedError
    assert replies[-1].body.status == 429


@pytest.mark.usefixtures("acme")
def test_a_service_reads_the_body_as_the_packages_class() -> None:
    """What the client wrote as an instance the service reads as an equal one, its exact numbers included."""
    module = module_of("quality@2")
    serving = importlib.import_module("acme_contracts._runtime.serving")
    read: list[Any] = []

    async def service(scope: Any, receive: Any, send: Any) -> None:
        read.append(serving.served(scope).read(module.PlaceLotHold))
        await bare(201, {"holdId": "HD-2001"}, location="/holds/HD-2001")(scope, receive, send)

    place = {"material_id": "FG-2200", "lot_id": "L260316-01", "idempotency_key": "k-1"}
    written_body = hold_body(module)
    called("quality@2", mounted(service, module.PRODUCT), "place_lot_hold", written_body, **place)
    assert read == [written_body]
    assert type(read[0]) is module.PlaceLotHold


@pytest.mark.usefixtures("acme")
def test_each_generated_product_mounts() -> None:
    """Every product of the package serves with the package's own runtime; an unknown path is its declared problem."""
    for key in KEYS:
        product = module_of(key).PRODUCT
        given: Given = run(asked(mounted(Service(), product), "GET", f"{product.base_path}/no/such/path/at/all"))
        assert given.status == 404
        assert given.json["type"].endswith("/not-found") or given.json["type"] == "about:blank"
