"""The rules of OpenAPI compatibility for the docs: their table, with the words of the pairs that their tests compare."""

from __future__ import annotations

from pathlib import Path

from interlock.authoring.pairs import pairs
from interlock.compat.openapi import API_RULES

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "reference" / "openapi-compatibility.md"
START, END = "<!-- rules -->\n", "\n<!-- /rules -->"
_HEAD = "| cause | level | what | the pair that fires | the look-alike | what mends it | mirror image |\n|---|---|---|---|---|---|---|"


def table() -> str:
    """Return every rule, in order, in its own words and with the words of its pair."""
    return "\n".join([_HEAD, *(_row(name) for name in API_RULES)])


def _row(name: str) -> str:
    """Return a rule's row; the pair itself stands on the rule's page."""
    rule, case = API_RULES[name], pairs(name)
    link = f"[`{name}`](rules/compat/{name}.md)"
    cells = (link, rule.level, rule.what, case["fires"]["why"], case["silent"]["why"], rule.fix, rule.mirror)
    return f"| {' | '.join(cell.replace('|', '&#124;') for cell in cells)} |"


def page() -> str:
    """Return the reference page with its table as it is now."""
    text = PAGE.read_text(encoding="utf-8")
    before, _, rest = text.partition(START)
    return before + START + table() + END + rest.partition(END)[2]
