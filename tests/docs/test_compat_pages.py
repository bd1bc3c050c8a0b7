"""The compatibility rules' pages are true: the engine finds the rule in the bad change, and nothing in the good one."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from interlock.check.causes import COMPAT_RULES, NEW_READERS, OLD_READERS, UNDECIDED, rule_of
from interlock.check.stories import STORIES, directions_of, page
from interlock.compat import CAUSES, Comparison, Verdict, compare
from interlock.compat.views import VIEWS, applied

OF_THE_OBJECT = ("required", "dependentRequired")


def side(story: str, marks: str) -> tuple[dict[str, Any], bool]:
    """Return one side of a change as a payload schema, and whether its readers are strict."""
    lines = [line[2:] for line in story.splitlines() if line[0] in marks]
    said: dict[str, Any] = yaml.safe_load("\n".join(lines)) or {}
    strict = said.pop("readers", "open") == "strict"
    schema = {name: said.pop(name) for name in OF_THE_OBJECT if name in said}
    needed = {name: {"type": "string"} for name in schema.get("required", [])}
    return {"type": "object", "properties": {**needed, **said}, **schema}, strict


def answers(story: str) -> dict[str, Comparison]:
    """Ask about a change in both directions, under the views of a contract."""
    (old, was_strict), (new, is_strict) = side(story, " -"), side(story, " +")
    asked = {OLD_READERS: (new, old, was_strict), NEW_READERS: (old, new, is_strict)}
    return {
        way: compare(
            writer=applied(writer, VIEWS["contract-writer"]),
            reader=applied(reader, VIEWS["contract-strict-reader" if strict else "contract-reader"]),
            formats="assertion",
        )
        for way, (writer, reader, strict) in asked.items()
    }


def test_every_rule_about_schemas_has_its_story() -> None:
    """No rule that the engine finds in a schema is without a change that breaks and one that does not."""
    found = {rule_of(cause, way).id for cause in CAUSES for way in (OLD_READERS, NEW_READERS)}
    assert {f"compat/{name}" for name in STORIES} == found | {UNDECIDED.id}


@pytest.mark.parametrize("rule", COMPAT_RULES)
def test_every_page_says_why_and_how_to_mend(rule: str) -> None:
    """A page opens with a sentence of its own and has the sections that every rule's page has."""
    text = page(COMPAT_RULES[rule])
    assert text.split("\n")[0][0].isupper()
    assert "\n## Why\n" in text
    assert "\n## Mend\n" in text


@pytest.mark.parametrize("name", [name for name in STORIES if name != "undecided"])
def test_the_bad_change_is_found(name: str) -> None:
    """The change under Bad breaks readers by this rule, in a direction that the page names, and by no other rule."""
    found = {
        (rule_of(refusal.cause, way).id, way)
        for way, answer in answers(STORIES[name].bad).items()
        for refusal in answer.refusals
    }
    assert {rule for rule, _ in found} == {f"compat/{name}"}
    assert {way for _, way in found} <= set(directions_of(f"compat/{name}"))


def test_the_undecided_change_is_undecided() -> None:
    """The change under Bad of `compat/undecided` gets neither a proof nor a witness."""
    assert {answer.verdict for answer in answers(STORIES["undecided"].bad).values()} == {Verdict.UNDECIDED}


@pytest.mark.parametrize("name", STORIES)
def test_the_good_change_is_compatible(name: str) -> None:
    """The change under Good is proved compatible in both directions."""
    assert {way: answer.verdict for way, answer in answers(STORIES[name].good).items()} == {
        OLD_READERS: Verdict.COMPATIBLE,
        NEW_READERS: Verdict.COMPATIBLE,
    }


@pytest.mark.parametrize("way", [OLD_READERS, NEW_READERS])
@pytest.mark.parametrize("cause", CAUSES)
def test_every_cause_has_a_rule_in_each_direction(cause: str, way: str) -> None:
    """Whatever the engine finds has a name and a page."""
    assert rule_of(cause, way).id in COMPAT_RULES
