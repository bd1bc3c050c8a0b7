"""What a value means beside its JSON type: a changed unit is wrong at every reader, and no validator sees it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

from interlock.catalog import Contract
from interlock.differences import Member, mark, same, shown, word_of
from interlock.findings import Level, Place
from interlock.rules.frame import Violation, Violations
from interlock.rules.hits import hits
from interlock.rules.subjects import Kept
from interlock.versions import Bump

_Pair: TypeAlias = tuple[Member, Member]
"""A member at the base and at the head."""
_UNIT_NAMES = frozenset({"unitcode", "uom", "unit", "unitofmeasure"})
_EXAMPLES = {"x-unit": "20", "x-time-zone": "2028-03-01T06:00:00", "x-code-list": "10", "x-identifier-scheme": "4711"}
"""A value that is taken before and after, and means something else."""


def unit_is_kept(kept: Kept[Contract]) -> Violations:
    """
    The unit of a member stays while its JSON type stays.

    ## Why
    20 stays a valid number and is wrong at every reader: by a factor, or worse. Source: DESIGN section 4, "Meaning is
    typed"; L19.

    ## Bad
    `{type: number, x-unit: CEL}` becomes `{type: number, x-unit: FAH}`

    ## Good
    A second member `temperatureFahrenheit` beside the first
    """
    yield from _kept_meaning(kept, "x-unit")
    for pairs in _by_place(kept, lambda old, new: new.name.lower() in _UNIT_NAMES and _disjoint(old, new)):
        old, new = pairs[0]
        message = f"{_paths(pairs)} was {_listed(old)} and is {_listed(new)}: the 20 beside it passes both and means another amount; add a member instead"
        yield _violation(kept, pairs, message, list(old.values), list(new.values))


def time_zone_is_kept(kept: Kept[Contract]) -> Violations:
    """
    The time zone of a local time stays.

    ## Why
    Six in the morning is another moment in another zone, and both look alike. Source: DESIGN section 4; L24.

    ## Bad
    `{type: string, x-time-zone: Europe/Berlin}` becomes `{type: string, x-time-zone: UTC}`

    ## Good
    A second member with an instant in UTC
    """
    yield from _kept_meaning(kept, "x-time-zone")


def code_list_is_kept(kept: Kept[Contract]) -> Violations:
    """
    The code list of a member stays.

    ## Why
    One code in two lists names two things. Source: DESIGN section 4; L20.

    ## Bad
    `{x-code-list: uncefact-rec20}` becomes `{x-code-list: ucum}`

    ## Good
    A second member for the other list
    """
    yield from _kept_meaning(kept, "x-code-list")


def identifier_scheme_is_kept(kept: Kept[Contract]) -> Violations:
    """
    The scheme that issues an identifier stays.

    ## Why
    The number 4711 of one system is another thing in the next. Source: DESIGN section 4; L22.

    ## Bad
    `{x-identifier-scheme: erp-material}` becomes `{x-identifier-scheme: gtin}`

    ## Good
    A second member `gtin`
    """
    yield from _kept_meaning(kept, "x-identifier-scheme")


def _kept_meaning(kept: Kept[Contract], keyword: str) -> Violations:
    """Yield each place of which one keyword of meaning says something else, or no longer anything."""
    for pairs in _by_place(
        kept, lambda old, new: keyword in old.meaning and not same(old.meaning[keyword], new.meaning.get(keyword))
    ):
        old, new = pairs[0]
        before, after = old.meaning[keyword], new.meaning.get(keyword)
        what = f"the {word_of(keyword)} of {_paths(pairs)}"
        if after is None:
            message = f"{what} is no longer said (it was {shown(before)}): keep {keyword}"
            yield _violation(kept, pairs, message, before, after, level=Level.WARNING, bump=Bump.PATCH)
        else:
            value = _EXAMPLES[keyword]
            message = f"{what} changes from {shown(before)} to {shown(after)}: {value} passes both and means something else; add a member instead"
            yield _violation(kept, pairs, message, before, after)


def _by_place(kept: Kept[Contract], differs: Callable[[Member, Member], bool]) -> list[list[_Pair]]:
    """Return the members that keep path and JSON type and differ otherwise, those written at one place together."""
    found: dict[str, list[_Pair]] = {}
    for path, new in kept.change.new_members.items():
        old = kept.change.old_members.get(path)
        if old is not None and old.type == new.type and differs(old, new):
            found.setdefault(new.pointer, []).append((old, new))
    return list(found.values())


def _paths(pairs: list[_Pair]) -> str:
    """Name the first member of several, and how many more there are."""
    more = f" and {len(pairs) - 1} more" if len(pairs) > 1 else ""
    return f"{shown(pairs[0][1].path)}{more}"


def _violation(
    kept: Kept[Contract],
    pairs: list[_Pair],
    message: str,
    old: Any,
    new: Any,
    *,
    level: Level | None = None,
    bump: Bump = Bump.MAJOR,
) -> Violation:
    """Return the violation at the place where the members are written, which may be a shared type."""
    paths = [member.path for _, member in pairs]
    readers = hits(
        kept.change.base, kept.old, lambda reading: _reads(reading.fields, paths), f"does not read {paths[0]}"
    )
    return Violation(_place(kept, pairs[0][1]), message, level=level, bump=bump, old=old, new=new, readers=readers)


def _place(kept: Kept[Contract], member: Member) -> Place:
    """Return where a member is written: in this file, or in that of the type."""
    bundle = kept.change.new_bundle
    path, pointer = bundle.place(member.pointer) if bundle else (kept.entry.path, "/schema")
    document = kept.change.head.documents[path]
    line, column = document.position(pointer) or (None, None)
    return Place(path, pointer, line, column)


def _disjoint(old: Member, new: Member) -> bool:
    """Say whether both list known values and have none in common."""
    return bool(old.values) and bool(new.values) and set(map(mark, old.values)).isdisjoint(map(mark, new.values))


def _listed(member: Member) -> str:
    """Name a few of the known values."""
    return ", ".join(map(shown, member.values[:5]))


def _reads(fields: tuple[str, ...], paths: list[str]) -> str:
    """Say which field of a reader lies on the way to one of some members; empty when none does."""
    found = next((field for field in fields for path in paths if _overlap(field.split("/"), path.split("/"))), "")
    return f"reads {found}" if found else ""


def _overlap(one: list[str], other: list[str]) -> bool:
    """Say whether one path leads to the other; `*` stands for any part."""
    return all(a == b or "*" in (a, b) for a, b in zip(one, other, strict=False))
