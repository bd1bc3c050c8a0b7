"""What changed between two versions of a schema, one line for each difference, as a diff writes them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from difflib import SequenceMatcher
from typing import Any

from interlock.differences.flat import MEANINGS, Flat, Member, flattened, mark, same
from interlock.references import Bundle

_SHOWN = 120
"""A longer value is cut in a line."""
_LISTED = 5
"""So many known values stand in a line."""
_TOGETHER = 3
"""The same difference at more members than this is one line."""
_PAIRS = 400
"""Beyond so many pairs no rename is looked for: contracts arrive from forks."""
_ALIKE = 0.6
"""Two names at least this alike may be one name rewritten (difflib's ratio)."""


def differences(old: Bundle, new: Bundle, *, at: str = "/data") -> tuple[str, ...]:
    """
    Return one line for each difference between two bundled schemas, in the order of the new one.

    `+` an added member, `-` a removed one, `~` one of which something else is said; a pair that looks like a rename
    has a line of its own.
    """
    before, after = flattened(old.schema, at=at), flattened(new.schema, at=at)
    lines = [*_removed(before, after), *_added(before, after), *_together(_changed(before.members, after.members))]
    lines += [f"{shown(a)} looks renamed to {shown(b)}" for a, b in renames(before.members, after.members)]
    if not (before.complete and after.complete):
        lines.append(f"~ {at}  has more members than are compared one by one")
    return tuple(lines)


def renames(old: Mapping[str, Member], new: Mapping[str, Member]) -> tuple[tuple[str, str], ...]:
    """Return the pairs of a removed and an added member of one type at one place, of which each has no other partner."""
    added = _by_likeness(member for path, member in new.items() if path not in old and member.parent in old)
    removed = _by_likeness(member for path, member in old.items() if path not in new and member.parent in new)
    return tuple(
        (one.path, partner.path)
        for likeness, gone in removed.items()
        for one in gone
        if (partner := _partner(one, gone, added.get(likeness, []))) is not None
    )


def _by_likeness(members: Iterable[Member]) -> dict[tuple[str, str, str], list[Member]]:
    """Return members that stand at one place and take the same kind of value together."""
    found: dict[tuple[str, str, str], list[Member]] = {}
    for member in members:
        found.setdefault((member.parent, member.type, member.shared), []).append(member)
    return found


def _partner(one: Member, gone: list[Member], come: list[Member]) -> Member | None:
    """Return the one member of those that came which a removed one may have become; None when several may."""
    if len(gone) * len(come) == 1:
        return come[0]
    near = [other for other in come if _near(one.name, other.name)] if len(gone) * len(come) <= _PAIRS else []
    return near[0] if len(near) == 1 else None


def _near(one: str, other: str) -> bool:
    """Say whether one name may be the other rewritten."""
    return SequenceMatcher(None, one.lower(), other.lower()).ratio() >= _ALIKE


def _added(before: Flat, after: Flat) -> list[str]:
    """Return a line for each member that is new, without those inside a new one."""
    fresh = [m for path, m in after.members.items() if path not in before.members]
    return [f"+ {summary(m)}" for m in fresh if m.parent in before.members or m.parent not in after.members]


def _removed(before: Flat, after: Flat) -> list[str]:
    """Return a line for each member that is gone, without those inside one that is gone."""
    gone = [m for path, m in before.members.items() if path not in after.members]
    return [f"- {summary(m)}" for m in gone if m.parent in after.members or m.parent not in before.members]


def summary(member: Member) -> str:
    """Describe a member in a line: path, type, whether it is required, known values, unit."""
    kind = shown(f"{member.type} ({member.shared})" if member.shared else member.type)
    said = [kind, "required" if member.required else "optional"]
    if member.values:
        listed = ", ".join(map(shown, member.values[:_LISTED])) + (", ..." if len(member.values) > _LISTED else "")
        said.append(f"{'open' if member.open else 'one of'} {listed}")
    said += [f"{word_of(keyword)} {shown(value)}" for keyword, value in member.meaning.items()]
    return f"{shown(member.path)}  {', '.join(said)}"


def _changed(old: Mapping[str, Member], new: Mapping[str, Member]) -> Iterator[tuple[str, str]]:
    """Yield path and text of each difference of a member that stays."""
    for path, after in new.items():
        before = old.get(path)
        if before is not None and before != after:
            yield from ((path, text) for text in _of_member(before, after))


def _of_member(before: Member, after: Member) -> Iterator[str]:
    """Yield what differs between two versions of a member."""
    if before.type != after.type:
        yield f"{shown(before.type)} -> {shown(after.type)}"
    if before.required != after.required:
        yield "optional -> required" if after.required else "required -> optional"
    yield from _of_values(before, after)
    for keyword in MEANINGS:
        yield from _of_rule(word_of(keyword), before.meaning.get(keyword), after.meaning.get(keyword))
    for keyword in dict.fromkeys((*before.rules, *after.rules)):
        yield from _of_rule(shown(keyword), before.rules.get(keyword), after.rules.get(keyword))
    if before.description != after.description:
        yield "description rewritten"


def _of_values(before: Member, after: Member) -> Iterator[str]:
    """Yield how a list of known values grows, shrinks, opens or closes."""
    if before.values and after.values and before.open != after.open:
        yield "closed enum becomes open" if after.open else "open enum becomes closed"
    elif bool(before.values) != bool(after.values):
        yield "known values are listed" if after.values else "known values are no longer listed"
        return
    if len(before.values) == len(after.values) == 1 and not after.open:
        yield from _of_rule("constant", before.values[0], after.values[0])
        return
    kind = "known values" if after.open else "closed enum"
    verbs = ("grow", "shrink") if after.open else ("grows", "shrinks")
    for verb, values in zip(
        verbs, (_without(after.values, before.values), _without(before.values, after.values)), strict=True
    ):
        if values:
            yield f"{kind} {verb} by {', '.join(map(shown, values))}"


def _without(values: Iterable[Any], others: tuple[Any, ...]) -> list[Any]:
    """Return the values that are not among others."""
    known = set(map(mark, others))
    return [value for value in values if mark(value) not in known]


def _of_rule(keyword: str, before: Any, after: Any) -> Iterator[str]:
    """Yield how one keyword changed."""
    if before is None and after is not None:
        yield f"{keyword} {shown(after)} added"
    elif after is None and before is not None:
        yield f"{keyword} {shown(before)} removed"
    elif not same(before, after):
        yield f"{keyword} {shown(before)} -> {shown(after)}"


def _together(changes: Iterable[tuple[str, str]]) -> Iterator[str]:
    """Yield the lines of changed members; one line for a difference that many share, as through a common type."""
    changes = list(changes)
    sharing: dict[str, list[str]] = {}
    for path, text in changes:
        sharing.setdefault(text, []).append(path)
    for path, text in changes:
        paths = sharing[text]
        if len(paths) <= _TOGETHER:
            yield f"~ {shown(path)}  {text}"
        elif path == paths[0]:
            yield f"~ {', '.join(map(shown, paths[:_TOGETHER]))} and {len(paths) - _TOGETHER} more  {text}"


def word_of(keyword: str) -> str:
    """
    Name a keyword of meaning for people.

    >>> word_of("x-time-zone")
    'time zone'
    """
    return keyword.removeprefix("x-").replace("-", " ")


def shown(value: Any, *, quoted: bool = False) -> str:
    r"""
    Write a value in one line: text as it is unless it has characters that do not print, anything else as JSON, cut when long.

    `quoted` writes text as JSON too, where it must be told from a number.

    >>> shown("KGM"), shown(["a", 1]), shown("a\nb")
    ('KGM', '["a", 1]', '"a\\nb"')
    """
    bare = isinstance(value, str) and value.isprintable() and value != "" and not quoted
    text = str(value) if bare else json.dumps(value, ensure_ascii=True, default=str)
    return text if len(text) <= _SHOWN else text[: _SHOWN - 3] + "..."
