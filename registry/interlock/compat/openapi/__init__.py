"""OpenAPI 3.0 and 3.1: what old clients and a new document no longer say to each other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .answers import ApiComparison, ApiRefusal
from .rules import API_RULES, ApiRule

if TYPE_CHECKING:
    from .engine import refusals

__all__ = ["API_RULES", "ApiComparison", "ApiRefusal", "ApiRule", "refusals"]


def __getattr__(name: str) -> object:
    """`refusals` brings the whole engine, so it is imported when it is used."""
    if name == "refusals":
        from .engine import refusals

        return refusals
    raise AttributeError(name)
