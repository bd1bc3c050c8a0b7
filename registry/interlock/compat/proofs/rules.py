"""Every rule that may end a branch, in the order in which the prover tries them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, TypeAlias

from . import leaves, leaves_of_arrays, leaves_of_objects
from .formulas import ARRAY, NUMBER, OBJECT, STRING
from .leaves import Leaf

if TYPE_CHECKING:
    from interlock.regex import Budget

    from .states import State

    Rule: TypeAlias = Callable[[State, int, Budget], Leaf]

RULES: Mapping[str, tuple[int, str | None, Rule]] = {
    "values": (0, None, leaves.values),
    "number": (NUMBER, None, leaves.number),
    "string": (STRING, None, leaves.string),
    "member": (OBJECT, "some-members", leaves_of_objects.member),
    "members-over-limit": (OBJECT, "few-members", leaves_of_objects.too_many),
    "more-members-than-most": (OBJECT, "some-members", leaves_of_objects.more_than_most),
    "item": (ARRAY, "some-items", leaves_of_arrays.item),
    "length": (ARRAY, None, leaves_of_arrays.length),
    "items-over-limit": (ARRAY, "few-items", leaves_of_arrays.too_many_items),
    "more-items-than-most": (ARRAY, "some-items", leaves_of_arrays.more_items_than_most),
    "apart": (ARRAY, "some-items", leaves_of_arrays.apart),
    "neither": (ARRAY, "few-items", leaves_of_arrays.neither),
    "alike": (ARRAY, None, leaves_of_arrays.alike),
}
"""Each rule: the kind it is for (0: any), which literals it may point to, and what must follow."""
