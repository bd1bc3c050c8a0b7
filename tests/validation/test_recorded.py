"""Files of recorded events: every form in which they come, and every way in which they are broken."""

from __future__ import annotations

import datetime as dt
import errno
import io
import json
import os
from pathlib import Path
from typing import Any

import pytest
from small_catalog import EVENT, catalog, changed

from interlock.documents import MOST_BYTES
from interlock.errors import UsageError
from interlock.findings import Level
from interlock.report import Report
from interlock.validation import PAGES, STAGES, validate_files
from interlock.validation.examples import ACCEPTED, NAMED, REJECTED
from interlock.validation.lineage import RULE
from interlock.validation.reading import CHUNK
from interlock.validation.recorded import MOST_FINDINGS

CATALOG = catalog()
BAD = changed(("/data/run", 0))


def _report(tmp_path: Path, content: str | bytes, name: str = "events.json", **options: Any) -> Report:
    """Validate one file."""
    file = tmp_path / name
    file.write_bytes(content.encode() if isinstance(content, str) else content)
    return validate_files(CATALOG, [str(file)], **options)


def _found(report: Report) -> list[tuple[str, str, int | None]]:
    """Return rule, pointer and line of each finding."""
    return [(finding.rule, finding.place.pointer, finding.place.line) for finding in report.findings]


def test_one_event(tmp_path: Path) -> None:
    """A JSON document; the report says how much was read."""
    report = _report(tmp_path, json.dumps(EVENT, indent=2))
    assert (report.command, report.catalog, report.documents, report.files, report.contracts) == (
        "validate",
        "small",
        1,
        1,
        3,
    )
    assert report.passed


def test_a_finding_stands_at_the_line_of_its_value(tmp_path: Path) -> None:
    """In a document over many lines, and for a missing member at the object that lacks it."""
    text = json.dumps(BAD, indent=2)
    line = next(number for number, row in enumerate(text.splitlines(), 1) if '"run"' in row)
    assert _found(_report(tmp_path, text)) == [("validate/payload", "/data/run", line)]


def test_an_array_of_events(tmp_path: Path) -> None:
    """The pointer leads through the array."""
    report = _report(tmp_path, json.dumps([EVENT, BAD, EVENT]))
    assert report.documents == 3
    assert _found(report) == [("validate/payload", "/1/data/run", 1)]


@pytest.mark.parametrize("name", ["a.jsonl", "a.ndjson", "a.json", "a.txt", "a"])
def test_a_record_on_each_line(tmp_path: Path, name: str) -> None:
    """By the file's name or, when the first line is a document of its own, whatever the name; a bad line costs itself."""
    rows = [json.dumps(EVENT), "", json.dumps(BAD), '{"broken": ', json.dumps(EVENT), json.dumps([EVENT, BAD])]
    report = _report(tmp_path, "\r\n".join(rows), name)
    assert report.documents == 5
    assert _found(report) == [
        ("file/is-well-formed", "", 4),
        ("validate/payload", "/data/run", 3),
        ("validate/payload", "/1/data/run", 6),
    ]


def test_one_line_without_an_end(tmp_path: Path) -> None:
    """The last line needs no line feed, and a byte order mark is no fault."""
    assert _report(tmp_path, b"\xef\xbb\xbf" + json.dumps(EVENT).encode(), "a.jsonl").passed


def test_standard_input() -> None:
    """`-` reads what is given as standard input, and the place says so."""
    report = validate_files(CATALOG, ["-"], stdin=io.BytesIO(json.dumps(BAD).encode()))
    assert [str(finding.place) for finding in report.findings] == ["standard input:1"]


def test_a_bare_payload_needs_its_contract(tmp_path: Path) -> None:
    """With it, it is judged; without it, one finding says what is missing."""
    text = json.dumps({"orderId": "PO-1", "run": 0})
    assert _found(_report(tmp_path, text, contract="plant.run-finished")) == [("validate/payload", "/run", 1)]
    bare = _report(tmp_path, text)
    assert _found(bare) == [("validate/envelope", "/specversion", 1)]
    assert "name the contract whose payload it is" in bare.findings[0].message


