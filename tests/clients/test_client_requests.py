"""What goes out: what the caller says, what is being handled, and nothing that breaks the contract."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest
from pydantic import MISSING
from stock_clients import AsyncClient
from stock_product import GET_STOCK
from told import CREDENTIALS, JSON, MOVEMENT, POSTED, TRACE, AsyncTold, client, page

from interlock_runtime.clients.errors import (
    ApiError,
    CommandSuppressed,
    StatusError,
)
from interlock_runtime.clients.exchange import (
    Response,
)
from interlock_runtime.clients.operations import Answer, Opaque, Operation
from interlock_runtime.context import Context, Suppressed, entered
from interlock_runtime.violations import ContractViolation


def test_context_goes_out() -> None:
    """A call made while an event is handled carries its business case and trace."""
    stock, told = client(POSTED, page())
    with entered(Context(correlationid="prodorder:PO-1", traceparent=TRACE)):
        stock.post_movement(MOVEMENT)
        stock.get_stock(site="muc1")
    assert told.header("X-Correlation-Id") == ["prodorder:PO-1", None]
    assert told.header("traceparent") == [TRACE, TRACE]


def test_caller_goes_before_context() -> None:
    """What the caller says goes out in place of what is being handled."""
    stock, told = client(POSTED)
    with entered(Context(correlationid="prodorder:PO-1", traceparent=TRACE)):
        stock.post_movement(MOVEMENT, x_correlation_id="other", idempotency_key="key-1")
    assert told.header("X-Correlation-Id") == ["other"]
    assert told.header("Idempotency-Key") == ["key-1"]


def test_broken_trace_begins_anew_and_broken_case_is_refused() -> None:
    """A trace that can't be carried is left out (W3C Trace Context), a business case is never lost in silence."""
    stock, told = client(POSTED)
    with entered(Context(traceparent="nonsense")):
        stock.post_movement(MOVEMENT)
    assert told.header("traceparent") == [None]
    with entered(Context(correlationid="not carried")), pytest.raises(ContractViolation) as refused:
        stock.post_movement(MOVEMENT)
    assert [fault.pointer for fault in refused.value.violations] == ["/header/X-Correlation-Id"]


def test_replay_sends_no_command() -> None:
    """While an event is told again questions are asked and commands are not sent."""
    stock, told = client(page())
    with entered(Context(replayed=True)):
        assert stock.get_stock(site="muc1").stock == ()
        with pytest.raises(CommandSuppressed, match="not sent, because the event being handled is replayed") as kept:
            stock.post_movement(MOVEMENT)
    assert isinstance(kept.value, Suppressed), "whoever replays goes on"
    assert [request.method for request in told.sent] == ["GET"]


def test_replay_sends_no_command_from_tasks() -> None:
    """The same holds in tasks that the handler starts."""
    told = AsyncTold()

    async def handle() -> None:
        stock = AsyncClient("https://plant.example", credentials=CREDENTIALS, transport=told)
        with entered(Context(replayed=True)):
            await asyncio.create_task(stock.raw.post_movement(MOVEMENT))

    with pytest.raises(CommandSuppressed):
        asyncio.run(handle())
    assert told.told.sent == []


def test_request() -> None:
    """A request is what the contract says, byte for byte."""
    stock, told = client(page())
    stock.get_stock(site="m/1", lot_id="ä b", limit=5)
    sent = told.sent[0]
    assert sent.url == "https://plant.example/stock/v1/sites/m%2F1/stock?lotId=%C3%A4%20b&limit=5"
    assert sent.headers == (
        ("Accept", "application/json, application/problem+json"),
        ("Accept-Encoding", "identity"),
        ("User-Agent", "interlock (stock@1)"),
    )
    assert sent.body is None


def test_absent_is_not_null() -> None:
    """A member that was not given is not in the body; one that is null would be refused."""
    stock, told = client(POSTED)
    stock.post_movement(MOVEMENT)
    assert told.sent[0].body == b'{"lotId":"L1","quantity":2.5}'
    with pytest.raises(ContractViolation):
        stock.post_movement(MOVEMENT.model_copy(update={"note": None}))


