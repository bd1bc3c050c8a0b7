"""Recorded messages: JSON Lines of events, exported quarantine entries, or a quarantine's store; bytes stay bytes."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from interlock.errors import DocumentError
from interlock_cli.services import tables_in

if TYPE_CHECKING:
    from interlock_runtime import RawMessage
    from interlock_runtime.handling.entries import Entry

QUARANTINE = "interlock_quarantine"
STRUCTURED = (("content-type", b"application/cloudevents+json; charset=UTF-8"),)


def exported(entry: Entry) -> dict[str, Any]:
    """Return a quarantine's entry for a file: value, key and headers as Base64, everything else readable."""
    message = entry.message
    return {
        "entry": entry.id, "status": entry.status, "consumer": entry.consumer, "at": entry.at.isoformat(),
        "contract": entry.contract, "type": entry.type, "source": entry.source, "id": entry.event_id,
        "partitionkey": entry.key,
        "origin": {"transport": entry.origin.transport, "channel": entry.origin.channel,
                   "partition": entry.origin.partition, "offset": entry.origin.offset},
        "reasons": [reason_data(reason) for reason in entry.reasons],
        "message": {
            "value": _packed(message.value), "key": _packed(message.key),
            "headers": [
                [{"text": name} if isinstance(name, str) else {"bytes": _packed(name)}, _packed(value)]
                for name, value in message.headers
            ],
        },
    }  # fmt: skip


def reason_data(reason: Any) -> dict[str, str]:
    """Return a violation for programs."""
    return {"stage": reason.stage.value, "reason": reason.reason, "at": reason.pointer, "text": reason.text}


def messages(file: Path) -> Iterator[RawMessage]:
    """Yield the messages of a recording, in its order; raise DocumentError for a file that is none."""
    tables = tables_in(file)
    if tables is None:
        yield from _lines(file)
        return
    if QUARANTINE not in tables:
        raise DocumentError(str(file), "the database holds no messages: replay a recording or a quarantine")
    from interlock_runtime.stores.sqlite_quarantine import SqliteQuarantine

    store = SqliteQuarantine(file)
    try:
        for entry in store.entries():
            yield entry.message
    finally:
        store.close()


def _lines(file: Path) -> Iterator[RawMessage]:
    """Yield the messages of JSON Lines."""
    from interlock_runtime import ContractViolation, RawMessage, loads

    with _opened(file) as lines:
        for number, line in enumerate(lines, 1):
            if not line.strip():
                continue
            if b'"message"' not in line:  # no exported entry: an event, or something that its contract will refuse
                yield RawMessage(line.rstrip(b"\r\n"), headers=STRUCTURED)
                continue
            try:
                document = loads(line)
            except ContractViolation as refused:
                raise DocumentError(str(file), refused.violations[0].text, number) from None
            yield _message(file, number, line, document)


def _opened(file: Path) -> BinaryIO:
    """Open a recording; raise DocumentError."""
    try:
        return file.open("rb")
    except OSError as error:
        raise DocumentError(str(file), f"the file can't be read: {error.strerror}") from None


def _message(file: Path, number: int, line: bytes, document: Any) -> RawMessage:
    """Return what stands on a line: an exported entry's message, else the line as an event."""
    from interlock_runtime import RawMessage

    if not isinstance(document, dict) or "specversion" in document or not isinstance(document.get("message"), dict):
        return RawMessage(line.rstrip(b"\r\n"), headers=STRUCTURED)
    packed = document["message"]
    try:
        headers = tuple(
            (name["text"] if "text" in name else _unpacked(name["bytes"]) or b"", _unpacked(value))
            for name, value in packed["headers"]
        )
        return RawMessage(_unpacked(packed["value"]), _unpacked(packed["key"]), headers)
    except (KeyError, TypeError, ValueError, binascii.Error):
        raise DocumentError(
            str(file), "the entry's message is not as interlock replay-quarantine --export writes it", number
        ) from None


def _packed(value: bytes | None) -> str | None:
    """Return bytes as Base64 (RFC 4648 section 4)."""
    return None if value is None else base64.b64encode(value).decode()


def _unpacked(text: str | None) -> bytes | None:
    """Return the bytes of a Base64 text."""
    return None if text is None else base64.b64decode(text, validate=True)
