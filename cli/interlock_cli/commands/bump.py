"""`interlock bump`: versions raised as far as the change needs."""

from __future__ import annotations

from typing import Annotated

import typer

from interlock.errors import UsageError
from interlock_cli.commands.new import after_major
from interlock_cli.completion import contract_names
from interlock_cli.console import say, say_json, tell
from interlock_cli.frame import globals_of
from interlock_cli.options import Against, AsJson, Today, on
from interlock_cli.places import catalog_folder, working_copy

LEVELS = ("patch", "minor", "major")


def bump(
    ctx: typer.Context,
    *,
    words: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[patch|minor|major] [CONTRACT]...", autocompletion=contract_names, show_default=False,
            help="By how much, else as the change needs; and which contracts, else each whose file changed.",
        ),
    ] = None,
    affected: Annotated[bool, typer.Option("--affected", help="Also each contract that a changed shared type reaches.")] = False,
    to: Annotated[str | None, typer.Option("--to", metavar="VERSION", help="Exactly to this version.", show_default=False)] = None,
    against: Against = None,
    today: Today = None,
    as_json: AsJson = False,
) -> int:  # fmt: skip
    """Raise versions as far as the change needs. Only the line of the version is edited; a new major becomes a file."""
    levels = [word for word in words or () if word in LEVELS]
    names = [word for word in words or () if word not in LEVELS]
    if len(levels) + (to is not None) > 1:
        raise UsageError("say once by how much: patch, minor, major, or --to VERSION")
    if to is not None and len(names) != 1:
        raise UsageError("--to VERSION is about one contract: name it")
    if levels == ["major"]:
        return _majors(ctx, names, today=today, as_json=as_json)
    from interlock.authoring.bumping import Wanted
    from interlock.authoring.bumping import bump as raised
    from interlock.versions import Bump, Version

    wanted = Wanted(Bump[levels[0].upper()] if levels else None, Version.parse(to) if to else None)
    found = raised(catalog_folder(ctx), names, wanted=wanted, affected=affected, against=against, today=on(today))
    if as_json:
        say_json([{"contract": b.contract, "path": b.path, "old": b.old, "new": b.new, "why": b.why} for b in found])
    else:
        say(
            *(
                f"{b.contract}  {b.old} -> {b.new}  {b.why}" if b.done else f"{b.contract}  {b.old}  {b.why}"
                for b in found
            )
        )
    if not found and not globals_of(ctx).quiet:
        tell("no contract changed, so no version is raised")
    return int(any(bumped.held for bumped in found))


def _majors(ctx: typer.Context, names: list[str], *, today: Today, as_json: bool) -> int:
    """Write the next major of each contract beside the newest."""
    from interlock.authoring.majors import new_major

    if not names:
        raise UsageError("name the contracts that get a new major: interlock bump major CONTRACT")
    folder, catalog = catalog_folder(ctx), working_copy(ctx).catalog
    made = [new_major(folder, catalog, name.partition("@")[0], today=on(today)) for name in names]
    if as_json:
        say_json([{"contract": one.contract, "written": [str(folder / path) for path in one.written]} for one in made])
        return 0
    for one in made:
        say(*(str(folder / path) for path in one.written))
        if not globals_of(ctx).quiet:
            tell(*after_major(one.old_path, one.advice))
    return 0
