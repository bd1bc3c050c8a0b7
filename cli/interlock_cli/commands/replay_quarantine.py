"""`interlock replay-quarantine`: what was put aside, and what becomes of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from interlock.errors import DocumentError, InterlockError, UsageError
from interlock_cli.console import aligned, page, say, say_json, tell
from interlock_cli.options import AsJson
from interlock_cli.services import Into, Package, handler_of, package_of, tables_in

if TYPE_CHECKING:
    from interlock_runtime.handling.entries import Entry, Held
    from interlock_runtime.stores.sqlite_quarantine import SqliteQuarantine

EVERY: tuple[Held, ...] = ("retrying", "quarantined", "parked", "released", "handled", "discarded")


def replay_quarantine(
    ctx: typer.Context,
    store: Annotated[
        str, typer.Argument(metavar="STORE", help="The SQLite file of a service's quarantine, or the `payloadRef` of a dead letter.")
    ],
    *,
    release: Annotated[
        list[int] | None, typer.Option("--release", metavar="ID", show_default=False, help="Let this entry be told again, in its place; repeatable.")
    ] = None,
    key: Annotated[
        str | None, typer.Option("--key", metavar="KEY", show_default=False, help="Let all with this partition key be told again.")
    ] = None,
    everything: Annotated[bool, typer.Option("--all", help="Let all be told again.")] = False,
    discard: Annotated[
        list[int] | None, typer.Option("--discard", metavar="ID", show_default=False, help="Give this entry up; what waits for it goes on. Repeatable.")
    ] = None,
    why: Annotated[str, typer.Option("--why", metavar="TEXT", show_default=False, help="The reason for --discard, which is kept.")] = "",
    export: Annotated[
        Path | None, typer.Option("--export", metavar="FILE", show_default=False, help="Write all entries as JSON Lines, byte for byte.")
    ] = None,
    into: Into = None,
    package: Package = None,
    inbox: Annotated[
        Path | None, typer.Option("--inbox", metavar="FILE", show_default=False, help="The service's SQLite inbox, with --into, so that it knows what was handled.")
    ] = None,
    receipts: Annotated[
        Path | None, typer.Option("--receipts", metavar="FILE", show_default=False, help="The service's SQLite receipts, with --into.")
    ] = None,
    as_json: AsJson = False,
) -> int:  # fmt: skip
    """List what was put aside, and why; release, discard or export it. Released entries are told by the service, or --into."""
    if bool(discard) != bool(why.strip()):
        raise UsageError("--discard ID and --why TEXT go together: what is given up keeps its reason")
    if into is None and (inbox or receipts):
        raise UsageError("--inbox and --receipts are for --into module:function")
    file, only = placed(store)
    found = _opened(file)
    try:
        _resolve(found, release or [], discard or [], key, why, everything=everything)
        if export is not None:
            _export(found, export)
        if into is None:
            _list(found, only, as_json=as_json)
            return 0
    finally:
        found.close()
    return _tell(package_of(ctx, package), file, handler_of(into), inbox, receipts)


def placed(text: str) -> tuple[Path, int | None]:
    """
    Return the file that an argument names, and the entry when it is a dead letter's `payloadRef`.

    >>> placed("file:///var/lib/wms/quarantine.db#7")[1], placed("quarantine.db")[1]
    (7, None)
    """
    from urllib.parse import urlsplit
    from urllib.request import url2pathname

    parts = urlsplit(text)
    if parts.scheme != "file":
        return Path(text), None
    if parts.netloc not in ("", "localhost") or not (parts.fragment == "" or parts.fragment.isdecimal()):
        raise UsageError(
            f"{text} is no file of this machine with the number of an entry: write file:///path/to/store.db#7"
        )
    return Path(url2pathname(parts.path)), int(parts.fragment) if parts.fragment else None


def _opened(store: Path) -> SqliteQuarantine:
    """Open a quarantine that is there; raise DocumentError."""
    from interlock_cli.recordings import QUARANTINE
    from interlock_runtime.stores.sqlite_quarantine import SqliteQuarantine
    from interlock_runtime.violations import InterlockError as RuntimeFault

    if QUARANTINE not in (tables_in(store) or ()):
        raise DocumentError(
            str(store), "the file is no quarantine: name the SQLite file that the service's consumer was given"
        )
    try:
        return SqliteQuarantine(store)
    except RuntimeFault as error:
        raise DocumentError(str(store), str(error)) from None


def _resolve(
    store: SqliteQuarantine, release: list[int], discard: list[int], key: str | None, why: str, *, everything: bool
) -> None:
    """Release and discard entries, in their order; raise UsageError at the first that can't be."""
    from interlock_runtime.handling.errors import Misuse

    chosen = list(release)
    if key is not None or everything:
        waiting = list(store.entries(status=("quarantined",), key=key))
        if key is not None and not waiting:
            raise UsageError(f"nothing in quarantine has the key {key!r}")
        chosen += [entry.id for entry in waiting if entry.id not in chosen]
    try:
        for number in chosen:
            store.release(number)
        for number in discard:
            store.discard(number, why, dt.datetime.now(dt.UTC))
    except Misuse as error:
        raise UsageError(str(error)) from None
    if chosen:
        tell(f"released: {', '.join(map(str, chosen))}")
    if discard:
        tell(f"discarded: {', '.join(map(str, discard))}")


