"""Sets of code points as sorted, disjoint, non-adjacent ranges."""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from itertools import groupby
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

Ranges = tuple[tuple[int, int], ...]

LAST = 0x10FFFF


def normal(ranges: Iterable[tuple[int, int]]) -> Ranges:
    """The one way to write a union of ranges."""
    merged: list[tuple[int, int]] = []
    for low, high in sorted(ranges):
        if merged and low <= merged[-1][1] + 1:
            merged[-1] = (merged[-1][0], max(merged[-1][1], high))
        else:
            merged.append((low, high))
    return tuple(merged)


def inverse(ranges: Ranges) -> Ranges:
    """All code points outside."""
    gaps: list[tuple[int, int]] = []
    start = 0
    for low, high in ranges:
        if low > start:
            gaps.append((start, low - 1))
        start = high + 1
    if start <= LAST:
        gaps.append((start, LAST))
    return tuple(gaps)


def common(one: Ranges, other: Ranges) -> Ranges:
    """The code points in both."""
    found: list[tuple[int, int]] = []
    i = j = 0
    while i < len(one) and j < len(other):
        low, high = max(one[i][0], other[j][0]), min(one[i][1], other[j][1])
        if low <= high:
            found.append((low, high))
        if one[i][1] < other[j][1]:
            i += 1
        else:
            j += 1
    return tuple(found)


def covers(outer: Ranges, inner: Ranges) -> bool:
    """Whether every code point of `inner` is in `outer`."""
    return common(outer, inner) == inner


def count(ranges: Ranges) -> int:
    """How many code points there are."""
    return sum(high - low + 1 for low, high in ranges)


ANY: Ranges = ((0, LAST),)
DIGIT: Ranges = ((0x30, 0x39),)
WORD: Ranges = ((0x30, 0x39), (0x41, 0x5A), (0x5F, 0x5F), (0x61, 0x7A))
# ECMA-262 WhiteSpace and LineTerminator (sections 12.2 and 12.3), U+FEFF included.
SPACE: Ranges = (
    (0x09, 0x0D), (0x20, 0x20), (0xA0, 0xA0), (0x1680, 0x1680), (0x2000, 0x200A), (0x2028, 0x2029),
    (0x202F, 0x202F), (0x205F, 0x205F), (0x3000, 0x3000), (0xFEFF, 0xFEFF),
)  # fmt: skip
DOT: Ranges = inverse(((0x0A, 0x0A), (0x0D, 0x0D), (0x2028, 0x2029)))

# What a person would rather see in an example, best first; what no row names comes between the two halves.
_LIKED: tuple[Ranges, ...] = (
    ((0x61, 0x7A),), ((0x41, 0x5A),), ((0x30, 0x39),), ((0x2D, 0x2D),), ((0x5F, 0x5F),), ((0x2E, 0x2E),),
    ((0x21, 0x7E),), ((0x20, 0x20),), ((0xC0, 0x17F),), ((0xA1, 0xAC), (0xAE, 0x2FF), (0x370, 0x5FF)),
)  # fmt: skip
_DISLIKED: tuple[Ranges, ...] = (
    ((0x09, 0x0A), (0x0D, 0x0D)),
    (
        (0x80, 0xA0),
        (0xAD, 0xAD),
        (0x300, 0x36F),
        (0x2000, 0x200F),
        (0x2028, 0x202F),
        (0x205F, 0x206F),
        (0xFEFF, 0xFEFF),
    ),
    ((0x01, 0x1F), (0x7F, 0x7F)),
    ((0xE000, 0xF8FF), (0xFDD0, 0xFDEF), (0xFFFE, 0xFFFF), (0xE0000, LAST)),
    ((0x00, 0x00),),
    ((0xD800, 0xDFFF),),
)


def _ladder() -> tuple[Ranges, ...]:
    """Rungs which are disjoint and hold every code point once, the most plausible first."""
    disliked = inverse(normal(r for rung in _DISLIKED for r in rung))
    rungs: list[Ranges] = []
    free = ANY
    for rung in (*_LIKED, disliked, *_DISLIKED):
        rungs.append(common(rung, free))
        free = common(free, inverse(rung))
    return tuple(rungs)


_LADDER = _ladder()


def ranked(ranges: Ranges) -> Iterator[tuple[int, int]]:
    """Every code point as `(rank, code point)`, the most plausible in an example first; ranks only compare."""
    for rung, preferred in enumerate(_LADDER):
        for low, high in common(ranges, preferred):
            for point in range(low, high + 1):
                yield (rung << 21) | point, point


def category(name: str) -> Ranges | None:
    """The code points of a general category, by its short name (`Lu`) or its group (`L`, `LC`); None if unknown."""
    wanted: tuple[str, ...]
    if name == "LC":
        wanted = ("Lu", "Ll", "Lt")
    elif name in _categories():
        wanted = (name,)
    else:
        wanted = tuple(key for key in _categories() if len(name) == 1 and key.startswith(name))
    return normal(r for key in wanted for r in _categories()[key]) if wanted else None


@lru_cache(maxsize=1)
def _categories() -> dict[str, list[tuple[int, int]]]:
    """One walk over Unicode, as this Python's `unicodedata` knows it."""
    found: dict[str, list[tuple[int, int]]] = {}
    start = 0
    for name, run in groupby(map(unicodedata.category, map(chr, range(LAST + 1)))):
        end = start + sum(1 for _ in run)
        found.setdefault(name, []).append((start, end - 1))
        start = end
    return found
