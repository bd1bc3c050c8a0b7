"""`interlock check`: the gate."""

from __future__ import annotations

from typing import Annotated

import typer

from interlock_cli.frame import globals_of
from interlock_cli.options import Against, AsJson, FailOn, Reports, Seconds, Today, level_of, on
from interlock_cli.places import catalog_folder


def check(
    ctx: typer.Context,
    *,
    against: Against = None,
    head: Annotated[
        str | None, typer.Option("--head", metavar="REF", help="Judge this commit instead of the working copy.", show_default=False)
    ] = None,
    fail_on: FailOn = "error",
    report: Reports = None,
    seconds: Seconds = 2.0,
    today: Today = None,
    as_json: AsJson = False,
) -> int:  # fmt: skip
    """Judge the change against the base. Each verdict is proved, shown by an event that breaks a reader, or undecided."""
    from interlock_cli.writing import rooted, targets, write

    chosen = targets(report, as_json=as_json)
    from interlock.check import Options
    from interlock.check import check as judge

    folder = catalog_folder(ctx)
    options = Options(against=against, head=head, today=on(today), fail_on=level_of(fail_on), seconds=seconds)
    return write(rooted(judge(folder, options), folder), chosen, quiet=globals_of(ctx).quiet)
