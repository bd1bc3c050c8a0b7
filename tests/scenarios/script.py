"""The recorded scenarios as scripts: who says what, because of what, and when."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
RECORDED = ROOT / "tests" / "cases" / "scenarios"
PREFIX = "com.example.mfg."
AT_ONCE = dt.timedelta(minutes=1)
"""What systems do by themselves, they do within this time; all else waits for people, machines or trucks."""


def moment(text: str) -> dt.datetime:
    """Return an instant of the wire."""
    return dt.datetime.fromisoformat(text)


LETTER = "platform.event-dead-lettered@1"
"""What the middleware says by itself, under numbers and at moments of its own."""


@dataclass(frozen=True, slots=True)
class Step:
    """One recorded event: the part that a service plays once its cause has come."""

    number: int
    id: str
    """The number that the recorded event had; in another run it has another."""
    source: str
    contract: str
    """`name@major`."""
    system: str
    site: str
    key: str
    """The idempotency key, by which a service knows what has come."""
    data: Mapping[str, Any]
    time: dt.datetime
    recorded: dt.datetime
    correlationid: str
    extensions: Mapping[str, str]
    """What the service alone can say in the envelope."""
    cause: int | None
    """The number of the step that leads to this one."""

    @property
    def name(self) -> str:
        """The event's name without its major."""
        return self.contract.partition("@")[0]

    @property
    def delay(self) -> dt.timedelta:
        """How long the event stayed at the edge."""
        return self.recorded - self.time


@dataclass(frozen=True, slots=True)
class Script:
    """One scenario."""

    letter: str
    steps: tuple[Step, ...]

    def effects(self, number: int | None) -> list[Step]:
        """Return what follows from a step; of None, what begins by itself."""
        return [step for step in self.steps if step.cause == number]

    def knows(self, contract: str, key: str) -> Step | None:
        """Return the step that an event is, by its business key."""
        return next((step for step in self.steps if step.contract == contract and step.key == key), None)

    def at_once(self, step: Step) -> bool:
        """Say whether a step follows its cause without anybody's doing."""
        cause = self.steps[step.cause] if step.cause is not None else None
        return cause is not None and step.recorded - cause.recorded <= AT_ONCE


def records(letter: str) -> list[dict[str, Any]]:
    """Return the events of a recording, in order of arrival."""
    return [json.loads(line) for line in (RECORDED / f"{letter}.jsonl").read_text(encoding="utf-8").splitlines()]


def script(letter: str) -> Script:
    """Return a recorded scenario; a record that repeats another is no step of its own."""
    distinct = list({record["id"]: record for record in records(letter)}.values())
    numbers = {record["id"]: number for number, record in enumerate(distinct)}
    return Script(letter, tuple(_step(record, numbers) for record in distinct))


def _step(record: Mapping[str, Any], numbers: Mapping[str, int]) -> Step:
    """Return one record as a step."""
    return Step(
        number=numbers[record["id"]],
        id=record["id"],
        source=record["source"],
        contract=contract_of(record["type"]),
        system=record["source"].rpartition("/")[2],
        site=record["site"],
        key=record["idempotencykey"],
        data=record["data"],
        time=moment(record["time"]),
        recorded=moment(record["recordedtime"]),
        correlationid=record["correlationid"],
        extensions={name: record[name] for name in ("exportcontrol",) if name in record},
        cause=numbers.get(record.get("causationid", "")),
    )


def contract_of(kind: str) -> str:
    """Return `name@major` of a type on the wire."""
    name, _, major = kind.removeprefix(PREFIX).rpartition(".v")
    return f"{name}@{major}"


@dataclass(frozen=True, slots=True)
class Seen:
    """What two runs of one scenario must agree about, of one event."""

    contract: str
    key: str
    partitionkey: str
    subject: str
    time: dt.datetime | None
    correlationid: str
    cause: tuple[str, str] | None
    """Contract and business key of the event that led to it."""


def graph(said: Iterable[Mapping[str, Any]]) -> set[Seen]:
    """
    Return the causal graph of events, without what differs between runs: numbers, sequences, traces.

    The older major that a fact is published in beside the newer one is the same fact, and left out.
    """
    events = list({record["id"]: record for record in said}.values())
    newest: dict[tuple[str, str], int] = {}
    for record in events:
        name, _, major = contract_of(record["type"]).partition("@")
        newest[name, record["idempotencykey"]] = max(int(major), newest.get((name, record["idempotencykey"]), 0))
    by_id = {record["id"]: record for record in events}
    return {_seen(record, by_id) for record in events if _is_newest(record, newest)}


def _is_newest(record: Mapping[str, Any], newest: Mapping[tuple[str, str], int]) -> bool:
    """Say whether a record is its fact at the newest major."""
    name, _, major = contract_of(record["type"]).partition("@")
    return newest[name, record["idempotencykey"]] == int(major)


def _seen(record: Mapping[str, Any], by_id: Mapping[str, Mapping[str, Any]]) -> Seen:
    """Return what matters of one event; a business key made of another event's number names that event instead."""
    cause = by_id.get(record.get("causationid", ""))
    key = str(record["idempotencykey"])
    if cause is not None:
        key = key.replace(f"{cause['source']}:{cause['id']}", "cause")
    contract = contract_of(record["type"])
    return Seen(
        contract=contract,
        key=key,
        partitionkey=record["partitionkey"],
        subject=record["subject"] if contract != LETTER else "",
        time=moment(record["time"]) if contract != LETTER else None,
        correlationid=record["correlationid"],
        cause=None if cause is None else (contract_of(cause["type"]), cause["idempotencykey"]),
    )
