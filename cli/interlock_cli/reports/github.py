"""
Annotations of GitHub Actions, as workflow commands: findings at their lines in the pull request's diff.

The platform shows ten annotations of each kind a step, and drops the others without a word; so the findings of a
contract share one where they are more, and a notice says what is left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from interlock.findings import Finding, Level
from interlock.report import Report
from interlock_cli.reports import words
from interlock_cli.reports.escape import one_line, some_lines, visible

SHOWN = 10
"""How many annotations of one kind the platform shows for a step."""
KINDS = {Level.ERROR: "error", Level.WARNING: "warning", Level.INFO: "notice"}


def render(report: Report) -> str:
    """Return a line for each annotation; empty when there is nothing to say."""
    lines: list[str] = []
    left_out: list[str] = []
    for level, kind in KINDS.items():
        room = SHOWN if kind != "notice" else SHOWN - 1
        groups = _groups([f for f in report.findings if f.counts is level and not f.waived], room)
        lines += [_annotation(report, kind, group) for group in groups[:room]]
        if hidden := sum(map(len, groups[room:])):
            left_out.append(words.count(hidden, kind))
    if left_out:
        lines.append(_left_out(report, left_out))
    return "".join(f"{line}\n" for line in lines)


def _groups(findings: Sequence[Finding], room: int) -> list[list[Finding]]:
    """Return each finding alone where there is room, else those of a contract (of a file, without one) together."""
    if len(findings) <= room:
        return [[finding] for finding in findings]
    groups: dict[str, list[Finding]] = {}
    for finding in findings:
        groups.setdefault(finding.contract or finding.place.path, []).append(finding)
    return list(groups.values())


def _annotation(report: Report, kind: str, group: Sequence[Finding]) -> str:
    """Return the command for one annotation, at the place of its first finding."""
    first = group[0]
    rules = dict.fromkeys(one_line(finding.rule, 100) for finding in group)
    title = f"{', '.join(list(rules)[:3])}{' ...' if len(rules) > 3 else ''}"  # noqa: PLR2004 - what a title has room for
    properties = {
        "file": visible(words.repository_path(report, first)),
        "line": first.place.line,
        "col": first.place.column,
        "title": f"{title} {one_line(first.contract, 200)}".strip(),
    }
    return _command(kind, properties, _message(first) if len(group) == 1 else _messages(group))


def _message(finding: Finding) -> str:
    """Return what one finding says, why it is so and what mends it."""
    proof = [words.proof(finding.witness)] if finding.witness else []
    fix = ["fix: " + "\n     ".join(some_lines(finding.fix, SHOWN))] if finding.fix.strip() else []
    return "\n".join([one_line(finding.message), *proof, *fix])


def _messages(group: Sequence[Finding]) -> str:
    """Return a line for each of a contract's findings, as many as the log keeps readable."""
    lines = [f"{one_line(str(finding.place))}: {one_line(finding.message, 300)}" for finding in group]
    return "\n".join(some_lines("\n".join(lines), 20))


def _left_out(report: Report, what: Iterable[str]) -> str:
    """Return the notice about what the platform would not show."""
    again = f": {one_line(report.reproduce)}" if report.reproduce else ""
    message = (
        f"{', '.join(what)} not shown, since a step has {SHOWN} annotations of a kind; the text report has all{again}"
    )
    return _command("notice", {"title": f"interlock {one_line(report.command, 100)}"}, message)


def _command(kind: str, properties: dict[str, str | int | None], message: str) -> str:
    """Write a workflow command as the runner reads it (`ActionCommand` of actions/runner)."""
    written = ",".join(f"{name}={_property(str(value))}" for name, value in properties.items() if value is not None)
    return f"::{kind} {written}::{_data(message)}"


def _data(text: str) -> str:
    """Escape what ends a command's message."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    """Escape what ends a command's property."""
    return _data(text).replace(":", "%3A").replace(",", "%2C")
