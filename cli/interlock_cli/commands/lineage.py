"""`interlock lineage`: where events come from and lead to, as declared and as observed."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from interlock.errors import BadValueError, DocumentError, InterlockError, UnknownContractError, UsageError
from interlock_cli.completion import contract_names
from interlock_cli.console import page, say, say_json
from interlock_cli.options import AsJson
from interlock_cli.places import working_copy

if TYPE_CHECKING:
    from interlock.catalog import Catalog
    from interlock_runtime.observing.evidence import Evidence

MOST = 20
"""Facts that are answered for at once; more would hide the one that is asked for."""


def _moment(text: str) -> dt.datetime:
    """Read a moment; raise BadValueError."""
    from interlock_runtime.observing.replaying import at

    try:
        return at(text)
    except ValueError:
        raise BadValueError("--at", text, "write a moment such as 2026-03-17T08:00:00Z, or a date") from None


def lineage(
    ctx: typer.Context,
    what: Annotated[
        str | None, typer.Argument(metavar="[EVENT]", autocompletion=contract_names, show_default=False, help="A contract; with --observed also an id, a subject or a part of it, a correlation id, or an idempotency key.")
    ] = None,
    *,
    observed: Annotated[
        list[Path] | None, typer.Option("--observed", metavar="FILE", show_default=False, help="Recorded events, receipts and audit records: JSON Lines, or a store of receipts; repeatable.")
    ] = None,
    at: Annotated[
        dt.datetime | None, typer.Option("--at", metavar="MOMENT", parser=_moment, show_default=False, help="Judge what is missing as of this moment.  [default: now]")
    ] = None,
    as_json: AsJson = False,
) -> None:  # fmt: skip
    """Show where an event comes from and leads to. With --observed: when it happened, who was notified, what ran in time."""
    catalog = working_copy(ctx).catalog
    if not observed:
        _declared(catalog, what, as_json=as_json)
    elif what is None:
        _summary(catalog, _evidence(observed), at or dt.datetime.now(dt.UTC), as_json=as_json)
    else:
        _answers(catalog, _evidence(observed), what, as_json=as_json)


def _declared(catalog: Catalog, what: str | None, *, as_json: bool) -> None:
    """Show what the catalog declares about an event."""
    from interlock_cli.declaring import declared_data, declared_lines, declared_of, triggers_of

    if what is None:
        raise UsageError("name a contract, or give evidence with --observed FILE")
    name = what.partition("@")[0]
    known = {entry.value.name for entry in catalog.events.values()}
    if name not in known:
        raise UnknownContractError(what, sorted(known))
    triggers = triggers_of(catalog, name)
    declared = declared_of(catalog)
    if as_json:
        say_json(declared_data(declared, name, triggers))
    else:
        say(*declared_lines(declared, name, triggers, page()))


def _answers(catalog: Catalog, evidence: Evidence, what: str, *, as_json: bool) -> None:
    """Answer for each fact that is meant."""
    from interlock_cli.declaring import declared_of
    from interlock_cli.lineages import answer_data, answer_lines
    from interlock_runtime.observing.answers import answer, find

    found = find(evidence, what)
    if not found:
        raise InterlockError(f"no evidence of {what!r}: no event here has it as id, contract, subject, case or key")
    if len(found) > MOST:
        raise UsageError(f"{what!r} means {len(found)} events: name one by its id or subject")
    declared = declared_of(catalog)
    answers = [answer(evidence, declared, event) for event in found]
    if as_json:
        say_json([answer_data(one) for one in answers])
        return
    for number, one in enumerate(answers):
        say(*([""] if number else []), *answer_lines(one, page()))


def _summary(catalog: Catalog, evidence: Evidence, now: dt.datetime, *, as_json: bool) -> None:
    """Show where the evidence differs from what is declared, and the health of each site."""
    from interlock_cli.declaring import declared_of
    from interlock_cli.lineages import summary_data, summary_lines
    from interlock_runtime.observing.graph import differences
    from interlock_runtime.observing.sites import by_site

    declared = declared_of(catalog)
    found, sites = differences(evidence, declared), by_site(evidence, declared, now)
    if as_json:
        say_json(summary_data(found, sites))
    else:
        say(*summary_lines(found, sites, page()))


def _evidence(files: list[Path]) -> Evidence:
    """Read evidence; raise DocumentError for a file that is none."""
    from interlock_cli.services import tables_in
    from interlock_runtime.observing.evidence import Evidence

    evidence = Evidence()
    for file in files:
        tables = tables_in(file)
        if tables is None:
            _add_lines(evidence, file)
        elif "interlock_receipts" in tables:
            _add_store(evidence, file)
        else:
            raise DocumentError(str(file), "the database holds no receipts")
    return evidence


def _add_lines(evidence: Evidence, file: Path) -> None:
    """Add what JSON Lines tell."""
    from interlock_runtime.observing.reading import BadEvidence, read

    try:
        with file.open("rb") as lines:
            read(lines, evidence)
    except BadEvidence as error:
        raise DocumentError(str(file), error.why, error.line) from None


def _add_store(evidence: Evidence, file: Path) -> None:
    """Add the receipts of a store."""
    from interlock_runtime.stores.sqlite_receipts import SqliteReceipts

    store = SqliteReceipts(file)
    try:
        for receipt in store.each():
            evidence.add_receipt(receipt)
    finally:
        store.close()
