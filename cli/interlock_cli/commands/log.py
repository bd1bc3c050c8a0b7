"""`interlock log`: the releases of a contract."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from interlock.errors import UnknownContractError
from interlock_cli.console import heading, page, say, say_json, tell
from interlock_cli.options import AsJson, ContractName
from interlock_cli.places import catalog_folder, working_copy

if TYPE_CHECKING:
    from interlock.authoring.logbook import Released


def log(ctx: typer.Context, contract: ContractName, as_json: AsJson = False) -> None:
    """List the releases of a contract. Newest first, each with its day, commit, bump and what changed."""
    from interlock.authoring.logbook import log as releases

    catalog = working_copy(ctx).catalog
    name, _, version = contract.partition("@")
    major = catalog.find(contract).value.major if version else None
    found = releases(catalog_folder(ctx), catalog, name, major)
    if not found and not catalog.majors(name):
        raise UnknownContractError(name, {entry.value.name for entry in catalog.contracts.values()})
    if as_json:
        say_json([_data(release) for release in found])
    elif found:
        for at, release in enumerate(found):
            say(*([""] if at else []), *_lines(release))
    else:
        tell(f"{name} has no release yet: a release is content on the base branch whose status is not draft")


def _data(release: Released) -> dict[str, object]:
    """Return a release for programs."""
    return {
        "contract": release.contract, "version": release.version, "date": str(release.date or ""), "commit": release.commit,
        "tag": release.tag, "pending": release.pending, "bump": str(release.bump), "differences": list(release.differences),
    }  # fmt: skip


def _lines(release: Released) -> list[str]:
    """Return a release for people."""
    here = page()
    name, bump = release.contract.partition("@")[0], f"  {release.bump}" if release.bump else "  first release"
    facts = "  ".join(
        filter(None, (str(release.date or ""), release.commit, release.tag, "pending" if release.pending else ""))
    )
    return [
        f"{heading(f'{name} {release.version}', here)}{bump}  {here.paint(facts, 'aside')}",
        *(f"  {here.paint(d, d[:1])}" for d in release.differences),
    ]
