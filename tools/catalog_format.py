"""Write the reference of the catalog's format from the kinds of files, their JSON Schemas and the catalog that ships."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

from interlock.catalog import _base
from interlock.kinds import KINDS, Kind, kind_of, schema

CONTRACTS = Path(__file__).resolve().parents[1] / "contracts"
WHOLE, OPENING = 64, 24
"""An example of at most so many lines is shown whole; of a longer one, so many lines from its start."""

OPENING_TEXT = """# The catalog's format

A catalog is a folder of YAML files, `contracts/` by default. A file's place says what it is, and each kind of file has the members listed here and no others; a misspelt one is a finding with the nearest known name. The same models read the files, so this page can't be out of date.

`interlock schema KIND` prints the JSON Schema of a kind; they are also in [docs/schemas](../schemas/). With the YAML extension of VS Code, say in its settings:

```json
{"yaml.schemas": {"docs/schemas/event.json": "contracts/events/*/*/v*.yaml"}}
```

"""

NOTES = {
    "openapi": "The API product's OpenAPI 3.1 document, named by `openapi` in the file beside it. Its operations, parameters and schemas are compared as the standard says; what the product promises beside them is in the product's file.",
    "accepted": "An event as it may travel: CloudEvents 1.0 in the JSON format, envelope and `data`. It passes every stage of its contract, the producer's closed view included; people, tests and witnesses take their values from it.",
}
"""What is to be said of the files that other standards describe."""

FORMS = {
    "name": (_base.Name, "kebab-case, for example `team-quality`"),
    "event name": (_base.EventName, "`<domain>.<event>`, for example `quality.lot-on-hold`"),
    "command": (_base.CommandName, "`<product>.<operationId>`, for example `quality.placeLotHold`"),
    "version": (_base.VersionText, "`major.minor.patch`, for example `2.1.0`"),
    "duration": (_base.Duration, "a length of time of ISO 8601, for example `PT30S` or `P14D`"),
    "pointer": (_base.Pointer, "a JSON Pointer (RFC 6901), for example `/data/lot/lotId`; in a reader `*` stands for each element"),
    "text": (_base.Text, "a sentence for people"),
}  # fmt: skip
"""The forms of text that the tables name: what the schema of each looks like, and in words."""


def page() -> str:
    """Return the page, Markdown."""
    seen: set[str] = set()
    parts = [OPENING_TEXT, _tree(), _forms(), *(_section(kind, seen) for kind in KINDS.values())]
    return "".join(parts).rstrip() + "\n"


def _tree() -> str:
    """Write what stands in each place."""
    rows = "\n".join(
        f"| `{kind.shown}` | [{kind.name}](#{kind.name}) | {_first_sentence(kind)} |" for kind in KINDS.values()
    )
    return f"## The tree\n\n| below `contracts/` | kind | holds |\n|---|---|---|\n{rows}\n\n"


def _first_sentence(kind: Kind) -> str:
    """Say in one sentence what a kind of file holds."""
    text = NOTES[kind.name] if kind.model is None else kind.model.__doc__
    return f"{text.partition('. ')[0].rstrip('.')}."


def _forms() -> str:
    """Write what the words in the column "type" mean."""
    rows = "\n".join(f"| {name} | {words} |" for name, (_, words) in FORMS.items())
    return f"In the tables these words stand for:\n\n| word | means |\n|---|---|\n{rows}\n\n"


def _section(kind: Kind, seen: set[str]) -> str:
    """Write one kind: where it stands, its members, the parts they are made of, an example."""
    head = f"## {kind.name}\n\n`{kind.shown}`\n\n"
    if kind.model is None:
        return f"{head}{NOTES[kind.name]}\n\n"
    made = schema(kind.name)
    definitions: dict[str, Any] = made["$defs"]
    top = kind.model.__name__
    parts = "".join(
        f"### {name}\n\n{_described(definitions[name])}" for name in _reached(definitions, top) if name not in seen
    )
    seen.update(definitions)
    return f"{head}{_described(definitions[top])}{parts}{_example(kind)}"


def _reached(definitions: dict[str, Any], top: str) -> list[str]:
    """Return the parts that a definition is made of, in the order in which they are met."""
    found = [top]
    for name in found:
        found += [part for part in dict.fromkeys(_references(definitions[name])) if part not in found]
    return found[1:]


def _references(node: Any) -> Iterator[str]:
    """Yield the definitions that a schema refers to."""
    if isinstance(node, dict):
        if "$ref" in node:
            yield node["$ref"].rpartition("/")[2]
        for value in node.values():
            yield from _references(value)
    elif isinstance(node, list):
        for value in node:
            yield from _references(value)


def _described(definition: dict[str, Any]) -> str:
    """Write a definition: its sentence and the table of its members."""
    rows = "\n".join(_row(name, node, definition) for name, node in definition["properties"].items())
    return f"{definition['description']}\n\n| member | type | default | meaning |\n|---|---|---|---|\n{rows}\n\n"


def _row(name: str, node: dict[str, Any], definition: dict[str, Any]) -> str:
    """Write one member."""
    given = node.get("default")
    shown = f"`{json.dumps(given)}`" if given or given is False else ""
    default = "**required**" if name in definition.get("required", []) else shown
    cells = (f"`{name}`", _type(node), default, node["description"])
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _type(node: dict[str, Any]) -> str:
    """Name the type of a member in a few words."""
    choices = [choice for choice in node.get("anyOf", []) if choice.get("type") != "null"]
    if choices:
        return " or ".join(_type(choice) for choice in choices)
    if "$ref" in node:
        name = node["$ref"].rpartition("/")[2]
        return f"[{name}](#{name.lower()})"
    if "enum" in node:
        return ", ".join(f"`{value}`" for value in node["enum"])
    if node.get("type") == "array":
        return f"list of {_type(node['items'])}"
    if isinstance(node.get("additionalProperties"), dict) and node["additionalProperties"]:
        return f"map to {_type(node['additionalProperties'])}"
    return _plain(node)


def _plain(node: dict[str, Any]) -> str:
    """Name a type without parts: the form of a text, else JSON's own word."""
    for name, (form, _) in FORMS.items():
        facts = get_args(form)[1]
        anchored = f"^{facts.pattern[2:-2]}$" if facts.pattern else None
        if (node.get("pattern"), node.get("minLength")) == (anchored, facts.min_length) and node["type"] == "string":
            return name
    return str(node.get("format") or node.get("type", "any"))


def _example(kind: Kind) -> str:
    """Show the shortest file of a kind that the shipped catalog has."""
    files = (path for path in sorted(CONTRACTS.rglob("*.*")) if _is(path, kind))
    path = min(files, key=lambda file: len(file.read_text(encoding="utf-8").splitlines()))
    lines = path.read_text(encoding="utf-8").splitlines()
    name = path.relative_to(CONTRACTS.parent).as_posix()
    if len(lines) > WHOLE:
        said, shown = f"The first {OPENING} of {len(lines)} lines of", lines[:OPENING]
    else:
        said, shown = "For example", lines
    fence = "json" if path.suffix == ".json" else "yaml"
    return f"{said} `{name}`:\n\n```{fence}\n" + "\n".join(shown) + "\n```\n\n"


def _is(path: Path, kind: Kind) -> bool:
    """Say whether a file of the catalog is of a kind."""
    found = kind_of(path.relative_to(CONTRACTS).as_posix())
    return found is not None and found[0] is kind
