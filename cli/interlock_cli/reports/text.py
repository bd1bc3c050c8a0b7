"""The report for a terminal: plain text of 80 columns, each finding one line that `grep` finds, then its proof."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from interlock.findings import Finding, ReaderHit, Witness
from interlock.report import Change, Report
from interlock_cli.reports import words
from interlock_cli.reports.escape import document, is_message, message, one_line, quiet, shortened, some_lines
from interlock_cli.reports.page import Page

MOST_LINES = 40
MOST_ROWS = 20
FEW = 3
WHOLE = "--report json has all"


def render(report: Report, *, colour: bool = False, width: int = 80) -> str:
    """Return the report as lines of text; with colour, as a terminal takes it (ECMA-48)."""
    page = Page(colour, width)
    explained: set[str] = set()
    about = [*_changed(report, page, explained), *_elsewhere(report, page, explained)]
    blocks = [_opening(report, page), *about, _closing(report, page)]
    return quiet("\n".join(_spaced(blocks)) + "\n")


def _spaced(blocks: Sequence[list[str]]) -> Iterator[str]:
    """Set an empty line between blocks, save between two that are one line each."""
    before: list[str] = []
    for block in blocks:
        if before and (len(before) > 1 or len(block) > 1):
            yield ""
        yield from block
        before = block


def _opening(report: Report, page: Page) -> list[str]:
    """Say what was judged and against what."""
    title = page.paint(f"interlock {one_line(report.command)}", "name")
    against = page.labelled("against", report.base) if report.base else []
    notes = [line for note in report.notes for line in page.labelled("note", note)]
    return [f"{title}  {one_line(report.catalog)}", *page.labelled("judged", report.head), *against, *notes]


def _changed(report: Report, page: Page, explained: set[str]) -> Iterator[list[str]]:
    """Yield a block for each contract that changed, each followed by its findings."""
    found = words.by_contract(report)
    for change in report.changes:
        yield _change(report, change, found[change.contract], page)
        for finding in found[change.contract]:
            yield _finding(report, finding, page, explained)


def _elsewhere(report: Report, page: Page, explained: set[str]) -> Iterator[list[str]]:
    """Yield the findings about contracts that did not change, and about the catalog."""
    changed = {change.contract for change in report.changes}
    for finding in report.findings:
        if finding.contract not in changed:
            yield _finding(report, finding, page, explained)


def _change(report: Report, change: Change, found: Sequence[Finding], page: Page) -> list[str]:
    """Show what changed in one contract and how each question about it ended."""
    head = f"{one_line(change.contract)}  {words.versions(change)}"
    if change.through:
        return [
            page.ends(head, one_line(change.verdict).upper()),
            *page.labelled("through", change.through),
            *_readers_of(change, page),
        ]
    differences = [f"  {_difference(line, page)}" for line in change.differences[:MOST_ROWS]]
    left_out = len(change.differences) - len(differences)
    return [
        page.ends(head, one_line(change.verdict).upper()),
        f"  {page.paint(one_line(report.root + change.path), 'aside')}",
        *differences,
        *([f"  ... {words.count(left_out, 'more difference')}; {WHOLE}"] if left_out else []),
        *_questions(report, change, found, page),
        *_version(change, page),
        *_readers_of(change, page),
    ]


def _difference(line: str, page: Page) -> str:
    """Show one difference, coloured by its sign."""
    text = one_line(line, 200)
    return page.paint(text, text[:1])


def _questions(report: Report, change: Change, found: Sequence[Finding], page: Page) -> list[str]:
    """Show each direction that was asked, and of which releases."""
    if not change.compared:
        return []
    lines: list[str] = []
    for direction in words.DIRECTIONS.get(change.mode.removesuffix("_TRANSITIVE"), ()):
        said = f"{direction} [{words.REGISTRY_WORDS[direction]}]"
        shared = (finding for finding in report.findings if change.contract in finding.also)
        so = [finding for finding in (*found, *shared) if finding.direction == direction]
        lines.append(f"  {said:<37}{page.paint(_state(report, so))}")
    mode = f" ({one_line(change.mode)})" if change.mode else ""
    return [*lines, *page.labelled("compared", f"with {_releases(change.compared)}{mode}")]


def _state(report: Report, found: Sequence[Finding]) -> str:
    """Return how one direction ended, by what was found in it."""
    if words.gates(report, found):
        return "FAIL"
    if any(not finding.waived for finding in found):
        return "warned"
    return "waived" if found else "ok"


def _releases(compared: Sequence[str]) -> str:
    """Name the releases, the first and the last where they are many."""
    if len(compared) <= FEW:
        return ", ".join(compared)
    return f"{len(compared)} releases, {compared[0]} .. {compared[-1]}"


def _version(change: Change, page: Page) -> list[str]:
    """Show whether the version rises enough."""
    if change.old is None or change.new is None:
        return []
    return page.labelled("version", words.bump_sentence(change))


def _readers_of(change: Change, page: Page) -> list[str]:
    """Show how many readers the change hits, and name those which break."""
    if not change.readers:
        return []
    broken = [reader.service for reader in change.readers if reader.breaks]
    said = f"{words.readers_hit(change.readers)} break"
    if broken:
        said += f": {', '.join(broken[:MOST_ROWS])}"
    elif change.verdict == "breaking":
        said += " today; a reader built from this change would refuse what was sent before"
    return page.labelled("readers", said)


def _finding(report: Report, finding: Finding, page: Page, explained: set[str]) -> list[str]:
    """Show one finding: its line, then what proves it, whom it hits and what mends it."""
    first = _first_line(report, finding, page)
    if finding.waived:
        return [first, *page.labelled("reason", finding.waived)]
    more = [] if finding.rule in explained else page.labelled("more", f"interlock explain {finding.rule}")
    explained.add(finding.rule)
    return [
        first,
        *([f"  {words.direction(finding)}"] if finding.direction else []),
        *(_witness(finding.witness, page) if finding.witness else []),
        *_readers(finding.readers, page),
        *(page.labelled("also", _listed(finding.also)) if finding.also else []),
        *_fix(finding.fix, page),
        *more,
    ]


def _first_line(report: Report, finding: Finding, page: Page) -> str:
    """Return level, rule, contract and place, then the message: one line whatever the text."""
    level = words.level(finding)
    contract = one_line(finding.contract) or "catalog"
    place = f" {one_line(report.root + str(finding.place))}" if finding.place.path else ""
    rule = page.paint(one_line(finding.rule), "name")
    return f"{page.paint(level)} {rule} {contract}{place}: {one_line(finding.message)}"


def _witness(witness: Witness, page: Page) -> list[str]:
    """Show the document that proves the refusal, cut where it is long, and who takes it and who does not."""
    text = document(witness.event, indent=None)
    lines = [text]
    if is_message(witness.event) or len(text) > page.width - len("  witness   "):
        lines = [shortened(line, 1_000) for line in message(witness.event).split("\n")]
    if left_out := len(lines) - MOST_LINES:
        size = f"... {words.count(left_out, 'more line')} of {len(lines):,}, {len(text):,} characters; {WHOLE}"
        lines = [*lines[:MOST_LINES], size] if left_out > 0 else lines
    return [*page.beside("witness", lines), *page.labelled("", words.proof(witness))]


def _readers(readers: Sequence[ReaderHit], page: Page) -> list[str]:
    """Show each reader that breaks with its evidence, and name the others."""
    broken = [reader for reader in readers if reader.breaks]
    rows = [(one_line(r.service, 40), one_line(r.versions, 30), one_line(r.owner, 40)) for r in broken[:MOST_ROWS]]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines: list[str] = []
    for reader, row in zip(broken, rows, strict=False):
        cells = "  ".join(f"{cell:<{width}}" for cell, width in zip(row, widths, strict=True))
        lines.append(f"{page.paint('BREAKS')}  {cells}".rstrip())
        lines += page.wrapped(": ".join(filter(None, map(one_line, (reader.evidence, reader.because)))), 8)
    if left_out := len(broken) - len(rows):
        lines.append(f"... {words.count(left_out, 'more reader')}; {WHOLE}")
    others = [reader.service for reader in readers if not reader.breaks]
    if others:
        named = page.wrapped(_listed(list(map(one_line, others))), 8)
        lines += [f"{page.paint('ok')}      {line.strip()}" if line is named[0] else line for line in named]
    return page.beside("readers", lines)


def _fix(fix: str, page: Page) -> list[str]:
    """Show what mends it: a sentence is wrapped, several lines stay as they are."""
    lines = some_lines(fix, MOST_ROWS)
    return page.beside("fix", lines) if len(lines) > 1 else page.labelled("fix", fix)


def _listed(names: Sequence[str]) -> str:
    """Name some contracts and count the others."""
    left_out = len(names) - MOST_ROWS
    return ", ".join(names[:MOST_ROWS]) + (f" and {left_out:,} more" if left_out > 0 else "")


def _closing(report: Report, page: Page) -> list[str]:
    """Say what was asked, how much of it is decided, and the result."""
    result = page.paint("PASS" if report.passed else "FAIL")
    return [*words.asked(report), f"{result}  {words.outcome(report)}  {report.seconds:.2f} s"]
