"""The commands put together, in the sections in which help shows them; a run imports only the one that it is asked for."""

from __future__ import annotations

from importlib import import_module
from typing import Annotated

import typer

from interlock_cli.console import say
from interlock_cli.frame import Command, Group

SECTIONS: dict[str, dict[str, str]] = {
    "Judge": {
        "check": "check",
        "lint": "lint",
        "validate": "validate",
        "compare": "compare",
        "verify-proof": "verify_proof",
    },
    "Look": {
        "list": "list:list_",
        "show": "show",
        "log": "log",
        "diff": "diff",
        "explain": "explain",
        "schema": "schema",
    },
    "Change": {"init": "init", "new": "new", "bump": "bump", "release": "release"},
    "Build": {"generate": "generate", "import": "import_"},
    "Operate": {"lineage": "lineage", "replay": "replay", "replay-quarantine": "replay_quarantine"},
}
"""Every command by heading and name: its module under `commands`, and its function where that has another name."""

_PLACES = {name: place for commands in SECTIONS.values() for name, place in commands.items()}

Group.sections = {heading: tuple(commands) for heading, commands in SECTIONS.items()}


def application(first: str = "") -> typer.Typer:
    """Return the command line: with one command when the first word names it, else with all of them."""
    made = typer.Typer(
        name="interlock", cls=Group, rich_markup_mode=None, pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 80},
    )  # fmt: skip
    made.callback()(interlock)
    for name in [first] if first in _PLACES else _PLACES:
        module, _, function = _PLACES[name].partition(":")
        made.command(name, cls=Command)(getattr(import_module(f"interlock_cli.commands.{module}"), function or module))
    return made


def _version(asked: bool) -> None:
    """Print the version and leave."""
    if asked:
        from importlib.metadata import PackageNotFoundError, version

        try:
            say(f"interlock {version('interlock')}")
        except PackageNotFoundError:
            say("interlock, run from its source folders and not installed")
        raise typer.Exit


def interlock(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Event contracts for manufacturing, versioned in git: a change fits every reader in the plant, or it stops here."""
