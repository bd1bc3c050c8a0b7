"""
Each format's look is approved by a person and kept as a file.

`INTERLOCK_APPROVE=1 pytest tests/reports` writes the files anew; read the difference before you commit it.
"""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from interlock_cli.reports import FORMATS, render
from interlock_cli.reports.schema import schema
from reports import sample

HERE = Path(__file__).parent
PUBLISHED = HERE.parents[1] / "docs" / "schemas" / "report.json"
APPROVED = {
    "text.txt": ("text", sample.BLOCKED_REPORT),
    "text-passing.txt": ("text", sample.PASSING_REPORT),
    "text-lint.txt": ("text", sample.LINT_REPORT),
    "text-validate.txt": ("text", sample.VALIDATE_REPORT),
    "json.json": ("json", sample.BLOCKED_REPORT),
    "markdown.md": ("markdown", sample.BLOCKED_REPORT),
    "markdown-passing.md": ("markdown", sample.PASSING_REPORT),
    "github.txt": ("github", sample.BLOCKED_REPORT),
    "gitlab.json": ("gitlab", sample.BLOCKED_REPORT),
    "sarif.sarif": ("sarif", sample.BLOCKED_REPORT),
    "junit.xml": ("junit", sample.BLOCKED_REPORT),
}


def _compare(path: Path, text: str) -> None:
    if os.environ.get("INTERLOCK_APPROVE") == "1":
        path.write_text(text, encoding="utf-8", newline="\n")
    assert text == path.read_text(encoding="utf-8"), f"{path.name} is not as approved; see this file's docstring"


@pytest.mark.parametrize("name", APPROVED)
def test_a_report_looks_as_approved(name: str) -> None:
    """The rendered report is the approved file, byte for byte."""
    form, report = APPROVED[name]
    _compare(HERE / "approved" / name, render(report, form))


def test_the_published_schema_is_the_one_in_the_code() -> None:
    """`docs/schemas/report.json` is what `interlock schema report` prints."""
    _compare(PUBLISHED, json.dumps(schema(), indent=2) + "\n")


def test_every_format_and_no_other_file_is_approved() -> None:
    """No format is without an approved file, and no file is left over from one that went."""
    assert {form for form, _ in APPROVED.values()} == set(FORMATS)
    assert {path.name for path in (HERE / "approved").iterdir()} == set(APPROVED)


@pytest.mark.parametrize("form", FORMATS)
def test_a_report_does_not_depend_on_when_it_is_rendered(form: str) -> None:
    """Two renderings of one value are equal."""
    assert render(sample.BLOCKED_REPORT, form) == render(sample.BLOCKED_REPORT, form)
