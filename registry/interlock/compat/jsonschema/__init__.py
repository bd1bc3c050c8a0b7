"""JSON Schema: what a writer's schema lets through and a reader's turns away."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .question import refusals

__all__ = ["refusals"]


def __getattr__(name: str) -> object:
    """`refusals` brings the whole engine, so it is imported when it is used."""
    if name == "refusals":
        from .question import refusals

        return refusals
    raise AttributeError(name)
