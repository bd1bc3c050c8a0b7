"""What holds of all schemas, whatever they say."""

from __future__ import annotations

import os
from typing import Any

import jsonschema_rs
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from schema_strategies import schemas, values

from interlock.compat import Comparison, Verdict, compare
from interlock.compat.jsonschema.values import decimals

ANYTHING, NOTHING = True, False

law = settings(max_examples=int(os.environ.get("INTERLOCK_LAW_EXAMPLES", "120")))


def asked(writer: Any, reader: Any) -> Comparison:
    """The answer, given more time than a loaded machine should need."""
    return compare(writer=writer, reader=reader, seconds=30)


def fits(writer: Any, reader: Any) -> bool:
    """Whether it is proved that everything the writer may send is taken."""
    return asked(writer, reader).verdict is Verdict.COMPATIBLE


def same(left: Any, right: Any) -> bool:
    """Whether both are proved to mean the same."""
    return fits(left, right) and fits(right, left)


def valid(schema: Any, value: Any) -> bool:
    """What python-jsonschema says, computing in decimals."""
    return bool(Draft202012Validator(decimals(schema)).is_valid(decimals(value)))


@law
@given(schemas())
def test_a_schema_fits_itself(a: Any) -> None:
    """Reflexivity, past the shortcut for equal documents."""
    assert same(a, {"title": "the same", "allOf": [a]})


@law
@given(schemas(), schemas())
def test_meet_fits_its_parts(a: Any, b: Any) -> None:
    """What has both has each."""
    assert fits({"allOf": [a, b]}, a)
    assert fits({"allOf": [a, b]}, b)


@law
@given(schemas(), schemas())
def test_parts_fit_their_join(a: Any, b: Any) -> None:
    """What has one has one of them."""
    assert fits(a, {"anyOf": [a, b]})
    assert fits(b, {"anyOf": [a, b]})


@law
@given(schemas(), schemas())
def test_de_morgan(a: Any, b: Any) -> None:
    """Not one of them is not this and not that."""
    assert same({"not": {"anyOf": [a, b]}}, {"allOf": [{"not": a}, {"not": b}]})
    assert same({"not": {"allOf": [a, b]}}, {"anyOf": [{"not": a}, {"not": b}]})


@law
@given(schemas())
def test_negation(a: Any) -> None:
    """Twice not is yes; nothing has and has not; everything has or has not."""
    assert same({"not": {"not": a}}, a)
    assert fits({"allOf": [a, {"not": a}]}, NOTHING)
    assert fits(ANYTHING, {"anyOf": [a, {"not": a}]})


@law
@given(schemas(), schemas(), schemas())
def test_if_expansion(c: Any, t: Any, e: Any) -> None:
    """A condition is a union of two meets."""
    plain = {"anyOf": [{"allOf": [c, t]}, {"allOf": [{"not": c}, e]}]}
    assert same({"if": c, "then": t, "else": e}, plain)


@law
@given(schemas(), schemas(), schemas())
def test_one_of_expansion(a: Any, b: Any, c: Any) -> None:
    """Exactly one is one without the others."""
    no = [{"not": a}, {"not": b}, {"not": c}]
    ways = [{"allOf": [a, no[1], no[2]]}, {"allOf": [no[0], b, no[2]]}, {"allOf": [no[0], no[1], c]}]
    assert same({"oneOf": [a, b, c]}, {"anyOf": ways})


@law
@given(schemas(), schemas(), schemas())
def test_distribution(a: Any, b: Any, c: Any) -> None:
    """A meet with a join is a join of meets."""
    assert same({"allOf": [a, {"anyOf": [b, c]}]}, {"anyOf": [{"allOf": [a, b]}, {"allOf": [a, c]}]})


@law
@given(schemas(), schemas(), schemas())
def test_transitivity(a: Any, b: Any, c: Any) -> None:
    """What fits something that fits a third fits the third."""
    if fits(a, b) and fits(b, c):
        assert fits(a, c)


@law
@given(schemas(), st.sampled_from(["properties", "items", "additionalProperties"]), schemas())
def test_structure_keeps_order(a: Any, keyword: str, b: Any) -> None:
    """A narrower part makes a narrower whole."""
    meet = {"allOf": [a, b]}

    def around(part: Any) -> dict[str, Any]:
        return {keyword: {"a": part} if keyword == "properties" else part}

    assert fits(around(meet), around(a))


@law
@given(schemas(), schemas())
def test_every_witness_is_true(a: Any, b: Any) -> None:
    """Both validators take it for the writer and refuse it for the reader, for each cause found."""
    for refusal in asked(a, b).refusals:
        assert valid(a, refusal.witness)
        assert not valid(b, refusal.witness)
        assert jsonschema_rs.Draft202012Validator(a).is_valid(refusal.witness)
        assert not jsonschema_rs.Draft202012Validator(b).is_valid(refusal.witness)


@law
@given(schemas(), schemas(), st.lists(values(), min_size=5, max_size=20))
def test_no_value_contradicts_a_yes(a: Any, b: Any, drawn: list[Any]) -> None:
    """Where everything fits, nothing drawn is taken by the writer and refused by the reader."""
    if fits(a, b):
        assert all(valid(b, value) for value in drawn if valid(a, value))


@law
@given(schemas(), values())
def test_a_constant_fits_what_takes_it(a: Any, value: Any) -> None:
    """One value fits exactly if the validator takes it."""
    assert fits({"const": value}, a) is valid(a, value)


@law
@given(schemas(), schemas())
def test_another_engine_never_contradicts(a: Any, b: Any) -> None:
    """jsonschema_rs proves fewer questions, and never the opposite."""
    ours = asked(a, b).verdict
    try:
        draft = jsonschema_rs.Draft202012
        theirs = str(jsonschema_rs.canonicalize(b, draft=draft).covers(jsonschema_rs.canonicalize(a, draft=draft)))
    except ValueError:
        return
    assert (ours.value, theirs) not in {("compatible", "no"), ("breaking", "yes")}
