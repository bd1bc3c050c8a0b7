"""Rules about sums; all decided on exact numbers."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

from ..pointers import join, matches, split
from .amounts import Amount, amounts, plain, total
from .codes import Violations
from .containers import is_array
from .parameters import Balance, LinesTotal, SumEquals, Terms
from .words import shown

_SIDES = {"DEBIT": 1, "CREDIT": -1}
_LONGEST = 42
"""Characters of a number of 40 digits with sign and point."""


def sum_equals(value: Any, parameters: SumEquals) -> Violations:
    """
    The terms add up to a stated sum, exactly.

    A term is a path, or `{at, sign: minus}` for what is taken away; a path with `*` adds up every match. Nothing is
    judged unless each term and the sum are there. Numbers that say their unit must all be in the same one.

    ## Why
    Whoever reads the sum and whoever adds up the parts must come to the same stock.

    ## Bad
    `{"countedQuantity": {"value": 95}, "bookQuantity": {"value": 100}, "adjustmentQuantity": {"value": -4}}`

    ## Good
    An adjustment of -5, declared as `{rule: sum-equals, parameters: {terms: [/data/countedQuantity/value, {at:
    /data/bookQuantity/value, sign: minus}], equals: /data/adjustmentQuantity/value}}`
    """
    terms = _terms(value, parameters)
    stated = next(amounts(value, parameters.equals), None)
    if stated is None or not all(terms):
        return
    flat = [term for group in terms for term in group]
    units = {unit for unit in (stated.unit, *(term.unit for term in flat)) if unit}
    if len(units) > 1:
        yield (
            stated.at,
            f"the terms of this sum are in different units: {', '.join(shown(unit) for unit in sorted(units))}",
        )
        return
    expected = total(term.number for term in flat)
    if stated.number != expected:
        yield stated.at, f"{plain(stated.number)} is stated, and the terms add up to {plain(expected)}"


def sum_positive(value: Any, parameters: Terms) -> Violations:
    """
    The terms that are there add up to more than zero.

    ## Why
    A completion that reports neither good nor scrap nor rework reports nothing.

    ## Bad
    `{"goodQuantity": {"value": 0}}`

    ## Good
    `{"goodQuantity": {"value": 0}, "scrapQuantity": {"value": 3}}`, declared as
    `{rule: sum-positive, parameters: {terms: [/data/goodQuantity/value, /data/scrapQuantity/value]}}`
    """
    terms = [term for group in _terms(value, parameters) for term in group]
    expected = total(term.number for term in terms)
    if terms and expected <= 0:
        yield (
            _above([path for path, _ in parameters.signed]),
            f"the terms here add up to {plain(expected)}, which is not greater than zero",
        )


def sums_balance(value: Any, parameters: Balance) -> Violations:
    """
    Over the lines of a document, debits equal credits.

    Judged for each value of `per` (a currency, say). Lines whose side is neither `DEBIT` nor `CREDIT` or whose amount
    is no number are the schema's business: then nothing is judged.

    ## Why
    A ledger document that does not balance can't be posted; one that arrives unbalanced has lost a line.

    ## Bad
    612.50 on the debit side and 612.05 on the credit side

    ## Good
    612.50 on both, declared as `{rule: sums-balance, parameters: {at: /data/lines, amount: /amount/amount, side:
    /debitCredit, per: /amount/currency}}`
    """
    for at, lines in matches(value, parameters.at):
        read = [_line(line, parameters) for line in lines] if is_array(lines) else []
        booked = [line for line in read if line is not None]
        if len(booked) == len(read):
            yield from _unbalanced(at, booked)


def lines_total(value: Any, parameters: LinesTotal) -> Violations:
    """
    Quantity times price, over all lines, comes to the stated total.

    Each line counts `quantity` times `price`, divided by `per`. Systems round each line or only the total, so each line
    may be off by half of the last decimal. Nothing is judged unless the total and all parts of every line are there, in
    numbers of at most 40 digits.

    ## Why
    The supplier invoices the total and the buyer checks the lines.

    ## Bad
    2000 KGM at 342.00 EUR per 100 KGM, and a total of 6480.00 EUR

    ## Good
    A total of 6840.00 EUR, declared as `{rule: lines-total, parameters: {at: /data/lines, quantity:
    /orderedQuantity/value, price: /unitPrice/amount, per: /priceBasis/value, equals: /data/totalAmount/amount}}`
    """
    stated = next(amounts(value, parameters.equals), None)
    lines = next((lines for _, lines in matches(value, parameters.at)), None)
    if stated is None or not is_array(lines) or not lines:
        return
    values = [_worth(line, parameters) for line in lines]
    worths = [worth for worth in values if worth is not None]
    if len(worths) < len(values):
        return
    expected = _added(worths)
    slack = Fraction(len(lines), 2 * 10**parameters.decimals)
    if abs(expected - Fraction(stated.number)) > slack:
        shown_total = plain(Decimal(round(expected * 10**parameters.decimals)).scaleb(-parameters.decimals))
        yield stated.at, f"{plain(stated.number)} is stated, and the lines come to {shown_total}"


def _terms(value: Any, parameters: Terms) -> list[list[Amount]]:
    """Return the amounts of each term, with its sign."""
    return [
        [Amount(amount.number * sign, amount.unit, amount.at) for amount in amounts(value, path)]
        for path, sign in parameters.signed
    ]


def _above(paths: Sequence[str]) -> str:
    """
    Return the deepest place above all of some paths.

    >>> _above(["/data/good/value", "/data/scrap/value"])
    '/data'
    """
    parents = [split(path)[:-1] for path in paths]
    shared = itertools.takewhile(lambda tokens: len(set(tokens)) == 1, zip(*parents, strict=False))
    return join(*(tokens[0] for tokens in shared)).partition("/*")[0]


def _line(line: Any, parameters: Balance) -> tuple[str, Decimal] | None:
    """Return what a line is balanced with, and its amount: positive on the debit side, negative on the credit side."""
    amount = next(amounts(line, parameters.amount), None)
    side = next((side for _, side in matches(line, parameters.side)), None)
    sign = _SIDES.get(side) if isinstance(side, str) else None
    per = next((per for _, per in matches(line, parameters.per)), None) if parameters.per else ""
    if amount is None or sign is None or not isinstance(per, str):
        return None
    return per, amount.number * sign


def _unbalanced(at: str, booked: list[tuple[str, Decimal]]) -> Violations:
    """Yield a sentence for each group of lines whose two sides are not equal."""
    for per in dict.fromkeys(per for per, _ in booked):
        numbers = [number for group, number in booked if group == per]
        debit, credit = total(n for n in numbers if n > 0), total(-n for n in numbers if n < 0)
        if debit != credit:
            of = f" of {shown(per)}" if per else ""
            yield at, f"the debits{of} come to {plain(debit)} and the credits to {plain(credit)}: they must be equal"


def _worth(line: Any, parameters: LinesTotal) -> Fraction | None:
    """Return quantity times price of a line; None when a part is missing or too long, or the price is for nothing."""
    paths = (parameters.quantity, parameters.price, *((parameters.per,) if parameters.per else ()))
    parts = [next(amounts(line, path), None) for path in paths]
    numbers = [Fraction(part.number) for part in parts if part is not None and _is_short(part.number)]
    if len(numbers) < len(paths) or (parameters.per and not numbers[2]):
        return None
    return numbers[0] * numbers[1] / (numbers[2] if parameters.per else 1)


def _is_short(number: Decimal) -> bool:
    """Say whether a number has so few digits that fractions of it stay cheap."""
    return len(f"{number:f}") <= _LONGEST


def _added(worths: Sequence[Fraction]) -> Fraction:
    """Return the exact sum, added in pairs: denominators grow with each step, and most steps then have small ones."""
    while len(worths) > 1:
        worths = [sum(worths[start : start + 2], Fraction()) for start in range(0, len(worths), 2)]
    return worths[0]
