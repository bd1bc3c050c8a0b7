"""How parameters are written: the tables of OpenAPI 3.1 section 4.8.12.4, and a law about all of them."""

from __future__ import annotations

import datetime as dt
import enum
import json
import uuid
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from stock_product import Entry

from interlock_runtime.clients import serializing
from interlock_runtime.clients.parameters import Parameter
from interlock_runtime.clients.plain import json_value
from interlock_runtime.instants import Instant
from interlock_runtime.models import DecimalText
from interlock_runtime.violations import ContractViolation

ROWS: list[dict[str, Any]] = json.loads((Path(__file__).parent / "serialization.json").read_text())
WRITERS = {
    "path": serializing.path_text,
    "query": serializing.query_text,
    "header": serializing.header_text,
    "cookie": serializing.cookie_text,
}


def parameter(row: dict[str, Any]) -> Parameter:
    """Return the parameter of a row."""
    options = {name: row.get(name, False) for name in ("allow_reserved", "as_json")}
    return Parameter("color", row["place"], dict, style=row["style"], explode=row["explode"], **options)


def written(row: dict[str, Any]) -> str:
    """Return what a row's value is written as."""
    declared = parameter(row)
    return WRITERS[declared.place](declared, serializing.judged(declared, row["value"]))


def _id(row: dict[str, Any]) -> str:
    """Return the name of a row."""
    return f"{row['place']}-{row['style']}-{row['explode']}-{json.dumps(row['value'])[:20]}"


@pytest.mark.parametrize("row", ROWS, ids=_id)
def test_table(row: dict[str, Any]) -> None:
    """Each value is written as the row says, or refused with the parameter's name."""
    if row["text"] is not None:
        assert written(row) == row["text"], row["why"]
        return
    with pytest.raises(ContractViolation) as refused:
        written(row)
    assert [fault.pointer for fault in refused.value.violations] == [f"/{row['place']}/color"], row["why"]


class Colour(enum.Enum):
    """An enumeration of a caller."""

    RED = "red"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (Instant.of("2026-03-17T07:15:01.100Z"), "2026-03-17T07:15:01.100Z"),
        (dt.datetime(2026, 3, 17, 8, 15, tzinfo=dt.timezone(dt.timedelta(hours=1))), "2026-03-17T07:15:00Z"),
        (dt.date(2026, 3, 17), "2026-03-17"),
        (uuid.UUID(int=7), "00000000-0000-0000-0000-000000000007"),
        (Colour.RED, "red"),
        (DecimalText("007.50"), "007.50"),
        (Decimal("7.50"), 7.5),
        (("a", 1), ["a", 1]),
        (Entry(lot_id="L1", status="BLOCKED"), {"lotId": "L1", "status": "BLOCKED"}),
        ({"a": dt.date(2026, 1, 2)}, {"a": "2026-01-02"}),
    ],
)
def test_python_values(value: Any, expected: Any) -> None:
    """What Python has for a value is the JSON value that the contract judges."""
    assert json_value(value) == expected


@pytest.mark.parametrize("value", [dt.datetime(2026, 3, 17), object(), float("nan")])  # noqa: DTZ001 - on purpose
def test_no_values(value: Any) -> None:
    """What JSON can't carry is refused, a datetime without a zone too."""
    declared = Parameter("since", "query", dict)
    with pytest.raises(ContractViolation) as refused:
        serializing.judged(declared, value)
    assert [(fault.reason, fault.pointer) for fault in refused.value.violations] == [("not-json", "/query/since")]


# The law: what was written is read back as the same value, by a reader that knows only the style.

