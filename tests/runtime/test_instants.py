"""Instants and dates: the wire text is kept, and what Python can't hold becomes the nearest it can."""

from __future__ import annotations

import copy
import datetime as dt
import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from interlock_runtime import Instant, LocalDate
from interlock_runtime.gate import Gate

"""A busy machine is no fault."""
FIRST, LAST = dt.datetime(1, 1, 2), dt.datetime(9999, 12, 30)  # noqa: DTZ001 - the strategy adds the zones
TEXTS = {
    "2026-03-17T07:15:01Z": "2026-03-17T07:15:01+00:00",
    "2026-03-17T07:15:01.5Z": "2026-03-17T07:15:01.500000+00:00",
    "2026-03-17T07:15:01.123456789Z": "2026-03-17T07:15:01.123456+00:00",
    "2026-03-17t07:15:01z": "2026-03-17T07:15:01+00:00",
    "2026-03-17T07:15:01-05:30": "2026-03-17T07:15:01-05:30",
    "2026-03-17T07:15:01-00:00": "2026-03-17T07:15:01+00:00",
    "2016-12-31T23:59:60Z": "2016-12-31T23:59:59.999999+00:00",
    "2016-12-31T23:59:60.75Z": "2016-12-31T23:59:59.999999+00:00",
    "2017-01-01T00:59:60+01:00": "2017-01-01T00:59:59.999999+01:00",
    "0000-01-01T00:00:00Z": "0001-01-01T00:00:00+00:00",
    "9999-12-31T23:59:59.9999999Z": "9999-12-31T23:59:59.999999+00:00",
}


@pytest.mark.parametrize("text", TEXTS)
def test_an_instant_keeps_its_text(text: str) -> None:
    """The moment is the nearest that a datetime holds, and the text comes out as it went in."""
    value = Instant.of(text)
    assert (value.isoformat(), value.wire) == (TEXTS[text], text)
    assert isinstance(value, dt.datetime)
    assert TypeAdapter(Instant).validate_python(text).wire == text
    assert TypeAdapter(Instant).dump_python(value, mode="wire") == text
    assert TypeAdapter(Instant).dump_json(value) == f'"{text}"'.encode()


@pytest.mark.parametrize(
    "text",
    ["2026-03-17T07:15:01", "2026-03-17", "now", "", "2026-03-17T07:15:61Z", "2026-03-17T24:15:01Z", "1735725600"],
)
def test_what_is_no_instant_is_refused(text: str) -> None:
    """Also a moment without a zone, which is no point in time."""
    with pytest.raises(ValueError, match="instant"):
        Instant.of(text)


@given(st.datetimes(FIRST, LAST, timezones=st.timezones()))
def test_a_computed_instant_is_written_in_utc(moment: dt.datetime) -> None:
    """The text of a datetime is its moment in UTC, in the form that the catalog takes."""
    made = TypeAdapter(Instant).validate_python(moment)
    assert made.timestamp() == moment.timestamp()  # not `==`, which Python denies in the doubled hour
    assert Gate({"format": "date-time", "pattern": "Z$", "maxLength": 30}).fits(made.wire)
    assert Instant.of(made.wire).timestamp() == moment.timestamp()


@given(
    st.from_regex(
        r"\A[0-9]{4}-[01][0-9]-[0-3][0-9]T[0-2][0-9]:[0-6][0-9]:[0-6][0-9](\.[0-9]{1,9})?(Z|[+-][0-2][0-9]:[0-5][0-9])\Z"
    )
)
def test_every_instant_that_the_gate_takes_can_be_read(text: str) -> None:
    """The class never refuses what the contract takes."""
    if Gate({"format": "date-time"}).fits(text):
        assert Instant.of(text).wire == text


@given(st.from_regex(r"\A[0-9]{4}-[01][0-9]-[0-3][0-9]\Z"))
def test_every_date_that_the_gate_takes_can_be_read(text: str) -> None:
    """Also the year 0, whose dates Python can't hold."""
    if Gate({"format": "date"}).fits(text):
        assert LocalDate.of(text).wire == text


def test_arithmetic_forgets_the_text() -> None:
    """A moment that was computed has a text of its own and not the old one."""
    later = Instant.of("2026-03-17T07:15:01.123456789Z") + dt.timedelta(seconds=1)
    assert TypeAdapter(Instant).validate_python(later).wire == "2026-03-17T07:15:02.123456Z"
    assert Instant.of("2026-03-17T07:15:01.123456789Z").replace(microsecond=0).wire == "2026-03-17T07:15:01Z"


def test_instants_survive_copying() -> None:
    """Pickled and copied they keep moment and text, so that they cross processes."""
    for value in (Instant.of("2026-03-17T07:15:01.123456789Z"), LocalDate.of("2026-03-17")):
        for made in (copy.copy(value), copy.deepcopy(value), pickle.loads(pickle.dumps(value))):  # noqa: S301 - its own pickle
            assert (made, made.wire) == (value, value.wire)


def test_dates_are_read_from_texts_and_dates() -> None:
    """A datetime is no date, and no text of another form is one."""
    adapter = TypeAdapter(LocalDate)
    assert adapter.validate_python(dt.date(2026, 3, 17)).wire == "2026-03-17"
    assert adapter.dump_python(LocalDate(2026, 3, 17), mode="wire") == "2026-03-17"
    for wrong in (dt.datetime(2026, 3, 17, tzinfo=dt.UTC), 5, "17.03.2026"):
        with pytest.raises(ValidationError):
            adapter.validate_python(wrong)


def test_a_datetime_without_a_zone_is_no_instant() -> None:
    """Nobody knows when it was."""
    with pytest.raises(ValueError, match="time zone"):
        Instant.at(dt.datetime(2026, 3, 17))  # noqa: DTZ001 - that is the mistake


def test_the_present_moment_is_short() -> None:
    """Minted times have milliseconds at most."""
    assert Gate({"pattern": "^[0-9-]{10}T[0-9:]{8}(\\.[0-9]{1,3})?Z$"}).fits(Instant.now_utc().wire)
