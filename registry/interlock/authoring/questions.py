"""A compatibility question about two plain files."""

from __future__ import annotations

import dataclasses
import json
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from interlock.authoring.diffing import format_of
from interlock.compat import Comparison, compare
from interlock.compat.views import VIEWS, applied
from interlock.documents import parse
from interlock.errors import DocumentError, UsageError


@dataclass(frozen=True, slots=True)
class Terms:
    """How two documents are compared."""

    format: str | None = None
    """`json-schema`, `avro` or `openapi`; None for what the writer's document looks like."""
    dialect: str | None = None
    formats: str = "annotation"
    views: str | None = None
    """`contract`: the writer closed, the reader open, open enums widened, formats asserted."""
    seconds: float = 2.0


def ask(*, writer: Path, reader: Path, terms: Terms = Terms()) -> Comparison:
    """Say what the writer's file permits that the reader's refuses; raise DocumentError for a file that can't be read."""
    return compare(**question(writer=writer, reader=reader, terms=terms), seconds=terms.seconds)


def question(*, writer: Path, reader: Path, terms: Terms = Terms()) -> dict[str, Any]:
    """Return what `compare` is asked about two files, the views applied; raise DocumentError as `ask` does."""
    writes, reads = _document(writer), _document(reader)
    chosen = dataclasses.replace(terms, format=terms.format or _common_format((writer, writes), (reader, reads)))
    for path, document in ((writer, writes), (reader, reads)):
        if chosen.format == "json-schema" and not isinstance(document, dict | bool):
            raise UsageError(f"{path} is no schema: a JSON Schema is an object, true or false")
    if chosen.format != "json-schema" and (chosen.dialect or chosen.formats != "annotation"):
        raise UsageError(
            f"--dialect and --formats are about JSON Schema, and {writer} is {chosen.format}: leave them out"
        )
    if chosen.views is not None:
        if chosen.format != "json-schema":
            raise UsageError(f"--views {chosen.views} is about JSON Schema, and {writer} is {chosen.format}")
        writes, reads = applied(writes, VIEWS["contract-writer"]), applied(reads, VIEWS["contract-reader"])
        chosen = dataclasses.replace(chosen, formats="assertion")
    return {
        "writer": writes, "reader": reads, "format": chosen.format or "json-schema", "dialect": chosen.dialect,
        "formats": chosen.formats,
    }  # fmt: skip


def _common_format(writer: tuple[Path, Any], reader: tuple[Path, Any]) -> str:
    """Return the format that both documents look like; raise UsageError when they look like two."""
    writes, reads = format_of(writer[1]), format_of(reader[1])
    if writes != reads:
        message = f"{writer[0]} looks like {writes} and {reader[0]} like {reads}: name two of a kind, or say --format"
        raise UsageError(message)
    return writes


def _document(path: Path) -> Any:
    """Read a file; numbers of JSON stay exact."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise DocumentError(str(path), f"the file can't be read: {error.strerror or 'unknown error'}") from None
    name = str(path) if path.suffix in (".yaml", ".yml") else f"{path}.json"
    try:
        document = parse(name, content)
    except DocumentError as error:
        raise DocumentError(str(path), error.message, error.line, error.column) from None
    return (
        document.data
        if name == str(path) and path.suffix != ".json"
        else json.loads(document.text, parse_float=Decimal)
    )
