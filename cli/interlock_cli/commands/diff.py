"""`interlock diff`: two versions side by side, and what that means for readers on both sides."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from interlock.errors import NoCatalogError
from interlock_cli.completion import contract_names
from interlock_cli.console import heading, page, say, say_json
from interlock_cli.options import AsJson, Seconds
from interlock_cli.places import catalog_folder

if TYPE_CHECKING:
    from interlock.authoring.diffing import Diff

_SIDE = "CONTRACT@VERSION, a git REF:PATH, or a file."


def diff(
    ctx: typer.Context,
    old: Annotated[str, typer.Argument(metavar="OLD", autocompletion=contract_names, help=_SIDE)],
    new: Annotated[str, typer.Argument(metavar="NEW", autocompletion=contract_names, help=_SIDE)],
    seconds: Seconds = 2.0,
    as_json: AsJson = False,
) -> None:
    """Compare two versions of a contract, or two schemas. Each difference is listed, then both compatibility answers."""
    from interlock.authoring.diffing import diff as compared
    from interlock.authoring.sides import side

    try:
        folder = catalog_folder(ctx)
    except NoCatalogError:
        folder = None
    found = compared(old=side(old, folder), new=side(new, folder), seconds=seconds)
    if as_json:
        say_json(_data(found))
    else:
        _show(found)


def _data(found: Diff) -> dict[str, Any]:
    """Return the diff for programs."""
    from interlock_cli.answers import as_data

    return {
        "old": found.old,
        "new": found.new,
        "differences": list(found.differences),
        "answers": [
            {"direction": a.direction, "writer": a.writer, "reader": a.reader, **as_data(a.comparison)}
            for a in found.answers
        ],
    }


def _show(found: Diff) -> None:
    """Print the diff."""
    from interlock_cli.answers import lines
    from interlock_cli.reports.escape import one_line
    from interlock_cli.reports.words import REGISTRY_WORDS

    here = page()
    say(heading(f"{found.old} -> {found.new}", here))
    say(*(f"  {here.paint(line, line[:1])}" for line in found.differences or ("nothing differs in what readers see",)))
    for answer in found.answers:
        title = f"{answer.asks} [{REGISTRY_WORDS[answer.direction]}]"
        say("", here.ends(title, str(answer.comparison.verdict).upper()))
        say(
            *here.wrapped(one_line(f"{answer.reader} reads what {answer.writer} writes")),
            *lines(answer.comparison, here),
        )
