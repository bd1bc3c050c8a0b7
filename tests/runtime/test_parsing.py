"""Bytes to JSON value: each refusal has its reason and place, and no number changes its value."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interlock_runtime import ContractViolation, Limits, loads
from interlock_runtime.numbers import NumberTooLong, number, plain

"""A busy machine is no fault."""
REFUSALS: dict[str, tuple[bytes, str, str]] = {
    "nothing": (b"", "malformed", ""),
    "cut off": (b'{"a":', "malformed", ""),
    "not a number": (b"[NaN]", "malformed", ""),
    "infinity": (b"[-Infinity]", "malformed", ""),
    "single quotes": (b"{'a':1}", "malformed", ""),
    "byte order mark": (b"\xef\xbb\xbf{}", "byte-order-mark", ""),
    "utf-16": ("{}".encode("utf-16"), "byte-order-mark", ""),
    "latin-1": ('"ü"'.encode("latin-1"), "not-utf8", ""),
    "surrogate in utf-8": (b'"\xed\xa0\x80"', "not-utf8", ""),
    "half a pair": (b'{"a":"\\ud800"}', "lone-surrogate", ""),
    "twice": (b'{"a":[{"b":1,"c":2,"b":3}]}', "duplicate-member", "/a/0/b"),
    "twice by escape": (b'{"a/~":1,"\\u0061/~":1}', "duplicate-member", "/a~1~0"),
    "digits": (b"[" + b"1" * 5000 + b"]", "number-too-long", ""),
    "exponent": (b"[1e99999999999999999999]", "number-too-long", ""),
    "depth": (b"[" * 129 + b"]" * 129, "too-deep", ""),
    "depth without end": (b'{"a":' * 100_000, "too-deep", ""),
    "brackets behind an escaped quote": (b'["\\"",' + b"[" * 200 + b"]" * 200 + b"]", "too-deep", ""),
    "size": (b'"' + b"a" * 1_048_576 + b'"', "too-large", ""),
}


@pytest.mark.parametrize("name", REFUSALS)
def test_what_is_no_document_is_refused_with_its_reason(name: str) -> None:
    """The reason is the table's, the place is where a repeated member stands."""
    data, reason, place = REFUSALS[name]
    with pytest.raises(ContractViolation) as refused:
        loads(data)
    assert [(found.reason, found.pointer) for found in refused.value.violations] == [(reason, place)]


def test_brackets_in_texts_are_no_depth() -> None:
    """A text full of brackets is one text."""
    assert loads(json.dumps(["[" * 500, '"' + "{" * 500, "\\" + "[" * 500]).encode())[0] == "[" * 500


def test_limits_can_be_tightened() -> None:
    """A reader on an edge device may take less."""
    with pytest.raises(ContractViolation, match="too-large"):
        loads(b"[1,2,3]", Limits(size=3))
    with pytest.raises(ContractViolation, match="too-deep"):
        loads(b"[[1]]", Limits(depth=1))


LEXEMES = st.from_regex(r"\A-?(0|[1-9][0-9]{0,30})(\.[0-9]{1,30})?([eE][+-]?[0-3]?[0-9]{1,2})?\Z")


@given(LEXEMES)
def test_a_number_keeps_its_value(lexeme: str) -> None:
    """The value that is read is the value that the digits say, to the last one."""
    value = loads(lexeme.encode())
    assert Decimal(str(value)) == Decimal(lexeme)


@given(LEXEMES, st.integers(0, 5))
def test_one_value_has_one_form(lexeme: str, zeros: int) -> None:
    """Zeros at the end change neither value nor form, so equal numbers are equal to the validator."""
    longer = f"{lexeme}{'0' * zeros}" if "." in lexeme and "e" not in lexeme.lower() else lexeme
    first, second = loads(lexeme.encode()), loads(longer.encode())
    assert (type(first), first) == (type(second), second)
    if not isinstance(first, int):
        assert isinstance(first, float) == (Decimal(repr(float(lexeme))) == Decimal(lexeme))


def test_decimals_without_a_value_are_no_numbers() -> None:
    """NaN and infinities never become numbers."""
    for text in ("NaN", "Infinity", "-Infinity"):
        with pytest.raises(NumberTooLong):
            plain(Decimal(text))
    assert number("1e400") == 10**400


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text() | st.floats(-1e15, 1e15),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)


@given(value=VALUES, ascii_only=st.booleans(), indent=st.sampled_from([None, 1]))
def test_a_value_is_read_as_it_was_written(value: Any, *, ascii_only: bool, indent: int | None) -> None:
    """Whatever the standard library writes is read as the same value, however it is laid out."""
    try:
        text = json.dumps(value, ensure_ascii=ascii_only, indent=indent).encode()
    except UnicodeEncodeError:
        return
    if b"\\ud" in text:
        return
    assert loads(text) == value


@given(
    pairs=st.lists(
        st.tuples(st.text(alphabet='ab:\\"u03', max_size=3), st.text(alphabet=':ab"\\', max_size=3)), max_size=6
    ),
    spaced=st.booleans(),
)
def test_a_member_is_refused_if_and_only_if_it_stands_twice(pairs: list[tuple[str, str]], *, spaced: bool) -> None:
    """However colons, quotes and escapes lie about."""
    names = [name for name, _ in pairs]
    gap = " : " if spaced else ":"
    text = (
        "{"
        + ",".join(
            f"{json.dumps(name)}{gap}{json.dumps(value).replace(':', chr(92) + 'u003a')}" for name, value in pairs
        )
        + "}"
    )
    if len(set(names)) == len(names):
        assert loads(text.encode()) == dict(pairs)
    else:
        with pytest.raises(ContractViolation, match="duplicate-member"):
            loads(text.encode())
