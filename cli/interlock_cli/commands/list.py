"""`interlock list`: what the catalog holds."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import groupby
from typing import TYPE_CHECKING, Annotated, Any

import typer

from interlock.errors import BadValueError, nearest
from interlock_cli.console import heading, page, say, say_json, table, tell
from interlock_cli.frame import globals_of
from interlock_cli.options import AsJson
from interlock_cli.places import working_copy

if TYPE_CHECKING:
    from interlock.catalog import Catalog
    from interlock.loading import Loaded

Row = dict[str, Any]


def list_(
    ctx: typer.Context,
    kind: Annotated[
        str | None, typer.Argument(metavar="[KIND]", autocompletion=lambda: list(ROWS), help="events, types, products, readers, workflows, systems or teams; without it, a summary by domain.", show_default=False)
    ] = None,
    as_json: AsJson = False,
) -> None:  # fmt: skip
    """List what the catalog holds. Without a kind, a summary by domain."""
    if kind is not None and kind not in ROWS:
        raise BadValueError("what to list", kind, f"write one of {', '.join(ROWS)}{nearest(kind, ROWS)}")
    loaded = working_copy(ctx, whole=False)
    catalog = loaded.catalog
    if as_json:
        say_json(
            ROWS[kind](catalog)
            if kind
            else {"catalog": catalog.settings.name, **{name: rows(catalog) for name, rows in ROWS.items()}}
        )
    elif kind is not None:
        say(*table([_cells(row) for row in ROWS[kind](catalog)], page(), indent=0))
    else:
        _summary(catalog)
    if loaded.findings and not globals_of(ctx).quiet:
        tell(_left_out(loaded))


def _left_out(loaded: Loaded) -> str:
    """Say that files are missing from the list."""
    from interlock_cli.reports.words import count

    files = {finding.place.path for finding in loaded.findings}
    return f"{count(len(files), 'file')} could not be read into the catalog: see interlock lint"


def _summary(catalog: Catalog) -> None:
    """Show the numbers and a table of events for each domain, then the products."""
    from interlock_cli.reports.words import count

    here = page()
    events = _events(catalog)
    domains = {row["name"].partition(".")[0] for row in events}
    majors = len(catalog.events)
    say(
        f"{heading(catalog.settings.name, here)}: {count(len(events), 'event')} in {count(len(domains), 'domain')}, "
        f"{count(len(_contracts(catalog.products)), 'product')}, {count(len(catalog.types), 'shared type')}",
        f"{count(majors, 'event major')}, {count(len(catalog.readers), 'reader')}, {count(len(catalog.workflows), 'workflow')}, "
        f"{count(len(catalog.systems), 'system')}, {count(len(catalog.sites), 'site')}, {count(len(catalog.teams), 'team')}",
    )  # fmt: skip
    for domain, rows in groupby(events, lambda row: row["name"].partition(".")[0]):
        say(
            "",
            heading(domain, here),
            *table([(r["name"].partition(".")[2], _short(r["versions"]), r["tier"], r["summary"]) for r in rows], here),
        )
    products = _products(catalog)
    if products:
        say(
            "",
            heading("products", here),
            *table([(r["name"], _short(r["versions"]), r["tier"], r["summary"]) for r in products], here),
        )


def _cells(row: Row) -> list[str]:
    """Return a row's values as text."""
    return [
        _short(value) if name == "versions" else ", ".join(value) if isinstance(value, list) else str(value)
        for name, value in row.items()
    ]


def _short(versions: list[Row]) -> str:
    """
    Show the newest version, and that older majors are still there.

    >>> _short([{"version": "2.1.0", "status": "released"}, {"version": "1.3.0", "status": "deprecated"}])
    '2.1.0 (v1)'
    """
    newest, *older = versions
    status = "" if newest["status"] == "released" else f" {newest['status']}"
    majors = ", ".join("v" + row["version"].partition(".")[0] for row in older)
    return f"{newest['version']}{status}" + (f" ({majors})" if majors else "")


def _contracts(entries: Any) -> list[tuple[str, list[Any]]]:
    """Return the contracts of one kind by name, each with its majors, newest first."""
    values = sorted((entry.value for entry in entries.values()), key=lambda value: (value.name, -value.major))
    return [(name, list(majors)) for name, majors in groupby(values, lambda value: str(value.name))]


def _versions(majors: Iterable[Any]) -> list[Row]:
    """Return the version and status of each major, newest first."""
    return [{"version": value.version, "status": value.lifecycle.status} for value in majors]


def _events(catalog: Catalog) -> list[Row]:
    """Return a row an event."""
    return [
        {"name": name, "versions": _versions(majors), "tier": majors[0].tier, "owner": majors[0].owner or "", "summary": majors[0].summary}
        for name, majors in _contracts(catalog.events)
    ]  # fmt: skip


def _types(catalog: Catalog) -> list[Row]:
    """Return a row a shared type."""
    return [
        {"name": name, "versions": _versions(majors), "summary": majors[0].summary}
        for name, majors in _contracts(catalog.types)
    ]


def _products(catalog: Catalog) -> list[Row]:
    """Return a row a product."""
    return [
        {"name": name, "versions": _versions(majors), "tier": majors[0].tier, "owner": majors[0].owner or "", "summary": majors[0].summary}
        for name, majors in _contracts(catalog.products)
    ]  # fmt: skip


def _readers(catalog: Catalog) -> list[Row]:
    """Return a row a reader."""
    return [
        {"name": name, "system": entry.value.system, "owner": entry.value.owner, "events": list(dict.fromkeys(reading.event for reading in entry.value.reads))}
        for name, entry in sorted(catalog.readers.items())
    ]  # fmt: skip


def _workflows(catalog: Catalog) -> list[Row]:
    """Return a row a workflow."""
    return [
        {"name": name, "tier": e.value.tier, "steps": len(e.value.steps), "within": e.value.sla or "", "summary": e.value.summary}
        for name, e in sorted(catalog.workflows.items())
    ]  # fmt: skip


def _systems(catalog: Catalog) -> list[Row]:
    """Return a row a system, with its ISA-95 level."""
    return [
        {"name": name, "level": system.level, "owner": system.owner, "summary": system.summary}
        for name, system in sorted(catalog.systems.items())
    ]  # fmt: skip


def _teams(catalog: Catalog) -> list[Row]:
    """Return a row a team."""
    return [
        {"name": name, "contact": team.contact, "summary": team.summary or team.name} for name, team in sorted(catalog.teams.items())
    ]  # fmt: skip


ROWS: dict[str, Callable[[Catalog], list[Row]]] = {
    "events": _events,
    "types": _types,
    "products": _products,
    "readers": _readers,
    "workflows": _workflows,
    "systems": _systems,
    "teams": _teams,
}