def test_an_invariant_is_named_in_the_message(tmp_path: Path) -> None:
    """So that its page can be asked for."""
    report = _report(tmp_path, json.dumps(changed(("/data/pallet", "095212345678901230"))))
    assert report.findings[0].message.startswith("gs1-check-digit: '095212345678901230' has the check digit 0")
    assert report.findings[0].contract == "plant.run-finished@1"


def test_an_unknown_contract_is_a_mistake_of_use(tmp_path: Path) -> None:
    """It is said before any file is read."""
    with pytest.raises(UsageError):
        _report(tmp_path, "{", contract="plant.run-started")


def test_the_date_judges_the_sunset(tmp_path: Path) -> None:
    """`today` reaches the validator."""
    old = catalog(lifecycle={"status": "deprecated", "since": "2026-01-01", "sunset": "2028-06-30"})
    file = tmp_path / "a.json"
    file.write_text(json.dumps(EVENT))
    assert validate_files(old, [str(file)], today=dt.date(2028, 6, 30)).passed
    assert _found(validate_files(old, [str(file)], today=dt.date(2028, 7, 1))) == [("validate/contract", "/type", 1)]


@pytest.mark.parametrize(
    ("content", "line", "words"),
    [
        ("", None, "the file is empty: it holds no event"),
        (" \n\n", None, "the file is empty: it holds no event"),
        (b'{"a": "\xff"}', 1, "is not UTF-8"),
        ('{"a": 1,\n"a": 2}', 2, "twice"),
        ('{"a":\n}', 2, "this is not JSON"),
        ('{"a": NaN}', None, "NaN is no JSON number"),
        ('{"a": 1e400}', 1, "no JSON number"),
        ('{"a": 1e-400000}', None, "too long or too far from 1"),
        ('{"a": ' + "9" * 5000 + "}", None, ""),
        ("[" * 5000, None, "nesting"),
        ("hello", 1, "this is not JSON"),
        ("{}\n{}", 1, "no specversion"),
    ],
)
def test_a_broken_file_costs_its_own_findings(
    tmp_path: Path, content: str | bytes, line: int | None, words: str
) -> None:
    """One sentence, the line where it is known, and the other file is still read."""
    good = tmp_path / "good.jsonl"
    good.write_text(json.dumps(EVENT))
    broken = tmp_path / "broken.json"
    broken.write_bytes(content.encode() if isinstance(content, str) else content)
    report = validate_files(CATALOG, [str(broken), str(good)])
    assert report.documents >= 1
    assert report.exit_code == 1
    assert report.findings[0].place.line == line
    assert words in report.findings[0].message
    assert "\n" not in report.findings[0].message


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    """Missing, a folder, a name no system takes: one finding each."""
    report = validate_files(CATALOG, [str(tmp_path / "none.json"), str(tmp_path), "a\0b"])
    assert [finding.rule for finding in report.findings] == ["file/is-readable"] * 3
    assert any("No such file" in finding.message for finding in report.findings)


