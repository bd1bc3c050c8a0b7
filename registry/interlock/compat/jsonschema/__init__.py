"""JSON Schema: what a writer's schema lets through and a reader's turns away."""

from __future__ import annotations

from .question import refusals

__all__ = ["refusals"]
