"""A service of the generated package: its own runtime, an outbox, and publishers for its systems."""

from __future__ import annotations

import datetime as dt
import json
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

from outbox.outbox_plant import Broker

SCENARIOS = Path(__file__).parents[1] / "cases" / "scenarios"
NOW = dt.datetime(2026, 11, 23, 12, tzinfo=dt.UTC)
SITE = "https://muc1.exc.example"


class Shop:
    """The generated package's own runtime, an outbox, and publishers for its systems."""

    def __init__(self, acme: ModuleType, path: Path) -> None:
        self.catalog = acme.catalog
        self.outbox_module = import_module("acme_contracts._runtime.outbox")
        self.publishing = import_module("acme_contracts._runtime.publishing")
        self.context = import_module("acme_contracts._runtime.context")
        self.path = path
        self.outbox = self.outbox_module.Outbox.within(path, synchronous="NORMAL")

    def publisher(self, system: str, **settings: Any) -> Any:
        """Return the publisher of a system."""
        given = {"outbox": self.outbox} if not {"sender", "async_sender"} & set(settings) else {}
        chosen = {"site": "muc1", "source": f"{SITE}/{system}", "clock": lambda: NOW, **given, **settings}
        return self.catalog.publisher(system, **chosen)

    def sent(self) -> list[tuple[str, dict[str, Any]]]:
        """Forward everything and return what arrived, by channel."""
        broker = Broker()
        with self.outbox_module.Forwarder(self.outbox, broker) as forwarder:
            assert forwarder.drain()
        return [(channel, json.loads(message.value or b"")) for channel, message in broker.arrived]


def recorded(scenario: str) -> list[dict[str, Any]]:
    """Return the events of a scenario."""
    return [json.loads(line) for line in (SCENARIOS / f"{scenario}.jsonl").read_text().splitlines()]


def event_of(scenario: str, name: str) -> dict[str, Any]:
    """Return the first event of a contract in a scenario."""
    return next(event for event in recorded(scenario) if f".{name}.v" in event["type"])


def published(shop: Shop, event: dict[str, Any], **settings: Any) -> Any:
    """Publish a recorded event's data anew, by the system that its source names."""
    contract = shop.catalog.of_type(event["type"])
    extensions = {name: event[name] for name in ("exportcontrol",) if name in event}
    return shop.publisher(event["source"].rpartition("/")[2], **settings).publish(
        contract,
        contract.parse_data(json.dumps(event["data"]).encode()),
        correlationid=event["correlationid"],
        time=dt.datetime.fromisoformat(event["time"]),
        extensions=extensions,
    )