TEXTS = st.text(st.characters(codec="utf-8"), max_size=8)
LISTS = st.lists(TEXTS, min_size=1, max_size=4)
OBJECTS = st.dictionaries(TEXTS.filter(bool), TEXTS, min_size=1, max_size=4)
WAYS = [
    (place, style, explode)
    for place, style in [
        ("path", "simple"),
        ("path", "label"),
        ("path", "matrix"),
        ("query", "form"),
        ("query", "spaceDelimited"),
        ("query", "pipeDelimited"),
        ("query", "deepObject"),
        ("header", "simple"),
        ("cookie", "form"),
    ]
    for explode in (False, True)
    if (style == "deepObject") <= explode and (style not in ("spaceDelimited", "pipeDelimited") or not explode)
]
BETWEEN = {"simple": ",", "form": ",", "label": ",", "matrix": ",", "spaceDelimited": "%20", "pipeDelimited": "%7C"}


def read_back(declared: Parameter, text: str, kind: type) -> Any:
    """Return the value of a text, whose kind the reader knows from the schema."""
    raw = declared.place == "header"
    plain = (lambda item: item) if raw else unquote
    pieces = _pieces(declared, text, kind)
    if kind is dict:
        return {plain(name): plain(value) for name, value in pieces}
    return [plain(value) for _, value in pieces] if kind is list else plain(pieces[0][1])


def _pieces(declared: Parameter, text: str, kind: type) -> list[tuple[str, str]]:
    """Return the names and values in a text, still encoded; items and single values have no name of interest."""
    style, exploded = declared.manner, declared.exploded
    if style == "deepObject":
        return [(name[len("color%5B") : -len("%5D")], value) for name, value in _pairs(text, "&")]
    if style == "label":
        text = text[1:]
    if exploded and (style in ("form", "matrix")) and kind is not str:
        return _pairs(text.removeprefix(";"), "&" if style == "form" else ";")
    if style in ("form", "matrix", "spaceDelimited", "pipeDelimited"):
        text = text.partition("=")[2]
    if kind is str:
        return [("", text)]
    if exploded:
        inner = {"label": "."}.get(style, ",")
        return _pairs(text, inner) if kind is dict else [("", item) for item in text.split(inner)]
    items = text.split(BETWEEN[style])
    return list(zip(items[::2], items[1::2], strict=True)) if kind is dict else [("", item) for item in items]


def _pairs(text: str, between: str) -> list[tuple[str, str]]:
    """Return names and values with an equals sign between them."""
    return [(name, value) for name, _, value in (part.partition("=") for part in text.split(between))]


@settings(max_examples=60)
@given(value=st.one_of(TEXTS, LISTS, OBJECTS), reserved=st.booleans())
@pytest.mark.parametrize(("place", "style", "explode"), WAYS)
def test_round_trip(place: str, style: str, explode: bool, value: Any, reserved: bool) -> None:  # noqa: FBT001 - drawn
    """What is written is read back as the same value; what could not be is refused."""
    row = {"place": place, "style": style, "explode": explode, "value": value, "allow_reserved": reserved}
    declared = parameter(row)
    try:
        text = written(row)
    except ContractViolation:
        return
    assert read_back(declared, text, type(value)) == value


NAMES = st.text("abcxyz019", min_size=1, max_size=6)
NOT_WRITTEN = {("deepObject", str), ("deepObject", list), ("cookie", list), ("cookie", dict)}
"""Kinds of values that a style has no way for; a cookie only when each item would be a pair of its own."""


@settings(max_examples=20)
@given(value=st.one_of(NAMES, st.lists(NAMES, min_size=1), st.dictionaries(NAMES, NAMES, min_size=1)))
@pytest.mark.parametrize(("place", "style", "explode"), WAYS)
def test_harmless_values(place: str, style: str, explode: bool, value: Any) -> None:  # noqa: FBT001 - drawn
    """Letters and digits are written in every style that has a way for their kind, and in no other."""
    row = {"place": place, "style": style, "explode": explode, "value": value}
    kinds = {(style, type(value)), (place, type(value))} if explode else {(style, type(value))}
    if kinds & NOT_WRITTEN:
        with pytest.raises(ContractViolation):
            written(row)
    else:
        assert written(row)
