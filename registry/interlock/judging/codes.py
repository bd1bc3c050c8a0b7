"""Rules about codes and identifiers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ..pointers import matches
from .parameters import At, Codes
from .words import counted, shown

Violations = Iterator[tuple[str, str]]
"""Pointer, relative to the value that is judged, and a sentence."""

_SHOWN_CODES = 8


def check_digit(digits: str) -> str:
    """
    Return the GS1 check digit of the digits before it.

    >>> check_digit("0952123400001")
    '3'
    """
    codes = digits.encode()
    thrice, once = codes[::-2], codes[-2::-2]
    weighed = 3 * sum(thrice) + sum(once) - ord("0") * (3 * len(thrice) + len(once))
    return str(-weighed % 10)


def gs1_check_digit(value: Any, parameters: At) -> Violations:
    """
    The last digit of a GS1 identification key (GTIN, GLN, SSCC) is its check digit.

    From the right, the digits before it count three times and once in turn; the check digit brings the sum to a
    multiple of ten. Texts that are not digits only are left to the schema.

    ## Why
    A mistyped or misread digit would book another article, place or pallet. The check finds every single wrong digit
    and most swapped neighbours.

    ## Bad
    `{"sscc": "095212345678901230"}`

    ## Good
    `{"sscc": "095212345678901235"}`, declared as `{rule: gs1-check-digit, parameters: {at: /data/sscc}}`

    Source: GS1 General Specifications, section 7.9 (check digit calculations, modulo 10).
    """
    for at, key in matches(value, parameters.at):
        if isinstance(key, str) and len(key) > 1 and key.isascii() and key.isdigit():
            expected = check_digit(key[:-1])
            if key[-1] != expected:
                yield at, f"{shown(key)} has the check digit {key[-1]}, and its other digits give {expected}"


def code_in_list(value: Any, parameters: Codes) -> Violations:
    """
    A text is one of the codes that are listed.

    Values that are not texts are left to the schema.

    ## Why
    A schema's `enum` would make the set part of the type, so that each new code breaks old readers. This list is
    checked where events are written and reviewed, and readers stay open.

    ## Bad
    `{"unitCode": "CS"}` where the list is `[H87, KGM, MTR]`

    ## Good
    `{"unitCode": "KGM"}`, declared as `{rule: code-in-list, parameters: {at: /data/unitCode, codes: [H87, KGM, MTR]}}`

    Source: for units, UN/CEFACT Recommendation 20; else the list that the contract names.
    """
    for at, code in matches(value, parameters.at):
        if isinstance(code, str) and code not in parameters.codes:
            yield at, f"{shown(code)} is not in the list of {_listed(parameters.codes)}"


def _listed(codes: frozenset[str]) -> str:
    """Return a short list in full, a long one by its size."""
    if len(codes) > _SHOWN_CODES:
        return counted(len(codes), "code")
    return f"{counted(len(codes), 'code')} {', '.join(shown(code) for code in sorted(codes))}"
