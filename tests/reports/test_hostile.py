"""A contract comes from a pull request, so its text may be an attack on whoever reads the report."""

from __future__ import annotations

import dataclasses
import json
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from interlock.findings import Finding, Place, ReaderHit, Witness
from interlock.report import Change, Report
from interlock_cli.reports import FORMATS, render
from interlock_cli.reports.escape import document, plain, visible
from interlock_cli.reports.inert import code, fenced, prose
from interlock_cli.reports.json import VERSION
from reports.readings import Page, sarif_validator, workflow_commands
from reports.sample import PASSING_REPORT

ATTACKS = {
    "mention": "ask @acme/everyone or @octocat",
    "mention-as-entity": "&#64;octocat &commat;octocat",
    "issue": "fixes #12, closes GH-12 and acme/plant#3, !4, ~label, %5, &6, $7",
    "commit": "see 9f31c2e9f31c2e9f31c2e9f31c2e9f31c2e9f31c",
    "link": "https://evil.test www.evil.test ftp://evil.test me@evil.test 0@.A mailto:me@evil.test",
    "markdown-link": "[click](https://evil.test) ![x](https://evil.test/x.png) [a][b] <https://evil.test>",
    "html": "<script>alert(1)</script><img src=x onerror=alert(1)><a href='//evil.test'>x</a><!-- x -->",
    "close-details": "</summary></details></code></pre></sub>",
    "cell": "a|b \\| c \\\\| d ||",
    "code": "` `` ``` x ```` ~~~",
    "fence": "```\n</details>\n\n# free\n\n~~~\n````\n[x](https://evil.test)",
    "newlines": "a\n\nb\r\nc\rd\u2028e\u2029f\x0bg\x0ch\x85i",
    "block": "# heading\n- item\n1. item\n> quote\n***\n===\n    code",
    "control": "\x1b[31mred\x1b[0m \x1b]8;;https://evil.test\x07x\x1b]8;;\x07 \x00 \x08\x7f\x9b31m",
    "direction": "\u202egnp.exe\u202c \u2066x\u2069 \u200fx",
    "unseen": "a\u200bb\u200cc\u2060d\ufeffe\u00adf\u3164g\U000e0041h",
    "surrogate": "\ud800x\udfff",
    "noncharacter": "\ufffe \uffff \ufdd0 \U0010ffff",
    "workflow-command": "::error::x\n::stop-commands::x\n  ::add-mask::x\n##[error]x ##vso[task.setvariable]x ##teamcity[x]",
    "command-property": "a,b=c:d%0A::error::%25\r\nx",
    "xml": "]]>&amp;<![CDATA[x]]>\"'&\x01",
    "sarif": "{0} {1} [x](1) [x](https://evil.test)",
    "emoji": "all fine :white_check_mark:",
    "long": "x" * 50_000,
    "marker": "--> <!-- interlock:check:other -->",
    "spaces": "   \t \n ",
}
EACH = pytest.mark.parametrize("attack", ATTACKS)


def hostile(text: str) -> Report:
    """Return a report with this text wherever a contract, a branch or a file may put text."""
    reader = ReaderHit(text, text, text, text, breaks=True, because=text)
    event = {text: [text, {"a": text}]}
    finding = Finding(
        rule=text,
        message=text,
        place=Place(text, text, 3, 4),
        contract=text,
        direction=text,
        witness=Witness(event, text, text, text, text),
        readers=(reader,),
        fix=text,
        old=text,
        new=event,
        also=(text, text),
    )
    change = Change(
        text, text, text, text, text, differences=(text,), compared=(text,), mode=text, readers=(reader,), through=text
    )
    return dataclasses.replace(
        PASSING_REPORT,
        command=text,
        catalog=text,
        head=text,
        base=text,
        notes=(text,),
        changes=(change, dataclasses.replace(change, contract="a.b@1")),
        findings=(finding, dataclasses.replace(finding, contract=""), dataclasses.replace(finding, waived=text + "x")),
        reproduce=text,
        root=text,
    )


@EACH
@pytest.mark.parametrize("form", FORMATS)
def test_every_format_can_be_written_to_a_file(form: str, attack: str) -> None:
    """Lone surrogates and the like never reach an encoder."""
    assert isinstance(render(hostile(ATTACKS[attack]), form).encode("utf-8"), bytes)


@EACH
@pytest.mark.parametrize("form", ["text", "markdown", "junit", "json", "gitlab", "sarif"])
def test_a_log_with_the_report_runs_no_command(form: str, attack: str) -> None:
    """GitHub, Azure and TeamCity read commands from any output of a step."""
    said = render(hostile(ATTACKS[attack]), form)
    assert workflow_commands(said) == []
    assert not any(prefix in said for prefix in ("##[", "##vso[", "##teamcity["))


@EACH
def test_github_runs_our_commands_and_no_others(attack: str) -> None:
    """Each line is one command of ours, with the properties that we wrote."""
    said = render(hostile(ATTACKS[attack]), "github")
    commands = workflow_commands(said)
    assert len(commands) == said.count("\n") == 2
    for name, properties, data in commands:
        assert name == "error"
        assert set(properties) == {"file", "line", "col", "title"}
        assert (properties["line"], properties["col"]) == ("3", "4")
        assert data


