"""Free texts for units, as the old systems write them, and their common codes (UN/CEFACT Recommendation 20)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Protocol

from acme_contracts import CannotUpcast
from acme_contracts.types import Quantity

CODES = {
    "kg": "KGM",
    "kilogramm": "KGM",
    "g": "GRM",
    "to": "TNE",
    "st": "H87",
    "stk": "H87",
    "stück": "H87",
    "pc": "H87",
    "pcs": "H87",
    "l": "LTR",
    "ltr": "LTR",
    "ml": "MLT",
    "mm": "MMT",
    "cm": "CMT",
    "m2": "MTK",
    "m3": "MTQ",
}
"""Texts with one meaning in every plant; `m`, `t` and the like are left to the plant's own table."""


class Units(Protocol):
    """What a service may give to read a plant's own texts for units."""

    def unit_code(self, text: str) -> str | None:
        """Return the common code that a text stands for, or None."""
        ...


def quantity(value: Decimal, text: str, lookup: Any) -> Quantity:
    """Return an amount with the unit that a text stands for; the service's table comes first. Raises CannotUpcast."""
    own = getattr(lookup, "unit_code", None)
    code = (own(text) if own else None) or CODES.get(text.strip().casefold())
    if code is None:
        raise CannotUpcast("the text of a unit stands for no known unit: add it to the plant's table of units")
    return Quantity(value=value, unit_code=code)
