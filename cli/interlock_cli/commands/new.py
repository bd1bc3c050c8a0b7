"""`interlock new`: a contract, reader or workflow to fill in, or the next major of a contract."""

from __future__ import annotations

import os
from typing import Annotated

import typer

from interlock.errors import BadValueError, nearest
from interlock_cli.console import say, say_json, tell
from interlock_cli.frame import globals_of
from interlock_cli.options import AsJson, Today, on
from interlock_cli.places import catalog_folder, working_copy

KINDS = ("event", "type", "reader", "product", "workflow")


def new(
    ctx: typer.Context,
    *,
    kind: Annotated[
        str,
        typer.Argument(
            metavar="KIND", autocompletion=lambda: list(KINDS), help="event, type, reader, product or workflow."
        ),
    ],
    name: Annotated[
        str,
        typer.Argument(
            metavar="NAME", help="For example production.lot-scrapped for an event, storage-bin for a type."
        ),
    ],
    major: Annotated[
        bool, typer.Option("--major", help="Copy the newest major of a contract to the next one.")
    ] = False,
    today: Today = None,
    as_json: AsJson = False,
) -> None:
    """Add a draft, or a new major of a contract. The next steps are written in the file."""
    if kind not in KINDS:
        raise BadValueError("kind", kind, f"write one of {', '.join(KINDS)}{nearest(kind, KINDS)}")
    folder, catalog = catalog_folder(ctx), working_copy(ctx).catalog
    if major:
        from interlock.authoring.majors import new_major

        made = new_major(folder, catalog, name, today=on(today), kind=kind)
        written, steps = made.written, after_major(made.old_path, made.advice)
    else:
        from interlock.authoring.scaffolding import new as scaffold

        written, steps = (
            scaffold(folder, catalog, kind, name),
            ["next: follow the steps in the first file, then run interlock lint"],
        )
    if as_json:
        say_json({"written": [str(folder / path) for path in written]})
    else:
        say(*(os.path.relpath(folder / path) for path in written))
        if not globals_of(ctx).quiet:
            tell(*steps)


def after_major(old_path: str, advice: str) -> list[str]:
    """Say what becomes of the major before."""
    return [
        "next: change the copy, and release it by lifecycle: {status: released}",
        f"then deprecate the old major, which stays until its readers have moved; in {old_path}:",
        f"  {advice}",
    ]
