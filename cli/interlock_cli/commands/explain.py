"""`interlock explain`: the page of a rule."""

from __future__ import annotations

from typing import Annotated

import typer

from interlock.errors import UnknownRuleError, UsageError
from interlock_cli.console import heading, page, say, say_json, table
from interlock_cli.options import AsJson


def _ids() -> list[str]:
    """Return every rule's id, for completion."""
    from interlock.authoring.pages import pages

    return list(pages())


def explain(
    rule: Annotated[str | None, typer.Argument(metavar="RULE", autocompletion=_ids, help="Id of a rule, or a number such as L34.", show_default=False)] = None,
    listing: Annotated[bool, typer.Option("--list", help="List every rule.")] = False,
    as_json: AsJson = False,
) -> None:  # fmt: skip
    """Explain a rule. What it wants, why, and an example of bad and good."""
    from interlock.authoring.pages import pages, pages_of

    here = page()
    if listing:
        rows = [(known.id, known.level, known.summary) for known in pages().values()]
        if as_json:
            say_json([{"rule": row[0], "level": row[1], "summary": row[2]} for row in rows])
        else:
            say(*table(rows, here, indent=0))
        return
    if rule is None:
        raise UsageError("name a rule to explain, or --list them")
    matching = pages_of(rule)
    if not matching:
        raise UnknownRuleError(rule, pages())
    if len(matching) > 1 and not as_json:
        say(f"{rule} stands for {len(matching)} rules; interlock explain prints the page of one:", "")
        say(*table([(known.id, known.level, known.summary) for known in matching], here, indent=0))
        return
    found = matching[0]
    if as_json:
        say_json({"rule": found.id, "level": found.level, "aliases": list(found.aliases), "page": found.whole})
        return
    also = f"  also {', '.join(found.aliases)}" if found.aliases else ""
    say(here.ends(found.id, found.level) + here.paint(also, "aside"), "")
    say(*(heading(line.lstrip("# "), here) if line.startswith("#") else line for line in found.whole.splitlines()))
