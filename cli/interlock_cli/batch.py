"""Answering a stream of compatibility questions: one row in, one answer out, in order, whatever a row holds."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator
from decimal import Decimal
from typing import Any, BinaryIO, TextIO

from interlock.compat import FORMATS, Comparison, Spot, Undecided, Verdict, compare
from interlock.errors import UsageError
from interlock_cli.answers import as_data, exact

DIALECTS = ("draft4", "draft6", "draft7", "2019-09", "2020-12")
"""Versions of JSON Schema that a question may name."""
FORMAT_WORDS = ("annotation", "assertion")
"""What the keyword `format` may be."""
MOST_SECONDS = 3600
"""No question takes longer than an hour."""
MOST_BYTES = 64 * 1024 * 1024
"""A longer row is not read into memory."""


def answer_rows(source: str, out: TextIO, *, seconds: float) -> int:
    """Answer each row of a file, or of stdin for `-`; raise UsageError when it can't be read."""
    if source == "-":
        _answer(sys.stdin.buffer, out, seconds)
        return 0
    try:
        file = open(source, "rb")  # noqa: PTH123, SIM115 - a path, a pipe or a device; closed below
    except OSError as error:
        raise UsageError(f"{source} can't be read: {error.strerror or 'unknown error'}") from None
    with file:
        _answer(file, out, seconds)
    return 0


def _answer(file: BinaryIO, out: TextIO, seconds: float) -> None:
    """Write and flush one answer a row, so that who feeds rows one by one gets each answer at once."""
    for line in _rows(file):
        out.write(_answered(line, seconds) + "\n")
        out.flush()


def _rows(file: BinaryIO) -> Iterator[bytes]:
    """Yield each row that is not blank; of one that is too long, its beginning."""
    while line := file.readline(MOST_BYTES):
        whole = line.endswith(b"\n") or len(line) < MOST_BYTES
        while not whole:
            rest = file.readline(MOST_BYTES)
            whole = rest.endswith(b"\n") or len(rest) < MOST_BYTES
        if line.strip():
            yield line


def _answered(line: bytes, seconds: float) -> str:
    """Return the answer to one row as a line of JSON."""
    started = time.perf_counter()
    row: Any = None
    try:
        row = json.loads(line.decode("utf-8-sig"), parse_float=Decimal, parse_int=_whole, parse_constant=_no_number)
        answer = _compared(row, seconds)
    except _BadRowError as error:
        answer = _undecided("bad-row", str(error))
    except json.JSONDecodeError as error:
        answer = _undecided(
            "bad-row", f"the row is not JSON: {error.msg[:1].lower()}{error.msg[1:]} at column {error.colno}"
        )
    except UnicodeDecodeError as error:
        answer = _undecided("bad-row", f"byte {error.start + 1} of the row is not UTF-8")
    except (ValueError, RecursionError, MemoryError) as error:
        answer = _undecided("bad-row", f"the row can't be read: {type(error).__name__}")
    except Exception as error:  # noqa: BLE001 - one bad row costs one answer, an engine's fault included
        answer = _undecided(
            "internal-error", f"the engine failed on this row ({type(error).__name__}): please report it"
        )
    identity = row.get("id") if isinstance(row, dict) else None
    try:
        return exact({"id": identity, **as_data(answer), "seconds": round(time.perf_counter() - started, 6)})
    except RecursionError:
        return exact(
            {"id": None, **as_data(_undecided("bad-row", "the row or its witness nests too deeply to be written"))}
        )


def _whole(digits: str) -> int | Decimal:
    """Read an integer; Python reads none of more than 4,300 digits as an `int`."""
    return int(digits) if len(digits) <= 4000 else Decimal(digits)  # noqa: PLR2004 - just below that limit


def _no_number(name: str) -> Any:
    """Refuse `NaN` and `Infinity`, which JSON does not have."""
    raise _BadRowError(f"{name} is no JSON number")


class _BadRowError(Exception):
    """A row that asks no question."""


def _compared(row: Any, seconds: float) -> Comparison:
    """Ask a row's question."""
    if not isinstance(row, dict):
        raise _BadRowError('the row is no object: write {"id", "format", "writer", "reader"}')
    missing = [name for name in ("format", "writer", "reader") if name not in row]
    if missing:
        raise _BadRowError(f"the row has no member {' and no '.join(missing)}")
    _require_words(row)
    budget = row.get("seconds", seconds)
    if isinstance(budget, bool) or not isinstance(budget, int | float | Decimal) or not 0 < budget <= MOST_SECONDS:
        raise _BadRowError(f"seconds is no number above 0 and up to {MOST_SECONDS}")
    documents = row.get("documents")
    if documents is not None and not isinstance(documents, dict):
        raise _BadRowError("documents is no object of schemas by URI")
    return compare(
        writer=row["writer"], reader=row["reader"], format=row["format"], dialect=row.get("dialect"),
        formats=row.get("formats", "annotation"), documents=documents, seconds=float(budget),
    )  # fmt: skip


def _require_words(row: dict[str, Any]) -> None:
    """Refuse a word that the question has no meaning for."""
    known = {"format": tuple(FORMATS), "dialect": (None, *DIALECTS), "formats": FORMAT_WORDS}
    for name, words in known.items():
        word = row.get(name, words[0])
        if not isinstance(word, str | None) or word not in words:
            raise _BadRowError(f"{name} {str(word)[:40]!r} is none: write one of {', '.join(filter(None, words))}")


def _undecided(code: str, message: str) -> Comparison:
    """Return the answer to a row that could not be asked."""
    return Comparison(Verdict.UNDECIDED, undecided=(Undecided(code, message, Spot("")),))
