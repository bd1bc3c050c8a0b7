"""What a pattern costs the engines that match it."""

from __future__ import annotations

import re
from typing import Any

from interlock.references import subschemas
from interlock.rules.frame import Violations
from interlock.rules.subjects import Subject

_UNBOUNDED = re.compile(r"[*+]|,\}")
"""What a pattern has in it before a loop of it can cost much; the others are not looked at."""


def patterns_are_matched_fast(subject: Subject[Any]) -> Violations:
    r"""
    No pattern makes a backtracking engine try very many ways before it refuses a text.

    ## Why
    A text of fifty characters can hold such an engine (Java, .NET, Python, JavaScript, PCRE) for minutes, so one
    producer's odd value stops every consumer of a partition. Which loops are ambiguous is decided with the languages
    of the loops, not by how the pattern looks. Source: L17, CWE-1333.

    ## Bad
    `{pattern: "^([A-Z]+)+$"}`, `{pattern: "^[A-Z]+[A-Z0-9]+$"}`

    ## Good
    `{pattern: "^[A-Z]+$"}`, `{pattern: "^[A-Z]{1,8}-[0-9]+$"}`
    """
    for pointer, node in subschemas(subject.value.schema):
        pattern = node.get("pattern")
        if not isinstance(pattern, str) or not _UNBOUNDED.search(pattern):
            continue
        from interlock.regex import lint  # the engine is loaded for patterns with a loop only

        for issue in lint(pattern):
            if issue.code.endswith("-backtracking"):
                message = f"{issue.sentence[:1].lower()}{issue.sentence[1:].rstrip('.')} (at character {issue.at + 1})"
                yield subject.violation(f"/schema{pointer}/pattern", message, fix=issue.mend, new=issue.code)
