"""`interlock show`: all that one contract promises."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import typer

from interlock_cli.console import heading, page, say, say_json, table
from interlock_cli.options import AsJson, ContractName
from interlock_cli.places import catalog_folder

if TYPE_CHECKING:
    from interlock.authoring.showing import Shown
    from interlock.differences import Member
    from interlock_cli.reports.page import Page


def show(ctx: typer.Context, contract: ContractName, as_json: AsJson = False) -> None:
    """Show all that one contract promises. Members, readers, lineage and releases are listed below."""
    from interlock.authoring.showing import shown

    found = shown(catalog_folder(ctx), contract)
    if as_json:
        say_json(_data(found))
    else:
        say(*_lines(found, page()))


def _data(found: Shown) -> dict[str, Any]:
    """Return the contract for programs."""
    return {
        "contract": found.key, "version": found.version, "status": found.status, "path": found.path, "promises": found.promises,
        "members": [
            {"path": m.path, "required": m.required, "type": m.type, "shared": m.shared, "values": list(m.values), "open": m.open,
             "meaning": dict(m.meaning), "description": m.description} for m in found.members
        ],
        "operations": [list(row) for row in found.operations],
        "readers": [{"service": r.service, "versions": r.versions, "owner": r.owner, "fields": list(r.fields)} for r in found.readers],
        "leads-to": list(found.leads_to), "used-by": list(found.used_by),
        "releases": [{"version": r.version, "date": str(r.date or ""), "commit": r.commit, "tag": r.tag, "bump": str(r.bump)} for r in found.releases],
    }  # fmt: skip


def _own(members: Sequence[Member]) -> list[Member]:
    """Return the members without those inside a shared type, which has a page of its own."""
    inside = tuple(f"{member.path}/" for member in members if member.shared)
    return [member for member in members if not member.path.startswith(inside)]


def _lines(found: Shown, here: Page) -> list[str]:
    """Return the contract for people."""
    from interlock_cli.reports.escape import one_line

    lines = [
        here.ends(f"{found.name} {found.version}", found.status.upper()),
        *here.wrapped(one_line(found.summary)),
        "",
    ]
    for label, text in found.facts:
        lines += here.labelled(label, text)
    members = [
        (m.path, m.shared or m.type, "required" if m.required else "", m.description) for m in _own(found.members)
    ]
    operations = [
        row
        for name, request, events in found.operations
        for row in ((name, request), *(("", f"-> {event}") for event in events.split(", ") if event))
    ]
    readers = [(r.service, r.versions, r.owner, ", ".join(r.fields)) for r in found.readers]
    releases = [
        (
            r.version,
            str(r.date or ""),
            r.commit,
            "pending" if r.pending else r.tag,
            str(r.bump) if r.bump else "first release",
        )
        for r in found.releases
    ]
    for title, rows in (
        ("members", members), ("operations", operations), ("readers", readers),
        ("leads to", [(name,) for name in found.leads_to]), ("used by", [(key,) for key in found.used_by]), ("releases", releases),
    ):  # fmt: skip
        lines += ["", heading(title, here), *table(rows, here)] if rows else []
    return [*lines, *(["", here.paint(found.note, "aside")] if found.note else [])]
