"""How commands are framed: in sections of the help, each taking the global options before or after its name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from typer import Context
from typer.core import TyperCommand, TyperGroup, TyperOption


@dataclass
class Globals:
    """What the global options say, from whichever side of the command's name they were read."""

    catalog: Path | None = None
    quiet: bool = False


def globals_of(context: Context) -> Globals:
    """Return the run's global options."""
    root = context.find_root()
    if not isinstance(root.obj, Globals):
        root.obj = Globals()
    return root.obj


def _note(name: str) -> Callable[[Any, Any, Any], Any]:
    """Return a callback that notes a global option where it was given."""

    def note(context: Any, _parameter: Any, value: Any) -> Any:
        if value:
            setattr(globals_of(context), name, Path(value) if name == "catalog" else value)
        return value

    return note


def global_options(*, hidden: bool) -> list[Any]:
    """Build the options that stand before a command and, not shown again, after it."""
    catalog = TyperOption(
        param_decls=["--catalog", "catalog_folder"],
        metavar="DIR", envvar=None if hidden else "INTERLOCK_CATALOG", callback=_note("catalog"), expose_value=False,
        help="Folder of the catalog.  [default: contracts/ or ., searched upward]", hidden=hidden, show_envvar=True,
    )  # fmt: skip
    quiet = TyperOption(
        param_decls=["--quiet", "-q", "be_quiet"],
        is_flag=True, default=False, callback=_note("quiet"), expose_value=False,
        help="Say nothing when all is well.", hidden=hidden,
    )  # fmt: skip
    return [catalog, quiet]


class Command(TyperCommand):
    """A command that also takes the global options after its name."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.params.extend(global_options(hidden=True))


class Group(TyperGroup):
    """The top of the command line: its help lists the commands by section."""

    sections: Mapping[str, tuple[str, ...]] = {}
    """Names of commands by heading, set where the commands are put together."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.params[:0] = global_options(hidden=False)

    def format_commands(self, ctx: Any, formatter: Any) -> None:  # noqa: ARG002 - as the class above has it
        """List the commands under their headings, so that one finds by purpose."""
        width = formatter.width - 6 - max(map(len, self.commands))
        for heading, names in self.sections.items():
            with formatter.section(heading):
                formatter.write_dl([(name, self.commands[name].get_short_help_str(width)) for name in names])
