"""One question for every format: a row in the table and a function."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from .answers import Comparison, Spot, Undecided, Verdict


def refusals(**question: Any) -> Comparison:
    """The question for JSON Schema, with the arguments of `compare`; the engine is loaded when the first one comes."""
    from . import jsonschema

    return jsonschema.refusals(**question)


def _openapi(**question: Any) -> Comparison:
    from . import openapi

    return openapi.refusals(**question)


def _not_yet(format_name: str) -> Callable[..., Comparison]:
    def answer(**_question: Any) -> Comparison:
        message = f"documents of the format {format_name} cannot be compared yet"
        return Comparison(Verdict.UNDECIDED, (), (Undecided("format-not-supported", message, Spot("")),))

    return answer


FORMATS: Mapping[str, Callable[..., Comparison]] = {
    "json-schema": refusals,
    "avro": _not_yet("avro"),
    "openapi": _openapi,
}
"""Who answers for each format."""


def compare(
    *,
    writer: Any,
    reader: Any,
    format: str = "json-schema",  # noqa: A002 - the word that users write in batch rows
    dialect: str | None = None,
    formats: str = "annotation",
    documents: Mapping[str, Any] | None = None,
    seconds: float = 2.0,
) -> Comparison:
    """
    What the writer may send that the reader turns away: nothing (proved), something (with a witness), or undecided.

    Documents are taken as written, as `json.loads` gives them; numbers may be `Decimal`. `dialect` is one of draft4,
    draft6, draft7, 2019-09 and 2020-12, else `$schema` says it, else 2020-12. `formats` says whether the `format`
    keyword is an annotation or an assertion. `documents` holds what references lead to, by URI; nothing is fetched.
    """
    if format not in FORMATS:
        raise ValueError(f"there is no format {format!r}: choose one of {', '.join(FORMATS)}")
    return FORMATS[format](
        writer=writer, reader=reader, dialect=dialect, formats=formats, documents=documents, seconds=seconds
    )
