"""What quarantines of every kind agree on: when two deliveries are one entry, and which steps an entry allows."""

from __future__ import annotations

import hashlib

from ..handling.entries import Entry, Placing
from ..handling.errors import Misuse
from ..handling.outcomes import Origin
from ..messages import Header, RawMessage


def fingerprint(message: RawMessage, where: Origin, what: Placing) -> bytes | None:
    """
    Return what makes a delivery the same one: its event or its place in a log, with its key and its bytes.

    In binary mode the headers are part of the event, and count; in structured mode a broker may change them underway.

    A message that names no event, of a transport without places, has none: then each delivery is an entry of its own.
    """
    if what.source is not None and what.event_id is not None:
        names: tuple[object, ...] = ("event", what.source, what.event_id)
    elif where.offset is not None:
        names = ("place", where.channel, where.partition, where.offset)
    else:
        return None
    head = repr((what.consumer, *names, message.key, _attributes(message))).encode(errors="surrogatepass")
    value = b"\0" if message.value is None else b"\1" + message.value
    return hashlib.blake2b(len(head).to_bytes(8, "big") + head + value, digest_size=20).digest()


def check_release(entry: Entry, *, ahead: bool) -> None:
    """Raise Misuse for an entry that can't be released."""
    if entry.status in ("handled", "discarded"):
        raise Misuse(f"entry {entry.id} is {entry.status} already, so there is nothing to release")
    check_retrying(entry)
    if entry.status == "parked" and not ahead:
        raise Misuse(
            f"entry {entry.id} is parked and goes by itself once what stands before it is resolved: "
            "release that, or release this one ahead of it"
        )


def check_discard(entry: Entry, why: str) -> None:
    """Raise Misuse for an entry that can't be given up."""
    if entry.status in ("handled", "discarded"):
        raise Misuse(f"entry {entry.id} is {entry.status} already, so there is nothing to discard")
    check_retrying(entry)
    if not why.strip():
        raise Misuse(f"discarding entry {entry.id} needs a reason: say why nobody will handle it")


def check_retrying(entry: Entry) -> None:
    """Raise Misuse for an entry that its transport still delivers."""
    if entry.status == "retrying":
        raise Misuse(f"entry {entry.id} is being tried again by its transport: wait until it is handled or quarantined")


def _attributes(message: RawMessage) -> tuple[Header, ...]:
    """Return the headers of a message that carries its event's attributes in them, whatever the binding calls them."""
    names = (name if isinstance(name, str) else name.decode("latin-1") for name, _ in message.headers)
    return message.headers if any(name.lower().endswith("specversion") for name in names) else ()
