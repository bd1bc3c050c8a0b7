"""The rules by name, and judging a value by those that a contract declares."""

from __future__ import annotations

import contextlib
import inspect
from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import msgspec

from ..pointers import matches
from . import codes, comparisons, members, quick, sums, times
from .amounts import identity
from .codes import Violations
from .parameters import (
    At,
    Balance,
    Codes,
    Condition,
    DurationBetween,
    Judged,
    LinesTotal,
    NotBefore,
    Pair,
    Parameters,
    PointersResolve,
    PresentAny,
    RequiredWhen,
    Several,
    Statement,
    SumEquals,
    Terms,
    Unique,
)
from .reaching import Surely


@dataclass(frozen=True)
class InvariantRule:
    """One rule: the function that judges, and what it takes."""

    judge: Callable[[Any, Any], Violations]
    parameters: type[Parameters]
    quick: Callable[[Any], Surely] | None = None
    """Makes the cheap look that comes before the rule."""

    @cached_property
    def id(self) -> str:
        """The function's name in kebab-case; `interlock explain invariant/<id>` shows its page."""
        return self.judge.__name__.replace("_", "-")

    @property
    def statement(self) -> str:
        """What the rule wants, in one sentence; empty where Python runs without docstrings."""
        return self.page.partition("\n")[0]

    @property
    def page(self) -> str:
        """The function's docstring, which is the rule's page."""
        return inspect.getdoc(self.judge) or ""


RULES = {
    rule.id: rule
    for rule in (
        InvariantRule(codes.gs1_check_digit, At, quick.own_check_digits),
        InvariantRule(codes.code_in_list, Codes, quick.codes_in_list),
        InvariantRule(comparisons.positive, At, quick.above_zero),
        InvariantRule(comparisons.not_zero, At, quick.other_than_zero),
        InvariantRule(comparisons.less_than, Pair, quick.in_order),
        InvariantRule(comparisons.same_unit, Several, quick.one_unit),
        InvariantRule(comparisons.same_value, Several, quick.texts_alike),
        InvariantRule(comparisons.differs, Pair, quick.texts_apart),
        InvariantRule(sums.sum_equals, SumEquals),
        InvariantRule(sums.sum_positive, Terms, quick.more_than_nothing),
        InvariantRule(sums.sums_balance, Balance),
        InvariantRule(sums.lines_total, LinesTotal),
        InvariantRule(times.not_before, NotBefore, quick.moments_in_order),
        InvariantRule(times.duration_between, DurationBetween),
        InvariantRule(members.unique, Unique, quick.texts_once),
        InvariantRule(members.required_when, RequiredWhen, quick.all_there),
        InvariantRule(members.present_any, PresentAny, quick.some_there),
        InvariantRule(members.pointers_resolve, PointersResolve, quick.pointers_lead),
        InvariantRule(members.stateful, Statement, quick.nothing_to_judge),
    )
}
"""Every rule by id."""


@dataclass(frozen=True, slots=True)
class Check:
    """A rule with its parameters, ready to judge."""

    rule: InvariantRule
    parameters: Parameters
    surely: Surely = field(init=False, repr=False, compare=False)
    """Says whether a value keeps the invariant for sure, at little cost; when not, it must be judged."""
    _wanted: frozenset[Hashable] = field(init=False, repr=False, compare=False)
    """What the condition lists, if there is one."""

    def __post_init__(self) -> None:
        """Prepare what each value is held against."""
        condition = getattr(self.parameters, "when", None)
        wanted = frozenset(map(identity, condition.values)) if condition is not None else frozenset[Hashable]()
        object.__setattr__(self, "_wanted", wanted)
        object.__setattr__(self, "surely", _look(self.rule, self.parameters))

    @property
    def paths(self) -> tuple[str, ...]:
        """The paths of all that the rule looks at."""
        return tuple(dict.fromkeys(path for _, path in self.parameters.paths()))

    def __call__(self, value: Any) -> Violations:
        """Yield pointer and sentence for each violation in a value; one nested too deeply to compare is not judged."""
        parameters = self.parameters
        each, when = (parameters.each, parameters.when) if isinstance(parameters, Judged) else ("", None)
        with contextlib.suppress(RecursionError):
            if not each and when is None:
                yield from self.rule.judge(value, parameters)
                return
            for at, element in matches(value, each):
                if when is None or self._holds(when, element):
                    yield from ((at + below, sentence) for below, sentence in self.rule.judge(element, parameters))

    def _holds(self, condition: Condition, value: Any) -> bool:
        """Say whether some value at the condition's path is one of those it lists."""
        return any(identity(found) in self._wanted for _, found in matches(value, condition.at))


def _look(rule: InvariantRule, parameters: Parameters) -> Surely:
    """Return the cheap look of a rule with its parameters."""
    if rule.quick is None:
        return lambda _: False
    look = rule.quick(parameters)
    return quick.on_elements(parameters, look) if isinstance(parameters, Judged) else look


def check(rule: str, parameters: Mapping[str, Any]) -> Check | None:
    """Return a declared invariant ready to judge; None for a faulty declaration."""
    known = RULES.get(rule)
    try:
        return None if known is None else Check(known, msgspec.convert(parameters, known.parameters))
    except msgspec.ValidationError:
        return None


def checks(rows: Iterable[Mapping[str, Any]]) -> tuple[Check, ...]:
    """Return declared invariants, each `{rule, parameters}`, ready to judge; faulty declarations are left out."""
    ready = (check(row["rule"], row["parameters"]) for row in rows)
    return tuple(one for one in ready if one is not None)
