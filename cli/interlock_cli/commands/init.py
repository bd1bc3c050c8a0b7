"""`interlock init`: a catalog of one's own."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from interlock_cli.console import say, say_json, tell
from interlock_cli.frame import globals_of
from interlock_cli.options import AsJson


def init(
    ctx: typer.Context,
    *,
    folder: Annotated[Path, typer.Argument(metavar="[DIR]", help="Top of the repository.", show_default=False)] = Path(),
    name: Annotated[str | None, typer.Option("--name", help="Name of the catalog.  [default: the folder's]", show_default=False)] = None,
    prefix: Annotated[str | None, typer.Option("--prefix", help="Reversed domain name before each event's type, for example com.acme.", show_default=False)] = None,
    team: Annotated[str, typer.Option("--team", help="The team that owns it to begin with.")] = "team-integration",
    as_json: AsJson = False,
) -> None:  # fmt: skip
    """Start a catalog of one's own. Writes DIR/contracts and CI files that run the gate; nothing is overwritten."""
    from interlock.authoring.starting import init as start

    started = start(folder, name=name, prefix=prefix, team=team)
    if as_json:
        say_json({"folder": str(started.folder), "written": list(started.written), "kept": list(started.kept)})
        return
    say(*started.written)
    if not globals_of(ctx).quiet:
        for path in started.kept:
            tell(f"{path} was there and stays as it is: add the job that runs interlock check --against <base>")
        tell(
            "next: git init && git add . && git commit -m 'Start the catalog', then interlock list and interlock check"
        )
