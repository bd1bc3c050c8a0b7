"""`interlock import`: a catalog made of plain JSON Schema files."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from interlock_cli.console import say, say_json, tell
from interlock_cli.frame import globals_of
from interlock_cli.options import AsJson


def import_(
    ctx: typer.Context,
    *,
    source: Annotated[Path, typer.Argument(metavar="DIR", help="Folder of the JSON Schema files.", show_default=False)],
    output: Annotated[Path, typer.Option("--output", "-o", metavar="DIR", help="Top of the repository that gets the catalog.")] = Path(),
    name: Annotated[str | None, typer.Option("--name", help="Name of the catalog.  [default: the folder's]", show_default=False)] = None,
    prefix: Annotated[str | None, typer.Option("--prefix", help="Reversed domain name before each event's type, for example com.acme.", show_default=False)] = None,
    domain: Annotated[str, typer.Option("--domain", help="Domain of the events of files that stand in no subfolder.")] = "imported",
    as_json: AsJson = False,
) -> int:  # fmt: skip
    """Make a catalog of JSON Schema files. Objects become draft events, what others refer to becomes a shared type."""
    from interlock_cli.writing import write
    from interlock_codegen.importing.catalogs import import_schemas

    made = import_schemas(source, output, name=name, prefix=prefix, domain=domain)
    if as_json:
        losses = [{"path": loss.path, "pointer": loss.pointer, "text": loss.text} for loss in made.losses]
        refused = [{"path": finding.place.path, "text": finding.message} for finding in made.findings]
        say_json({"contracts": made.contracts, "written": list(made.written), "losses": losses, "refused": refused})
        return 1 if made.findings else 0
    say(*(f"{path} -> {contract}" for path, contract in made.contracts.items()), *map(str, made.losses))
    if made.findings:
        from interlock.report import Report

        report = Report(command="import", catalog="", head=str(source), findings=made.findings)
        write(report, [("text", "-")], quiet=False)
    if not globals_of(ctx).quiet:
        tell("next: read what is said above, replace what is assumed, then git add, interlock lint and interlock check")
    return 1 if made.findings else 0
