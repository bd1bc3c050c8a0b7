"""The rules by name, and judging a value by those that a contract declares."""

from __future__ import annotations

import contextlib
import inspect
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import msgspec

from interlock.catalog.contracts import Invariant
from interlock.invariants import codes, comparisons, members, sums, times
from interlock.invariants._parameters import (
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
from interlock.invariants.amounts import equal
from interlock.invariants.codes import Violations
from interlock.pointers import matches


@dataclass(frozen=True)
class InvariantRule:
    """One rule: the function that judges, and what it takes."""

    judge: Callable[[Any, Any], Violations]
    parameters: type[Parameters]

    @cached_property
    def id(self) -> str:
        """The function's name in kebab-case; `interlock explain invariant/<id>` shows its page."""
        return self.judge.__name__.replace("_", "-")

    @property
    def page(self) -> str:
        """The function's docstring, which is the rule's page."""
        return inspect.getdoc(self.judge) or ""


RULES = {
    rule.id: rule
    for rule in (
        InvariantRule(codes.gs1_check_digit, At),
        InvariantRule(codes.code_in_list, Codes),
        InvariantRule(comparisons.positive, At),
        InvariantRule(comparisons.not_zero, At),
        InvariantRule(comparisons.less_than, Pair),
        InvariantRule(comparisons.same_unit, Several),
        InvariantRule(comparisons.same_value, Several),
        InvariantRule(comparisons.differs, Pair),
        InvariantRule(sums.sum_equals, SumEquals),
        InvariantRule(sums.sum_positive, Terms),
        InvariantRule(sums.sums_balance, Balance),
        InvariantRule(sums.lines_total, LinesTotal),
        InvariantRule(times.not_before, NotBefore),
        InvariantRule(times.duration_between, DurationBetween),
        InvariantRule(members.unique, Unique),
        InvariantRule(members.required_when, RequiredWhen),
        InvariantRule(members.present_any, PresentAny),
        InvariantRule(members.pointers_resolve, PointersResolve),
        InvariantRule(members.stateful, Statement),
    )
}
"""Every rule by id."""


@dataclass(frozen=True, slots=True)
class Check:
    """A rule with its parameters, ready to judge."""

    rule: InvariantRule
    parameters: Parameters

    def __call__(self, value: Any) -> Violations:
        """Yield pointer and sentence for each violation in a value; one nested too deeply to compare is not judged."""
        parameters = self.parameters
        if not isinstance(parameters, Judged):
            yield from self.rule.judge(value, parameters)
            return
        with contextlib.suppress(RecursionError):
            for at, element in matches(value, parameters.each):
                if parameters.when is None or _holds(parameters.when, element):
                    yield from ((at + below, sentence) for below, sentence in self.rule.judge(element, parameters))


def _holds(condition: Condition, value: Any) -> bool:
    """Say whether some value at the condition's path is one of those it lists."""
    return any(equal(found, wanted) for _, found in matches(value, condition.at) for wanted in condition.values)


def checks(invariants: Iterable[Invariant]) -> tuple[Check, ...]:
    """Return the declared invariants ready to judge; a faulty declaration is left out, since `faults` names it."""
    ready: list[Check] = []
    for invariant in invariants:
        rule = RULES.get(invariant.rule)
        if rule is None:
            continue
        try:
            ready.append(Check(rule, msgspec.convert(invariant.parameters, rule.parameters)))
        except msgspec.ValidationError:
            continue
    return tuple(ready)


def violations(invariants: Iterable[Invariant], event: Any) -> Iterator[tuple[str, str, str]]:
    """
    Yield pointer, rule and sentence for each invariant that a value breaks.

    Values of a type that a rule does not expect are not judged: they are the schema's business.
    """
    for check in checks(invariants):
        yield from ((at, check.rule.id, sentence) for at, sentence in check(event))
