"""What is found while comparing, gathered: the same cause in a shared component is told once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias

from interlock.compat.answers import Refusal, Spot, Undecided

from .answers import ApiRefusal
from .asking import Asking, Leg
from .meaning import Shift
from .model import Operation
from .rules import API_RULES, REQUEST, RESPONSE, WIRE
from .schemas import Extracted
from .sources import NEW, Cursor
from .witnesses import Witnesses

Proof: TypeAlias = Callable[[], tuple[Any, str]]
"""Makes a witness, and the pointer into it."""
_COMPONENTS = "/components/"
_FEW = 3
"""So many operations are named; the others are counted."""


def no_proof() -> tuple[Any, str]:
    """For what is not on the wire."""
    return None, ""


@dataclass(frozen=True, slots=True)
class Exchange:
    """An operation in both documents; `swapped` where the server sends the request (webhooks, callbacks)."""

    old: Operation
    new: Operation
    swapped: bool = False

    @property
    def sender(self) -> Operation:
        """Whose request is asked about."""
        return self.new if self.swapped else self.old

    @property
    def receiver(self) -> Operation:
        """Whose reader takes it, and then answers."""
        return self.old if self.swapped else self.new

    @property
    def request(self) -> Leg:
        """The way there: an API reads requests strictly, a client that is called back openly."""
        return Leg(REQUEST, strict=not self.swapped)

    @property
    def response(self) -> Leg:
        """The way back."""
        return Leg(RESPONSE)

    def part(self, leg: str) -> str:
        """`request` where the old document writes, `response` where the new one does."""
        return REQUEST if (leg == REQUEST) is not self.swapped else RESPONSE


@dataclass
class Findings:
    """The refusals and gaps so far."""

    asking: Asking
    witnesses: Witnesses
    gaps: dict[Undecided, None] = field(default_factory=dict[Undecided, None])
    shifts: dict[tuple[Extracted, Extracted, bool], list[Shift]] = field(
        default_factory=dict[tuple[Extracted, Extracted, bool], list[Shift]]
    )
    """Changes of meaning, by pair of schemas."""
    _refusals: dict[tuple[Any, ...], ApiRefusal] = field(default_factory=dict[tuple[Any, ...], ApiRefusal])
    _where: dict[tuple[Any, ...], list[str]] = field(default_factory=dict[tuple[Any, ...], list[str]])

    def add(
        self, cause: str, message: str, *, of: Operation | str, old: Spot | None, new: Spot, part: str = REQUEST,
        says: tuple[Any, Any] = (None, None), proof: Proof = no_proof, subject: str = "",
    ) -> None:  # fmt: skip
        """Note a refusal of an operation; its witness is made for the first operation that has it."""
        key = (cause, part, subject, *_shared(old, new))
        self._where.setdefault(key, []).append(str(of))
        if key in self._refusals:
            return
        witness, at = proof()
        level = API_RULES[cause].level if cause in API_RULES else WIRE
        self._refusals[key] = ApiRefusal(cause, message, new, old, at, witness, says[0], says[1], level, part)

    def schema(self, refusal: Refusal, *, where: str, exchange: Exchange, leg: Leg, proof: Proof) -> None:
        """Note what a schema refuses; its spots stand in the documents already."""
        old_writes = exchange.part(leg.name) == REQUEST
        old, new = (refusal.writer, refusal.reader) if old_writes else (refusal.reader, refusal.writer)
        says = (refusal.old, refusal.new) if old_writes else (refusal.new, refusal.old)
        message = f"{where}: {_worded(refusal.message, leg, old_writes=old_writes)}"
        self.add(
            refusal.cause, message, of=exchange.old, old=old, new=new or Spot(""), part=exchange.part(leg.name),
            says=says, proof=proof, subject=refusal.message,
        )  # fmt: skip

    def gap(self, gap: Undecided) -> None:
        """Note something that could not be decided."""
        self.gaps.setdefault(gap)

    def told(self) -> list[ApiRefusal]:
        """Every refusal once, with the operations that it is about."""
        return [
            replace(refusal, message=_named(self._where[key]) + refusal.message, because=refusal.message)
            for key, refusal in self._refusals.items()
        ]


def _shared(old: Spot | None, new: Spot) -> tuple[Spot | None, Spot | None]:
    """What a cause is told once for: a component, wherever it is used, else the pair of places."""
    if old is not None and old.pointer.startswith(_COMPONENTS):
        return old, None
    return (None, new) if new.pointer.startswith(_COMPONENTS) else (old, new)


def _worded(message: str, leg: Leg, *, old_writes: bool) -> str:
    """The engine's sentence with who writes and who reads."""
    client, server = ("an old client", "the new document") if old_writes else ("an old client", "a new server")
    writer, reader = (client, server) if old_writes else (server, client)
    if leg.name == RESPONSE and old_writes:
        reader = "the new server"
    return message.replace("the writer", writer).replace("the reader", reader)


def _named(operations: list[str]) -> str:
    """Name the operations of a refusal."""
    several = list(dict.fromkeys(operations))
    rest = len(several) - _FEW
    return ", ".join(several[:_FEW]) + (f" and {rest:,} more" if rest > 0 else "") + ": "


def spots(one: Cursor, other: Cursor) -> tuple[Spot, Spot]:
    """Two places as the old and the new one."""
    old, new = (other, one) if one.source.side == NEW else (one, other)
    return old.spot, new.spot
