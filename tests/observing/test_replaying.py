"""Events told again: those that were chosen, in their order, and nobody outside learns of it."""

from __future__ import annotations

import datetime as dt
import json
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interlock_runtime.observing.replaying import Choice, at
from observing.observing_plant import recorded


def messages(acme: ModuleType, events: list[dict[str, Any]]) -> list[Any]:
    """Return events as structured messages of the package's runtime."""
    return [acme.RawMessage(json.dumps(event).encode()) for event in events]


def test_what_is_chosen_is_told_in_order_and_marked(acme: ModuleType) -> None:
    """Typed events, marked as told again, each with its own case and cause."""
    own: Any = import_module("acme_contracts._runtime.observing.replaying")
    context: Any = import_module("acme_contracts._runtime.context")
    told: list[tuple[str, str, bool, str]] = []

    def handler(event: Any) -> None:
        now = context.current()
        told.append((event.contract.name, event.envelope.id, now.replayed, now.causationid))

    events = recorded("B")
    done = own.replay(
        acme.catalog,
        messages(acme, events),
        handler,
        own.Choice(frozenset({"quality.lot-on-hold", "quality.batch-released@1"})),
    )
    assert told == [
        (events[1]["type"].split("mfg.")[1][:-3], events[1]["id"], True, events[1]["id"]),
        ("quality.batch-released", events[10]["id"], True, events[10]["id"]),
    ]
    assert (done.read, done.passed_over, dict(done.told)) == (
        15,
        13,
        {"quality.lot-on-hold@2": 1, "quality.batch-released@1": 1},
    )
    assert context.current() is None


def test_nothing_is_published_or_commanded_by_a_replay(acme: ModuleType, tmp_path: Path) -> None:
    """A handler that publishes and sends commands: the first states nothing anew, the second is refused by the client."""
    own: Any = import_module("acme_contracts._runtime.observing.replaying")
    shipments: Any = import_module("acme_contracts.products.shipments.v1")
    suppressed: Any = import_module("acme_contracts._runtime.clients").CommandSuppressed
    outbox = import_module("acme_contracts._runtime.outbox").Outbox(tmp_path / "box")
    publisher = acme.catalog.publisher("tms", site="muc1", source="https://muc1.exc.example/tms", outbox=outbox)
    contract = acme.catalog.contract("logistics.shipment-paused@1")
    data = contract.parse_data(json.dumps(recorded("B")[3]["data"]).encode())
    commands: list[str] = []

    def handler(_: Any) -> None:
        publisher.publish(contract, data, correlationid="lot:L-1")
        with shipments.Client("http://127.0.0.1:9") as client, pytest.raises(suppressed):
            client.pause_shipment(shipments.PauseShipment.model_construct(), shipment_id="SH-5550")
        commands.append("suppressed")

    done = own.replay(acme.catalog, messages(acme, recorded("B")[1:3]), handler, own.Choice())
    assert (sum(done.told.values()), outbox.state().rows, commands) == (2, 0, ["suppressed"] * 2)

    def ending(_: Any) -> None:
        with shipments.Client("http://127.0.0.1:9") as client:
            client.pause_shipment(shipments.PauseShipment.model_construct(), shipment_id="SH-5550")

    done = own.replay(acme.catalog, messages(acme, recorded("B")[1:3]), ending, own.Choice())
    assert (sum(done.told.values()), done.suppressed) == (2, 2), "a command that is not sent is no failure"
    publisher.publish(contract, data, correlationid="lot:L-1")
    assert outbox.state().rows == 1
    outbox.close()


def test_what_breaks_its_contract_is_not_told(acme: ModuleType) -> None:
    """Counted and named by its place; of many the first are kept. A handler that raises ends the replay."""
    own: Any = import_module("acme_contracts._runtime.observing.replaying")
    events = recorded("B")
    events[1]["data"]["scope"] = 5
    events[2]["type"] = "com.example.mfg.quality.nothing.v1"
    raw = [*messages(acme, events), acme.RawMessage(b"{"), acme.RawMessage(None)]
    told: list[Any] = []
    done = own.replay(acme.catalog, raw, told.append, own.Choice())
    assert (done.read, len(told), done.refused, [place for place, _ in done.refusals]) == (17, 13, 4, [2, 3, 16, 17])
    assert [why.split(" at ")[0].split(": ")[1] for _, why in done.refusals] == [
        "payload-invalid",
        "unknown-type",
        "malformed",
        "no-value",
    ]
    many = own.replay(acme.catalog, [acme.RawMessage(b"{")] * 100, None, own.Choice())
    assert (many.refused, len(many.refusals)) == (100, 20)

    def failing(_: object) -> None:
        raise OSError("the warehouse is shut")

    with pytest.raises(OSError, match="shut"):
        own.replay(acme.catalog, messages(acme, recorded("B")), failing, own.Choice())


@given(st.sampled_from(recorded("B")), st.sampled_from(recorded("A")))
def test_each_choice_takes_what_it_says(one: dict[str, Any], other: dict[str, Any]) -> None:
    """An event's own type, subject, time and case choose it; those of another do not, unless they are the same."""
    time = at(one["time"])
    for choice, name in (
        (Choice(frozenset({one["type"]})), "type"),
        (Choice(subject=one["subject"]), "subject"),
        (Choice(correlationid=one["correlationid"]), "correlationid"),
        (Choice(since=time, until=time + dt.timedelta(microseconds=1)), "time"),
    ):
        assert choice.takes(one)
        assert choice.takes(other) == (one[name] == other[name])
    assert not Choice(until=time).takes(one)
    assert Choice(subject=one["subject"].rpartition("/")[0]).takes(one)
    assert not Choice(subject=one["subject"][:-1]).takes(one), "a part of a name is another name"
    assert not Choice(since=time).takes({**one, "time": "tomorrow"})


def test_moments_are_read() -> None:
    """A date is its first instant in UTC; anything else is a ValueError."""
    assert (at("2026-03-17").isoformat(), at("2026-03-17T08:00:00+01:00").isoformat()) == (
        "2026-03-17T00:00:00+00:00", "2026-03-17T08:00:00+01:00",
    )  # fmt: skip
    for text in ("", "tomorrow", "2026-03-17T08:00:00", "2026-13-01"):
        with pytest.raises(ValueError, match=r"RFC 3339|zone|must be|out of range|isoformat"):
            at(text)
