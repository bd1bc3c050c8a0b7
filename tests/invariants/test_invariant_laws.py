"""What holds of the rules for all values."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from interlock.invariants import RULES, faults
from interlock.judging.codes import check_digit
from interlock.judging.instants import duration, instant, written
from interlock.judging.table import checks
from support.tables import TABLES

DIGITS = st.text("0123456789", min_size=7, max_size=17)
CENTS = st.integers(1, 10**15)
SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | st.decimals(allow_nan=True)
VALUES: st.SearchStrategy[Any] = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["a", "b", "value", "unitCode", "*"]), inner, max_size=4)
    ),
    max_leaves=12,
)
GOOD_KEY = "095212345678901235"
PARAMETERS: dict[str, dict[str, Any]] = {
    "gs1-check-digit": {"at": "/a"},
    "code-in-list": {"at": "/a/*", "codes": ["x"]},
    "positive": {"at": "/a"},
    "not-zero": {"at": "/a/*/b"},
    "less-than": {"left": "/a", "right": "/b"},
    "same-unit": {"at": ["/a", "/b/*"]},
    "same-value": {"at": ["/a", "/b"]},
    "differs": {"left": "/a", "right": "/b"},
    "sum-equals": {"terms": ["/a", {"at": "/b", "sign": "minus"}], "equals": "/value"},
    "sum-positive": {"each": "/a/*", "terms": ["/a", "/b"]},
    "sums-balance": {"at": "/a", "amount": "/a", "side": "/b", "per": "/unitCode"},
    "lines-total": {"at": "/a", "quantity": "/a", "price": "/b", "per": "/value", "equals": "/b"},
    "not-before": {"at": "/a", "than": "/b"},
    "duration-between": {"at": "/a", "start": "/b", "end": "/value"},
    "unique": {"at": "/a", "by": "/b"},
    "required-when": {"when": {"at": "/a", "in": [1, None]}, "then": ["/b/*/a"]},
    "present-any": {"of": ["/a", "/b"]},
    "pointers-resolve": {"at": "/a", "in": "/b"},
    "stateful": {"statement": "There is one of each."},
}


def _fires(rule: str, value: Any, **parameters: Any) -> list[str]:
    """Return the pointers that a rule finds."""
    assert faults(rule, parameters) == []
    return [at for at, _ in _found(rule, value, parameters)]


def _found(rule: str, value: Any, parameters: dict[str, Any]) -> list[tuple[str, str]]:
    """Return pointer and sentence of each violation; nothing for a declaration that is faulty."""
    return [found for ready in checks([{"rule": rule, "parameters": parameters}]) for found in ready(value)]


@given(DIGITS)
def test_a_computed_check_digit_passes(digits: str) -> None:
    """What the rule computes, the rule accepts."""
    assert _fires("gs1-check-digit", digits + check_digit(digits), at="") == []


@given(DIGITS, st.data())
def test_any_single_wrong_digit_is_found(digits: str, data: st.DataObject) -> None:
    """The weights 1 and 3 share no factor with ten, so one changed digit always shows."""
    key = digits + check_digit(digits)
    index = data.draw(st.integers(0, len(key) - 1))
    digit = data.draw(st.sampled_from("0123456789"))
    assume(digit != key[index])
    assert _fires("gs1-check-digit", key[:index] + digit + key[index + 1 :], at="") == [""]


@given(
    st.lists(st.tuples(st.sampled_from(["DEBIT", "CREDIT"]), CENTS, st.sampled_from(["EUR", "USD"])), max_size=8),
    st.randoms(),
)
def test_balance_does_not_depend_on_the_order_of_lines(lines: list[tuple[str, int, str]], random: Any) -> None:
    """A shuffled document balances if and only if the document does, and so does one with the sides swapped."""
    sheet = [
        {"side": side, "amount": {"amount": f"{cents // 100}.{cents % 100:02}", "currency": currency}}
        for side, cents, currency in lines
    ]
    parameters = {"at": "", "amount": "/amount/amount", "side": "/side", "per": "/amount/currency"}
    found = len(_fires("sums-balance", sheet, **parameters))
    shuffled = random.sample(sheet, len(sheet))
    swapped = [{**line, "side": "CREDIT" if line["side"] == "DEBIT" else "DEBIT"} for line in sheet]
    assert len(_fires("sums-balance", shuffled, **parameters)) == found
    assert len(_fires("sums-balance", swapped, **parameters)) == found
    sums = {
        c: sum(cents if side == "DEBIT" else -cents for side, cents, currency in lines if currency == c)
        for c in ("EUR", "USD")
    }
    assert found == sum(1 for value in sums.values() if value)


@given(
    st.lists(
        st.decimals(allow_nan=False, allow_infinity=False, places=3, min_value=-(10**12), max_value=10**12),
        min_size=1,
        max_size=6,
    )
)
def test_a_sum_is_exact(numbers: list[Decimal]) -> None:
    """The exact sum passes, and one thousandth beside it does not; also when the terms come as floats."""
    expected = sum(int(number * 1000) for number in numbers)
    for read in (lambda number: number, float):
        terms = [read(number) for number in numbers]
        assert (
            _fires(
                "sum-equals", {"terms": terms, "sum": Decimal(expected).scaleb(-3)}, terms=["/terms/*"], equals="/sum"
            )
            == []
        )
        assert _fires(
            "sum-equals", {"terms": terms, "sum": Decimal(expected + 1).scaleb(-3)}, terms=["/terms/*"], equals="/sum"
        )


@given(st.datetimes(), st.datetimes(), st.integers(-1439, 1439), st.integers(-1439, 1439))
def test_moments_compare_as_the_standard_library_does(
    left: dt.datetime, right: dt.datetime, east: int, west: int
) -> None:
    """Python's aware datetimes, to the microsecond, are the oracle."""
    moments = [
        moment.replace(tzinfo=dt.timezone(dt.timedelta(minutes=offset)))
        for moment, offset in ((left, east), (right, west))
    ]
    found = _fires("not-before", [moment.isoformat() for moment in moments], at="/0", than="/1")
    assert bool(found) == (moments[0] < moments[1])


