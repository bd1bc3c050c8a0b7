"""SARIF 2.1.0 (OASIS, errata 01): findings for code scanning, with their proofs as properties."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from interlock.findings import FINGERPRINT, Finding, Level
from interlock.report import Report
from interlock_cli.reports import words
from interlock_cli.reports.escape import data, one_line
from interlock_cli.reports.json import reader_value, witness_value

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
LEVELS = {Level.ERROR: "error", Level.WARNING: "warning", Level.INFO: "note", Level.OFF: "none"}


def render(report: Report) -> str:
    """Return a log of one run."""
    rules = {rule: at for at, rule in enumerate(dict.fromkeys(one_line(finding.rule) for finding in report.findings))}
    run: dict[str, Any] = {
        "tool": {"driver": _driver(report, rules)},
        "automationDetails": {"id": f"interlock/{one_line(report.command)}/{one_line(report.catalog)}/"},
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {"%SRCROOT%": {"description": {"text": "The root of the repository."}}},
        "results": [_result(report, finding, rules) for finding in report.findings],
    }
    return data({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]})


def _driver(report: Report, rules: dict[str, int]) -> dict[str, Any]:
    """Return the tool and each rule that found something, at the level that the catalog gives it."""
    levels = {one_line(finding.rule): finding.level for finding in report.findings}
    return {
        "name": "interlock",
        "rules": [_rule(rule, levels[rule]) for rule in rules],
    }


def _rule(rule: str, level: Level) -> dict[str, Any]:
    """Return one rule; its page is a command, since it belongs to the version that is installed."""
    return {
        "id": rule,
        "shortDescription": {"text": _message(rule.rpartition("/")[2].replace("-", " "))},
        "help": {"text": _message(f"interlock explain {rule}")},
        "defaultConfiguration": {"level": LEVELS[level]},
    }


def _result(report: Report, finding: Finding, rules: dict[str, int]) -> dict[str, Any]:
    """Return one finding; a waived one is suppressed, which keeps it on record and out of the count."""
    suppression = {"kind": "external", "status": "accepted", "justification": _message(finding.waived)}
    return {
        "ruleId": one_line(finding.rule),
        "ruleIndex": rules[one_line(finding.rule)],
        "level": LEVELS[finding.level],
        "message": {"text": _message(finding.message)},
        "locations": [_location(report, finding)],
        "partialFingerprints": {f"interlock/v{FINGERPRINT}": finding.fingerprint},
        "suppressions": [suppression] if finding.waived else [],
        "properties": _properties(finding),
    }


def _message(text: str) -> str:
    """Return a plain text message: braces are doubled (3.11.5), and no bracket makes a link (3.11.6)."""
    line = one_line(text) or "(no text)"
    return line.replace("{", "{{").replace("}", "}}").replace("](", "] (")


def _location(report: Report, finding: Finding) -> dict[str, Any]:
    """Return the file as a relative URI reference (RFC 3986); code scanning needs a line, so it is 1 where unknown."""
    path = words.repository_path(report, finding)
    region = {"startLine": finding.place.line or 1}
    if finding.place.column:
        region["startColumn"] = finding.place.column
    artifact = {"uri": quote(path, safe="/", errors="replace"), "uriBaseId": "%SRCROOT%"}
    logical = one_line(f"{finding.contract}#{finding.place.pointer}")
    return {
        "physicalLocation": {"artifactLocation": artifact, "region": region},
        "logicalLocations": [{"fullyQualifiedName": logical}],
    }


def _properties(finding: Finding) -> dict[str, Any]:
    """Return what SARIF has no place for."""
    return {
        "contract": finding.contract,
        "pointer": finding.place.pointer,
        "direction": finding.direction,
        "bump": str(finding.bump),
        "witness": witness_value(finding.witness),
        "readers": [reader_value(reader) for reader in finding.readers],
        "fix": finding.fix,
        "also": list(finding.also),
    }
