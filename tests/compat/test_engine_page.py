"""The page that explains the engine shows what the engine does."""

from __future__ import annotations

import json
import re
from pathlib import Path

from interlock.compat import compare

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "explanation" / "engine.md").read_text(encoding="utf-8")
ENGINE = ROOT / "registry" / "interlock" / "compat" / "jsonschema"


def test_the_example_is_answered_as_shown() -> None:
    """Writer, reader and witness are the page's JSON blocks; the cause is its last listing."""
    writer, reader, witness = (json.loads(block) for block in re.findall(r"```json\n(.*?)```", PAGE, re.DOTALL))
    (refusal,) = compare(writer=writer, reader=reader, seconds=20).refusals
    assert refusal.witness == witness
    assert f"{refusal.cause}: {refusal.message}" in PAGE
    assert f"at {refusal.at}, reader {refusal.reader}, writer {refusal.writer}" in PAGE


def test_every_reason_for_undecided_is_listed() -> None:
    """Each code that the engine gives has a line that says why, and no other has."""
    table = PAGE.partition("## What stays undecided")[2].partition("## Views")[0]
    listed = {
        code for row in re.findall(r"^\| (`.*?) \|", table, re.MULTILINE) for code in re.findall(r"`([a-z-]+)`", row)
    }
    source = "".join(path.read_text(encoding="utf-8") for path in ENGINE.glob("*.py"))
    given = set(
        re.findall(r'(?:_undecided|opaque|Undecided)\(\s*(?:here, (?:keyword|"[^"]*"|MARK), )?"([a-z-]+)"', source)
    )
    given |= {"unsupported-pattern", "invalid-pattern"}
    assert given - {"reference-cycle"} <= listed
    assert listed <= set(re.findall(r'"([a-z-]+)"', source))
