"""Judging one changed contract: every question that it raises, and the bump that it needs."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass

from interlock.catalog import ProductContract
from interlock.check.cases import Case
from interlock.check.questions import Asked, Question, findings
from interlock.compat import Comparison, Refusal, Verdict
from interlock.compat.openapi import ApiRefusal
from interlock.findings import Finding, Level
from interlock.rules import promise_bump
from interlock.snapshots import Snapshot
from interlock.versions import Bump


@dataclass(frozen=True)
class Judgement:
    """What was found about one contract."""

    verdict: str
    needed: Bump = Bump.NONE
    declared: Bump = Bump.NONE
    compared: tuple[str, ...] = ()
    """The earlier versions that were asked about."""
    findings: tuple[Finding, ...] = ()


def judge_contract(case: Case, asked: Asked) -> Judgement:
    """Ask every question that a change raises, and compute the bump that it needs."""
    if case.draft:
        return Judgement("draft")
    targets = case.targets()
    found = tuple(_distinct(finding for target in targets for finding in _about(case, target, asked)))
    needed = _needed(case, found, asked)
    compared = tuple(target.label for target in targets)
    return Judgement(_verdict(case, found), needed, _declared(case), compared, found)


def _about(case: Case, target: Snapshot, asked: Asked) -> Iterator[Finding]:
    """Ask about one earlier content in every direction of the mode; mark what a release already broke (a barrier)."""
    newest = case.releases[-1] if case.releases else None
    for direction in case.mode.directions:
        question = Question(case.new, target, direction)
        answer = question.answer(asked)
        made = findings(question, answer, case.judge)
        if not answer.refusals or newest is None or newest.version <= target.version:
            yield from made
            continue
        before = Question(newest, target, direction).answer(asked)
        yield from _behind_barrier(made, answer, before, f"{newest.version}")


def _behind_barrier(made: Iterator[Finding], answer: Comparison, before: Comparison, newest: str) -> Iterator[Finding]:
    """Mark the findings whose cause the newest release already had: what is released can't be taken back."""
    known = {_cause(refusal) for refusal in before.refusals}
    for index, finding in enumerate(made):
        old = index < len(answer.refusals) and _cause(answer.refusals[index]) in known
        yield dataclasses.replace(finding, waived=f"released {newest} already broke this (barrier)") if old else finding


def _cause(refusal: Refusal) -> tuple[str, ...]:
    """Name a cause apart from its wording: what refuses, and which value; of an API, where the old document says it."""
    if isinstance(refusal, ApiRefusal):
        return refusal.cause, refusal.part, str(refusal.writer)
    return refusal.cause, refusal.at


def _distinct(found: Iterator[Finding]) -> Iterator[Finding]:
    """Keep one finding for each fingerprint: the one about the newest release, and rather one that counts."""
    groups: dict[str, list[Finding]] = {}
    for finding in found:
        groups.setdefault(finding.fingerprint, []).append(finding)
    for group in groups.values():
        yield [
            *(finding for finding in group if not finding.waived),
            *([] if any(not f.waived for f in group) else group),
        ][-1]


def _needed(case: Case, found: tuple[Finding, ...], asked: Asked) -> Bump:
    """Return the least bump that covers the change since the last release."""
    new, last = case.new, case.last_but_taken
    if last is None:
        return _since_predecessor(case, asked)
    if any(finding.bump is Bump.MAJOR and not finding.waived for finding in found):
        return Bump.MAJOR
    if new.identity == last.identity:
        return Bump.NONE
    promised = promise_bump(last.entry.value, new.entry.value)
    if new.observed == last.observed:
        return max(Bump.PATCH, promised)
    return max(Bump.MINOR if new.schema_identity != last.schema_identity else Bump.PATCH, promised)


def _since_predecessor(case: Case, asked: Asked) -> Bump:
    """For the first version of a new major: what the step from the major before needs; NONE when there is none."""
    new, before = case.new, case.predecessor
    if before is None:
        return Bump.NONE
    promised = promise_bump(before.entry.value, new.entry.value)
    if isinstance(new.entry.value, ProductContract):
        return max(Bump.MAJOR if new.schema_identity != before.schema_identity else Bump.MINOR, promised)
    answers = (Question(new, before, direction).answer(asked) for direction in case.mode.directions)
    breaks = any(answer.verdict is not Verdict.COMPATIBLE for answer in answers)
    return Bump.MAJOR if breaks else max(Bump.MINOR, promised)


def _declared(case: Case) -> Bump:
    """Return the bump that the new version declares."""
    if case.last is not None:
        return case.new.version.bump_since(case.last.version)
    return Bump.MAJOR if case.predecessor is not None and case.taken is None else Bump.NONE


def _verdict(case: Case, found: tuple[Finding, ...]) -> str:
    """Return the word for what was found."""
    counting = [finding for finding in found if not finding.waived and finding.level is Level.ERROR]
    if any(finding.bump is Bump.MAJOR for finding in counting):
        return "breaking"
    if counting:
        return "undecided"
    if case.old is None and not case.releases:
        return "new"
    return "unchanged" if case.old is not None and case.old.identity == case.new.identity else "compatible"
