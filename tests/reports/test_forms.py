"""What each format's reader needs of it: schemas, limits, and what a person must find."""

from __future__ import annotations

import dataclasses
import json
from xml.etree import ElementTree as ET

import jsonschema
import pytest

from interlock.errors import BadValueError
from interlock.findings import Finding, Level, Place, ReaderHit, Witness
from interlock.report import Report
from interlock.versions import Bump
from interlock_cli.reports import render
from interlock_cli.reports.schema import schema
from interlock_cli.reports.text import render as text_render
from reports import sample
from reports.readings import Page, sarif_validator, workflow_commands

SAMPLES = {
    "blocked": sample.BLOCKED_REPORT,
    "passing": sample.PASSING_REPORT,
    "lint": sample.LINT_REPORT,
    "validate": sample.VALIDATE_REPORT,
}
EACH = pytest.mark.parametrize("name", SAMPLES)


def _many(number: int, level: Level = Level.ERROR, contracts: int = 3) -> Report:
    findings = tuple(
        Finding("naming/x", f"fault {n}", Place(f"events/a/{n}.yaml", f"/{n}", n + 1), level, f"a.c-{n % contracts}@1")
        for n in range(number)
    )
    return dataclasses.replace(sample.PASSING_REPORT, findings=findings)


@EACH
def test_json_is_what_its_schema_says(name: str) -> None:
    """A program that reads by the schema is not surprised."""
    jsonschema.Draft202012Validator.check_schema(schema())
    jsonschema.validate(json.loads(render(SAMPLES[name], "json")), schema(), jsonschema.Draft202012Validator)


def test_json_leaves_nothing_out() -> None:
    """Each field of the values is a member of the report, under its own name."""
    said = json.loads(render(sample.BLOCKED_REPORT, "json"))
    for part, value in ((said["changes"][0], sample.BLOCKED), (said["findings"][0], sample.REMOVED)):
        assert {field.name for field in dataclasses.fields(value)} <= set(part)
    assert {field.name for field in dataclasses.fields(Report)} <= set(said) | set(said["totals"])
    assert said["findings"][4]["witness"]["event"] == sample.ORDER
    assert said["findings"][4]["fingerprint"] == sample.REMOVED.fingerprint


@EACH
def test_sarif_is_valid_by_the_official_schema(name: str) -> None:
    """Code scanning takes the file."""
    log = json.loads(render(SAMPLES[name], "sarif"))
    assert [str(error) for error in sarif_validator().iter_errors(log)] == []


def test_the_official_sarif_schema_refuses_what_is_wrong() -> None:
    """The validator of the test above is awake: one wrong word is seen."""
    log = json.loads(render(sample.BLOCKED_REPORT, "sarif"))
    log["runs"][0]["results"][0]["level"] = "fatal"
    assert not sarif_validator().is_valid(log)


def test_sarif_suppresses_what_is_waived() -> None:
    """A waiver is on record and out of the count."""
    results = json.loads(render(sample.BLOCKED_REPORT, "sarif"))["runs"][0]["results"]
    suppressed = [result["ruleId"] for result in results if result["suppressions"]]
    assert suppressed == [sample.WAIVED.rule]


def test_gitlab_fingerprints_are_unique() -> None:
    """GitLab drops the second of two entries with one fingerprint, so there are none."""
    twice = dataclasses.replace(sample.BLOCKED_REPORT, findings=(sample.REMOVED, sample.REMOVED, sample.ADDED))
    entries = json.loads(render(twice, "gitlab"))
    assert len({entry["fingerprint"] for entry in entries}) == len(entries) == 3
    assert entries[0]["fingerprint"] == sample.REMOVED.fingerprint


@pytest.mark.parametrize("level", [Level.ERROR, Level.WARNING, Level.INFO])
def test_github_shows_each_finding_while_there_is_room(level: Level) -> None:
    """Up to the platform's limit, every finding stands at its own line."""
    room = 9 if level is Level.INFO else 10
    commands = workflow_commands(render(_many(room, level), "github"))
    assert [properties["line"] for _, properties, _ in commands] == [str(n + 1) for n in range(room)]


