"""The reference page of the command line, from the commands themselves."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from typer import Context
from typer.main import get_command

from interlock_cli.app import SECTIONS, application

OPENING = """# The command line

`interlock COMMAND --help` prints the same. Data goes to stdout and everything else to stderr; `--json` gives the data to
programs. Colour is used on a terminal only, and never when `NO_COLOR` is set. The global options may stand before or
after the command's name. `interlock --install-completion` sets up completion in the shell, contract names included.

| exit code | means |
|---|---|
| 0 | nothing at or above `--fail-on` |
| 1 | findings, a bad contract file included; for `compare`, anything but compatible |
| 2 | wrong usage or configuration |
| 3 | no catalog, no `catalog.yaml`, or no baseline to compare with |
| 70 | a bug in Interlock, with a report file |

| variable | means |
|---|---|
| `INTERLOCK_CATALOG` | folder of the catalog, as `--catalog` |
| `INTERLOCK_CACHE_DIR` | where what was read from git is kept; `off` keeps nothing |
| `NO_COLOR` | no colour |
| `GITHUB_ACTIONS` | when `true`, annotations are printed beside the text report unless `--report` says otherwise |
"""


def manual() -> str:
    """Return the page, Markdown: each command with its help as it is printed at 80 columns."""
    return "\n".join([OPENING, *_sections()])


def _sections() -> Iterator[str]:
    """Yield each section with its commands."""
    group: Any = get_command(application())
    top = Context(group, info_name="interlock", terminal_width=80, **group.context_settings)
    yield _fenced(group.get_help(top))
    for heading, commands in SECTIONS.items():
        yield f"## {heading}\n"
        for name in commands:
            command = group.commands[name]
            context = Context(command, info_name=name, parent=top)
            yield f"### interlock {name}\n\n{_fenced(command.get_help(context))}"


def _fenced(text: str) -> str:
    """Return a text as it is printed."""
    lines = "\n".join(line.rstrip() for line in text.strip().splitlines())
    return f"```text\n{lines}\n```\n"
