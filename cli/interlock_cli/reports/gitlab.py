"""GitLab's Code Quality report: findings beside the lines of a merge request's diff."""

from __future__ import annotations

from collections import Counter
from typing import Any

from interlock.findings import Finding, Level
from interlock.report import Report
from interlock_cli.reports import words
from interlock_cli.reports.escape import data, one_line

SEVERITIES = {Level.ERROR: "critical", Level.WARNING: "minor", Level.INFO: "info", Level.OFF: "info"}
"""What GitLab calls each level; its other words are `major` and `blocker`."""


def render(report: Report) -> str:
    """Return the findings as a JSON array; GitLab compares it with the target branch's by fingerprint."""
    seen: Counter[str] = Counter()
    return data([_entry(report, finding, seen) for finding in report.findings])


def _entry(report: Report, finding: Finding, seen: Counter[str]) -> dict[str, Any]:
    """Return one finding; a waived one stays in the list as `info`, with its reason."""
    waived = f" (waived: {one_line(finding.waived, 300)})" if finding.waived else ""
    contract = f"{one_line(finding.contract)}: " if finding.contract else ""
    return {
        "description": f"{contract}{one_line(finding.message)}{waived}",
        "check_name": one_line(finding.rule),
        "fingerprint": _unique(finding.fingerprint, seen),
        "severity": SEVERITIES[finding.counts],
        "location": {
            "path": words.repository_path(report, finding),
            "lines": {"begin": finding.place.line or 1},
        },
    }


def _unique(fingerprint: str, seen: Counter[str]) -> str:
    """Return the fingerprint, numbered from its second finding on: GitLab keeps one of each."""
    seen[fingerprint] += 1
    return fingerprint if seen[fingerprint] == 1 else f"{fingerprint}:{seen[fingerprint]}"
