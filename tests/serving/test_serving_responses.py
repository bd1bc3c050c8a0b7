"""What leaves: judged in the mode that was chosen, streams untouched, and commands told to the audit."""

from __future__ import annotations

import asyncio
import json
import logging
import sqlite3
from pathlib import Path
from typing import Any

import pytest
from serving_plant import (
    BODY,
    CASES,
    HOLD,
    MES,
    QUALITY,
    Given,
    Records,
    Service,
    asked,
    hold,
    json_request,
    mounted,
    product,
    run,
    scope_of,
    shipped,
)

from interlock_runtime.products import Product
from interlock_runtime.serving import (
    JsonLinesAudit,
    ResponseFault,
    SqliteAudit,
    Unavailable,
    served,
)
from interlock_runtime.serving.messages import Message, Receive, Scope, Send

PLAIN: Product = product(json.loads((CASES / "documents" / "plain.json").read_text(encoding="utf-8")))
JSON = (("content-type", "application/json"),)
GOOD = b'{"id": "1", "name": "a", "colour": "blue", "unknown": [1], "secret": 5}'
"""Clients ignore what they do not know, and nothing is asked of what only requests have."""
RESPONSES: list[tuple[str, Service, list[tuple[str, str]]]] = [
    ("good", Service(200, JSON, GOOD), []),
    ("with a charset", Service(200, (("Content-Type", "application/json; charset=utf-8"),), GOOD), []),
    ("missing member", Service(200, JSON, b'{"name": "a"}'), [("/id", "required")]),
    ("wrong type", Service(200, JSON, b'{"id": 1, "name": "a"}'), [("/id", "type")]),
    ("no json", Service(200, JSON, b"<html>"), [("", "malformed")]),
    ("nothing", Service(200, JSON, b""), [("", "malformed")]),
    ("other media", Service(200, (("content-type", "text/html"),), b"<p>"), [("", "unsupported-content")]),
    ("no media", Service(200, (), GOOD), [("", "unsupported-content")]),
    ("undeclared status", Service(418, JSON, GOOD), [("", "status")]),
    ("server error", Service(502, (), b"bad gateway"), []),
]


@pytest.mark.parametrize(("service", "wrong"), [pytest.param(s, w, id=name) for name, s, w in RESPONSES])
def test_enforced_responses_keep_the_contract(service: Service, wrong: list[tuple[str, str]]) -> None:
    """In tests a response that breaks the contract becomes 500 with its places."""
    given: Given = run(
        asked(mounted(service, PLAIN, mode="enforce", report=lambda _: None), "GET", "/plain/v1/things/a")
    )
    if not wrong:
        assert (given.status, given.body) == (service.status, service.body)
        return
    assert given.status == 500
    assert [(error["pointer"], error["code"]) for error in given.json["errors"]] == wrong


@pytest.mark.parametrize(("service", "wrong"), [pytest.param(s, w, id=name) for name, s, w in RESPONSES])
def test_reported_responses_go_out(service: Service, wrong: list[tuple[str, str]]) -> None:
    """In production a response goes out as it is, and whoever runs the service is told."""
    told: list[ResponseFault] = []
    given: Given = run(asked(mounted(service, PLAIN, report=told.append), "GET", "/plain/v1/things/a"))
    assert (given.status, given.body) == (service.status, service.body)
    assert [fault.pointer for report in told for fault in report.violations] == [pointer for pointer, _ in wrong]


def test_reports_are_logged_without_values(caplog: pytest.LogCaptureFixture) -> None:
    """Unless someone else is told, the log is, and no value of the response is in it."""
    service = Service(200, JSON, b'{"id": "SECRET", "name": "SECRET-SECRET-SECRET-SECRET"}')
    with caplog.at_level(logging.WARNING):
        run(asked(mounted(service, PLAIN), "GET", "/plain/v1/things/a"))
    assert "stock@1 getThing answered 200 against its contract" in caplog.text
    assert "SECRET" not in caplog.text


