"""`interlock schema`: the JSON Schema of a kind of file, for editors and programs."""

from __future__ import annotations

from typing import Annotated

import typer

from interlock.errors import BadValueError, nearest
from interlock_cli.console import page, say, say_json, table
from interlock_cli.options import AsJson


def _names() -> list[str]:
    """Return the kinds of file that have a schema."""
    from interlock.kinds import KINDS

    return [*(kind.name for kind in KINDS.values() if kind.model is not None), "report"]


def schema(
    kind: Annotated[str | None, typer.Argument(metavar="[KIND]", autocompletion=_names, help="Kind of file, or report for the JSON report; without it, the kinds.", show_default=False)] = None,
    as_json: AsJson = False,
) -> None:  # fmt: skip
    """Print the JSON Schema of a kind of file. Editors and programs complete and check catalog files by it."""
    from interlock import kinds

    if kind is None:
        rows = [
            (name, kinds.KINDS[name].shown if name in kinds.KINDS else "interlock check --report json")
            for name in _names()
        ]
        if as_json:
            say_json(dict(rows))
        else:
            say(*table(rows, page(), indent=0))
    elif kind == "report":
        from interlock_cli.reports.schema import schema as report_schema

        say_json(report_schema())
    elif kind in _names():
        say_json(kinds.schema(kind))
    else:
        raise BadValueError("kind of file", kind, f"write one of {', '.join(_names())}{nearest(kind, _names())}")