@EACH
@pytest.mark.parametrize("form", ["text", "markdown", "github"])
def test_a_person_sees_every_character(form: str, attack: str) -> None:
    """No escape sequence, bidirectional or zero-width character is left to move or hide text."""
    said = render(hostile(ATTACKS[attack]), form)
    lines = said.split("\n")
    assert [line for line in lines if visible(line) != line] == []


@EACH
def test_markdown_makes_no_markup(attack: str) -> None:
    """Read as GitHub reads it, the comment has our tags only, in our number, and nothing to follow or to notify."""
    page = Page(render(hostile(ATTACKS[attack]), "markdown"))
    harmless = Page(render(hostile("harmless"), "markdown"))
    ours = {"h3", "p", "code", "pre", "b", "strong", "sub", "blockquote", "ul", "li", "details", "summary"}
    assert set(page.tags) <= ours | {"table", "thead", "tbody", "tr", "th", "td"}
    assert page.references == []
    assert set(page.attributes) <= {"open=None", "lang=json", "class=language-json"}
    if ATTACKS[attack].strip():
        for tag in ("h3", "td", "tr", "details", "summary", "pre", "table", "li", "blockquote"):
            assert page.tags.count(tag) == harmless.tags.count(tag), tag


@EACH
def test_sarif_stays_valid(attack: str) -> None:
    """No text makes another document of it, an absolute URI or a link."""
    log = json.loads(render(hostile(ATTACKS[attack]), "sarif"))
    assert [str(error) for error in sarif_validator().iter_errors(log)] == []
    for result in log["runs"][0]["results"]:
        uri = result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
        assert not uri.startswith("/")
        assert ":" not in uri
        assert "](" not in result["message"]["text"]


@EACH
def test_machines_read_it_back(attack: str) -> None:
    """JSON and XML parse, and JSON gives each text back as it was."""
    text = ATTACKS[attack]
    said = json.loads(render(hostile(text), "json"))
    assert said["schema"] == VERSION
    assert said["findings"][0]["message"] == text
    assert said["findings"][0]["witness"]["event"] == {text: [text, {"a": text}]}
    assert len(json.loads(render(hostile(text), "gitlab"))) == 3
    assert len(list(ET.fromstring(render(hostile(text), "junit")).iter("testcase"))) >= 3  # noqa: S314 - our own output


@EACH
def test_one_finding_stays_one_line(attack: str) -> None:
    """A line break in a text can't write a second finding into the text report."""
    said = render(hostile(ATTACKS[attack]), "text")
    assert sum(line.startswith(("error ", "waived ")) for line in said.splitlines()) == 3
    assert sum(line.startswith(("PASS", "FAIL")) for line in said.splitlines()) == 1


def test_the_marker_is_one_comment_for_each_catalog() -> None:
    """The comment is found again by its first line, which no name can end early."""
    first = render(hostile(ATTACKS["marker"]), "markdown").splitlines()[0]
    assert first == "<!-- interlock:check:-interlock-check-other- -->"


@pytest.mark.parametrize(
    ("text", "inside"),
    [
        ("a|b", "a&#124;b"),
        ("\\|", "&#92;&#124;"),
        ("`x`", "&#96;x&#96;"),
        ("<b>", "&#60;b&#62;"),
        ("  ", ""),
        ("&amp;", "&#38;amp;"),
    ],
)
def test_code_in_a_table(text: str, inside: str) -> None:
    """A code span of backticks could not hold a backslash before a pipe, so code is a tag with entities."""
    assert code(text) == (f"<code>{inside}</code>" if inside else "")


def test_prose_keeps_what_a_person_reads() -> None:
    """Rendered, the text is the one that was written, but for the marks that part it."""
    text = "member 'a_b' of [x] <y> costs $5 & 3*4|2, see v2.yaml:41 (^1)"
    assert "".join(Page(f"x {prose(text)}").bare).replace("\u200b", "").strip() == f"x {text}"


def test_a_fence_is_longer_than_any_in_the_text() -> None:
    """Text can't end the block it stands in."""
    assert fenced(["````", "x"]).startswith("`````\n")
    assert Page(fenced(ATTACKS["fence"].splitlines())).tags == ["pre", "code"]


def _nested(depth: int) -> Any:
    value: Any = []
    for _ in range(depth):
        value = [value]
    return value


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize(
    "event",
    [_nested(900), float("nan"), float("inf"), 10**6_000, {"n": 10**5_000}, {1: {2: b"x"}}, {"s": {1}}, None, ""],
    ids=["deep", "nan", "inf", "long", "long-member", "keys", "set", "null", "empty"],
)
def test_a_strange_witness_is_shown_all_the_same(form: str, event: Any) -> None:
    """What JSON has no form for is named, never a traceback."""
    finding = Finding("a/b", "m", Place("x.yaml"), witness=Witness(event, "1", "2", "", "because"))
    said = render(dataclasses.replace(PASSING_REPORT, findings=(finding,)), form)
    if form in {"json", "sarif", "gitlab"}:
        json.loads(said, parse_constant=pytest.fail)


def test_decimals_are_numbers_where_a_double_holds_them() -> None:
    """A witness is read back as the event that it is."""
    from decimal import Decimal

    values = [Decimal("0.1"), Decimal("120.000"), Decimal("999999999999.999"), Decimal("0.1000000000000000000001")]
    assert plain(values) == [0.1, 120, 999999999999.999, "0.1000000000000000000001"]
    assert document(plain(Decimal("NaN"))) == '"NaN"'
