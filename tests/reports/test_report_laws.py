"""What holds of every report, whatever its values."""

from __future__ import annotations

import json
from xml.etree import ElementTree as ET

import jsonschema_rs
from hypothesis import given, settings
from hypothesis import strategies as st

from interlock.findings import Finding, Level, Place, ReaderHit, Witness
from interlock.report import Change, Report
from interlock.versions import Bump
from interlock_cli.reports import FORMATS, render
from interlock_cli.reports.escape import quiet, visible
from interlock_cli.reports.schema import schema
from reports.readings import Page, sarif_validator, workflow_commands

TEXT = st.text(st.characters(exclude_categories=()), max_size=12) | st.text(
    "|`\\<>&@#:/[](){}!*_~$%.\n w1a-", max_size=12
)
COUNT = st.integers(0, 99)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.decimals() | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=6,
)
READER = st.builds(ReaderHit, TEXT, TEXT, TEXT, TEXT, st.booleans(), TEXT)
READERS = st.lists(READER, max_size=2).map(tuple)
LINES = st.lists(TEXT, max_size=2).map(tuple)
NUMBER = st.none() | st.integers(1, 10**9)
FINDING = st.builds(
    Finding,
    rule=TEXT,
    message=TEXT,
    place=st.builds(Place, TEXT, TEXT, NUMBER, NUMBER),
    level=st.sampled_from(Level),
    contract=TEXT,
    bump=st.sampled_from(Bump),
    direction=TEXT,
    witness=st.none() | st.builds(Witness, JSON, TEXT, TEXT, TEXT, TEXT),
    readers=READERS,
    fix=TEXT,
    old=JSON,
    new=JSON,
    waived=st.just("") | TEXT,
    also=LINES,
)
VERSION = TEXT | st.sampled_from(["1.0.0", "2.3.4"])
CHANGE = st.builds(
    Change,
    contract=TEXT,
    path=TEXT,
    old=st.none() | VERSION,
    new=st.none() | VERSION,
    verdict=TEXT | st.sampled_from(["compatible", "breaking", "undecided", "new", "removed", "unchanged"]),
    declared=st.sampled_from(Bump),
    needed=st.sampled_from(Bump),
    differences=LINES,
    compared=LINES,
    mode=TEXT | st.sampled_from(["FULL", "BACKWARD_TRANSITIVE", "NONE"]),
    readers=READERS,
    through=TEXT,
)
REPORT = st.builds(
    Report,
    command=TEXT | st.just("check"),
    catalog=TEXT,
    head=TEXT,
    base=TEXT,
    notes=LINES,
    changes=st.lists(CHANGE, max_size=2).map(tuple),
    findings=st.lists(FINDING, max_size=3).map(tuple),
    contracts=COUNT,
    files=COUNT,
    rules=COUNT,
    questions=COUNT,
    decided=COUNT,
    documents=COUNT,
    seconds=st.floats(0, 1e5),
    fail_on=st.sampled_from([Level.INFO, Level.WARNING, Level.ERROR]),
    reproduce=TEXT,
    root=TEXT,
)
OURS = {
    *("h3", "p", "code", "pre", "b", "strong", "sub", "blockquote", "ul", "li", "details", "summary"),
    *("table", "thead", "tbody", "tr", "th", "td"),
}


@given(REPORT)
@settings(max_examples=150)
def test_every_report_is_rendered_and_read(report: Report) -> None:
    """No text makes a renderer fail, nor its output unreadable to its platform."""
    said = {form: render(report, form) for form in FORMATS}
    for text in said.values():
        text.encode("utf-8")
    ET.fromstring(said["junit"])  # noqa: S314 - our own output
    assert len(json.loads(said["gitlab"])) == len(report.findings)
    assert [str(error) for error in sarif_validator().iter_errors(json.loads(said["sarif"]))] == []
    jsonschema_rs.Draft202012Validator(schema()).validate(json.loads(said["json"]))
    assert all(line.startswith("::") for line in said["github"].split("\n")[:-1])


@given(REPORT)
@settings(max_examples=150)
def test_every_comment_is_inert(report: Report) -> None:
    """No text makes markup, a link, a mention, a reference or a workflow command."""
    page = Page(render(report, "markdown"))
    assert set(page.tags) <= OURS
    assert page.references == []
    assert workflow_commands(render(report, "text") + render(report, "markdown")) == []


@given(TEXT)
def test_what_is_visible_stays_as_it_is(text: str) -> None:
    """Showing what hides, twice, is showing it once; so is breaking a log's commands."""
    assert visible(visible(text)) == visible(text)
    assert quiet(quiet(text)) == quiet(text)
