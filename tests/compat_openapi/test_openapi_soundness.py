"""Whole documents against whole messages: what is sent by one document's plan and read by the other's, as HTTP text."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openapi_messages import Message, RefusedError, answered, asked, reads, reads_answer
from openapi_plans import Plan, changed, plan
from openapi_writing import written

from interlock.compat import Verdict
from interlock.compat.openapi import refusals
from support.tables import TABLES

MESSAGES = 15
"""So many requests and responses are tried of each pair that is said to fit."""
NO_REFUSAL = frozenset({"default-changed", "security-tightened", "security-scheme-changed", "response-status-removed"})
"""Causes whose witnesses show no credentials, or a message that no longer comes."""


@pytest.fixture(scope="module")
def tally() -> Iterator[Counter[str]]:
    """What was asked, counted; the counts are what the run shows."""
    counts = Counter[str]()
    yield counts
    TABLES.counts.update({f"soundness of OpenAPI answers: {what}": count for what, count in counts.items()})
    assert min(counts[verdict] for verdict in ("compatible", "breaking")) > 0


@st.composite
def pairs(draw: st.DrawFn) -> tuple[Plan, Plan, Any, Any]:
    """A plan, one that differs in none to two respects, and how each is written."""

    def pick(options: Any) -> Any:
        return draw(st.sampled_from(options))

    old = new = plan(pick)
    for _ in range(pick([0, 1, 1, 1, 2])):
        new = changed(pick, new)
    return old, new, written(pick, old), written(pick, new)


@settings(max_examples=200, derandomize=True)
@given(pairs(), st.integers(0, 2**16))
def test_an_answer_is_true_of_messages(tally: Counter[str], pair: tuple[Plan, Plan, Any, Any], seed: int) -> None:
    """Compatible: no message is refused or read as another. Breaking: each witness is, and its writer may send it."""
    old, new, before, after = pair
    answer = refusals(writer=before, reader=after, seconds=30)
    tally[str(answer.verdict)] += 1
    if answer.verdict is Verdict.COMPATIBLE:
        tally["messages"] += _messages_fit(old, new, random.Random(seed))  # noqa: S311 - no secret
    for refusal in answer.refusals:
        if refusal.cause not in NO_REFUSAL:
            tally["witnesses"] += 1
            _is_proved(refusal, old, new)


def _messages_fit(old: Plan, new: Plan, dice: random.Random) -> int:
    """Hold that what an old client asks and a new server answers is read as it was meant; how many that were."""
    count = 0
    for _ in range(MESSAGES):
        request = _made(lambda: asked(dice.choice, old))
        response = _made(lambda: answered(dice.choice, new, old))
        if request is not None:
            was = reads(old, request)
            assert {name: reads(new, request).get(name) for name in was} == was, request
        if response is not None:
            wanted = reads_answer(old, response)
            assert {name: reads_answer(new, response).get(name) for name in wanted} == wanted, response
        count += (request is not None) + (response is not None)
    return count


def _made(make: Callable[[], Any]) -> Any:
    """What is made, or None where luck finds none."""
    try:
        return make()
    except RefusedError:
        return None


def _is_proved(refusal: Any, old: Plan, new: Plan) -> None:
    """Hold that the writer's plan means something by a witness that the reader's does not take so."""
    writer, reader = (old, new) if refusal.part == "request" else (new, old)
    read = reads_answer if "response" in refusal.witness else reads
    message = carried(refusal.witness)
    meant = read(writer, message)
    understood = _made(lambda: read(reader, message))
    asks_otherwise = refusal.cause == "media-type-removed" and "response" in refusal.witness
    assert asks_otherwise or understood is None or {name: understood.get(name) for name in meant} != meant, refusal


def carried(witness: Any) -> Message:
    """The message that a witness shows, by its text."""
    side = witness.get("response") or witness["request"]
    fields = {name: said for name, said in side["headers"].items() if name not in ("Host", "Content-Type")}
    media = side["headers"].get("Content-Type", "").partition(";")[0]
    body = witness["http"].partition("\n\n")[2]
    if "response" in witness:
        return Message(status=str(side["status"]), headers=fields, media=media, body=body)
    return Message(target=side["target"], headers=fields, media=media, body=body)
