"""The whole report as JSON, for programs: `interlock-report/1`, which `schema` describes."""

from __future__ import annotations

from typing import Any

from interlock.findings import Finding, Level, ReaderHit, Witness
from interlock.report import Change, Report
from interlock_cli.reports.escape import data

VERSION = "interlock-report/1"
"""Name and version of the form; a member that goes or changes its meaning makes another version."""


def render(report: Report) -> str:
    """Return every value of the report, in an order that depends on nothing else."""
    return data(
        {
            "schema": VERSION,
            "command": report.command,
            "catalog": report.catalog,
            "root": report.root,
            "head": report.head,
            "base": report.base,
            "reproduce": report.reproduce,
            "notes": list(report.notes),
            "passed": report.passed,
            "exit_code": report.exit_code,
            "fail_on": str(report.fail_on),
            "seconds": report.seconds,
            "totals": _totals(report),
            "changes": [_change(change) for change in report.changes],
            "findings": [_finding(finding) for finding in report.findings],
        }
    )


def _totals(report: Report) -> dict[str, int]:
    """Return the counts."""
    return {
        "contracts": report.contracts,
        "files": report.files,
        "rules": report.rules,
        "questions": report.questions,
        "decided": report.decided,
        "documents": report.documents,
        "errors": report.count(Level.ERROR),
        "warnings": report.count(Level.WARNING),
        "waived": sum(1 for finding in report.findings if finding.waived),
        "compatible": report.verdicts("compatible"),
        "breaking": report.verdicts("breaking"),
        "undecided": report.verdicts("undecided"),
    }


def _change(change: Change) -> dict[str, Any]:
    """Return one changed contract."""
    return {
        "contract": change.contract,
        "path": change.path,
        "old": change.old,
        "new": change.new,
        "verdict": change.verdict,
        "declared": str(change.declared),
        "needed": str(change.needed),
        "mode": change.mode,
        "compared": list(change.compared),
        "through": change.through,
        "differences": list(change.differences),
        "readers": [reader_value(reader) for reader in change.readers],
        "readers_hit": change.readers_hit,
    }


def _finding(finding: Finding) -> dict[str, Any]:
    """Return one finding."""
    place = finding.place
    return {
        "rule": finding.rule,
        "level": str(finding.level),
        "counts": str(finding.counts),
        "message": finding.message,
        "contract": finding.contract,
        "place": {"path": place.path, "pointer": place.pointer, "line": place.line, "column": place.column},
        "fingerprint": finding.fingerprint,
        "bump": str(finding.bump),
        "direction": finding.direction,
        "witness": witness_value(finding.witness),
        "readers": [reader_value(reader) for reader in finding.readers],
        "fix": finding.fix,
        "old": finding.old,
        "new": finding.new,
        "waived": finding.waived,
        "also": list(finding.also),
    }


def witness_value(witness: Witness | None) -> dict[str, Any] | None:
    """Return a witness, for any format that is JSON."""
    if witness is None:
        return None
    return {
        "event": witness.event,
        "writer": witness.writer,
        "reader": witness.reader,
        "at": witness.at,
        "because": witness.because,
    }


def reader_value(reader: ReaderHit) -> dict[str, Any]:
    """Return a reader, for any format that is JSON."""
    return {
        "service": reader.service,
        "owner": reader.owner,
        "versions": reader.versions,
        "evidence": reader.evidence,
        "breaks": reader.breaks,
        "because": reader.because,
    }
