"""The proof as a file: the question it answers, whole, and the table of claims; JSON with numbers as written."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from decimal import Decimal
from hashlib import sha256
from json import dumps
from typing import Any

from interlock.compat.jsonschema.dialects import DIALECTS
from interlock.compat.jsonschema.documents import too_deep

KIND = "interlock-proof"
VERSION = 1

LARGEST = 16_000_000
"""Bytes; no larger proof is written or read."""


class UnreadableProofError(Exception):
    """What should be a proof is none; `str()` of it says in what way."""


@dataclass(frozen=True, slots=True)
class Question:
    """What is proved: everything that the writer's schema permits, the reader's takes."""

    writer: Any
    reader: Any
    dialect: str | None = None
    formats: str = "annotation"
    documents: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Proof:
    """A question and the claims that answer it, the first one being the answer."""

    question: Question
    table: list[Any]
    same: bool = False
    """Whether the two documents are equal, so that no table is needed."""
    seal: str | None = None
    """What the file says its digest is; None for a proof that was not read from a file."""


def digest(schema: Any) -> str:
    """The name of a schema in messages: the start of the SHA-256 of its text."""
    return sha256(_text(schema).encode("utf-8", "surrogatepass")).hexdigest()[:12]


def written(proof: Proof) -> str:
    """The file's text."""
    return _text({**_content(proof), "seal": sealed(proof)}) + "\n"


def sealed(proof: Proof) -> str:
    """The SHA-256 of all that a proof holds: tells a file that was changed from a proof that was wrong."""
    return sha256(_text(_content(proof)).encode()).hexdigest()


def _content(proof: Proof) -> dict[str, Any]:
    asked = proof.question
    return {
        "kind": KIND, "version": VERSION, "dialect": asked.dialect, "formats": asked.formats,
        "writer": asked.writer, "reader": asked.reader, "documents": asked.documents,
        "same": proof.same, "table": proof.table,
    }  # fmt: skip


def _text(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ",".join(f"{dumps(str(key))}:{_text(item)}" for key, item in value.items()) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ",".join(map(_text, value)) + "]"
    return str(value) if isinstance(value, Decimal) else dumps(value)


def read(text: str) -> Proof:
    """A proof from its file's text; what it says is not judged here."""
    if len(text) > LARGEST:
        raise UnreadableProofError(f"it is larger than {LARGEST // 1_000_000} MB")
    try:
        data = json.loads(text, parse_float=Decimal, object_pairs_hook=_members, parse_constant=_no_number)
    except RecursionError:
        raise UnreadableProofError("it nests too deep") from None
    except ValueError as error:
        raise UnreadableProofError(f"it is no JSON: {error}") from None
    _check(data)
    question = Question(data["writer"], data["reader"], data["dialect"], data["formats"], data["documents"])
    return Proof(question, data["table"], data["same"], data["seal"])


def _members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a member comes twice")
    return found


def _no_number(text: str) -> Any:
    raise ValueError(f"{text} is no number")


_MEMBERS = {"kind", "version", "dialect", "formats", "writer", "reader", "documents", "same", "table", "seal"}


def _check(data: Any) -> None:
    if not isinstance(data, dict) or data.get("kind") != KIND:
        raise UnreadableProofError("it is no proof that interlock compare --proof wrote")
    if data.get("version") != VERSION:
        raise UnreadableProofError(f"it is of version {data.get('version')!r}, and this checker reads {VERSION}")
    wrong = next((name for name, fits in _shapes(data).items() if not fits), None)
    if wrong is not None or data.keys() != _MEMBERS:
        raise UnreadableProofError(f"the member {wrong or 'list'} is not what a proof has there")
    if any(too_deep(schema) for schema in (data["writer"], data["reader"], *data["documents"].values())):
        raise UnreadableProofError("one of its schemas nests too deep")


def _shapes(data: dict[str, Any]) -> dict[str, bool]:
    dialect = data.get("dialect")
    return {
        "dialect": dialect is None or (isinstance(dialect, str) and dialect in DIALECTS),
        "formats": data.get("formats") in ("annotation", "assertion"),
        "documents": isinstance(data.get("documents"), dict),
        "same": isinstance(data.get("same"), bool),
        "seal": isinstance(data.get("seal"), str),
        "table": isinstance(data.get("table"), list),
    }
