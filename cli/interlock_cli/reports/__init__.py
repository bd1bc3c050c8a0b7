"""
A report in each format that a person, a pull request or a CI system reads.

Each format is one module with `render(report) -> str`, imported only when it is asked for. All text of a contract
is hostile here: `escape` holds what keeps it inert.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from typing import cast

from interlock.errors import BadValueError, nearest
from interlock.report import Report

Renderer = Callable[[Report], str]

FORMATS = ("text", "json", "markdown", "github", "gitlab", "sarif", "junit")
"""Names for `--report`, each the name of its module here."""


def _renderer(name: str) -> Renderer:
    """Return a format's renderer, which imports its module at the first report."""

    def render(report: Report) -> str:
        module = importlib.import_module(f"{__name__}.{name}")
        return cast("Renderer", module.render)(report)

    return render


RENDERERS: dict[str, Renderer] = {name: _renderer(name) for name in FORMATS}


def render(report: Report, form: str) -> str:
    """Return the report in this format; raise BadValueError for a format that there is not."""
    if form not in RENDERERS:
        hint = nearest(form, RENDERERS).lstrip("; ")
        raise BadValueError("report format", form, f"{hint or 'it is none'} (there are {', '.join(FORMATS)})")
    return RENDERERS[form](report)
