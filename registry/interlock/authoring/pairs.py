"""The two pairs of documents that show a rule about OpenAPI: those that its test compares, as differences."""

from __future__ import annotations

import difflib
import functools
import textwrap
from importlib.resources import files
from typing import Any

from interlock.compat.openapi import API_RULES
from interlock.documents import parse

_PACKAGE = "interlock.compat.openapi"
_CONTEXT = 4
"""So many lines around a difference are shown."""
_CODE = "    "
"""An indent which a terminal and Markdown both show as it is."""
_NEXT = "## Mend"


def with_pairs(rule: str, text: str) -> str:
    """Return a rule's page with what fires and what looks alike before what mends it; other pages as they are."""
    name = rule.removeprefix("compat/")
    if name not in API_RULES:
        return text
    before, _, mend = text.partition(_NEXT)
    shown = (_shown("Bad", pairs(name)["fires"]), _shown("Good", pairs(name)["silent"]))
    return before + "\n\n".join([*shown, _NEXT + mend])


@functools.cache
def pairs(name: str) -> dict[str, Any]:
    """Return a rule's pairs: `fires` and `silent`, each with `why`, `old` and `new`."""
    path = files(_PACKAGE) / "pairs" / f"{name}.yaml"
    return dict(parse(path.name, path.read_bytes()).data)


def _shown(heading: str, pair: dict[str, Any]) -> str:
    """Return one pair as a difference between two documents."""
    old, new = (_lines(pair[side]) for side in ("old", "new"))
    lines = list(difflib.unified_diff(old, new, n=_CONTEXT, lineterm=""))[2:]
    shown = "\n".join("..." if line.startswith("@@") else line.rstrip() for line in lines)
    return f"## {heading}\n{pair['why']}\n\n{textwrap.indent(shown, _CODE)}"


def _lines(document: dict[str, Any]) -> list[str]:
    """Return a document as lines of YAML."""
    import yaml

    return str(yaml.safe_dump(document, sort_keys=False, width=100)).splitlines()