def test_a_file_without_permission(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One finding; the refusal is played, since the super-user may read every file."""
    file = tmp_path / "a.json"
    file.write_text("{}")

    def refuse(path: Path, *_arguments: str) -> None:
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))

    monkeypatch.setattr(Path, "open", refuse)
    assert [finding.rule for finding in validate_files(CATALOG, [str(file)]).findings] == ["file/is-readable"]


def test_a_line_beyond_the_budget_costs_itself(tmp_path: Path) -> None:
    """It is dropped while it is read, and the next one is judged."""
    for surplus in (0, 3 * CHUNK):
        rows = [json.dumps(EVENT), '{"a": "' + "x" * (MOST_BYTES + surplus) + '"}', json.dumps(BAD)]
        report = _report(tmp_path, "\n".join(rows), "a.jsonl")
        assert _found(report) == [("file/is-well-formed", "", 2), ("validate/payload", "/data/run", 3)]


def test_a_large_file_is_read_by_lines_or_refused_in_a_sentence(tmp_path: Path) -> None:
    """Beyond the bytes that are read at once, only a file of lines can be streamed."""
    row = json.dumps(EVENT)
    count = MOST_BYTES // len(row) + 2
    report = _report(tmp_path, "\n".join([row] * count))
    assert (report.documents, report.findings) == (count, ())
    [finding] = _report(tmp_path, "[\n" + ",\n".join([row] * count) + "]").findings
    assert "write one event a line" in finding.message


def test_every_rule_id_has_its_page() -> None:
    """The stages', the lineage's and the examples' ids, each with one sentence first."""
    ids = {f"validate/{stage}" for stage in STAGES} | {RULE, ACCEPTED, REJECTED, NAMED}
    assert ids == PAGES.keys()
    assert all(page.split("\n\n")[0].rstrip(".") for page in PAGES.values())


def test_many_findings_are_counted_and_not_kept(tmp_path: Path) -> None:
    """The report stays small and still fails."""
    report = _report(tmp_path, "\n".join([json.dumps(BAD)] * (MOST_FINDINGS + 7)))
    assert len(report.findings) == MOST_FINDINGS
    assert report.notes[0] == "7 more findings are not listed"


def test_lineage_is_asked_for() -> None:
    """An unknown cause is a warning, and only when asked; a repeated delivery is no circle (N08)."""
    rows = [
        changed(("/id", "a")),
        changed(("/id", "b"), ("/causationid", "a")),
        changed(("/id", "b"), ("/causationid", "a")),
        changed(("/id", "c"), ("/causationid", "lost")),
    ]
    text = "\n".join(map(json.dumps, rows)).encode()
    assert validate_files(CATALOG, ["-"], stdin=io.BytesIO(text)).findings == ()
    report = validate_files(CATALOG, ["-"], stdin=io.BytesIO(text), lineage=True)
    assert [(finding.rule, finding.level, finding.place.line) for finding in report.findings] == [
        ("validate/lineage", Level.WARNING, 4)
    ]
    assert report.passed


def test_a_circle_of_causes_is_an_error() -> None:
    """Once for each circle, not for what leads into it."""
    causes = {"a": "b", "b": "c", "c": "a", "into": "a", "self": "self"}
    rows = [changed(("/id", event), ("/causationid", cause)) for event, cause in causes.items()]
    report = validate_files(CATALOG, ["-"], stdin=io.BytesIO("\n".join(map(json.dumps, rows)).encode()), lineage=True)
    assert [(finding.level, finding.place.line) for finding in report.findings] == [(Level.ERROR, 1), (Level.ERROR, 5)]
    assert "'a' <- 'b' <- 'c' <- 'a'" in report.findings[0].message


def test_the_producer_is_asked_more(tmp_path: Path) -> None:
    """A member that the contract does not declare is no business of a reader, and refused to a producer."""
    event = json.loads(json.dumps(EVENT))
    event["data"]["undeclared"] = 1
    file = tmp_path / "a.json"
    file.write_text(json.dumps(event))
    assert validate_files(CATALOG, [str(file)]).findings == ()
    [finding] = validate_files(CATALOG, [str(file)], closed=True).findings
    assert (finding.rule, finding.place.pointer) == ("validate/closed", "/data/undeclared")


def test_stages_that_were_not_asked_are_named(tmp_path: Path) -> None:
    """Whoever mends the first fault is not surprised by the next: what an earlier stage kept from being asked is said."""
    said = _report(tmp_path, json.dumps([BAD, EVENT, changed(("/type", "com.example.unknown.v1"))])).notes
    assert said == (
        "1 event was not asked about keys and invariant, since an earlier stage refuses it: mend that and validate again",
        "1 event was not asked about payload, keys and invariant, since an earlier stage refuses it: mend that and validate again",
    )
    assert _report(tmp_path, json.dumps(EVENT)).notes == ()
    assert "keys" in _report(tmp_path, json.dumps(changed(("/subject", 7)))).notes[0]
