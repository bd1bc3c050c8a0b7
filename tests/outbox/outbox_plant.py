"""Outboxes in temporary files, messages to put into them, and senders that fail as they are told."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from interlock_runtime import RawMessage
from interlock_runtime.outbox import Draft, Row
from interlock_runtime.sending import SendFailed

Parcel = tuple[str, RawMessage]


def draft(name: str, *, key: str = "k", source: str | None = "s", tier: str = "T1", size: int = 0) -> Draft:
    """Return a draft whose value is its name, its source and its sequence."""
    body = f"{name} {source} ".encode()
    return Draft(
        "muc1.quality.lot-on-hold.v2",
        lambda sequence: RawMessage(body + sequence.encode() + b"." * size, key.encode()),
        source,
        tier,
    )


def names(parcels: Iterable[Parcel | Row]) -> list[str]:
    """Return the names of messages."""
    messages = (parcel.message if isinstance(parcel, Row) else parcel[1] for parcel in parcels)
    return [(message.value or b"").decode().split(" ")[0] for message in messages]


def sequences(parcels: Iterable[Parcel], source: str = "s") -> list[int]:
    """Return the sequences of one source, in the order of their first arrival."""
    texts = [(message.value or b"").decode().rstrip(".").split(" ") for _, message in parcels]
    return list(dict.fromkeys(int(number) for _, own, number in texts if own == source))


@dataclass
class Broker:
    """A sender that keeps what arrives; `plan` says before each batch how many of it are acknowledged."""

    arrived: list[Parcel] = field(default_factory=list[Parcel])
    plan: Callable[[Sequence[Parcel]], int] = len
    refuses: set[str] = field(default_factory=set[str])
    """Names of messages that it never takes."""
    pipelined: bool = False
    """Whether messages behind a refused one arrive, as they do when many are under way at once."""

    def send(self, channel: str, message: RawMessage) -> None:
        """Take one message."""
        if not self.send_all([(channel, message)]):
            raise SendFailed(channel, "the broker is away")

    def send_all(self, batch: Sequence[Parcel]) -> int:
        """Take the first ones."""
        taken = min(self.plan(batch), len(batch))
        refused = next((at for at, parcel in enumerate(batch[:taken]) if names([parcel])[0] in self.refuses), None)
        if refused is not None:
            self.arrived += batch[refused + 1 : taken] if self.pipelined else []
            taken = refused
        self.arrived += batch[:taken]
        if not taken:
            lasting = refused is not None
            raise SendFailed(
                batch[0][0], "larger than the broker takes" if lasting else "the broker is away", lasting=lasting
            )
        return taken


def away(_: Sequence[Parcel]) -> int:
    """Plan of a broker that is away."""
    return 0


class AsyncBroker(Broker):
    """The same for tasks."""

    async def send(self, channel: str, message: RawMessage) -> None:  # type: ignore[override]
        """Take one message."""
        super().send(channel, message)

    async def send_all(self, batch: Sequence[Parcel]) -> int:  # type: ignore[override]
        """Take the first ones."""
        return super().send_all(batch)
