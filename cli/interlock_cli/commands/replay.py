"""`interlock replay`: recorded events told again to a handler."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Annotated, Any

import typer

from interlock.errors import BadValueError, InterlockError, UsageError
from interlock_cli.console import page, say, say_json, table, tell
from interlock_cli.options import AsJson
from interlock_cli.services import Into, Package, handler_of, package_of


def _moment(option: str) -> Callable[[str], dt.datetime]:
    """Return what reads a moment for an option; it raises BadValueError."""

    def read(text: str) -> dt.datetime:
        from interlock_runtime.observing.replaying import at

        try:
            return at(text)
        except ValueError:
            raise BadValueError(option, text, "write a moment such as 2026-03-17T08:00:00Z, or a date") from None

    return read


def replay(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Recorded events, JSON Lines, or the store of a quarantine.")],
    *,
    into: Into = None,
    types: Annotated[
        list[str] | None, typer.Option("--type", metavar="CONTRACT", show_default=False, help="Only this event: name, name@major or type; repeatable.")
    ] = None,
    subject: Annotated[
        str | None, typer.Option("--subject", metavar="TEXT", show_default=False, help="Only this subject and those below it.")
    ] = None,
    since: Annotated[
        dt.datetime | None, typer.Option("--since", metavar="MOMENT", parser=_moment("--since"), show_default=False, help="Only from this moment on.")
    ] = None,
    until: Annotated[
        dt.datetime | None, typer.Option("--until", metavar="MOMENT", parser=_moment("--until"), show_default=False, help="Only before this moment.")
    ] = None,
    correlation: Annotated[
        str | None, typer.Option("--correlation", metavar="ID", show_default=False, help="Only this business case.")
    ] = None,
    package: Package = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would be told.")] = False,
    as_json: AsJson = False,
) -> int:  # fmt: skip
    """Tell recorded events again to a handler. They are marked as told again: no command is sent, nothing is published."""
    if (into is None) == (not dry_run):
        raise UsageError("name the handler with --into module:function, or give --dry-run, and not both")
    _known_types(runtime_package := package_of(ctx, package), types or [])
    handler = handler_of(into) if into else None
    told = _told(runtime_package, file, handler, (frozenset(types or ()), subject, since, until, correlation))
    if as_json:
        say_json({"read": told.read, "told": dict(sorted(told.told.items())), "passed-over": told.passed_over,
                  "suppressed": told.suppressed, "refused": told.refused,
                  "refusals": [{"event": place, "why": why} for place, why in told.refusals], "dry-run": dry_run})  # fmt: skip
    else:
        verb = "would be told" if dry_run else "told"
        say(
            f"{sum(told.told.values())} of {told.read} events {verb}, {told.passed_over} passed over, {told.refused} refused"
        )
        say(*table([(name, str(times)) for name, times in sorted(told.told.items())], page()))
        tell(*(f"event {place}: {why}" for place, why in told.refusals))
        if told.suppressed:
            tell(f"handlers that ended at a command, which was not sent: {told.suppressed}")
    return 1 if told.refused else 0


def _known_types(package: Any, types: list[str]) -> None:
    """Raise UsageError for an event that the package does not have."""
    from interlock.errors import UnknownContractError

    rows = package.catalog.rows
    known = {name for row in rows for name in (row.name, row.key, row.type)}
    for name in types:
        if name not in known:
            raise UnknownContractError(name, sorted(known))


def _told(package: Any, file: Path, handler: Callable[[Any], object] | None, choice: tuple[Any, ...]) -> Any:
    """Tell the events by the package's own runtime, whose clients and publishers see that they are told again."""
    from importlib import import_module

    from interlock_cli.recordings import messages

    ours = import_module(f"{package.__name__}._runtime.observing.replaying")
    raw = import_module(f"{package.__name__}._runtime.messages").RawMessage
    place = [0]

    def recorded() -> Iterator[Any]:
        for message in messages(file):
            place[0] += 1
            yield raw(message.value, message.key, message.headers)

    try:
        return ours.replay(package.catalog, recorded(), handler, ours.Choice(*choice))
    except InterlockError:
        raise
    except Exception as error:
        raise InterlockError(
            f"the handler raised {type(error).__name__} at event {place[0]} of {file}, so the replay ends there: {error}"
        ) from error