def test_github_groups_by_contract_what_does_not_fit() -> None:
    """Beyond the limit one annotation a contract holds all its messages, and nothing is lost."""
    commands = workflow_commands(render(_many(30, contracts=10), "github"))
    assert [name for name, _, _ in commands] == ["error"] * 10
    assert sum(data.count("fault") for _, _, data in commands) == 30


def test_github_says_what_it_left_out() -> None:
    """The platform drops annotations without a word; the notice is that word."""
    commands = workflow_commands(render(_many(30, contracts=15), "github"))
    assert [name for name, _, _ in commands] == ["error"] * 10 + ["notice"]
    assert "10 errors not shown" in commands[-1][2]
    assert sample.PASSING_REPORT.reproduce in commands[-1][2]


def test_github_is_silent_on_success() -> None:
    """A check that passes adds no annotation."""
    assert render(sample.PASSING_REPORT, "github") == ""


def test_junit_counts_its_cases() -> None:
    """Failures gate, waived findings are skipped, and a contract without findings is a case that passes."""
    root = ET.fromstring(render(sample.BLOCKED_REPORT, "junit"))  # noqa: S314 - our own output
    failed = [case.get("name", "").split()[0] for case in root.iter("testcase") if case.find("failure") is not None]
    assert sorted(failed) == sorted(f.rule for f in sample.BLOCKED_REPORT.findings if f.counts is Level.ERROR)
    assert (root.get("tests"), root.get("failures"), root.get("skipped")) == ("9", "5", "1")
    assert (
        root.find("testsuite[@name='production.operation-started@1']/testcase[@name='compatible 1.3.0 -> 1.4.0']")
        is not None
    )


def test_junit_has_a_case_when_there_is_nothing_to_say() -> None:
    """A CI system takes a file without cases for a broken run."""
    root = ET.fromstring(render(sample.PASSING_REPORT, "junit"))  # noqa: S314 - our own output
    assert (root.get("tests"), root.get("failures")) == ("1", "0")


def test_each_finding_is_one_line_of_the_text_report() -> None:
    """`grep` finds a finding by level, rule, contract and file, with its message on the same line."""
    lines = text_render(sample.BLOCKED_REPORT).splitlines()
    for finding in sample.BLOCKED_REPORT.findings:
        level = "waived" if finding.waived else str(finding.level)
        head = f"{level} {finding.rule} {finding.contract or 'catalog'} contracts/{finding.place}: "
        assert sum(line.startswith(head) for line in lines) == 1


def test_text_keeps_to_its_width() -> None:
    """Only a finding's own line, which is for `grep`, and code as it was written go beyond 80 columns."""
    report = dataclasses.replace(
        sample.BLOCKED_REPORT, findings=(sample.ADDED, sample.PROMISE), changes=(sample.BLOCKED,)
    )
    long = [line for line in text_render(report).splitlines() if len(line) > 80]
    assert all(line.startswith("error ") for line in long)


def test_colour_changes_nothing_but_colour() -> None:
    """With the escape sequences taken out, the coloured report is the plain one."""
    coloured = text_render(sample.BLOCKED_REPORT, colour=True)
    plain = text_render(sample.BLOCKED_REPORT)
    assert "\x1b[1;31merror\x1b[0m" in coloured
    assert "\x1b" not in plain
    assert _without_colour(coloured) == plain


def _without_colour(text: str) -> str:
    parts = text.split("\x1b[")
    return parts[0] + "".join(part.partition("m")[2] for part in parts[1:])


def test_text_cuts_a_long_witness_and_says_so() -> None:
    """A witness of thousands of lines does not bury the reason why it is one."""
    event = {f"member{n}": n for n in range(5_000)}
    finding = dataclasses.replace(sample.REMOVED, witness=Witness(event, "2.1.0", "2.0.0", "", "unreadable"))
    said = text_render(dataclasses.replace(sample.BLOCKED_REPORT, findings=(finding,)))
    assert "... 4,962 more lines of 5,002" in said
    assert "unreadable" in said
    assert said.count("\n") < 150


