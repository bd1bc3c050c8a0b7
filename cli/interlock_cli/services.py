"""What commands take from a service: its generated package, its handler, and the files of its stores."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeAlias

import typer

from interlock.errors import BadValueError, DocumentError, NoCatalogError, UsageError
from interlock_cli.places import working_copy

if TYPE_CHECKING:
    from types import ModuleType

Into: TypeAlias = Annotated[
    str | None,
    typer.Option(
        "--into",
        metavar="MODULE:FUNCTION",
        show_default=False,
        help="Handler that takes an event, plain or async; found from the current folder or among what is installed.",
    ),
]
Package: TypeAlias = Annotated[
    str | None,
    typer.Option(
        "--package",
        metavar="MODULE",
        show_default=False,
        help="The generated package that the service imports.  [default: the one that catalog.yaml names]",
    ),
]


def package_of(context: typer.Context, named: str | None) -> ModuleType:
    """Return a service's generated package; raise UsageError when it can't be imported or is none."""
    name = named or _of_the_catalog(context)
    found = _imported(name, "--package")
    if not hasattr(found, "catalog") or not hasattr(found, "CATALOG"):
        raise BadValueError("--package", name, "this module is no package that interlock generate python wrote")
    return found


def _of_the_catalog(context: typer.Context) -> str:
    """Return the module that the catalog around here generates."""
    try:
        target = working_copy(context).catalog.settings.targets.python
    except NoCatalogError:
        target = None
    if target is None:
        raise UsageError("no catalog here names a Python package: name the service's with --package MODULE")
    return target.module


def handler_of(words: str) -> Callable[[Any], object]:
    """Return the function that `module:function` names, one that is awaited made plain; raise UsageError."""
    module, separator, name = words.partition(":")
    if not (module and separator and name):
        raise BadValueError("--into", words, "write module:function, for example shop.handlers:on_event")
    found: Any = _imported(module, "--into")
    for part in name.split("."):
        found = getattr(found, part, None)
    if not callable(found):
        raise BadValueError("--into", words, f"the module {module} has no function {name}")
    return _plain(found)


def _plain(function: Callable[[Any], Any]) -> Callable[[Any], object]:
    """Return a function that waits for what it gives, when that is awaitable."""

    def handle(event: Any) -> object:
        import asyncio
        import inspect

        given = function(event)
        return asyncio.run(_awaited(given)) if inspect.isawaitable(given) else given

    return handle


async def _awaited(given: Any) -> object:
    """Wait for a value."""
    return await given


def _imported(name: str, option: str) -> ModuleType:
    """Return a module, looked for in the current folder too, as `python -m` does; raise UsageError."""
    import importlib

    here = str(Path.cwd())
    if here not in sys.path:
        sys.path.insert(0, here)
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as error:
        raise BadValueError(
            option, name, f"there is no module {error.name!r}: install it, or run in its folder"
        ) from None
    except Exception as error:
        raise BadValueError(option, name, f"importing it raised {type(error).__name__}: {error}") from error


def tables_in(file: Path) -> frozenset[str] | None:
    """Return the tables of a SQLite file, None for a file that is none; raise DocumentError when it can't be read."""
    import sqlite3

    try:
        with file.open("rb") as opened:
            if opened.read(16) != b"SQLite format 3\x00":
                return None
        connection = sqlite3.connect(f"{file.resolve().as_uri()}?mode=ro", uri=True)
    except (OSError, sqlite3.Error) as error:
        raise DocumentError(str(file), f"the file can't be read: {getattr(error, 'strerror', None) or error}") from None
    try:
        return frozenset(
            str(name) for (name,) in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")
        )
    except sqlite3.Error as error:
        raise DocumentError(str(file), f"the database can't be read: {error}") from None
    finally:
        connection.close()
