"""Who commanded what, with which outcome: never the values of a request."""

from __future__ import annotations

import asyncio
import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal, Protocol, Self

import msgspec

from .idempotency import Unavailable

Outcome = Literal["begun", "done", "refused", "replayed", "failed"]
"""`begun` before the service runs; then `done`, `failed` (it raised or answered 5xx), `refused`, or `replayed`."""


@dataclass(frozen=True, slots=True)
class AuditRecord:
    """One step of one command."""

    time: str
    """RFC 3339, in UTC."""
    product: str
    version: str
    operation: str
    client: str
    person: str | None
    site: str | None
    key: str | None
    request: str | None
    """SHA-256 of method, target, media type, `If-Match` and body."""
    correlationid: str | None
    attempt: int
    outcome: Outcome
    status: int | None
    results: tuple[str, ...] = ()
    """The ids of the events that the command resulted in, as far as the service told them."""


class AuditSink(Protocol):
    """Keeps audit records; raises Unavailable when it can't."""

    async def write(self, record: AuditRecord) -> None:
        """Keep a record, durably."""
        ...


class JsonLinesAudit:
    """Audit records as lines of JSON in a file that is only appended to."""

    def __init__(self, path: str | Path) -> None:
        self._path = path
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="interlock-audit")

    async def write(self, record: AuditRecord) -> None:
        """Append a line and have it on disk before returning."""
        line = msgspec.json.encode(asdict(record)) + b"\n"
        await asyncio.get_running_loop().run_in_executor(self._thread, self._append, line)

    def _append(self, line: bytes) -> None:
        """Write a line in one call, so that several processes can share the file."""
        try:
            file = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
            try:
                if os.write(file, line) < len(line):
                    raise OSError("the disk took a part of the line only")
                os.fsync(file)
            finally:
                os.close(file)
        except OSError as error:
            raise Unavailable(f"the audit file {self._path} can't be written: {error}") from error

    def close(self) -> None:
        """End the writer's thread; what was written stays."""
        self._thread.shutdown()

    def __enter__(self) -> Self:
        """Use it in a `with` block."""
        return self

    def __exit__(self, *_: object) -> None:
        """End the writer's thread."""
        self.close()
