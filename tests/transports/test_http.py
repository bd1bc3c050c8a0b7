"""CloudEvents over HTTP: what the answer says, and what is never kept."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from typing import Any

import httpx2
import pytest

from interlock_runtime import Event, RawMessage
from interlock_runtime.sending import SendFailed
from interlock_runtime.stores.memory_quarantine import MemoryQuarantine
from interlock_runtime.transports.http import Application, AsyncHttpSender, HttpSender, receiver
from support.brokers.tiny import CATALOG, bad, good, structured


class Service:
    """An application and what became of the requests."""

    def __init__(self, handler: Callable[[Event[Any]], object] = lambda _: None, **settings: Any) -> None:
        self.quarantine = MemoryQuarantine()
        self.events: list[Event[Any]] = []
        largest = settings.pop("largest", 10_000)
        self.consumer = CATALOG.consumer("wms", **{"quarantine": self.quarantine, **settings})

        async def handle(event: Event[Any]) -> None:
            handler(event)
            self.events.append(event)

        self.application: Application = receiver(self.consumer, handle, largest=largest)

    def asked(self, method: str = "POST", body: bytes = b"", **headers: str) -> httpx2.Response:
        """Return the answer to a request."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}

        async def asking() -> httpx2.Response:
            transport = httpx2.ASGITransport(self.application)
            async with httpx2.AsyncClient(transport=transport, base_url="http://plant") as client:
                return await client.request(method, "/events", content=body, headers=named)

        return asyncio.run(asking())


STRUCTURED = "application/cloudevents+json"


def failing(_: Event[Any]) -> None:
    """Fail."""
    raise ValueError("secret")


@pytest.mark.parametrize(
    ("service", "request_", "status", "handled", "kept"),
    [
        pytest.param(Service, {"body": good(0).value, "content_type": STRUCTURED}, 204, 1, 0, id="structured"),
        pytest.param(Service, {"body": b"{bad", "content_type": STRUCTURED}, 204, 0, 1, id="quarantined"),
        pytest.param(
            lambda: Service(policies={"malformed": "reject"}), {"body": b"{bad", "content_type": STRUCTURED}, 422, 0, 0, id="rejected"
        ),
        pytest.param(Service, {"body": b"[]", "content_type": STRUCTURED + "-batch"}, 204, 0, 1, id="no-batch-after-all"),
        pytest.param(Service, {"body": b"[]", "content_type": "application/cloudevents-batch+json"}, 415, 0, 0, id="batch"),
        pytest.param(Service, {"body": b"x" * 10_001}, 413, 0, 0, id="too-large"),
        pytest.param(Service, {"method": "GET"}, 405, 0, 0, id="get"),
        pytest.param(lambda: Service(failing), {"body": good(0).value, "content_type": STRUCTURED}, 503, 0, 0, id="again"),
    ],
)  # fmt: skip
def test_the_answer_says_what_became_of_it(
    service: Callable[[], Service], request_: dict[str, Any], status: int, handled: int, kept: int
) -> None:
    """Each request has the answer by which its sender knows whether to send again."""
    running = service()
    answer = running.asked(**request_)
    assert (answer.status_code, len(running.events), len(list(running.quarantine.entries()))) == (status, handled, kept)
    if status >= 400:
        assert answer.headers["content-type"] == "application/problem+json"
        assert json.loads(answer.content)["status"] == status
        assert b"secret" not in answer.content
    if status == 503:
        assert int(answer.headers["retry-after"]) >= 1


def test_the_answer_carries_no_value() -> None:
    """A sender that is turned away learns places and reasons, and never values."""
    service = Service(policies={"payload-invalid": "reject"})
    wrong = structured(data={"lot": "secret-lot", "step": "secret-step"})
    answer = service.asked(body=wrong.value or b"", content_type=STRUCTURED)
    assert answer.status_code == 422
    assert answer.json()["errors"] == [
        {"pointer": "/data/step", "reason": "payload-invalid", "detail": "must be of type integer"}
    ]


