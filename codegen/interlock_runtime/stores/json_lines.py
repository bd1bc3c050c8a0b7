"""Receipts as JSON Lines: one object a line, to be shipped by whatever ships logs."""

from __future__ import annotations

import datetime as dt
import os
import threading
from collections import OrderedDict
from dataclasses import fields
from os import PathLike
from typing import Any

import msgspec

from ..handling.errors import StoreFault
from ..handling.outcomes import Outcome, Receipt
from ..instants import Instant

_encode = msgspec.json.Encoder().encode
_REMEMBERED = 100_000
"""How many receipts are known by heart."""


class JsonLinesReceipts:
    """
    Appends receipts to a file, each line whole; several processes may write to one file.

    It knows what it wrote itself and does not search the file: an event that was handled before the service started and
    comes again gets a second receipt, which says the same.
    """

    def __init__(self, path: str | PathLike[str]) -> None:
        self._lock = threading.Lock()
        self._known: OrderedDict[tuple[str, str | None, str | None, Outcome], None] = OrderedDict()
        try:
            self._file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o640)
        except OSError as error:
            raise StoreFault(f"receipts can't be written to {os.fspath(path)!r}: {error.strerror}") from error
        size = os.fstat(self._file).st_size
        if (
            size and os.pread(self._file, 1, size - 1) != b"\n"
        ):  # a crash cut the last line off: the next one stays whole
            os.write(self._file, b"\n")

    def put(self, receipt: Receipt) -> None:
        """Append a receipt."""
        line = _encode(as_json(receipt)) + b"\n"
        with self._lock:
            written = os.write(self._file, line)
        if written < len(line):
            raise OSError("the disk took only a part of a receipt")
        self._remember((receipt.consumer, receipt.source, receipt.id, receipt.outcome))

    def _remember(self, told: tuple[str, str | None, str | None, Outcome]) -> None:
        """Know what was written, as far back as memory is given for it."""
        with self._lock:
            self._known[told] = None
            if len(self._known) > _REMEMBERED:
                self._known.popitem(last=False)

    def has(self, consumer: str, source: str, event_id: str, outcome: Outcome) -> bool:
        """Say whether this process wrote the receipt and still knows."""
        return (consumer, source, event_id, outcome) in self._known

    def close(self) -> None:
        """Close the file."""
        os.close(self._file)


def as_json(receipt: Receipt) -> dict[str, Any]:
    """Return a receipt as JSON: what it does not know is left out, moments are texts, lateness is in seconds."""
    members = {field.name: getattr(receipt, field.name) for field in fields(receipt)}
    return {name: _plain(value) for name, value in members.items() if value not in (None, "", (), False)}


def _plain(value: Any) -> Any:
    """Return a member as JSON."""
    if isinstance(value, dt.datetime):
        return Instant.at(value).wire
    return value.total_seconds() if isinstance(value, dt.timedelta) else value
