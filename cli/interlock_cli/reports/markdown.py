"""The comment on a pull request: a table of what changed, then each finding folded, with its proof and its mend."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from interlock.findings import Finding, ReaderHit, Witness
from interlock.report import Change, Report
from interlock_cli.reports import words
from interlock_cli.reports.escape import is_message, message, quiet, some_lines
from interlock_cli.reports.inert import code, fenced, prose

LARGEST = 64_000
"""How many bytes of UTF-8 the parts may have together; GitHub takes a comment of 65,536 characters."""
MOST_LINES = 40
MOST_ROWS = 20


def render(report: Report) -> str:
    """Return the comment; its first line is the hidden marker by which it is found and updated in place."""
    table = _table(report)
    findings = _findings(report, LARGEST - _size(table))
    return quiet("\n\n".join([marker(report.catalog), _heading(report), *table, *findings, _foot(report)]) + "\n")


def marker(catalog: str) -> str:
    """Return the hidden line that names the catalog; nothing in a name can end an HTML comment early."""
    return f"<!-- interlock:check:{re.sub('[^A-Za-z0-9._]+', '-', catalog)[:100]} -->"


def _size(blocks: Iterable[str]) -> int:
    """Count the bytes of some blocks with what stands between them."""
    return sum(len(block.encode()) + 2 for block in blocks)


def _fitting(blocks: Iterable[str], room: int) -> tuple[list[str], int]:
    """Return the blocks for which there is room, and how many are left out."""
    shown: list[str] = []
    left_out = 0
    for block in blocks:
        size = _size([block])
        if size <= room:
            shown.append(block)
            room -= size
        else:
            left_out += 1
    return shown, left_out


def _heading(report: Report) -> str:
    """Return the result, and what was judged against what."""
    result = "passed" if report.passed else "failed"
    base = f"base {code(report.base)}, " if report.base else ""
    notes = "".join(f"\n\n> Note: {prose(note)}" for note in report.notes[:MOST_ROWS])
    heading = f"### interlock {prose(report.command)} {result}: {words.outcome(report)}"
    return f"{heading}\n\n{base}head {code(report.head)}{notes}"


def _table(report: Report) -> list[str]:
    """Return the table of changed contracts, in at most half of the room."""
    if not report.changes:
        return ["No contract changed."] if report.command == "check" else []
    found = words.by_contract(report)
    rows = (_change(change, gated=words.gates(report, found[change.contract])) for change in report.changes)
    shown, left_out = _fitting(rows, LARGEST // 2)
    head = ["| contract | change | verdict | readers hit | needs |", "|---|---|---|---|---|"]
    more = [f"{words.count(left_out, 'more contract')} changed and did not fit in this table."] if left_out else []
    return ["\n".join([*head, *shown]), *more]


def _change(change: Change, *, gated: bool) -> str:
    """Return one row of the table."""
    verdict = prose(change.verdict)
    readers = words.readers_hit(change.readers) if change.readers else "none known"
    cells = [
        code(change.contract),
        prose(words.versions(change, "→")),
        f"**{verdict}**" if gated and verdict else verdict,
        readers,
        prose(words.needs(change, gated=gated)),
    ]
    return f"| {' | '.join(cells)} |"


def _findings(report: Report, room: int) -> list[str]:
    """Return the findings, the gravest first, then those waived, and say how many had no room."""
    counting = sorted((f for f in report.findings if not f.waived), key=_weight)
    waived = [_waived_line(finding) for finding in report.findings if finding.waived]
    blocks = [_finding(report, finding, first=at == 0) for at, finding in enumerate(counting)]
    shown, left_out = _fitting(blocks, room * 3 // 4)
    lines, more = _fitting(waived, room // 8)
    folded = (
        [f"<details><summary>{len(waived):,} waived</summary>\n\n{chr(10).join(lines)}\n\n</details>"] if lines else []
    )
    missing = left_out + more
    note = (
        [f"{words.count(missing, 'finding')} did not fit in this comment; the text report has all."] if missing else []
    )
    return [*shown, *folded, *note]


def _weight(finding: Finding) -> tuple[int, bool]:
    """Return what sorts the gravest first, and those with a proof before the others."""
    return -finding.counts, finding.witness is None


def _waived_line(finding: Finding) -> str:
    """Return one waived finding with its reason."""
    return (
        f"- {code(finding.rule)} {code(finding.contract)} {prose(finding.message)} (**waived** {prose(finding.waived)})"
    )


def _finding(report: Report, finding: Finding, *, first: bool) -> str:
    """Return one finding, folded; the first is open, so that its proof is seen at once."""
    place = finding.place
    line = "" if place.line is None else f":{place.line}"
    where = f" ({code(report.root + place.path + line)})" if place.path else ""
    summary = f"<b>{finding.level}</b> {code(finding.rule)} {prose(finding.message)}{where}"
    parts = [
        f"<details{' open' if first else ''}><summary>{summary}</summary>",
        _about(finding),
        _witness(finding.witness) if finding.witness else "",
        _readers(finding.readers) if finding.readers else "",
        f"Same cause in {', '.join(map(code, finding.also[:MOST_ROWS]))}{_more(finding.also)}" if finding.also else "",
        f"**Smallest fix**\n\n{fenced(some_lines(finding.fix, MOST_ROWS, 300))}" if finding.fix.strip() else "",
        "</details>",
    ]
    return "\n\n".join(filter(None, parts))


def _about(finding: Finding) -> str:
    """Return which contract it is about, in which direction, and the bump that it needs."""
    bump = f"needs a {finding.bump} bump" if finding.bump else ""
    return ", ".join(filter(None, [code(finding.contract) or "the catalog", prose(words.direction(finding)), bump]))


def _witness(witness: Witness) -> str:
    """Return the document that proves the refusal, and who takes it and who does not."""
    lines = some_lines(message(witness.event), MOST_LINES, 300)
    return f"{prose(words.proof(witness))}\n\n{fenced(lines, 'http' if is_message(witness.event) else 'json')}"


def _readers(readers: Sequence[ReaderHit]) -> str:
    """Return the readers' table, those which break first."""
    ordered = sorted(readers, key=lambda reader: not reader.breaks)[:MOST_ROWS]
    rows = [
        f"| {code(r.service)} | {code(r.versions)} | {prose(r.owner, 100)} | {code(r.evidence)} | {_result(r)} |"
        for r in ordered
    ]
    head = ["| reader | range | owner | evidence | result |", "|---|---|---|---|---|"]
    return "\n".join([*head, *rows]) + (f"\n\n{_more(readers).strip()} readers" if _more(readers) else "")


def _result(reader: ReaderHit) -> str:
    """Return whether the reader breaks, and why."""
    because = prose(reader.because, 200)
    return ("**breaks**" if reader.breaks else "ok") + (f": {because}" if because else "")


def _more(items: Sequence[object]) -> str:
    """Return how many items are left out of a list."""
    left_out = len(items) - MOST_ROWS
    return f" and {left_out:,} more" if left_out > 0 else ""


def _foot(report: Report) -> str:
    """Return what was asked, and the line that gives the report again."""
    again = [f"Reproduce: {code(report.reproduce, 500)}"] if report.reproduce else []
    return f"<sub>{' · '.join([*again, *words.asked(report), f'{report.seconds:.2f} s'])}</sub>"
