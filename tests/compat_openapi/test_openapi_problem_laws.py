"""A law of problems: a further type breaks nobody, a type that old clients know is held to what it was."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from interlock.compat import Verdict
from interlock.compat.openapi import refusals

BASE = "https://contracts.example.com/problems/"
PROBLEMS = st.dictionaries(st.sampled_from("abcd"), st.sampled_from([409, 422]), min_size=1, max_size=4)
"""The status that the problem of each type repeats."""


def document(problems: dict[str, int], *, media: str, discriminated: bool) -> Any:
    """A document whose conflict has these problems."""
    schemas = {
        name: {"type": "object", "required": ["type"], "properties": {"type": {"const": BASE + name}, "status": {"const": status}}}
        for name, status in problems.items()
    }  # fmt: skip
    choice: dict[str, Any] = {"oneOf": [{"$ref": f"#/components/schemas/{name}"} for name in schemas]}
    if discriminated:
        mapping = {BASE + name: f"#/components/schemas/{name}" for name in schemas}
        choice["discriminator"] = {"propertyName": "type", "mapping": mapping}
    conflict = {"description": "No.", "content": {media: {"schema": choice}}}
    command = {"responses": {"204": {"description": "Done."}, "409": conflict}}
    return {
        "openapi": "3.1.1", "info": {"title": "Plant", "version": "1.0.0"}, "paths": {"/lots": {"post": command}},
        "components": {"schemas": schemas},
    }  # fmt: skip


@settings(max_examples=60)
@given(PROBLEMS, PROBLEMS, st.booleans(), st.booleans())
def test_only_known_types_are_held(old: dict[str, int], new: dict[str, int], before: bool, after: bool) -> None:  # noqa: FBT001 - drawn
    """Breaking exactly when a type that both have repeats another status; each further type is noted."""
    media = "application/problem+json"
    answer = refusals(
        writer=document(old, media=media, discriminated=before),
        reader=document(new, media=media, discriminated=after),
        seconds=60,
    )
    changed = [name for name in old.keys() & new.keys() if old[name] != new[name]]
    assert answer.verdict is (Verdict.BREAKING if changed else Verdict.COMPATIBLE), answer
    noted = {note.new for note in answer.notes if note.cause == "problem-type-added"}
    assert noted == {BASE + name for name in new.keys() - old.keys()}
    for refusal in answer.refusals:
        assert refusal.witness["response"]["body"]["type"] in {BASE + name for name in changed}


@settings(max_examples=20)
@given(PROBLEMS, PROBLEMS)
def test_another_media_type_opens_nothing(old: dict[str, int], new: dict[str, int]) -> None:
    """In JSON of one's own a further type is a break, as any other value is."""
    writer, reader = (document(one, media="application/json", discriminated=True) for one in (old, new))
    answer = refusals(writer=writer, reader=reader, seconds=60)
    fits = all(name in old and old[name] == new[name] for name in new)
    assert answer.verdict is (Verdict.COMPATIBLE if fits else Verdict.BREAKING)
