"""
A cheap look before each rule: yes means that the value surely keeps it, no means that the rule must be asked.

Nearly all events keep nearly all rules, so this is what judging costs. It needs no places and no words, and it may say
no wherever it is not sure; a law holds that it never says yes to a value that the rule refuses.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from .amounts import identity
from .codes import check_digit
from .members import leads_somewhere
from .parameters import (
    At,
    Codes,
    Condition,
    Judged,
    NotBefore,
    Pair,
    PointersResolve,
    PresentAny,
    RequiredWhen,
    Several,
    Terms,
    Unique,
)
from .reaching import Reach, Surely, every, reach
from .times import clearly_follows

_NUMBERS = (int, float)
_UNITS = ("unitCode", "currency")


def on_elements(parameters: Judged, surely: Surely) -> Surely:
    """Return a rule's look at each element that its condition leaves to it."""
    when = parameters.when
    return every(parameters.each, surely if when is None else _unless(_skips(when), surely))


def _unless(skips: Surely, surely: Surely) -> Surely:
    """Return a look that is not needed where a condition surely does not hold."""
    return lambda element: skips(element) or surely(element)


def _skips(condition: Condition) -> Surely:
    """Return what says whether a condition surely does not hold."""
    wanted = frozenset(map(identity, condition.values))
    return every(condition.at, lambda item: identity(item) not in wanted)


def codes_in_list(parameters: Codes) -> Surely:
    """Look for texts that are listed."""
    codes = parameters.codes
    return every(parameters.at, lambda item: type(item) is str and item in codes)


def own_check_digits(parameters: At) -> Surely:
    """Look for texts of digits that end in their check digit."""
    return every(parameters.at, _is_checked)


def _is_checked(key: Any) -> bool:
    """Say whether a value is surely a text that ends in its check digit."""
    return type(key) is str and key.isascii() and key.isdigit() and key[-1] == check_digit(key[:-1])


def above_zero(parameters: At) -> Surely:
    """Look for numbers with a plus sign, whatever their unit."""
    return every(parameters.at, lambda item: type(item) in _NUMBERS and item > 0)


def other_than_zero(parameters: At) -> Surely:
    """Look for numbers that are not zero."""
    return every(parameters.at, lambda item: type(item) in _NUMBERS and item != 0)


def in_order(parameters: Pair) -> Surely:
    """Look for numbers of which each left one is below each right one."""
    left, right = reach(parameters.left), reach(parameters.right)

    def look(value: Any) -> bool:
        lesser, greater = left(value), right(value)
        if not lesser or not greater:
            return lesser == [] or greater == []
        return all(type(n) in _NUMBERS for n in (*lesser, *greater)) and max(lesser) < min(greater)

    return look


def one_unit(parameters: Several) -> Surely:
    """Look for quantities that name the same unit."""
    finds = [reach(path) for path in parameters.at]

    def look(value: Any) -> bool:
        units: set[Any] = set()
        for find in finds:
            found = find(value)
            if found is None:
                return False
            units.update(unit for item in found for unit in _units(item))
        return len(units) <= 1

    return look


def _units(item: Any) -> Iterator[object]:
    """Yield what a quantity names as its unit; of anything else, something that equals nothing."""
    if type(item) is not dict:
        yield object()
        return
    for name in _UNITS:
        if name in item:
            yield item[name] if type(item[name]) is str else object()


def texts_alike(parameters: Several) -> Surely:
    """Look for texts that are equal."""
    finds = [reach(path) for path in parameters.at]

    def look(value: Any) -> bool:
        found = [find(value) for find in finds]
        items = [item for items in found if items is not None for item in items]
        return None not in found and all(type(item) is str and item == items[0] for item in items)

    return look


def texts_apart(parameters: Pair) -> Surely:
    """Look for texts of which none stands on both sides."""
    left, right = reach(parameters.left), reach(parameters.right)

    def look(value: Any) -> bool:
        ones, others = left(value), right(value)
        if ones is None or others is None:
            return False
        return all(type(item) is str for item in (*ones, *others)) and set(ones).isdisjoint(others)

    return look


def more_than_nothing(parameters: Terms) -> Surely:
    """Look for terms that are added, of which none is negative and one is more than zero."""
    finds = [reach(path) for path, sign in parameters.signed if sign > 0]
    if len(finds) < len(parameters.terms):
        return lambda _: False

    def look(value: Any) -> bool:
        found = [find(value) for find in finds]
        terms = [item for items in found if items is not None for item in items]
        return (
            None not in found
            and all(type(item) in _NUMBERS and item >= 0 for item in terms)
            and any(item > 0 for item in terms)
        )

    return look


def moments_in_order(parameters: NotBefore) -> Surely:
    """Look for two texts of one form in order, or for nothing to compare."""
    later, earlier = reach(parameters.at), reach(parameters.than)

    def look(value: Any) -> bool:
        ends, starts = later(value), earlier(value)
        if not ends or not starts:
            return ends == [] or starts == []
        end, start = ends[0], starts[0]
        alone = len(ends) == len(starts) == 1
        return alone and type(end) is str and type(start) is str and clearly_follows(end, start)

    return look


def texts_once(parameters: Unique) -> Surely:
    """Look for elements that are known by texts, or by whole numbers, each of them once."""
    together = parameters.at.endswith("/*")
    groups, key = reach(parameters.at), reach(parameters.by)

    def look(value: Any) -> bool:
        found = groups(value)
        if found is None:
            return False
        return all(_once(group, key) for group in ([found] if together else found))

    return look


def _once(group: Any, key: Reach) -> bool:
    """Say whether the elements of a group surely differ in what they are known by."""
    if type(group) is not list:
        return False
    keys: list[Any] = []
    for element in group:
        found = key(element)
        if found is None:
            return False
        keys += found
    kinds = set(map(type, keys))
    return (kinds <= {str} or kinds <= {int}) and len(set(keys)) == len(keys)


def all_there(parameters: RequiredWhen) -> Surely:
    """Look for something at each of the paths."""
    finds = [reach(path) for path in parameters.then]
    return lambda value: all(find(value) for find in finds)


def some_there(parameters: PresentAny) -> Surely:
    """Look for something at one of the paths."""
    finds = [reach(path) for path in parameters.of]
    return lambda value: any(find(value) for find in finds)


def pointers_lead(parameters: PointersResolve) -> Surely:
    """Look for pointers to what is there."""
    find, root = reach(parameters.at), reach(parameters.within)

    def look(value: Any) -> bool:
        found, roots = find(value), root(value)
        if found is None or not roots:
            return roots == []
        return all(type(text) is str and leads_somewhere(roots[0], text) for text in found)

    return look


def nothing_to_judge(_: object) -> Surely:
    """Return what is always sure, for a rule that judges nothing."""
    return lambda _: True
