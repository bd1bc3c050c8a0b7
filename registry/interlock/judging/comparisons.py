"""Rules that hold one value against zero or against another."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

from ..pointers import matches
from .amounts import Amount, amounts, equal, identity, plain, unit_of
from .codes import Violations
from .parameters import At, Pair, Several
from .words import placed, shown


def positive(value: Any, parameters: At) -> Violations:
    """
    A number is greater than zero.

    The path may lead to a JSON number, a decimal text, or a whole Quantity or Money.

    ## Why
    A negative consumption is how systems hide a correction. A correction is an event of its own that names what it
    reverses, so that stock can be replayed.

    ## Bad
    `{"quantity": {"value": -5, "unitCode": "KGM"}}`

    ## Good
    `{"quantity": {"value": 5, "unitCode": "KGM"}}`, declared as `{rule: positive, parameters: {at: /data/quantity/value}}`
    """
    for amount in amounts(value, parameters.at):
        if amount.number <= 0:
            yield amount.at, f"{plain(amount.number)} is not greater than zero"


def not_zero(value: Any, parameters: At) -> Violations:
    """
    A number is anything but zero.

    ## Why
    An adjustment by nothing is no fact; it comes from a system that sends what it did not change.

    ## Bad
    `{"adjustmentQuantity": {"value": 0, "unitCode": "H87"}}`

    ## Good
    `{"adjustmentQuantity": {"value": -35, "unitCode": "H87"}}`, declared as
    `{rule: not-zero, parameters: {at: /data/adjustmentQuantity/value}}`
    """
    for amount in amounts(value, parameters.at):
        if not amount.number:
            yield amount.at, f"{plain(amount.number)} changes nothing: leave the event out"


def less_than(value: Any, parameters: Pair) -> Violations:
    """
    The left number is less than the right one.

    Nothing is judged when either is missing, or when both say their unit and the units differ.

    ## Why
    A delivery booked as short with more than was expected would send the difference the wrong way.

    ## Bad
    `{"discrepancyType": "SHORT", "receivedQuantity": {"value": 12}, "expectedQuantity": {"value": 10}}`

    ## Good
    The same with a received value of 8, declared as `{rule: less-than, parameters: {when: {at:
    /data/discrepancyType, in: [SHORT]}, left: /data/receivedQuantity/value, right: /data/expectedQuantity/value}}`
    """
    least: dict[str, Amount] = {}
    for right in amounts(value, parameters.right):
        if right.unit not in least or right.number < least[right.unit].number:
            least[right.unit] = right
    for left in amounts(value, parameters.left):
        limit = least.get(left.unit)
        if limit is not None and left.number >= limit.number:
            yield left.at, f"{plain(left.number)} is not less than {plain(limit.number)} at {placed(limit.at)}"


def same_unit(value: Any, parameters: Several) -> Violations:
    """
    Quantities (or amounts of money) are in one unit (or currency).

    Each path leads to a Quantity, a Money, or to the code itself. What is not there is not judged.

    ## Why
    Numbers in different units can't be compared or added, and few readers look at the unit of each.

    ## Bad
    `{"goodQuantity": {"value": 9, "unitCode": "H87"}, "scrapQuantity": {"value": 1, "unitCode": "KGM"}}`

    ## Good
    Both in `H87`, declared as `{rule: same-unit, parameters: {at: [/data/goodQuantity, /data/scrapQuantity]}}`
    """
    places = [place for path in parameters.at for place in matches(value, path)]
    units = [unit for at, item in places for unit in unit_of(item, at)]
    for at, unit in units[1:]:
        if unit != units[0][1]:
            yield at, f"{shown(unit)} is another unit than {shown(units[0][1])} at {placed(units[0][0])}"
            return


def same_value(value: Any, parameters: Several) -> Violations:
    """
    The values at some paths are equal.

    What is not there is not judged. Equal is meant as in JSON Schema: 1 equals 1.0.

    ## Why
    A fact that stands in an event twice can contradict itself.

    ## Bad
    `{"exportcontrol": "NONE", "data": {"exportControlCode": "EAR99"}}`

    ## Good
    Both `EAR99`, declared as `{rule: same-value, parameters: {at: [/exportcontrol, /data/exportControlCode]}}`
    """
    found = [place for path in parameters.at for place in matches(value, path)]
    for at, item in found[1:]:
        if not equal(item, found[0][1]):
            yield at, f"{shown(item)} is not {shown(found[0][1])}, which stands at {placed(found[0][0])}"
            return


def differs(value: Any, parameters: Pair) -> Violations:
    """
    Two values are not equal.

    With `*` in a path, each value that it leads to differs from the other. What is not there is not judged.

    ## Why
    A change that changes nothing floods its readers; a person who approves their own decision approves nothing
    (segregation of duties).

    ## Bad
    `{"status": "RELEASED", "previousStatus": "RELEASED"}`

    ## Good
    `{"status": "RELEASED", "previousStatus": "PLANNED"}`, declared as
    `{rule: differs, parameters: {left: /data/status, right: /data/previousStatus}}`
    """
    others: dict[Hashable, str] = {}
    for other, left in matches(value, parameters.left):
        others.setdefault(identity(left), other)
    for at, right in matches(value, parameters.right) if others else ():
        same = others.get(identity(right))
        if same is not None:
            yield at, f"{shown(right)} stands at {placed(same)} too: the two must differ"