def test_a_response_can_pass_unjudged() -> None:
    """With `pass` nobody looks at responses."""
    told: list[ResponseFault] = []
    serving = mounted(Service(200, JSON, b"<html>"), PLAIN, mode="pass", report=told.append)
    assert run(asked(serving, "GET", "/plain/v1/things/a")).status == 200
    assert not told


def test_headers_of_responses_are_judged() -> None:
    """A required header that is missing, and one that breaks its schema, are faults."""
    request = json_request({"name": "b"}, If_Match='"1"')
    for headers, code in (((), "required"), ((("etag", "4"),), "pattern"), ((("ETag", '"4"'),), None)):
        serving = mounted(Service(200, (*JSON, *headers), GOOD), PLAIN, mode="enforce", report=lambda _: None)
        given = run(asked(serving, "PUT", "/plain/v1/things/a", **request))
        assert (given.json["errors"][0]["code"] if given.status == 500 else None) == code


async def events(_scope: Scope, _receive: Receive, send: Send) -> None:
    """Stream server-sent events."""
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/event-stream")]})
    for number in range(3):
        await send({"type": "http.response.body", "body": b"data: %d\n\n" % number, "more_body": True})
        await asyncio.sleep(0)
    await send({"type": "http.response.body", "body": b""})


async def large(_scope: Scope, _receive: Receive, send: Send) -> None:
    """Stream more JSON than is held back, in parts."""
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"application/json")]})
    for _ in range(30):
        await send({"type": "http.response.body", "body": b"[" * 100_000, "more_body": True})
    await send({"type": "http.response.body", "body": b""})


@pytest.mark.parametrize("mode", ["enforce", "report", "pass"])
@pytest.mark.parametrize("service", [events, large])
def test_streams_pass_untouched(mode: Any, service: Any) -> None:
    """A stream, and what is larger than is held back, goes out in its parts and unjudged."""
    told: list[ResponseFault] = []
    given: Given = run(asked(mounted(service, PLAIN, mode=mode, report=told.append), "GET", "/plain/v1/things"))
    bare: Given = run(asked(service, "GET", "/plain/v1/things"))
    assert [message.get("body") for message in given.messages] == [message.get("body") for message in bare.messages]
    assert not told


