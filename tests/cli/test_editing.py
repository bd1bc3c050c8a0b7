"""Editing a file changes the value asked for and not one other byte."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interlock.authoring.editing import deprecation, with_block, with_scalar
from interlock.documents import parse
from interlock.errors import UsageError

COMMENTS = st.text(st.characters(min_codepoint=32, max_codepoint=126, exclude_characters="{}"), max_size=20)
VERSIONS = st.tuples(*[st.integers(0, 99)] * 3).map(lambda parts: ".".join(map(str, parts)))


@given(
    before=COMMENTS,
    after=COMMENTS,
    old=VERSIONS,
    new=VERSIONS,
    quote=st.sampled_from(["", "'", '"']),
    end=st.sampled_from(["\n", "\r\n"]),
)
def test_a_version_is_replaced_in_place(*, before: str, after: str, old: str, new: str, quote: str, end: str) -> None:
    """Whatever stands around the version, quotes and line ends included, stays."""
    lines = f"# {before}", "name: a", f"version:  {quote}{{}}{quote}  # {after}", "tier: T1", ""
    text = end.join(lines)
    edited = with_scalar(parse("v1.yaml", _with(text, old).encode()), "/version", new)
    assert edited.text == _with(text, new)


def _with(text: str, version: str) -> str:
    """Put a version into its place."""
    head, _, tail = text.partition("version:  ")
    return f"{head}version:  {tail.replace('{}', version, 1)}"


@pytest.mark.parametrize("text", ["version: &v 1.0.0\nother: *v\n", "version: >-\n  1.0.0\n", "version: !!str 1.0.0\n"])
def test_an_unusual_spelling_is_left_to_the_author(text: str) -> None:
    """Better one sentence than a file that says something else."""
    with pytest.raises(UsageError, match=r"v1.yaml:1: version is not written on a plain line of its own"):
        with_scalar(parse("v1.yaml", text.encode()), "/version", "1.1.0")


@pytest.mark.parametrize(
    "written",
    [
        "{status: released}",
        "\n  status: deprecated\n  since: 2026-01-01\n\n  sunset: 2028-01-01",
        "\n  # why\n  status: released",
    ],
)
def test_a_block_becomes_one_line(written: str) -> None:
    """Flow or block, with comments and empty lines inside: the lines around it stay."""
    text = f"name: a\n# about\nlifecycle: {written}\n\n# next\nowner: b\n"
    edited = with_block(parse("v1.yaml", text.encode()), "lifecycle", {"status": "draft"}, "{status: draft}")
    assert edited.text == "name: a\n# about\nlifecycle: {status: draft}\n\n# next\nowner: b\n"


def test_dates_of_a_deprecation_follow_the_notice() -> None:
    """The earliest sunset that a tier allows stands in the line that is proposed."""
    line = deprecation(dt.date(2026, 6, 1), dt.date(2026, 11, 28), "a.b@2")
    assert (
        line
        == "lifecycle: {status: deprecated, since: 2026-06-01, sunset: 2026-11-28, successor: a.b@2, migration: https://...}"
    )
