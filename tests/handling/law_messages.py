"""Messages of every kind that a plant sends: good, repeated, late, of several majors, and wrong in every way."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any

from handling_plant import CATALOG, PREFIX, asn, decided, event, hold, message, moved, order, state

from interlock_runtime import RawMessage

FLOW = CATALOG.sequences["inventory.moved"]
ALONE = CATALOG.sequences["logistics.asn-received"]


@dataclass(frozen=True)
class Sent:
    """A message and what it is."""

    kind: str
    number: int
    key: str
    topic: str
    raw: RawMessage
    name: str = ""
    """The event's id; empty where none can be made out."""
    fact: str | None = None
    """What a handler should learn from it: several messages may say the same."""
    tier: str = ""
    flow: str = ""
    """Events of tier T1 keep the order of a key within it."""


def _first_major(key: str, number: int, name: str) -> RawMessage:
    """Return a hold as the older major says it."""
    data = {"holdId": f"HD-{number}", "lot": key}
    return message(event("quality.lot-on-hold", data, id=name), key.encode())


def _in_headers(key: str, number: int, name: str) -> RawMessage:
    """Return an order in binary mode, with a header twice, one without a value, and one that is no text."""
    whole = event("production.order-changed", {"orderId": key, "change": f"C-{number}"}, id=name)
    data = whole.pop("data")
    del whole["datacontenttype"]
    headers: list[tuple[str, bytes | None]] = [(f"ce_{each}", str(value).encode()) for each, value in whole.items()]
    odd: list[tuple[str, bytes | None]] = [("trace", b"\xff\x00"), ("trace", None)]
    return message(data, key.encode(), [("content-type", b"application/json"), *odd, *headers])


@dataclass(frozen=True)
class Kind:
    """One kind of good message, by key, number and id."""

    topic: str
    tier: str
    flow: str
    made: Callable[[str, int, str], RawMessage]


GOOD = {
    "hold": Kind("quality", "T1", FLOW, lambda key, number, name: hold(key, f"HD-{number}", id=name)),
    "older hold": Kind("quality", "T1", FLOW, _first_major),
    "decided": Kind("quality", "T1", FLOW, lambda key, number, name: decided(key, f"HD-{number}", id=name)),
    "moved back": Kind("others", "T1", FLOW, lambda key, number, name: moved(key, 1000 - number, id=name)),
    "moved late": Kind(
        "others", "T1", FLOW, lambda key, number, name: moved(key, number, id=name, time="2026-03-16T01:00:00Z")
    ),
    "asn": Kind("others", "T1", ALONE, lambda key, number, name: asn(key, number, id=name)),
    "order": Kind("others", "T2", "", lambda key, number, name: order(key, f"C-{number}", id=name)),
    "order in headers": Kind("others", "T2", "", _in_headers),
    "state": Kind("others", "T3", "", lambda key, number, name: state(key, f"S-{number}", id=name)),
}
SAID_AGAIN = {"hold": "older hold", "decided": "decided", "order": "order in headers", "asn": "asn"}
"""Kinds that say the same fact as another, under an id of their own: as the other major, or published twice."""
BAD: dict[str, Callable[[str, str], RawMessage]] = {
    "cut off": lambda key, _: RawMessage(b'{"id": "cut', key.encode()),
    "no bytes": lambda key, _: RawMessage(None, key.encode(), (("x", None),)),
    "not UTF-8": lambda key, _: RawMessage(b'{"specversion": "\xff"}', key.encode()),
    "bad payload": lambda key, name: moved(key, "no number", id=name),
    "bad state": lambda key, name: state(key, 7, id=name),
    "no id": lambda key, _: decided(key, "HD-0", id=None),
    "unknown type": lambda key, name: _typed("quality.lot-lost.v1", key, name),
    "unknown major": lambda key, name: _typed("quality.lot-on-hold.v9", key, name),
}
_NAMELESS = ("cut off", "no bytes", "not UTF-8", "no id")
KINDS = (*GOOD, *GOOD, *BAD, "same id", "same id", "said again", "said again", "contradiction")


def _typed(kind: str, key: str, name: str) -> RawMessage:
    """Return a hold that says to be of another type."""
    whole: dict[str, Any] = event("quality.lot-on-hold", {"holdId": "HD-0", "lotId": key}, major=2, id=name)
    return message({**whole, "type": f"{PREFIX}.{kind}"}, key.encode())


def composed(lines: Iterable[tuple[str, str, int]]) -> list[Sent]:
    """Return the messages of some lines, each a kind, a key, and which of the earlier messages is meant."""
    log: list[Sent] = []
    for number, (kind, key, which) in enumerate(lines):
        sent = _sent(log, kind, key, number, which)
        log += [sent] if sent else []
    return log


def _sent(log: list[Sent], kind: str, key: str, number: int, which: int) -> Sent | None:
    """Return one message; None when there is nothing that it could mean."""
    name = f"e-{number}"
    if kind in GOOD:
        return _good(kind, key, number, name)
    if kind in BAD:
        topic = "quality" if number % 2 else "others"
        return Sent(kind, number, key, topic, BAD[kind](key, name), "" if kind in _NAMELESS else name)
    meant = [each for each in log if kind == "same id" or each.kind in SAID_AGAIN]
    if kind == "contradiction":
        meant = [each for each in log if each.kind == "hold"]
    return _once_more(meant[which % len(meant)], kind, name) if meant else None


def _good(kind: str, key: str, number: int, name: str) -> Sent:
    """Return a message of a good kind."""
    made = GOOD[kind]
    fact = f"{made.flow or made.tier} {kind} {key} {number}"
    return Sent(kind, number, key, made.topic, made.made(key, number, name), name, fact, made.tier, made.flow)


def _once_more(meant: Sent, kind: str, name: str) -> Sent:
    """Return a message that says again what an earlier one said, or contradicts it."""
    if kind == "same id":
        return meant
    if kind == "said again":
        other = SAID_AGAIN[meant.kind]
        return replace(meant, kind=other, raw=GOOD[other].made(meant.key, meant.number, name), name=name)
    data = {"holdId": f"HD-{meant.number}", "lotId": meant.key, "remark": "another"}
    raw = message(event("quality.lot-on-hold", data, major=2, id=name), meant.key.encode())
    return Sent(kind, meant.number, meant.key, "quality", raw, name)
