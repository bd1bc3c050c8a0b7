"""A plant in which one scenario runs: its services, its clock, and an ear at the broker."""

from __future__ import annotations

import contextlib
import dataclasses
import datetime as dt
import json
import threading
import time
from collections import Counter
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

from scenarios.casting import ADAPTER, cast, channels, contracts
from scenarios.clocks import Clock
from scenarios.fates import Fate, process, thread
from scenarios.script import LETTER, contract_of, graph, script
from scenarios.service import SITE, Settings
from scenarios.state import State, Task
from scenarios.wires import MODULE, Wire, wire
from support.brokers.process import free_port
from support.waiting import PATIENCE

"""Seconds that nothing may happen before a scenario is given up."""
QUIET = 0.08
"""Seconds for which all must be settled before the clock goes on."""


class Plant:
    """Services around one broker; time goes on only when every message is settled."""

    def __init__(
        self,
        letter: str,
        kind: str,
        address: str,
        folder: Path,
        package: Path,
        *,
        served: bool,
        processes: bool = False,
    ) -> None:
        self.script = script(letter)
        self.folder = folder
        self.catalog = import_module(MODULE).catalog
        self.cast = cast(self.script, self.catalog.readers)
        self.wire: Wire = wire(kind, address)
        self.heard: list[tuple[str, bytes]] = []
        self.clock = Clock(folder / "clock")
        self.clock.turn(min(step.recorded for step in self.script.steps) - dt.timedelta(seconds=1))
        ports = self._ports() if served else {}
        self.settings = {
            name: Settings(name, letter, str(folder / name), str(folder / "clock"), kind, address, str(package), ports)
            for name in self.cast.services
        }
        self._processes = processes
        self._states: dict[str, State] = {}
        self._receipts: dict[str, Any] = {}
        self._fates: dict[str, Fate] = {}

    def _ports(self) -> dict[str, int]:
        """Return a free port for each part of an API product, which the service of its steps serves."""
        return {
            f"{product} by {name}": free_port() for name in self.cast.services for product in self.cast.products(name)
        }

    # Living

    @contextlib.contextmanager
    def running(self) -> Iterator[Plant]:
        """Start all services, and stop them at the end of the block."""
        services = import_module(f"{MODULE}.services")
        with contextlib.ExitStack() as stack:
            for name in self.settings:
                self.wire.subscribe(name, self.channels(name))
                (self.folder / name).mkdir(parents=True, exist_ok=True)
                self._states[name] = State(self.folder / name)
                stack.callback(self._states[name].close)
                self._receipts[name] = services.SqliteReceipts(self.folder / name / "receipts.db")
                stack.callback(self._receipts[name].close)
            every = {channel for name in self.settings for channel in self.channels(name)} | self._own_channels()
            self.wire.subscribe("ear", every)
            stack.enter_context(self._listening(sorted(every)))
            for step in self.script.effects(None):
                now = {"correlationid": step.correlationid}
                self._states[self.cast.owners[step.number]].plan(step.number, step.recorded, "later", now)
            self._stack = stack
            for name in self.settings:
                self._start(name)
            yield self

    def _start(self, name: str) -> None:
        """Start a service."""
        told = self.settings[name]
        self._fates[name] = self._stack.enter_context(process(told) if self._processes else thread(told))

    def kill(self, name: str) -> None:
        """Kill a service's process at once, and start another."""
        self._fates.pop(name).kill()
        self._start(name)

    def channels(self, name: str) -> tuple[str, ...]:
        """Return what a service hears."""
        return channels(self.catalog, contracts(self.catalog.reader(name)), SITE)

    def _own_channels(self) -> set[str]:
        """Return what the scenario says, at each major that is published."""
        rows = [row for step in self.script.steps for row in self.catalog.majors(step.name)]
        return set(channels(self.catalog, {row.key for row in rows}, SITE))

    @contextlib.contextmanager
    def _listening(self, every: list[str]) -> Iterator[None]:
        """Overhear the broker until the block ends."""
        stop = threading.Event()
        heard = lambda channel, value: self.heard.append((channel, value))  # noqa: E731 - a list's append takes one
        thread = threading.Thread(target=self.wire.overhear, args=(every, heard, stop), name="ear")
        thread.start()
        try:
            yield
        finally:
            stop.set()
            thread.join()

    # Telling the story

    def play(self, until: int | None = None) -> None:
        """Let time go on until a step is published and settled everywhere; without one, until nothing is left to do."""
        while True:
            self.settle()
            task = min(self._tasks("later", "handler"), key=lambda task: (task.due, task.step), default=None)
            if task is None or (until is not None and self._is_published(until)):
                return
            self.clock.turn(max(self.clock(), task.due))
            self._until(lambda step=task.step: not any(open_.step == step for open_ in self._tasks("later", "handler")))  # type: ignore[misc]

    def settle(self) -> None:
        """Wait until each message is settled by each of its services, and has been so for a moment."""
        self._until(self._is_settled)

    def _until(self, holds: Any) -> None:
        """Wait until something holds, and still does after a moment."""
        end = time.monotonic() + PATIENCE
        while True:
            for fate in list(self._fates.values()):
                fate.check()
            if holds():
                time.sleep(QUIET)
                if holds():
                    return
            assert time.monotonic() < end, f"the scenario stands still at {self.clock()}:\n{self._standing()}"
            time.sleep(0.02)

    def _tasks(self, *whose: Any) -> list[Task]:
        """Return the open tasks of all services."""
        return [task for state in self._states.values() for task in state.open(*whose)]

    def _is_published(self, number: int) -> bool:
        """Say whether a step's event has left; what the middleware says is nobody's task."""
        if self.script.steps[number].contract == LETTER:
            return bool(self._letters())
        return any(task.step == number and task.event for state in self._states.values() for task in state.tasks())

    def _is_settled(self) -> bool:
        """Say whether all that was published is on the wire, and all that is on the wire is settled or in a handler."""
        ids = {record.get("id") for record in self.records()}
        on_the_wire = all(event in ids for state in self._states.values() for event in state.published())
        refused = (
            {one.id for one in self.receipts(ADAPTER) if one.outcome.value == "quarantined"}
            if ADAPTER in self.settings
            else set()
        )
        return on_the_wire and refused <= self._letters() and not any(self._unsettled(name) for name in self.settings)

    def _letters(self) -> set[str]:
        """Return the numbers of the events of which the middleware on the wire says that they were given up."""
        return {record["causationid"] for record in self.records() if contract_of(record["type"]) == LETTER}

    def _unsettled(self, name: str) -> int:
        """Return how many messages a service has yet to settle; one that waits in its handler has none."""
        if self._states[name].open("handler"):
            return 0
        heard = self.channels(name)
        due = sum(channel in heard for channel, _ in self.heard)
        return due - len([receipt for receipt in self.receipts(name) if not _is_told_again(receipt)])

    def _standing(self) -> str:
        """Return where everything stands, for whoever looks for a fault."""
        waiting = {name: self._unsettled(name) for name in self.settings if self._unsettled(name)}
        open_ = {name: self._states[name].open("later", "handler", "command") for name in self.settings}
        tasks = "\n".join(f"{name}: {tasks}" for name, tasks in open_.items() if tasks)
        return f"{len(self.heard)} messages heard; unsettled: {waiting}\n{tasks}"

    # Looking

    def records(self) -> list[dict[str, Any]]:
        """Return the readable events on the wire, in order of arrival."""
        found: list[dict[str, Any]] = []
        for _, value in list(self.heard):
            with contextlib.suppress(ValueError):
                found.append(json.loads(value))
        return found

    def graph(self) -> set[Any]:
        """Return the causal graph of what was said."""
        return graph(self.records())

    def message(self, number: int) -> tuple[str, bytes]:
        """Return the channel and bytes of a step's event."""
        step = self.script.steps[number]
        major = step.contract.replace("@", ".v")
        return next(
            (channel, value)
            for channel, value in self.heard
            if channel.endswith(major) and json.loads(value)["idempotencykey"] == step.key
        )

    def readers(self, channel: str) -> list[str]:
        """Return the services that hear a channel."""
        return [name for name in self.settings if channel in self.channels(name)]

    def inject(self, channel: str, value: bytes) -> None:
        """Send bytes as a stranger would, and wait until they are settled."""
        key = None
        with contextlib.suppress(ValueError):
            key = str(json.loads(value).get("partitionkey")).encode()
        count = len(self.heard)
        self.wire.inject(channel, value, key)
        self._until(lambda: len(self.heard) > count)
        self.settle()

    def entries(self, name: str) -> list[Any]:
        """Return what a service has put aside."""
        store = import_module(f"{MODULE}.services").SqliteQuarantine(self.folder / name / "quarantine.db")
        try:
            return list(store.entries(consumer=name))
        finally:
            store.close()

    def release(self, name: str, number: int) -> None:
        """Let a service be told again what it has put aside, and wait until that and what waited for it is settled."""
        store = import_module(f"{MODULE}.services").SqliteQuarantine(self.folder / name / "quarantine.db")
        try:
            store.release(number)
        finally:
            store.close()
        self._until(lambda: not self.entries(name) or bool(self._states[name].open("handler")))

    def upgraded(self, name: str, number: int) -> list[Any]:
        """Return what a newer version of a service handles, which relies on less, of what was put aside."""
        services = import_module(f"{MODULE}.services")
        reader = self.catalog.reader(name)
        modest = dataclasses.replace(
            reader, reads=tuple(dataclasses.replace(reads, assumptions=()) for reads in reader.reads)
        )
        store = services.SqliteQuarantine(self.folder / name / "quarantine.db")
        handled: list[Any] = []
        try:
            store.release(number)
            services.Consumer(
                self.catalog, modest, inbox=services.MemoryInbox(), quarantine=store, clock=self.clock
            ).drain(handled.append)
        finally:
            store.close()
        return handled

    def receipts(self, name: str) -> list[Any]:
        """Return the receipts of a service."""
        return list(self._receipts[name].each())

    def outcomes(self, name: str) -> Counter[str]:
        """Return how often each outcome came at a service."""
        return Counter(receipt.outcome.value for receipt in self.receipts(name))

    def evidence(self) -> list[Path]:
        """Return all files that tell what happened: events on the wire, receipts, audit records."""
        recording = self.folder / "events.jsonl"
        recording.write_text("".join(f"{json.dumps(record)}\n" for record in self.records()), encoding="utf-8")
        stores = [self.folder / name / file for name in self.settings for file in ("receipts.db", "audit.jsonl")]
        return [recording, *(store for store in stores if store.exists())]


def _is_told_again(receipt: Any) -> bool:
    """Say whether a receipt is of an entry of the quarantine that was told again."""
    return receipt.entry is not None and receipt.outcome.value not in {"quarantined", "parked"}