def test_text_explains_a_rule_once() -> None:
    """The hint at a rule's page stands at the rule's first finding only."""
    assert text_render(_many(30)).count("interlock explain naming/x") == 1


def test_success_says_what_was_checked_and_how_much_is_proved() -> None:
    """Silence is no proof: a pass names both sides, the counts and the share decided."""
    report = dataclasses.replace(
        sample.PASSING_REPORT, changes=(sample.SAFE,), questions=8, decided=8, findings=(sample.WAIVED,)
    )
    for form in ("text", "markdown"):
        said = render(report, form)
        for fact in (
            "working copy",
            "origin/main",
            "43 contracts",
            "62 rules",
            "8 of 8 compatibility questions (100%)",
        ):
            assert fact in said, (form, fact)
    assert render(report, "text").splitlines()[-1].startswith("PASS  1 compatible; 1 waived")


def test_a_version_that_is_too_low_is_named_with_the_one_needed() -> None:
    """The author reads which version to write."""
    assert "2.1.0 too low, major is the required bump: 3.0.0" in text_render(sample.BLOCKED_REPORT)
    assert "| 2.0.0 → 2.1.0 | **breaking** | 2 of 3 | fix, 3.0.0 or waiver |" in render(
        sample.BLOCKED_REPORT, "markdown"
    )


def test_a_version_that_only_rises_too_little_needs_no_fix() -> None:
    """A compatible change with too low a version needs its number and no waiver."""
    change = dataclasses.replace(sample.SAFE, declared=Bump.PATCH)
    finding = Finding("versioning/bump-too-low", "too low", Place(change.path), contract=change.contract)
    report = dataclasses.replace(sample.PASSING_REPORT, changes=(change,), findings=(finding,))
    assert "| **compatible** | 0 of 1 | 1.4.0 |" in render(report, "markdown")


def test_markdown_opens_the_proof_first() -> None:
    """An architect in a hurry sees the counterexample without a click."""
    said = render(sample.BLOCKED_REPORT, "markdown")
    opened = said.index("<details open>")
    assert said.index("<details") == opened
    assert sample.REMOVED.rule in said[opened : said.index("</summary>", opened)]


def test_markdown_fits_in_a_comment_and_says_what_does_not() -> None:
    """GitHub refuses a comment over 65,536 characters; the gravest findings are in, the rest is counted."""
    reader = ReaderHit("s|" * 200, "o@" * 200, ">=1", "e" * 300, breaks=True, because="`" * 300)
    grave = dataclasses.replace(sample.REMOVED, readers=(reader,) * 300, message="<" * 900, fix="`\n" * 400)
    changes = tuple(dataclasses.replace(sample.BLOCKED, contract=f"{'|' * 150}.{n}@1") for n in range(400))
    report = dataclasses.replace(_many(2_000), changes=changes)
    report = dataclasses.replace(report, findings=(*report.findings, grave, sample.ADDED, sample.WAIVED))
    said = render(report, "markdown")
    assert len(said) < 65_536
    assert sample.ADDED.rule in said
    assert "did not fit in this comment" in said
    assert "did not fit in this table" in said
    assert said.rstrip().endswith("</sub>")


def test_markdown_is_read_by_github_as_it_is_meant() -> None:
    """A finding is a fold, a change is a row of five cells, and nothing is a link."""
    page = Page(render(sample.BLOCKED_REPORT, "markdown"))
    assert page.tags.count("details") == len(sample.BLOCKED_REPORT.findings)
    rows_of_readers = sum(len(f.readers) for f in sample.BLOCKED_REPORT.findings if not f.waived)
    assert page.tags.count("td") == 5 * (len(sample.BLOCKED_REPORT.changes) + rows_of_readers)
    assert not {"a", "img", "script"} & set(page.tags)


def test_a_format_that_there_is_not_is_a_clear_mistake() -> None:
    """The message has the nearest format and the list."""
    with pytest.raises(BadValueError, match="report format 'sarfi' is not understood: did you mean 'sarif'"):
        render(sample.PASSING_REPORT, "sarfi")
