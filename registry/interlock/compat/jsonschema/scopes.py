"""A schema in its dynamic scope, which is what propositions are built for."""

from __future__ import annotations

from typing import NamedTuple

from .documents import Place


class Here(NamedTuple):
    """A schema in one dynamic scope: for each dynamic anchor the outermost schema that bears it."""

    place: Place
    scope: tuple[tuple[str, Place], ...] = ()
