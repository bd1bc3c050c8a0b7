"""JUnit's XML: a suite for each contract, a case for each finding, for the test tab of any CI system."""

from __future__ import annotations

import re
from collections.abc import Sequence
from xml.etree import ElementTree as ET

from interlock.findings import Finding
from interlock.report import Change, Report
from interlock_cli.reports import words
from interlock_cli.reports.escape import document, one_line, quiet, some_lines

MOST_LINES = 200
_NOT_XML = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What is no character of XML 1.0 (fifth edition, production 2)."""


def render(report: Report) -> str:
    """Return the suites: the catalog's own first, then each contract that changed or has findings."""
    changes = {change.contract: change for change in report.changes}
    found = words.by_contract(report)
    root = ET.Element("testsuites", name=f"interlock {_text(report.command)} {_text(report.catalog)}")
    for contract in dict.fromkeys(["", *changes, *found]):
        root.append(_suite(report, contract, changes.get(contract), found[contract]))
    _count(root, list(root.iter("testcase")))
    root.set("time", f"{report.seconds:.3f}")
    ET.indent(root)
    return quiet('<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(root, encoding="unicode") + "\n")


def _suite(report: Report, contract: str, change: Change | None, findings: Sequence[Finding]) -> ET.Element:
    """Return a contract's cases; one that passes when nothing was found."""
    name = _text(contract) or f"catalog {_text(report.catalog)}"
    suite = ET.Element("testsuite", name=name)
    for finding in findings:
        suite.append(_case(report, name, finding))
    if not findings:
        said = f"{_text(change.verdict)} {words.versions(change)}" if change else "; ".join(words.asked(report))
        ET.SubElement(suite, "testcase", classname=name, name=said)
    _count(suite, list(suite))
    return suite


def _count(element: ET.Element, cases: Sequence[ET.Element]) -> None:
    """Set how many cases there are, and how many fail or are skipped."""
    element.set("tests", str(len(cases)))
    element.set("failures", str(sum(1 for case in cases if case.find("failure") is not None)))
    element.set("errors", "0")
    element.set("skipped", str(sum(1 for case in cases if case.find("skipped") is not None)))


def _case(report: Report, classname: str, finding: Finding) -> ET.Element:
    """Return one finding: failed when it gates, skipped when waived, else passed with its text as output."""
    named = " ".join(filter(None, [finding.rule, finding.place.pointer, finding.direction]))
    case = ET.Element("testcase", classname=classname, name=_text(named))
    case.set("file", _text(words.repository_path(report, finding)))
    if finding.place.line is not None:
        case.set("line", str(finding.place.line))
    message = _text(finding.message)
    if finding.waived:
        ET.SubElement(case, "skipped", message=f"waived: {_text(finding.waived)}")
    elif finding.counts >= report.fail_on:
        failure = ET.SubElement(case, "failure", type=_text(finding.rule), message=message)
        failure.text = _body(report, finding)
    else:
        ET.SubElement(case, "system-out").text = f"{finding.level}: {_body(report, finding)}"
    return case


def _body(report: Report, finding: Finding) -> str:
    """Return where it is, what proves it, whom it hits and what mends it, as lines."""
    place = f"{report.root}{finding.place}: " if finding.place.path else ""
    lines = [f"{place}{finding.message}"]
    if finding.witness:
        lines += [words.proof(finding.witness), *document(finding.witness.event).split("\n")]
    lines += [
        f"breaks {reader.service} {reader.versions}: {reader.because}" for reader in finding.readers if reader.breaks
    ]
    lines += [f"fix: {line}" for line in finding.fix.splitlines()]
    return _NOT_XML.sub("", "\n".join(some_lines("\n".join(" ".join(line.splitlines()) for line in lines), MOST_LINES)))


def _text(text: str) -> str:
    """Return one visible line of XML characters."""
    return _NOT_XML.sub("", one_line(text))