def test_credentials_are_never_kept() -> None:
    """Of a request only what belongs to the event is kept; credentials and cookies would leak with the quarantine."""
    service = Service()
    service.asked(
        body=b"{bad", content_type=STRUCTURED, authorization="Bearer x", cookie="y", ce_id="1", traceparent="t"
    )
    (entry,) = service.quarantine.entries()
    assert sorted(name for name, _ in entry.message.headers) == ["ce-id", "content-type", "traceparent"]


def test_a_quarantine_that_is_down_is_a_503() -> None:
    """Without a quarantine nothing that breaks its contract is taken, since it could not be kept."""
    service = Service(quarantine=None)
    assert service.asked(body=b"{bad", content_type=STRUCTURED).status_code == 503


def test_a_sender_that_breaks_off_is_refused() -> None:
    """A body of which only a part came is no event, and nobody waits for the rest."""
    service = Service()
    sent: list[Any] = []
    parts = iter([{"type": "http.request", "body": b"{", "more_body": True}, {"type": "http.disconnect"}])

    async def receive() -> Any:
        return next(parts)

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {"type": "http", "method": "POST", "path": "/", "headers": []}
    asyncio.run(service.application(scope, receive, send))
    assert sent[0]["status"] == 400
    assert list(service.quarantine.entries()) == []


def test_only_http_is_served() -> None:
    """A WebSocket is no way for events."""
    with pytest.raises(NotImplementedError, match="not by websocket"):
        asyncio.run(Service().application({"type": "websocket"}, None, None))  # type: ignore[arg-type]


@pytest.mark.parametrize("number", [0, 1])
def test_what_a_sender_sends_a_receiver_reads(number: int) -> None:
    """Structured or binary, the event arrives as it was."""
    service = Service()

    async def sending() -> None:
        async with httpx2.AsyncClient(transport=httpx2.ASGITransport(service.application)) as client:
            sender = AsyncHttpSender(client, lambda channel: f"http://plant/{channel}")
            assert await sender.send_all([("events", good(number)), ("events", good(number + 2))]) == 2
            await sender.aclose()

    asyncio.run(sending())
    assert [event.data["step"] for event in service.events] == [number, number + 2]


@pytest.mark.parametrize(("status", "lasting"), [(400, True), (404, True), (429, False), (500, False), (503, False)])
def test_what_a_sender_makes_of_an_answer(status: int, lasting: bool) -> None:  # noqa: FBT001 - a table
    """4xx means that the same event is refused again, but for those that ask to wait; all else is worth another try."""
    client = httpx2.Client(transport=httpx2.MockTransport(lambda _: httpx2.Response(status)))
    with pytest.raises(SendFailed, match=f"the answer is {status}") as failed:
        HttpSender(client, lambda channel: f"http://plant/{channel}").send("c", good(0))
    assert failed.value.lasting is lasting


def test_a_batch_stops_at_the_first_failure() -> None:
    """`send_all` says how many first ones arrived, and sends nothing behind a failure."""
    answers = iter([204, 503, 204])
    client = httpx2.Client(transport=httpx2.MockTransport(lambda _: httpx2.Response(next(answers))))
    sender = HttpSender(client, lambda channel: f"http://plant/{channel}")
    assert sender.send_all([("c", good(number)) for number in range(3)]) == 1
    assert next(answers) == 204


@pytest.mark.parametrize("kind", ["null", "null-header", "header-twice"])
def test_what_http_cannot_carry_is_refused(kind: str) -> None:
    """A message that HTTP would change is refused for good, before anything is sent."""
    client = httpx2.Client(transport=httpx2.MockTransport(lambda _: pytest.fail("sent")))
    message: RawMessage = bad()[kind]
    with pytest.raises(SendFailed) as failed:
        HttpSender(client, lambda channel: f"http://plant/{channel}").send("c", message)
    assert failed.value.lasting
