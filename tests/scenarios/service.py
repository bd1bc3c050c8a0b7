"""
One small service of a scenario: it hears what its reader contract names, and says what follows.

It runs in threads of the test, or as a process of its own: `python service.py SETTINGS`.
"""

from __future__ import annotations

import contextlib
import dataclasses
import json
import signal
import sys
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import Any, Self

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parents[1]))

from scenarios.casting import ADAPTER, Command, cast, channels, contracts
from scenarios.clocks import Clock
from scenarios.script import AT_ONCE, Step, script
from scenarios.state import State
from scenarios.wires import MODULE, TICK, Part, wire

SITE = "muc1"
HOME = f"https://{SITE}.exc.example"
Told = dict[str, Any]
"""The members of a `Context`."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What a service is told when it starts, in a form that can be told to a process."""

    service: str
    letter: str
    folder: str
    """Where the service keeps its stores."""
    clock: str
    kind: str
    """The transport, and below where its broker is."""
    address: str
    package: str
    """The folder that the generated package is imported from."""
    served: Mapping[str, int] = field(default_factory=dict[str, int])
    """The loopback port of each `product by service`; without them steps are published without a command."""


class Service:
    """A consumer with its own name, inbox, quarantine, receipts, publishers and outbox."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.name = settings.service
        self.folder = Path(settings.folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.clock = Clock(Path(settings.clock))
        self.catalog = import_module(MODULE).catalog
        self.parts = import_module(f"{MODULE}.services")
        self.script = script(settings.letter)
        self.cast = cast(self.script, self.catalog.readers)
        self.state = State(self.folder)
        self.stop = threading.Event()
        self._doing = threading.RLock()
        self._publishing = threading.Lock()
        self._fault: Exception | None = None
        self._open_stores()

    def _open_stores(self) -> None:
        """Open the service's own stores, each a file."""
        self.outbox = self.parts.Outbox(self.folder / "outbox.db", synchronous="NORMAL")
        self.stores = {
            "inbox": self.parts.SqliteInbox(self.folder / "inbox.db"),
            "quarantine": self.parts.SqliteQuarantine(self.folder / "quarantine.db"),
            "receipts": self.parts.SqliteReceipts(self.folder / "receipts.db"),
        }
        self.consumer = self.catalog.consumer(
            self.name,
            **self.stores,
            clock=self.clock,
            dead_letters=self._publisher("middleware") if self.name == ADAPTER else None,
        )

    def _publisher(self, system: str) -> Any:
        """Return the publisher of a system."""
        return self.catalog.publisher(
            system, site=SITE, source=f"{HOME}/{system}", outbox=self.outbox, clock=self.clock
        )

    # Hearing

    def react(self, event: Any) -> None:
        """Take one event: do what follows at once, and plan what follows later."""
        step = self.script.knows(f"{event.contract.name}@{event.contract.major}", event.envelope.idempotencykey)
        if step is None:
            return  # of another order or lot
        if step.number in self._refused():
            raise self.parts.CannotHandle("this service does not know the object yet")
        if self.name == ADAPTER:
            return
        now = dataclasses.asdict(self.parts.current())
        for effect in self.script.effects(step.number):
            if self.cast.owners[effect.number] == self.name:
                self._follow(effect, now)

    def _refused(self) -> list[int]:
        """Return the steps that this service can't handle for now, as the test says."""
        told = self.folder / "refuse.json"
        return json.loads(told.read_text(encoding="ascii")) if told.exists() else []

    def _follow(self, effect: Step, now: Told) -> None:
        """Do what follows, or plan it for its time; what another service commands waits for the command."""
        if self.cast.commanders.get(effect.number, self.name) != self.name:
            self.state.plan(effect.number, effect.recorded, "command", now)
        elif self.script.at_once(effect):
            self.state.plan(effect.number, effect.recorded, "handler", now)
            if not self.clock.wait(effect.recorded, self.stop):
                raise self.parts.StopConsuming("the service was told to stop")
            self.perform(effect, now)
        else:
            self.state.plan(effect.number, effect.recorded, "later", now)

    # Saying

    def perform(self, step: Step, now: Told) -> None:
        """Do a step once: command it where it results from an operation of a served product, else publish it."""
        with self._doing:
            task = self.state.task(step.number)
            if task is not None and task.event is not None:
                return
            command = self.cast.command(step)
            port = (
                self.settings.served.get(f"{command.product} by {self.cast.owners[step.number]}") if command else None
            )
            if command is None or port is None:
                self.publish(step, now)
            else:
                self._command(step, command, port, now)

    def publish(self, step: Step, now: Told) -> None:
        """Publish the recorded data; in which case, and because of what, follows from the context."""
        contract = self.catalog.contract(step.contract)
        publisher = self._publisher(step.system)
        with self.parts.entered(self.parts.Context(**now)):
            data = contract.parse_data(self._data(step, now))
            moment = step.time if self._in_time(step) else self.clock()
            event = publisher.publish(contract, data, time=moment, extensions=step.extensions)
        for effect in self.script.effects(step.number):
            if self.cast.commanders.get(effect.number) == self.name != self.cast.owners[effect.number]:
                self.state.plan(effect.number, effect.recorded, "later", {**now, "causationid": event.envelope.id})
        self.state.done(step.number, event.envelope.id)

    def _in_time(self, step: Step) -> bool:
        """Say whether a step comes when it was recorded, and not after something that held it up."""
        return self.clock() - step.recorded < AT_ONCE

    def _data(self, step: Step, now: Told) -> bytes:
        """Return recorded data; where it names the event that led to it, with what that event is called in this run."""
        text = json.dumps(dict(step.data))
        if step.cause is not None:
            cause = self.script.steps[step.cause]
            source = f"{cause.source}/{cause.contract.replace('@', '.v')}"
            text = text.replace(cause.id, now["causationid"]).replace(f'"{cause.source}"', f'"{source}"')
        return text.encode()

    def _command(self, step: Step, command: Command, port: int, now: Told) -> None:
        """Send a command with the generated client; correlation and trace go along by the context."""
        from scenarios.commanding import send

        with self.parts.entered(self.parts.Context(**now)):
            send(f"http://127.0.0.1:{port}", command, step)
        if self.cast.owners[step.number] != self.name:
            self.state.done(step.number, "")

    # Being asked

    def carry_out(self, step: Step) -> str:
        """Carry a command out: its cause is the event for which this service planned the step."""
        with self._publishing:
            task = self.state.task(step.number)
            assert task is not None, f"step {step.number} was commanded before its cause came"
            if task.event is None:
                self.publish(step, task.context)
            return next(task.event or "" for task in self.state.tasks() if task.step == step.number)

    @contextlib.contextmanager
    def _asked(self) -> Iterator[None]:
        """Serve the API products of this service's steps."""
        served = {place.partition(" by "): port for place, port in self.settings.served.items()}
        products = {product: port for (product, _, name), port in served.items() if name == self.name}
        if not products:
            yield
            return
        from scenarios.serving import Desk, serving

        mine = [step for step in self.script.steps if self.cast.owners[step.number] == self.name]
        operations = {command.operation: step.name for step in mine if (command := self.cast.command(step))}
        with serving(Desk(mine, operations, self.carry_out), products, self.folder, self.clock):
            yield

    # Living

    def tick(self) -> None:
        """Do what is due."""
        for task in self.state.open("later"):
            if task.due <= self.clock():
                self.perform(self.script.steps[task.step], task.context)

    def run(self) -> None:
        """Serve until told to stop."""
        heard = channels(self.catalog, contracts(self.catalog.reader(self.name)), SITE)
        part = Part(self.name, heard, self.consumer, self.outbox, self.react, self.stop)
        ticking = threading.Thread(target=self._tick_on, name=f"{self.name}-tick")
        ticking.start()
        try:
            with self._asked():
                wire(self.settings.kind, self.settings.address).serve(part)
        except self.parts.StopConsuming:
            if not self.stop.is_set():
                raise
        finally:
            self.stop.set()
            ticking.join()
        if self._fault is not None:
            raise self._fault

    def _tick_on(self) -> None:
        """Tick until told to stop; a fault stops the service."""
        try:
            while not self.stop.wait(TICK / 4):
                self.tick()
        except Exception as fault:  # noqa: BLE001 - raised by `run`
            self._fault = fault
            self.stop.set()

    def close(self) -> None:
        """Close the files."""
        for each in (self.outbox, self.state, *self.stores.values()):
            each.close()

    def __enter__(self) -> Self:
        """Return the service."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close it."""
        self.close()


def main() -> None:
    """Run as a process until SIGTERM."""
    settings = Settings(**json.loads(sys.argv[1]))
    sys.path.insert(0, settings.package)
    with Service(settings) as service:
        signal.signal(signal.SIGTERM, lambda *_: service.stop.set())
        service.run()


if __name__ == "__main__":
    main()
