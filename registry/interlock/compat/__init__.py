"""Compatibility: whether every document that a writer may send fits what a reader takes."""

from __future__ import annotations

from .answers import CAUSES, Comparison, Refusal, Spot, Undecided, Verdict
from .comparing import FORMATS, compare, refusals

__all__ = ["CAUSES", "FORMATS", "Comparison", "Refusal", "Spot", "Undecided", "Verdict", "compare", "refusals"]
