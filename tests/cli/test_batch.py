"""A batch answers every row in order, whatever it holds, one line each."""

from __future__ import annotations

import io
import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cli.running import Workspace
from interlock_cli.answers import exact
from interlock_cli.batch import answer_rows

NUMBER, INTEGER = {"type": "number"}, {"type": "integer"}


def answers(tmp_path: Path, *rows: bytes) -> list[dict[str, Any]]:
    """Answer rows written to a file."""
    path = tmp_path / "rows.jsonl"
    path.write_bytes(b"\n".join(rows) + b"\n")
    out = io.StringIO()
    assert answer_rows(str(path), out, seconds=2.0) == 0
    return [json.loads(line) for line in out.getvalue().splitlines()]


def row(**members: Any) -> bytes:
    """Write a row."""
    return json.dumps({"id": "x", "format": "json-schema", **members}).encode()


def test_each_row_gets_its_verdict_and_its_witness(tmp_path: Path) -> None:
    """The three verdicts, with the members that the format promises."""
    found = answers(
        tmp_path,
        row(id=1, writer=INTEGER, reader=NUMBER),
        row(id="two", writer=NUMBER, reader=INTEGER),
        row(id=None, writer=NUMBER, reader={"$ref": "https://example.com/elsewhere.json"}),
    )
    assert [(answer["id"], answer["verdict"]) for answer in found] == [
        (1, "compatible"),
        ("two", "breaking"),
        (None, "undecided"),
    ]
    assert [sorted(answer) for answer in found[:2]] == [["findings", "id", "seconds", "verdict", "witness"]] * 2
    assert found[1]["findings"][0]["cause"] == "type"
    assert found[2]["undecided"][0]["code"]


@pytest.mark.parametrize(
    ("bad", "says"),
    [
        (b"{", "the row is not JSON"),
        (b"[1]", "the row is no object"),
        (b'{"id": "x"}', "the row has no member format and no writer and no reader"),
        (b'{"id": "x", "format": "xsd", "writer": {}, "reader": {}}', "format 'xsd' is none"),
        (b'{"id": "x", "format": ["a"], "writer": {}, "reader": {}}', "format \"['a']\" is none"),
        (b'{"id": "x", "format": "json-schema", "writer": {"minimum": NaN}, "reader": {}}', "NaN is no JSON number"),
        (
            b'{"id": "x", "format": "json-schema", "writer": {}, "reader": {}, "seconds": -1}',
            "seconds is no number above 0",
        ),
        (
            b'{"id": "x", "format": "json-schema", "writer": {}, "reader": {}, "dialect": "draft3"}',
            "dialect 'draft3' is none",
        ),
        (b'{"id": "x", "format": "json-schema", "writer": {}, "reader": {}, "formats": {}}', "formats '{}' is none"),
        (
            b'{"id": "x", "format": "json-schema", "writer": {}, "reader": {}, "documents": []}',
            "documents is no object",
        ),
        (b"\xff\xfe{", "byte 1 of the row is not UTF-8"),
        (b"[" * 200_000, "the row can't be read: RecursionError"),
    ],
)
def test_a_bad_row_costs_one_answer(tmp_path: Path, bad: bytes, says: str) -> None:
    """It is undecided with the reason, and the rows beside it are answered."""
    good = row(id="good", writer=INTEGER, reader=NUMBER)
    before, between, after = answers(tmp_path, good, bad, good)
    assert before["verdict"] == after["verdict"] == "compatible"
    assert (between["verdict"], between["witness"]) == ("undecided", None)
    assert says in between["undecided"][0]["message"]


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=10,
)


@settings(max_examples=40)
@given(
    st.lists(
        st.dictionaries(
            st.sampled_from(["id", "format", "writer", "reader", "dialect", "formats", "documents", "seconds"]),
            JSON_VALUES,
        ),
        max_size=4,
    )
)
def test_any_rows_get_as_many_answers(tmp_path_factory: pytest.TempPathFactory, rows: list[dict[str, Any]]) -> None:
    """No row of JSON ends the run, and answers keep the order of the rows."""
    found = answers(tmp_path_factory.mktemp("rows"), *(json.dumps({**one, "seconds": 0.05}).encode() for one in rows))
    assert [answer["id"] for answer in found] == [one.get("id") for one in rows]


def test_numbers_stay_exact(tmp_path: Path) -> None:
    """A bound that no double holds is read and answered as it was written."""
    bound = b"1e400"
    schemas = b'"writer": {"type": "number"}, "reader": {"type": "number", "maximum": ' + bound + b"}"
    [answer] = answers(tmp_path, b'{"id": 1, "format": "json-schema", ' + schemas + b"}")
    assert answer["verdict"] in ("breaking", "undecided")
    assert exact(Decimal("0.1000")) == "0.1000"
    assert json.loads(exact({"n": 10**5000}), parse_int=str, parse_float=str)["n"].startswith("1")


def test_batch_is_about_files_and_stdin(workspace: Workspace) -> None:
    """A file that is not there is one sentence; both sides beside a batch are a misunderstanding."""
    assert (
        workspace.run("compare", "--batch", "nothing.jsonl").err
        == "interlock: nothing.jsonl can't be read: No such file or directory\n"
    )
    assert workspace.run("compare", "--batch", "-", "--writer", "a.json").code == 2
