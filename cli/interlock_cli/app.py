"""The commands put together, in the sections in which help shows them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

import typer

from interlock_cli.commands.bump import bump
from interlock_cli.commands.check import check
from interlock_cli.commands.compare import compare
from interlock_cli.commands.diff import diff
from interlock_cli.commands.explain import explain
from interlock_cli.commands.generate import generate
from interlock_cli.commands.import_ import import_
from interlock_cli.commands.init import init
from interlock_cli.commands.lint import lint
from interlock_cli.commands.list import list_
from interlock_cli.commands.log import log
from interlock_cli.commands.new import new
from interlock_cli.commands.release import release
from interlock_cli.commands.schema import schema
from interlock_cli.commands.show import show
from interlock_cli.commands.validate import validate
from interlock_cli.commands.verify_proof import verify_proof
from interlock_cli.console import say
from interlock_cli.frame import Command, Group

SECTIONS: dict[str, dict[str, Callable[..., int | None]]] = {
    "Judge": {"check": check, "lint": lint, "validate": validate, "compare": compare, "verify-proof": verify_proof},
    "Look": {"list": list_, "show": show, "log": log, "diff": diff, "explain": explain, "schema": schema},
    "Change": {"init": init, "new": new, "bump": bump, "release": release},
    "Build": {"generate": generate, "import": import_},
}
"""Every command by heading and name."""

Group.sections = {heading: tuple(commands) for heading, commands in SECTIONS.items()}

app = typer.Typer(
    name="interlock", cls=Group, rich_markup_mode=None, pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 80},
)  # fmt: skip


def _version(asked: bool) -> None:
    """Print the version and leave."""
    if asked:
        from importlib.metadata import PackageNotFoundError, version

        try:
            say(f"interlock {version('interlock')}")
        except PackageNotFoundError:
            say("interlock, run from its source folders and not installed")
        raise typer.Exit


@app.callback()
def interlock(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Event contracts for manufacturing, versioned in git: a change fits every reader in the plant, or it stops here."""


for commands in SECTIONS.values():
    for name, function in commands.items():
        app.command(name, cls=Command)(function)
