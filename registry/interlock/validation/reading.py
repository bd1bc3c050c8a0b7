"""Recorded events as they were written: JSON with exact numbers, whole files or one record a line."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, BinaryIO

from interlock.catalog import place_in
from interlock.documents import MOST_BYTES, Document, parse
from interlock.errors import DocumentError
from interlock.findings import Place

CHUNK = 1024 * 1024
_LINE_SUFFIXES = (".jsonl", ".ndjson")
_MOST_PLACED = 1024 * 1024
_FARTHEST = 1000


@dataclass(frozen=True, slots=True)
class Record:
    """One document of a file: what it holds, and how places in it are found."""

    data: Any
    path: str
    line: int | None = None
    """Its line, when it stands on one."""
    document: Document | None = None
    """The whole file, when it holds the record."""
    at: str = ""
    """JSON Pointer to the record in the file, or in its line."""

    def place(self, pointer: str) -> Place:
        """Return a place in the record; in a very large file without its line, which would cost more than the check."""
        at = self.at + pointer
        if self.document is None or len(self.document.text) > _MOST_PLACED:
            return Place(self.path, at, self.line)
        return place_in(self.document, at)


def exact(path: str, content: bytes) -> tuple[Document, Any]:
    """
    Read a JSON text; return the document, for places, and its data with every fraction as a Decimal.

    Raises DocumentError for all that `documents.parse` refuses, and for a number whose exponent is out of bounds.
    """
    document = parse(path if path.endswith(".json") else f"{path}.json", content)
    try:
        return Document(path, document.data, document.text), json.loads(document.text, parse_float=_decimal)
    except ArithmeticError as error:
        raise DocumentError(path, str(error)) from None


def _decimal(lexeme: str) -> Decimal:
    """Read a number with a fraction or an exponent, within bounds that keep arithmetic cheap."""
    number = Decimal(lexeme)
    if abs(number.adjusted()) > _FARTHEST or len(lexeme) > _FARTHEST:
        message = f"the number {lexeme[:20]} is too long or too far from 1 to be read"
        raise ArithmeticError(message)
    return number


def records(path: str, stream: BinaryIO) -> Iterator[Record | DocumentError]:
    """
    Yield each record of a stream, or why it can't be read.

    A file named `.jsonl` or `.ndjson` holds a record on each line. Any other holds one document, or, when its first
    line is a document of its own, a record on each line too. The elements of an array are records.
    """
    head = stream.read(MOST_BYTES + 1)
    chunks = itertools.chain((head,), iter(lambda: stream.read(CHUNK), b""))
    if not head.strip() and len(head) <= MOST_BYTES:
        yield DocumentError(path, "the file is empty: it holds no event")
    elif path.endswith(_LINE_SUFFIXES):
        yield from _by_line(path, chunks)
    elif len(head) > MOST_BYTES:
        too_large = f"the file has more than {MOST_BYTES:,} bytes and is not JSON Lines: write one event a line"
        yield from _by_line(path, chunks) if _first_line_is_whole(head) else [DocumentError(path, too_large)]
    else:
        yield from _whole(path, head)


def _whole(path: str, content: bytes) -> Iterator[Record | DocumentError]:
    """Yield the records of one document; of lines, when the first is a document and more follow."""
    try:
        document, data = exact(path, content)
    except DocumentError as error:
        yield from (
            _by_line(path, [content])
            if _first_line_is_whole(content)
            else [DocumentError(path, error.message, error.line, error.column)]
        )
        return
    yield from _elements(Record(data, path, None, document))


def _first_line_is_whole(content: bytes) -> bool:
    """Say whether the first line is a JSON object or array by itself, and more follow."""
    first, _, rest = content.lstrip().partition(b"\n")
    try:
        return bool(rest.strip()) and isinstance(exact("line", first)[1], dict | list)
    except DocumentError:
        return False


def _by_line(path: str, chunks: Iterable[bytes]) -> Iterator[Record | DocumentError]:
    """Yield the record on each line; a bad line costs itself only."""
    for number, line in _lines(chunks):
        if line is None:
            yield DocumentError(path, f"the line has more than the {MOST_BYTES:,} bytes that are read", number)
        elif line.strip():
            try:
                yield from _elements(Record(exact(path, line)[1], path, number))
            except DocumentError as error:
                yield DocumentError(path, error.message, number, error.column)


def _lines(chunks: Iterable[bytes]) -> Iterator[tuple[int, bytes | None]]:
    """Yield each line with its number; None for one that is longer than is read."""
    number, held, dropping = 1, bytearray(), False
    for chunk in itertools.chain(chunks, (b"\n",)):
        *ends, rest = chunk.split(b"\n")
        for end in ends:
            whole = len(held) + len(end) <= MOST_BYTES and not dropping
            yield number, bytes(held) + end if whole else None
            number, dropping = number + 1, False
            held.clear()
        held += rest
        if len(held) > MOST_BYTES:
            dropping = True
            held.clear()


def _elements(record: Record) -> Iterator[Record]:
    """Yield the elements of an array as records, or the record itself."""
    if not isinstance(record.data, list):
        yield record
        return
    for index, element in enumerate(record.data):
        yield Record(element, record.path, record.line, record.document, f"/{index}")
