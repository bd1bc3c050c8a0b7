"""`interlock release`: the tag that makes what is merged a release."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from interlock.errors import UsageError
from interlock_cli.console import say, say_json, tell
from interlock_cli.frame import globals_of
from interlock_cli.options import AsJson, Today, on
from interlock_cli.places import catalog_folder


def release(
    ctx: typer.Context,
    *,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be released and write nothing.")] = False,
    force: Annotated[bool, typer.Option("--force", help="Release although files are not committed or HEAD is not on the base branch.")] = False,
    changelog: Annotated[Path | None, typer.Option("--changelog", metavar="FILE", help="Also write the changelog to a file.", show_default=False)] = None,
    today: Today = None,
    as_json: AsJson = False,
) -> None:  # fmt: skip
    """Tag the catalog as released, with a changelog. From then on this content never changes."""
    from interlock.releasing import plan, publish
    from interlock_cli.reports.escape import visible

    planned = plan(catalog_folder(ctx), today=on(today), force=force)
    if planned is None:
        if as_json:
            say_json(None)
        elif not globals_of(ctx).quiet:
            tell("nothing that readers get has changed since the last release")
        return
    if changelog is not None:
        _write(changelog, planned.changelog)
    if not dry_run:
        publish(planned)
    push = f"git push origin {planned.tag}"
    if as_json:
        say_json({"tag": planned.tag, "version": str(planned.version), "before": planned.before, "commit": planned.commit,
                  "digest": planned.digest, "changelog": planned.changelog, "written": not dry_run, "push": push})  # fmt: skip
        return
    say(*map(visible, planned.changelog.rstrip().splitlines()))
    if not globals_of(ctx).quiet:
        tell("", f"would tag {planned.tag}" if dry_run else f"tagged {planned.tag}; publish it with: {push}")


def _write(path: Path, text: str) -> None:
    """Write the changelog's file."""
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise UsageError(f"the changelog can't be written to {path}: {error.strerror or 'unknown error'}") from None