@given(st.integers(0, 10**20))
def test_a_length_of_time_reads_as_it_was_written(nanoseconds: int) -> None:
    """Writing and reading a duration are inverse, to the nanosecond."""
    assert duration(written(nanoseconds)) == nanoseconds


@pytest.mark.parametrize(
    "text",
    [
        "2016-12-31T22:59:60Z",
        "2016-12-31T23:59:60+01:00",
        "2016-12-31T23:59:61Z",
        "2016-12-31T24:00:00Z",
        "0000-01-01T00:00:00Z",
        "2016-12-31T23:59:59Z\n",
        "2016-12-31T23:59:59",
    ],
)
def test_what_is_no_moment_is_not_read(text: str) -> None:
    """A leap second ends a UTC day; there is no 24:00, no year 0, no local time (RFC 3339 section 5.7)."""
    assert instant(text) is None


@pytest.mark.parametrize(
    "text", ["2016-12-31T23:59:60Z", "2017-01-01T00:59:60+01:00", "2016-12-31t15:59:60.999999999-08:00"]
)
def test_a_leap_second_is_read_in_any_offset(text: str) -> None:
    """RFC 3339 section 5.8 writes the same leap second in two ways."""
    assert instant(text) is not None


@given(st.sampled_from(sorted(RULES)), VALUES)
def test_no_value_makes_a_rule_fail(rule: str, value: Any) -> None:
    """Whatever the value, a rule answers; what it names is text."""
    assert faults(rule, PARAMETERS[rule]) == []
    for at, sentence in _found(rule, value, PARAMETERS[rule]):
        assert at[:1] in ("/", "")
        assert sentence.isprintable()


NEARLY = st.sampled_from([0, 1, -1, 2.5, "x", "y", "2026-03-16T06:00:00Z", "2026-03-16T05:00:00Z"]) | st.sampled_from(
    [
        0.001,
        "19.90",
        "PT1H",
        GOOD_KEY,
        GOOD_KEY[:-1] + "0",
        "2026-03-16",
        "2026-03-16T06:00:00+01:00",
        "2026-03-16t06:00:00Z",
    ]
)
PART: st.SearchStrategy[Any] = NEARLY | st.fixed_dictionaries(
    {}, optional={"a": NEARLY, "b": NEARLY, "value": NEARLY, "unitCode": st.sampled_from(["KGM", "H87"])}
)
LIKELY: st.SearchStrategy[Any] = st.fixed_dictionaries(
    {}, optional=dict.fromkeys(("a", "b", "value", "unitCode"), PART | st.lists(PART, max_size=3) | VALUES)
)
"""Values in the forms that rules expect, and others."""


@pytest.mark.parametrize("rule", RULES)
@given(LIKELY, st.sampled_from(["", "/a/*"]), st.booleans())
@settings(max_examples=200)
def test_the_cheap_look_says_yes_to_nothing_that_the_rule_refuses(rule: str, value: Any, each: str, asks: bool) -> None:  # noqa: FBT001 - drawn
    """With and without elements and conditions; how often it said yes is told at the end of the run."""
    parameters = {**PARAMETERS[rule]}
    if rule != "stateful":
        parameters |= {"each": each} if each else {}
        parameters |= {"when": {"at": "/b", "in": [1, "x"]}} if asks and "when" not in parameters else {}
    (check,) = checks([{"rule": rule, "parameters": parameters}])
    if check.surely(value):
        assert list(check(value)) == []
        TABLES.counts["values that a cheap look took and the rule takes too"] += 1


@given(
    st.sampled_from(sorted(RULES)),
    st.dictionaries(st.sampled_from(["at", "in", "when", "of", "each", "terms", "left", "x"]), VALUES, max_size=4),
)
def test_no_parameters_make_a_declaration_fail(rule: str, parameters: dict[str, Any]) -> None:
    """Parameters from a fork are either taken or named as a fault."""
    named = faults(rule, parameters)
    assert all(at.startswith("/parameters") and sentence for at, sentence in named)
    assert _found(rule, {}, parameters) == [] or not named


@pytest.mark.parametrize("rule", RULES)
def test_nesting_beyond_what_can_be_compared_is_not_judged(rule: str) -> None:
    """Ten thousand arrays in each other cost no traceback."""
    deep: Any = []
    for _ in range(10_000):
        deep = [deep]
    _found(rule, {"a": deep, "b": deep}, PARAMETERS[rule])


@pytest.mark.parametrize(
    "number",
    [
        Decimal("1e1000000000"),
        Decimal("1e-1000000000"),
        Decimal("NaN"),
        float("inf"),
        10**100_000,
        Decimal("-1e999999999999999999"),
    ],
    ids=["up", "down", "nan", "inf", "digits", "edge"],
)
@pytest.mark.parametrize(
    "rule", ["positive", "sum-equals", "lines-total", "sums-balance", "less-than", "unique", "differs"]
)
def test_a_number_far_from_one_costs_nothing(rule: str, number: Any) -> None:
    """Arithmetic on it would fill the memory, so it is not judged."""
    line = {"a": number, "b": number, "value": number}
    _found(rule, {**line, "a": [line, line]}, PARAMETERS[rule])
