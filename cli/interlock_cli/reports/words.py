"""The phrases that several formats share: counts, versions, directions, and what a change needs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from interlock.errors import BadVersionError
from interlock.findings import Finding, Level, ReaderHit, Witness
from interlock.report import Change, Report
from interlock.versions import Bump, Version
from interlock_cli.reports.escape import one_line

OLD_READERS = "old readers x new events"
NEW_READERS = "new readers x old events"
REGISTRY_WORDS = {OLD_READERS: "FORWARD", NEW_READERS: "BACKWARD"}
"""Confluent's word for each direction; tools disagree on which is which, so it never stands alone."""
DIRECTIONS = {"FORWARD": (OLD_READERS,), "BACKWARD": (NEW_READERS,), "FULL": (OLD_READERS, NEW_READERS)}
"""What each mode asks; its transitive form asks the same of more releases."""


def count(number: int, singular: str, plural: str = "") -> str:
    """
    Return a number with its noun.

    >>> count(1, "error"), count(1200, "query", "queries")
    ('1 error', '1,200 queries')
    """
    return f"{number:,} {singular if number == 1 else plural or singular + 's'}"


def verdicts(report: Report) -> str:
    """Return how many changed contracts have each verdict, the worst first."""
    order = ("breaking", "undecided", "removed", "new", "compatible", "unchanged", "draft")
    counted = [(report.verdicts(verdict), verdict) for verdict in order]
    return ", ".join(f"{number:,} {verdict}" for number, verdict in counted if number) or "no contract changed"


def gravities(report: Report) -> str:
    """Return how many findings there are of each level, those waived apart."""
    waived = sum(1 for finding in report.findings if finding.waived)
    noted = sum(1 for finding in report.findings if finding.counts is Level.INFO and not finding.waived)
    counted = [
        (report.count(Level.ERROR), count(report.count(Level.ERROR), "error")),
        (report.count(Level.WARNING), count(report.count(Level.WARNING), "warning")),
        (noted, count(noted, "note")),
        (waived, f"{waived:,} waived"),
    ]
    return ", ".join(text for number, text in counted if number) or "no findings"


def outcome(report: Report) -> str:
    """Return the result in one sentence, for example `2 errors, 1 waived; 1 breaking, 3 compatible`."""
    if report.command != "check":
        return gravities(report)
    return f"{verdicts(report)}; {gravities(report)}"


def asked(report: Report) -> list[str]:
    """Return what was looked at and how much of it was decided, a sentence each."""
    said: list[str] = []
    if report.contracts or not report.documents:
        rules = f" with {count(report.rules, 'rule')}" if report.rules else ""
        said.append(f"checked {count(report.contracts, 'contract')} in {count(report.files, 'file')}{rules}")
    if report.documents:
        said.append(f"validated {count(report.documents, 'document')}")
    if report.questions:
        share = report.decided * 100 // report.questions
        questions = count(report.questions, "compatibility question")
        said.append(f"decided {report.decided:,} of {questions} ({share}%)")
    return said


def level(finding: Finding) -> str:
    """Return the word before a finding: its level, or `waived`."""
    return "waived" if finding.waived else str(finding.level)


def direction(finding: Finding) -> str:
    """Return the finding's direction with the registry world's word in brackets."""
    said = one_line(finding.direction)
    word = REGISTRY_WORDS.get(finding.direction)
    return f"{said} [{word}]" if word else said


def versions(change: Change, arrow: str = "->") -> str:
    """Return from which version a contract went to which."""
    if change.old is None:
        return f"new {arrow} {one_line(change.new or 'draft')}"
    return f"{one_line(change.old)} {arrow} {one_line(change.new or 'removed')}"


def next_version(change: Change) -> str:
    """Return the least version that the change may have; empty where it has one already."""
    if change.old is None or change.new is None or change.declared >= change.needed:
        return ""
    try:
        return str(Version.parse(change.old).bumped(change.needed))
    except BadVersionError:
        return f"a {change.needed} version"


def by_contract(report: Report) -> defaultdict[str, list[Finding]]:
    """Return the findings of each contract, found in one pass; those about the catalog under the empty name."""
    found: defaultdict[str, list[Finding]] = defaultdict(list)
    for finding in report.findings:
        found[finding.contract].append(finding)
    return found


def gates(report: Report, found: Sequence[Finding]) -> bool:
    """Say whether any of these findings fails the run."""
    return any(finding.counts >= report.fail_on for finding in found)


def needs(change: Change, *, gated: bool) -> str:
    """Return what the author of a change has to do, for example `fix, 3.0.0 or waiver`."""
    refused = gated and change.verdict in {"breaking", "undecided"}
    higher = next_version(change)
    ways = ["fix"] if refused or (gated and not higher) else []
    ways += [higher] if higher else []
    ways += ["waiver"] if refused else []
    return " or ".join(filter(None, [", ".join(ways[:-1]), ways[-1]])) if ways else "nothing"


def readers_hit(readers: Sequence[ReaderHit]) -> str:
    """Return how many of the readers break."""
    return f"{sum(1 for reader in readers if reader.breaks)} of {len(readers)}"


def proof(witness: Witness) -> str:
    """Return who may send the witness, who turns it away and why."""
    at = f" at {one_line(witness.at)}" if witness.at else ""
    writer, reader, because = one_line(witness.writer), one_line(witness.reader), one_line(witness.because)
    return f"A writer of {writer} may send it; a reader of {reader} rejects it{at}: {because}"


def repository_path(report: Report, finding: Finding) -> str:
    """Return the finding's file relative to the repository, exactly; the catalog's own file where it names none."""
    return (report.root + (finding.place.path or "catalog.yaml")).lstrip("/")


def bump_sentence(change: Change) -> str:
    """Return whether the version rises enough, for example `1.5.0 ok, minor is the required bump`."""
    new = one_line(change.new or "")
    if higher := next_version(change):
        return f"{new} too low, {change.needed} is the required bump: {higher}"
    if change.declared > change.needed:
        return f"{new} ok, {change.declared} where {change.needed} would do"
    if change.needed is Bump.NONE:
        return f"{new} ok, no bump is required"
    return f"{new} ok, {change.needed} is the required bump"
