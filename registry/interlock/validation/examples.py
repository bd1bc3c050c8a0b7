"""The examples of a catalog: accepted ones pass every stage, rejected ones are refused for the reason they state."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any

from interlock.catalog import Catalog, Example, place_in
from interlock.errors import DocumentError
from interlock.findings import Finding
from interlock.judging.words import placed, printable
from interlock.references import BadReference, bundle
from interlock.validation.problems import Problem
from interlock.validation.reading import exact
from interlock.validation.validator import Validator

ACCEPTED = "examples/accepted-example-validates"
REJECTED = "examples/rejected-example-is-refused"
NAMED = "examples/example-names-its-contract"


def example_findings(catalog: Catalog, only: Collection[str] | None = None) -> list[Finding]:
    """
    Return what is wrong with the examples, of all contracts or of `only` some (`name@major`).

    Examples of a contract that could not be read as a whole are left out, since its file has a finding already.
    """
    validator = Validator(catalog)
    keys = [key for key in catalog.examples if _whole(catalog, key) and (only is None or key in only)]
    return [finding for key in keys for example in catalog.examples[key] for finding in _judged(validator, example)]


def _whole(catalog: Catalog, key: str) -> bool:
    """Say whether a contract could be read with all that it refers to."""
    if key not in catalog.events:
        return False
    try:
        bundle(catalog.events[key].path, catalog.data)
    except (BadReference, LookupError):
        return False
    return True


def _judged(validator: Validator, example: Example) -> Iterator[Finding]:
    """Yield what is wrong with one example."""
    event = _exact_event(example)
    misnamed = list(_misnamed(validator, example, event))
    yield from misnamed
    if misnamed:
        return
    problems = validator.check(event, closed=True)
    yield from _accepted(example, problems) if example.accepted else _rejected(example, problems)


def _exact_event(example: Example) -> Any:
    """Return an example's event with exact numbers."""
    try:
        _, data = exact(example.path, example.document.text.encode())
    except (DocumentError, UnicodeEncodeError):
        return example.event
    return data if example.accepted else data["event"]


def _misnamed(validator: Validator, example: Example, event: Any) -> Iterator[Finding]:
    """Yield that an example stands in another contract's folder; one that is rejected for its type may name none."""
    named = validator.names.of(event)
    if named is not None and named.value.key != example.contract:
        message = f"the event is of {named.value.key} and the example stands with {example.contract}: move it, or mend its type"
        yield _at(example, NAMED, "/type", message)
    elif not isinstance(event, dict):
        yield _at(
            example, NAMED, "", "an example is a whole event with its envelope, so that its type names the contract"
        )


def _accepted(example: Example, problems: list[Problem]) -> Iterator[Finding]:
    """Yield why an accepted example is refused."""
    for problem in problems:
        yield _at(example, ACCEPTED, problem.at, f"refused by {_reason(problem)}: {problem.message}")


def _rejected(example: Example, problems: list[Problem]) -> Iterator[Finding]:
    """Yield that a rejected example is accepted, or is refused for another reason than it states."""
    expect = example.document.data["expect"]
    stated = (expect["stage"], expect["rule"], expect["at"])
    if not problems:
        message = f"nothing refuses it, and {printable(stated[0])} {printable(stated[1])} at {placed(stated[2])} is expected to"
        yield _at(example, REJECTED, stated[2], message)
    elif stated not in {problem.reason for problem in problems}:
        yield _at(example, REJECTED, problems[0].at, f"refused for another reason than it states: {_listed(problems)}")
    elif any(problem.at != stated[2] for problem in problems):
        others = [problem for problem in problems if problem.at != stated[2]]
        yield _at(
            example,
            REJECTED,
            others[0].at,
            f"refused at another place too, where it should have one defect: {_listed(others)}",
        )


def _listed(problems: list[Problem]) -> str:
    """Say what refuses, of many problems the first few."""
    return "; ".join(f"{_reason(problem)} ({problem.message})" for problem in problems[:3])


def _reason(problem: Problem) -> str:
    """Say stage, rule and place."""
    return f"{problem.stage} {problem.rule} at {placed(problem.at)}"


def _at(example: Example, rule: str, pointer: str, message: str) -> Finding:
    """Return a finding at a place of the example's event."""
    place = place_in(example.document, pointer if example.accepted else f"/event{pointer}")
    return Finding(rule, message, place, contract=example.contract)