def test_a_stream_is_sent_as_it_comes() -> None:
    """In production the first part is out before the service makes the second."""
    order: list[str] = []

    async def service(_scope: Scope, _receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        for number in range(2):
            order.append(f"made {number}")
            await send({"type": "http.response.body", "body": b"x", "more_body": number == 0})

    async def main() -> None:
        async def send(message: Message) -> None:
            if message["type"] == "http.response.body":
                order.append("sent")

        async def receive() -> Message:
            return {"type": "http.disconnect"}

        serving = mounted(service, PLAIN)
        await serving(scope_of("GET", "/plain/v1/things", []), receive, send)

    run(main())
    assert order == ["made 0", "sent", "made 1", "sent"]


def test_a_keyed_command_that_streams_is_not_run_again() -> None:
    """An answer that is a stream can't be stored; the command is done all the same."""
    serving = mounted(events, QUALITY, mode="pass")
    assert run(hold(serving)).body == b"data: 0\n\ndata: 1\n\ndata: 2\n\n"
    assert run(hold(serving)).status == 409


def test_other_scopes_pass_untouched() -> None:
    """What is no HTTP request is the application's own."""
    seen: list[str] = []

    async def service(scope: Scope, _receive: Receive, _send: Send) -> None:
        seen.append(scope["type"])

    async def nothing(*_: Any) -> Any:
        return {}

    for kind in ("lifespan", "websocket"):
        run(mounted(service, PLAIN)({"type": kind, "path": "/plain/v1/things"}, nothing, nothing))
    assert seen == ["lifespan", "websocket"]


def test_the_audit_has_each_step_of_each_command() -> None:
    """Begun and done, replayed, refused: who, what, which key and outcome, and the events that followed."""
    records = Records()

    async def service(scope: Scope, receive: Receive, send: Send) -> None:
        served(scope).results.append("EV-1")
        await Service(201, (("location", "/x"),))(scope, receive, send)

    serving = mounted(service, QUALITY, audit=records, mode="pass")
    run(hold(serving))
    run(hold(serving))
    run(asked(serving, "POST", HOLD, **json_request({**BODY, "more": 1}, Idempotency_Key="k2")))
    run(asked(serving, "POST", HOLD, **json_request(BODY)))
    steps = [(record.outcome, record.status, record.key, record.results) for record in records.kept]
    assert steps == [
        ("begun", None, "k", ()),
        ("done", 201, "k", ("EV-1",)),
        ("replayed", 201, "k", ()),
        ("refused", 422, "k2", ()),
        ("refused", 400, None, ()),
    ]
    first = records.kept[0]
    assert (first.operation, first.client, first.person) == ("placeLotHold", MES.client, MES.person)
    assert len(first.request) == 64


def test_reads_and_strangers_are_no_matter_of_the_audit() -> None:
    """Who is not known, or asks too often, is refused without a record: nobody fills the disk that way."""
    records = Records()
    run(hold(mounted(Service(), QUALITY, audit=records, authenticate=lambda _: None)))
    run(
        asked(
            mounted(Service(), shipped("products/inventory/v1"), audit=records), "GET", "/inventory/v1/stock?site=muc1"
        )
    )
    serving = mounted(Service(201), QUALITY, audit=records)
    for _ in range(25):
        run(asked(serving, "POST", HOLD, **json_request(BODY)))
    assert len(records.kept) == 20


@pytest.mark.parametrize("kind", [JsonLinesAudit, SqliteAudit])
def test_audit_records_are_kept(kind: Any, tmp_path: Path) -> None:
    """Both sinks keep every record, without any value of the request's body."""
    path = tmp_path / "audit"
    with kind(path) as sink:
        serving = mounted(Service(201), QUALITY, audit=sink, mode="pass")
        run(hold(serving))
        run(hold(serving))
    if kind is JsonLinesAudit:
        lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    else:
        with sqlite3.connect(path) as connection:
            lines = [json.loads(row[0]) for row in connection.execute("SELECT record FROM audit ORDER BY rowid")]
        connection.close()
    assert [line["outcome"] for line in lines] == ["begun", "done", "replayed"]
    assert lines[0]["time"].endswith("Z")
    assert "DIM_OVERSIZE" not in json.dumps(lines)


class Full(Records):
    """An audit whose disk is full once it holds so many records."""

    def __init__(self, room: int) -> None:
        super().__init__()
        self.room = room

    async def write(self, record: Any) -> None:
        """Fail once the disk is full."""
        if len(self.kept) >= self.room:
            raise Unavailable("the disk is full")
        await super().write(record)


def test_no_command_runs_that_can_not_be_audited() -> None:
    """503, the service is not reached, and once there is room again the key is free."""
    service, sink = Service(201), Full(0)
    serving = mounted(service, QUALITY, audit=sink, mode="pass")
    assert run(hold(serving)).status == 503
    assert not service.reached
    sink.room = 2
    assert run(hold(serving)).status == 201
    assert len(service.reached) == 1


def test_a_command_that_ran_is_answered_though_the_audit_fails(caplog: pytest.LogCaptureFixture) -> None:
    """What was done can't be undone: the answer goes out and the log has what the audit lacks."""
    serving = mounted(Service(201), QUALITY, audit=Full(1), mode="pass")
    assert run(hold(serving)).status == 201
    assert "audit record of a command (done) was lost" in caplog.text


def test_a_folder_that_is_missing_is_unavailable(tmp_path: Path) -> None:
    """A sink that can't write says so in a sentence."""
    with JsonLinesAudit(tmp_path / "no" / "audit.jsonl") as sink:
        assert run(hold(mounted(Service(201), QUALITY, audit=sink))).status == 503
