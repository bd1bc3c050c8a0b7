"""
The rules of OpenAPI compatibility for the docs: their table, and for each the pair of documents that its test compares.

Everything comes from the code and from `tests/compat_openapi/cases/rules`, which the tests run.
"""

from __future__ import annotations

import difflib
import functools
from pathlib import Path
from typing import Any

import yaml

from interlock.compat.openapi import API_RULES

ROOT = Path(__file__).resolve().parents[1]
CASES = ROOT / "tests" / "compat_openapi" / "cases" / "rules"
PAGE = ROOT / "docs" / "reference" / "openapi-compatibility.md"
START, END = "<!-- rules -->\n", "\n<!-- /rules -->"
_HEAD = "| cause | level | what | the pair that fires | the look-alike | what mends it | mirror image |\n|---|---|---|---|---|---|---|"
_CONTEXT = 4
"""So many lines around a difference are shown."""


def table() -> str:
    """Return every rule, in order, in its own words and with the words of its pair."""
    return "\n".join([_HEAD, *(_row(name) for name in API_RULES)])


def _row(name: str) -> str:
    """Return a rule's row; the pair itself stands on the rule's page."""
    rule, case = API_RULES[name], _case(name)
    link = f"[`{name}`](rules/compat/{name}.md)"
    cells = (link, rule.level, rule.what, case["fires"]["why"], case["silent"]["why"], rule.fix, rule.mirror)
    return f"| {' | '.join(cell.replace('|', '&#124;') for cell in cells)} |"


def page() -> str:
    """Return the reference page with its table as it is now."""
    text = PAGE.read_text(encoding="utf-8")
    before, _, rest = text.partition(START)
    return before + START + table() + END + rest.partition(END)[2]


def with_pair(rule: str, text: str) -> str:
    """Return a rule's page with the pair of its test before what mends it; other pages as they are."""
    name = rule.removeprefix("compat/")
    if name not in API_RULES:
        return text
    before, _, mend = text.partition("## Mend")
    return f"{before}{_shown('Bad', _case(name)['fires'])}\n\n{_shown('Good', _case(name)['silent'])}\n\n## Mend{mend}"


def _shown(heading: str, pair: dict[str, Any]) -> str:
    """Return one pair as a difference between two documents."""
    old, new = (yaml.safe_dump(pair[side], sort_keys=False, width=100).splitlines() for side in ("old", "new"))
    lines = list(difflib.unified_diff(old, new, n=_CONTEXT, lineterm=""))[2:]
    shown = ["..." if line.startswith("@@") else line for line in lines]
    return "\n".join([f"## {heading}", pair["why"], "", "```diff", *shown, "```"])


@functools.cache
def _case(name: str) -> dict[str, Any]:
    """Return the test's case of a rule."""
    return dict(yaml.safe_load((CASES / f"{name}.yaml").read_text(encoding="utf-8")))