def _export(store: SqliteQuarantine, file: Path) -> None:
    """Write all entries, resolved ones too; a file that is there is not overwritten."""
    import json

    from interlock_cli.recordings import exported

    try:
        with file.open("x", encoding="utf-8") as lines:
            for entry in store.entries(status=EVERY):
                lines.write(json.dumps(exported(entry)) + "\n")
    except OSError as error:
        raise DocumentError(str(file), f"the file can't be written: {error.strerror}") from None


def _list(store: SqliteQuarantine, only: int | None, *, as_json: bool) -> None:
    """Show what is not resolved, or of that only one entry."""
    from interlock_cli.reports.escape import one_line

    entries = [entry for entry in store.entries() if only in (None, entry.id)]
    if as_json:
        say_json([_data(entry) for entry in entries])
        return
    here = page()
    for lines, entry in zip(aligned([_row(entry) for entry in entries], here, indent=0), entries, strict=True):
        say(*lines, *(wrapped for reason in entry.reasons for wrapped in here.wrapped(one_line(str(reason)), 4)))
    if not entries:
        say("nothing is in quarantine" if only is None else f"entry {only} is not in quarantine any more")


def _data(entry: Entry) -> dict[str, Any]:
    """Return an entry for programs, without its message: values may be confidential."""
    from interlock_cli.recordings import reason_data

    return {
        "entry": entry.id, "status": entry.status, "consumer": entry.consumer, "at": entry.at.isoformat(),
        "contract": entry.contract, "type": entry.type, "source": entry.source, "id": entry.event_id,
        "partitionkey": entry.key, "deliveries": entry.deliveries, "releases": entry.releases,
        "attempts": entry.attempts, "reasons": [reason_data(reason) for reason in entry.reasons],
    }  # fmt: skip


def _row(entry: Entry) -> tuple[str, ...]:
    """Return an entry as a line."""
    what = entry.contract or entry.type or "unknown contract"
    return str(entry.id), entry.status, entry.consumer, what, entry.key or "without a key"


def _tell(
    package: Any, store: Path, handler: Callable[[Any], object], inbox: Path | None, receipts: Path | None
) -> int:
    """Tell what is released, and what waited for it, to a handler; each consumer's entries in order."""
    home = f"{package.__name__}._runtime"
    quarantine = import_module(f"{home}.stores.sqlite_quarantine").SqliteQuarantine(store)
    given: dict[str, Any] = {}
    try:
        if inbox is not None:
            given["inbox"] = import_module(f"{home}.stores.sqlite_inbox").SqliteInbox(inbox)
        if receipts is not None:
            given["receipts"] = import_module(f"{home}.stores.sqlite_receipts").SqliteReceipts(receipts)
        tried = 0
        for name in sorted({entry.consumer for entry in quarantine.entries()}):
            tried += _drained(package.catalog.consumer(name, quarantine=quarantine, **given), handler, home)
        left = sum(1 for _ in quarantine.entries())
    except import_module(f"{home}.violations").InterlockError as error:
        raise InterlockError(str(error)) from None
    finally:
        for opened in (quarantine, *given.values()):
            opened.close()
    if inbox is None:
        tell(
            "without --inbox the service does not know what was handled: should it come once more, it is handled again"
        )
    say(f"{tried} told, {left} left in quarantine")
    return 1 if left else 0


def _drained(consumer: Any, handler: Callable[[Any], object], home: str) -> int:
    """Tell one consumer's entries until there is none or one fails, which stays released; return how many went well."""
    later = import_module(f"{home}.handling.errors").RetryLater
    told = 0
    while (entry := consumer.take()) is not None:
        try:
            with consumer.telling(entry) as event:
                if event is not None:
                    handler(event)
        except later as failed:
            consumer.give_back(entry)
            raise InterlockError(
                f"the handler failed at entry {entry.id}, which stays released, after {told} told: {failed}"
            ) from None
        except BaseException:
            consumer.give_back(entry)
            raise
        told += 1
    return told
