"""Documents as YAML or JSON: the same bytes for the same document, and a first line that says who wrote them."""

from __future__ import annotations

import json
import re
from typing import Any, Literal, TypeAlias

import yaml

from interlock_codegen.printing import MARKER

Form: TypeAlias = Literal["yaml", "json"]
FORMS: tuple[Form, ...] = ("yaml", "json")
_LIKE_A_NUMBER = re.compile(r"[-+.0-9]")
"""How a text begins that some YAML reader takes for a number: 1.2 knows `1e3` and `0o7`, which 1.1 does not."""


_BREAKS = re.compile(r"[^\n\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\uffff\U00010000-\U0010ffff]")
"""Characters that end a line in YAML 1.1 and not in 1.2, or that are none; within double quotes they are escaped."""


class _Dumper(yaml.SafeDumper):
    """Writes YAML that readers of 1.1 and of 1.2 take for the same."""

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002 - as the class above has it
        """Write each value where it stands: an alias surprises people and some tools."""
        return True

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:  # noqa: FBT001, FBT002, ARG002 - as above
        """Indent lists below their member."""
        super().increase_indent(flow, indentless=False)


def _text(dumper: _Dumper, value: str) -> yaml.ScalarNode:
    """Quote what readers would take for different values."""
    style = '"' if _BREAKS.search(value) else "'" if _LIKE_A_NUMBER.match(value) else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", value, style=style)


_Dumper.add_representer(str, _text)


def written(document: dict[str, Any], form: Form) -> bytes:
    """Return a document as a file."""
    return (_yaml(document) if form == "yaml" else _json(document)).encode()


def _yaml(document: dict[str, Any]) -> str:
    text = yaml.dump(document, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=120)
    return f"# {MARKER}\n{text}"


def _json(document: dict[str, Any]) -> str:
    """JSON has no comments: the line is the document's first member."""
    text = json.dumps(document, indent=2, ensure_ascii=False)
    return '{"x-generated": ' + json.dumps(str(MARKER)) + "," + text[1:] + "\n"
