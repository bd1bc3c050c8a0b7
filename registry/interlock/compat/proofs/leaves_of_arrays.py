"""How a branch about an array ends: by its length, by items with nowhere to be, by too many, by too few values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .formulas import YES, Claim, Formula, every, negated
from .holding import holds
from .leaves import DONE, ENDLESS, MOST_TRIED, Hole, Leaf, RefusedError, nth
from .states import claim_of

if TYPE_CHECKING:
    from interlock.regex import Budget

    from .states import State


class _Places:
    """The places that literals tell apart, and the rest."""

    def __init__(self, state: State) -> None:
        self.atoms = state.of("items")
        counted = state.of("items", "some-items", "few-items")
        ends = [edge for f in counted for edge in f[1] if edge is not None]
        self.rest = max([0, *ends])
        sizes = [f for f in state.of("few-items") if f[2] == YES]
        empty = [f[1][0] for f in state.of("items") if f[2] == ("any", ())]
        self.longest = min([ENDLESS, *(f[1][0] + f[3] for f in sizes if f[1][1] is None), *empty])
        asked = state.of("some-items")
        self.shortest = max([2 * bool(state.of("repeats")), *(f[1][0] + f[3] for f in asked)], default=0)

    def claim(self, place: int, *parts: Formula) -> Claim:
        """What is said of the item there."""
        return claim_of([*parts, *(f[2] for f in self.atoms if _covers(f[1], place))])

    def holes(self, where: tuple[int, int | None], part: Formula) -> list[Hole]:
        """Where an item with the formula could be."""
        start, end = where
        last = min(self.longest, ENDLESS if end is None else end)
        if self.rest > MOST_TRIED:
            raise RefusedError
        found = [Hole(str(p), 1, self.claim(p, part)) for p in range(start, min(last, self.rest))]
        if last > max(start, self.rest):
            room = last - max(start, self.rest)
            found.append(Hole("*", room, self.claim(self.rest, part)))
        return found


def _covers(places: tuple[int, int | None], place: int) -> bool:
    return places[0] <= place and (places[1] is None or place < places[1])


def item(state: State, at: int, _budget: Budget) -> Leaf:
    """The items asked for by one literal have nowhere to be."""
    asked = nth(state.of("some-items"), at)
    return Leaf(asked[3], tuple(_Places(state).holes(asked[1], asked[2])))


def length(state: State, _at: int, _budget: Budget) -> Leaf:
    """The array must be longer than it may be, or has an item that is not possible."""
    places = _Places(state)
    if places.shortest > places.longest:
        return DONE
    if not places.shortest or places.shortest > MOST_TRIED:
        raise RefusedError
    return Leaf(places.shortest, tuple(places.holes((0, places.shortest), YES)))


def too_many_items(state: State, at: int, _budget: Budget) -> Leaf:
    """More items are certain to be there than one literal allows: too few of them may be unlike what it counts."""
    limit, places = nth(state.of("few-items"), at), _Places(state)
    start, end = limit[1]
    certain = min(places.shortest, ENDLESS if end is None else end) - start
    if certain <= limit[3] or certain > MOST_TRIED:
        raise RefusedError
    holes = [Hole(str(p), 1, places.claim(p, negated(limit[2]))) for p in range(start, start + certain)]
    return Leaf(certain - limit[3], tuple(holes))


def more_items_than_most(state: State, at: int, _budget: Budget) -> Leaf:
    """One literal asks for more items than the first that limits the same places allows."""
    asked, places = nth(state.of("some-items"), at), _Places(state)
    for limit in state.of("few-items"):
        if asked[3] > limit[3] and limit[1][0] <= asked[1][0] and limit[1][1] is None:
            holes = [*places.holes(asked[1], asked[2])]
            unlike = claim_of([negated(limit[2])])
            return Leaf(asked[3] - limit[3], tuple(Hole(h.label, h.room, h.claim | unlike) for h in holes))
    raise RefusedError


def apart(state: State, at: int, _budget: Budget) -> Leaf:
    """What one literal and another, later one ask for is never the same item, and together they are too many."""
    literals, places = state.of("some-items"), _Places(state)
    asked = nth(literals, at)
    for other in literals[at + 1 :]:
        wanted = asked[3] + other[3] - places.longest
        if wanted > 0:
            start = max(asked[1][0], other[1][0])
            return Leaf(wanted, tuple(places.holes((start, None), every((asked[2], other[2])))))
    raise RefusedError


def neither(state: State, at: int, _budget: Budget) -> Leaf:
    """Items like one literal's and items like another, later one's are limited, and no item is unlike both."""
    literals, places = state.of("few-items"), _Places(state)
    limit = nth(literals, at)
    for other in literals[at + 1 :]:
        start = max(limit[1][0], other[1][0])
        certain = places.shortest - start
        if limit[1][1] is other[1][1] is None and limit[3] + other[3] < certain <= MOST_TRIED:
            unlike = every((negated(limit[2]), negated(other[2])))
            return Leaf(certain - limit[3] - other[3], tuple(places.holes((start, places.shortest), unlike)))
    raise RefusedError


def alike(state: State, _at: int, _budget: Budget) -> Leaf:
    """All items differ, and there are fewer values for them than items; or two must be alike, and there are not two."""
    places = _Places(state)
    if state.of("repeats") and places.longest <= 1:
        return DONE
    if not state.of("unique") or places.shortest > MOST_TRIED:
        raise RefusedError
    possible: set[Any] = set()
    for place in range(places.shortest):
        values = _listed(state, places.claim(place))
        if values is None:
            raise RefusedError
        possible |= values
    if len(possible) >= places.shortest:
        raise RefusedError
    return DONE


def _listed(state: State, claim: Claim) -> set[Any] | None:
    """The only values that a claim allows, where it lists them."""
    for formula in claim:
        opened = state.meaning.opened(formula) if formula[0] == "schema" else formula
        for part in opened[1] if opened[0] == "all" else (opened,):
            if part[0] == "in":
                return {v for v in part[1] if not any(holds(state.meaning, f, v) is False for f in claim)}
            if part[0] == "kinds" and part[1] < 1 << 3:
                return {(1 << n, value) for n, value in enumerate((None, False, True)) if part[1] >> n & 1}
    return None
