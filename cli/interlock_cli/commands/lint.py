"""`interlock lint`: every rule about how the catalog is written."""

from __future__ import annotations

import typer

from interlock_cli.frame import globals_of
from interlock_cli.options import AsJson, FailOn, Reports, Today, level_of, on
from interlock_cli.places import catalog_folder


def lint(
    ctx: typer.Context,
    *,
    fail_on: FailOn = "error",
    report: Reports = None,
    today: Today = None,
    as_json: AsJson = False,
) -> int:
    """Check how the catalog is written. Its files, rules and examples are judged as they stand, without a baseline."""
    from interlock_cli.writing import rooted, targets, write

    chosen = targets(report, as_json=as_json)
    from interlock.authoring.linting import lint_catalog

    folder = catalog_folder(ctx)
    return write(
        rooted(lint_catalog(folder, today=on(today), fail_on=level_of(fail_on)), folder),
        chosen,
        quiet=globals_of(ctx).quiet,
    )
