"""Writing a report in the formats that were asked for, to stdout or to files."""

from __future__ import annotations

import dataclasses
import os
import sys
from collections.abc import Iterable
from pathlib import Path

from interlock.errors import BadValueError, InterlockError, UsageError
from interlock.report import Report
from interlock_cli import console, reports

STDOUT = "-"


def targets(asked: Iterable[str] | None, *, as_json: bool) -> list[tuple[str, str]]:
    """
    Return format and file (`-` for stdout) of each report asked for; raise BadValueError for an unknown format.

    Without any it is text, and in a GitHub workflow the annotations as well.
    """
    if as_json:
        return [("json", STDOUT), *targets(asked, as_json=False)] if asked else [("json", STDOUT)]
    if not asked:
        return [("text", STDOUT), *([("github", STDOUT)] if os.environ.get("GITHUB_ACTIONS") == "true" else [])]
    chosen = [(form, file or STDOUT) for form, _, file in (text.partition("=") for text in asked)]
    for form, _ in chosen:
        if form not in reports.RENDERERS:
            raise BadValueError(
                "--report", form, f"write one of {', '.join(reports.FORMATS)}, with =FILE to write a file"
            )
    return chosen


def write(report: Report, chosen: list[tuple[str, str]], *, quiet: bool) -> int:
    """Write the report to every target and return the run's exit code; raise UsageError for a file that can't be written."""
    for form, file in chosen:
        if file != STDOUT:
            _to_file(Path(file), reports.render(report, form))
        elif form == "text":
            if not (quiet and report.passed):
                sys.stdout.write(_text(report))
        else:
            sys.stdout.write(reports.render(report, form))
    return report.exit_code


def rooted(report: Report, folder: Path) -> Report:
    """Return the report with paths that start at the repository's top, as platforms want them."""
    if report.root:
        return report
    from interlock.repository import Repository

    try:
        return dataclasses.replace(report, root=Repository.containing(folder).prefix(folder))
    except InterlockError:
        here = Path.cwd()
        inside = folder.resolve().is_relative_to(here) and folder.resolve() != here
        return (
            dataclasses.replace(report, root=folder.resolve().relative_to(here).as_posix() + "/") if inside else report
        )


def _text(report: Report) -> str:
    """Return the text report as stdout wants it."""
    from interlock_cli.reports.text import render

    page = console.page()
    return render(report, colour=page.colour, width=page.width)


def _to_file(path: Path, text: str) -> None:
    """Write a report's file."""
    try:
        path.write_text(text, encoding="utf-8", newline="")
    except OSError as error:
        raise UsageError(f"the report can't be written to {path}: {error.strerror or 'unknown error'}") from None
