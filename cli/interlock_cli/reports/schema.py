"""The JSON Schema (2020-12) of the JSON report, which `interlock schema report` prints and `docs/schemas` publishes."""

from __future__ import annotations

from typing import Any

from interlock.findings import Level
from interlock.versions import Bump
from interlock_cli.reports.json import VERSION

Schema = dict[str, Any]


def _text(description: str) -> Schema:
    return {"description": description, "type": "string"}


def _whole(description: str, least: int = 0) -> Schema:
    return {"description": description, "type": "integer", "minimum": least}


def _maybe(schema: Schema) -> Schema:
    return {**schema, "type": [schema["type"], "null"]}


def _choice(description: str, values: list[str] | list[int]) -> Schema:
    return {"description": description, "enum": values}


def _list(description: str, items: Schema) -> Schema:
    return {"description": description, "type": "array", "items": items}


def _object(description: str, members: dict[str, Schema]) -> Schema:
    """Return an object that has all of these members and no others."""
    return {
        "description": description,
        "type": "object",
        "required": list(members),
        "properties": members,
        "additionalProperties": False,
    }


_LEVELS = [str(level) for level in Level]
_BUMPS = [str(bump) for bump in Bump]

_READER = _object(
    "A service that declared what it reads, and whether the change hits it.",
    {
        "service": _text("Name of the service."),
        "owner": _text("The team that answers for the service."),
        "versions": _text("The versions that it takes, for example `>=1.1 <2`."),
        "evidence": _text("Where the reading is declared, `file:line`."),
        "breaks": {"description": "Whether the change breaks it.", "type": "boolean"},
        "because": _text("Why it breaks or why it does not; may be empty."),
    },
)
_WITNESS = _object(
    "A document that proves the refusal; null where the finding needs none.",
    {
        "event": {"description": "The document: the writer may send it, the reader turns it away."},
        "writer": _text("The version of the writer."),
        "reader": _text("The version of the reader."),
        "at": _text("JSON Pointer (RFC 6901) into the document, to what is refused."),
        "because": _text("Why the reader refuses."),
    },
)
_PLACE = _object(
    "Where the finding is.",
    {
        "path": _text("The file, relative to the catalog's folder; empty when the catalog as a whole is meant."),
        "pointer": _text("JSON Pointer (RFC 6901) into the file."),
        "line": _maybe(_whole("The line, from 1; null when not known.", 1)),
        "column": _maybe(_whole("The column, from 1; null when not known.", 1)),
    },
)
_FINDING = _object(
    "What a rule or an engine has to say about one place.",
    {
        "rule": _text("Name of the rule, `group/rule-name`; `interlock explain` has its page."),
        "level": _choice("The level that the catalog gives the rule.", _LEVELS),
        "counts": _choice("The level at which the finding gates: `info` once waived.", _LEVELS),
        "message": _text("What happened, one sentence."),
        "contract": _text("The contract, `name@major`; empty for a finding about the catalog."),
        "place": _PLACE,
        "fingerprint": {
            **_text(
                "Stays the same while the finding does: version of the algorithm, then a hash without lines or wording."
            ),
            "pattern": "^[0-9]+:[0-9a-f]{16}$",
        },
        "bump": _choice("The least bump that the change needs.", _BUMPS),
        "direction": _text("`old readers x new events`, `new readers x old events`, or empty."),
        "witness": _maybe(_WITNESS),
        "readers": _list("The readers that the finding concerns.", {"$ref": "#/$defs/reader"}),
        "fix": _text("The smallest change that mends it; may be empty or have several lines."),
        "old": {"description": "The value before the change; null when there was none."},
        "new": {"description": "The value after the change; null when there is none."},
        "waived": _text("Why it does not count; empty when it does."),
        "also": _list("Other contracts, `name@major`, with the same cause.", {"type": "string"}),
    },
)
_CHANGE = _object(
    "A contract that differs from the baseline.",
    {
        "contract": _text("The contract, `name@major`."),
        "path": _text("Its file, relative to the catalog's folder."),
        "old": _maybe(_text("The version it is compared with; null for a new contract.")),
        "new": _maybe(_text("The version it has now; null for a removed contract.")),
        "verdict": _text("`compatible`, `breaking`, `undecided`, `new`, `removed` or `unchanged`."),
        "declared": _choice("The bump between the two versions.", _BUMPS),
        "needed": _choice("The least bump that the change needs.", _BUMPS),
        "mode": _text(
            "The compatibility mode that judged it, in the registry world's word, for example `FULL_TRANSITIVE`."
        ),
        "compared": _list("The releases that were asked about.", {"type": "string"}),
        "through": _text("The shared type through which it changed; empty when its own file did."),
        "differences": _list("What changed, a line each.", {"type": "string"}),
        "readers": _list("The readers of the contract.", {"$ref": "#/$defs/reader"}),
        "readers_hit": _whole("How many of the readers break."),
    },
)
_TOTALS = _object(
    "How many there are of each.",
    {
        "contracts": _whole("Contracts in the catalog."),
        "files": _whole("Files that were read."),
        "rules": _whole("Rules that were asked."),
        "questions": _whole("Compatibility questions that were asked."),
        "decided": _whole("Questions that were proved or refuted."),
        "documents": _whole("Examples or recorded events that were validated."),
        "errors": _whole("Findings that gate as an error."),
        "warnings": _whole("Findings that gate as a warning."),
        "waived": _whole("Findings that are waived."),
        "compatible": _whole("Changed contracts proved compatible."),
        "breaking": _whole("Changed contracts that break a reader, with a witness."),
        "undecided": _whole("Changed contracts for which no proof was found either way."),
    },
)


def schema() -> Schema:
    """Return the schema."""
    members: dict[str, Schema] = {
        "schema": {"description": "Name and version of this form.", "const": VERSION},
        "command": _text("The command that made the report: `check`, `lint` or `validate`."),
        "catalog": _text("Name of the catalog."),
        "root": _text("What stands before each path to make it relative to the repository."),
        "head": _text("What was judged."),
        "base": _text("What it was judged against; empty when nothing."),
        "reproduce": _text("The command that gives this report again; may be empty."),
        "notes": _list("What a reader of the report should know.", {"type": "string"}),
        "passed": {"description": "Whether no finding gates at or above `fail_on`.", "type": "boolean"},
        "exit_code": _choice("The command's exit code.", [0, 1]),
        "fail_on": _choice("The level from which a finding fails the run.", _LEVELS),
        "seconds": {"description": "How long the run took.", "type": "number", "minimum": 0},
        "totals": _TOTALS,
        "changes": _list("The contracts that differ from the baseline.", _CHANGE),
        "findings": _list("The findings, in a stable order.", _FINDING),
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:{VERSION.replace('/', ':')}",
        "title": "Report of Interlock",
        **_object("What a check, a lint or a validation found.", members),
        "$defs": {"reader": _READER},
    }