def test_parameter_is_required() -> None:
    """A required parameter that is absent, by None or MISSING, is told with what else is wrong."""
    stock, told = client()
    with pytest.raises(ContractViolation) as refused:
        stock._call(GET_STOCK, (None, None, None, 0, MISSING))  # noqa: SLF001 - as generated code does
    assert [str(fault) for fault in refused.value.violations] == [
        "payload: payload-invalid at /path/site: is required and missing",
        "payload: payload-invalid at /query/limit: must be at least 1",
    ]
    assert told.sent == []


def test_body_is_required() -> None:
    """A body that is missing or not asked for never leaves."""
    stock, told = client()
    with pytest.raises(ContractViolation) as refused:
        stock._call(replace_body(required=True), (), timeout=None)  # noqa: SLF001 - as generated code does
    assert [fault.text for fault in refused.value.violations] == ["the body is required and missing"]
    with pytest.raises(ContractViolation, match="the operation takes no body"):
        stock._call(replace(replace_body(required=False), body=None), (), b"x")  # noqa: SLF001 - as generated code does
    assert told.sent == []


def replace_body(*, required: bool) -> Operation[bytes]:
    """Return an operation with a body that is no JSON."""
    answers = {"2XX": Answer({"text/*": Opaque()}), "default": Answer({"text/csv": Opaque()})}
    return Operation[bytes]("import", "PUT", "/csv", answers, body={"text/csv": Opaque()}, body_required=required)


def test_bytes() -> None:
    """Content that is no JSON goes and comes as bytes; ranges and defaults of statuses and media types are found."""
    stock, told = client(
        Response(299, (("content-type", "text/plain"),), b"\xff"), Response(401, (("Content-Type", "text/csv"),), b"no")
    )
    operation = replace_body(required=False)
    reply = stock._call(operation, (), b"a;b")  # noqa: SLF001 - as generated code does
    assert (reply.value, told.sent[0].body, dict(told.sent[0].headers)["Content-Type"]) == (b"\xff", b"a;b", "text/csv")
    with pytest.raises(StatusError) as refused:
        stock._call(operation)  # noqa: SLF001 - as generated code does
    assert refused.value.reply.value == b"no"
    assert told.sent[1].body is None


def test_raw_has_all() -> None:
    """The raw client gives status, headers, bytes and attempts, with the entity tag as `If-Match` takes it."""
    headers = (*JSON, ("etag", '"3"'), ("Location", "/movements/M1"), ("Set-Cookie", "a=1"), ("Set-Cookie", "b=2"))
    stock, told = client(Response(201, headers, POSTED.body), Response(204))
    reply = stock.raw.post_movement(MOVEMENT)
    assert (reply.status, reply.etag, reply.location, reply.body) == (201, '"3"', "/movements/M1", POSTED.body)
    assert (reply.headers, reply.header("X"), len(reply.attempts)) == (headers, None, 1)
    with pytest.warns(DeprecationWarning, match="in favour of postMovement"):
        stock.cancel_movement(movement_id="M1", if_match=reply.etag or "")
    assert told.header("If-Match") == [None, '"3"']
    assert "M1" not in repr(reply)


def test_accepted_tells_when_to_ask_again() -> None:
    """What was only accepted says by Retry-After when to ask how it went."""
    accepted = Operation[bytes]("release", "PUT", "/release", {"202": Answer()})
    stock, _ = client(Response(202, (("Retry-After", "5"),)), Response(202))
    replies = [stock._call(accepted), stock._call(accepted)]  # noqa: SLF001 - as generated code does
    assert [reply.retry_after() for reply in replies] == [5.0, None]


def test_key_outlives_the_call() -> None:
    """A command that failed tells its key, so that it can be asked for again and is done once."""
    stock, told = client(Response(500), POSTED)
    with pytest.raises(ApiError) as failed:
        stock.post_movement(MOVEMENT)
    key = failed.value.idempotency_key
    stock.post_movement(MOVEMENT, idempotency_key=key)
    assert told.header("Idempotency-Key") == [key, key]
    assert key
    assert key not in f"{failed.value} {failed.value!r}"
