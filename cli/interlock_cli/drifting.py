"""Saying what generated files differ, were written or stand in the way: each file on stdout, the sum on stderr."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from interlock_cli.console import say, tell

if TYPE_CHECKING:
    from interlock.findings import Finding
    from interlock_codegen.writing import Drift

_CHECKED = {"missing": "missing", "changed": "differs", "stale": "stale"}
_WRITTEN = {"missing": "new", "changed": "changed", "stale": "removed"}


def lists(found: Drift) -> dict[str, list[str]]:
    """Return the differences as lists."""
    return {"missing": list(found.missing), "changed": list(found.changed), "stale": list(found.stale)}


def tell_drift(found: Drift, place: Path, count: int, *, again: str, check: bool, quiet: bool) -> None:
    """Say what differs or was done; `again` is the command that mends what differs. Files that are all new need no list."""
    words = _CHECKED if check else _WRITTEN
    first = not check and len(found.missing) == count and not found.stale
    if not first:
        say(*(f"{words[kind]}  {path}" for kind, paths in lists(found).items() for path in paths))
    if quiet:
        return
    if not found:
        tell(f"{place} is up to date: {count} {'file' if count == 1 else 'files'}")
    elif check:
        tell(f"{place} is not up to date: run {again}, and commit what it writes")
    else:
        wrote = len(found.missing) + len(found.changed)
        done = f"wrote {count}" if first else f"wrote {wrote} and removed {len(found.stale)} of {count}"
        tell(f"{done} {'file' if count == 1 else 'files'} in {place}")


def report_findings(findings: tuple[Finding, ...], *, as_json: bool, quiet: bool) -> None:
    """Report what stands in the way of generating, as `interlock lint` would."""
    from interlock.report import Report
    from interlock_cli.writing import write

    report = Report(command="generate", catalog="", head="working copy", findings=findings, reproduce="interlock lint")
    write(report, [("json" if as_json else "text", "-")], quiet=quiet)
