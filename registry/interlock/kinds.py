"""The kinds of catalog files: where each stands, which value it holds, and its JSON Schema for editors."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from interlock.catalog import (
    CatalogSettings,
    EnvelopeContract,
    EventContract,
    ProductContract,
    ReaderContract,
    Sites,
    Systems,
    Teams,
    TypeContract,
    Waivers,
    Workflow,
)
from interlock.errors import BadValueError, nearest

_START, _END = r"\A", r"\Z"
_NAME = r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*"


class RejectedExample(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An event that must be refused, and for which reason."""

    why: Annotated[str, Meta(description="What goes wrong in the plant when a reader takes it.")]
    expect: Annotated[Expected, Meta(description="For which reason, and only for it, the event is refused.")]
    event: Annotated[dict[str, Any], Meta(description="The whole event, with its envelope.")]


class Expected(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The stage, the keyword or rule, and the JSON Pointer into the event at which it is refused."""

    stage: Annotated[str, Meta(description="`envelope`, `contract`, `payload`, `closed`, `keys` or `invariant`.")]
    rule: Annotated[
        str, Meta(description="The keyword of JSON Schema, the invariant, or the name that the stage gives.")
    ]
    at: Annotated[str, Meta(description="JSON Pointer (RFC 6901) into the event.")]


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of file."""

    name: str
    path: re.Pattern[str]
    """Matches the files of this kind, relative to the catalog."""
    shown: str
    """The path as people write it."""
    model: Any
    """The value it holds; None for files of another format (OpenAPI, an accepted example)."""


def _kind(name: str, pattern: str, shown: str, model: Any) -> Kind:
    """Build a row of the table."""
    return Kind(name, re.compile(pattern), shown, model)


KINDS = {
    kind.name: kind
    for kind in (
        _kind("catalog", r"catalog\.yaml", "catalog.yaml", CatalogSettings),
        _kind("teams", r"teams\.yaml", "teams.yaml", Teams),
        _kind("systems", r"systems\.yaml", "systems.yaml", Systems),
        _kind("sites", r"sites\.yaml", "sites.yaml", Sites),
        _kind("waivers", r"waivers\.yaml", "waivers.yaml", Waivers),
        _kind("envelope", r"(envelope)/v([1-9][0-9]*)\.yaml", "envelope/v<major>.yaml", EnvelopeContract),
        _kind("type", rf"types/({_NAME})/v([1-9][0-9]*)\.yaml", "types/<type>/v<major>.yaml", TypeContract),
        _kind("event", rf"events/({_NAME}/{_NAME})/v([1-9][0-9]*)\.yaml", "events/<domain>/<event>/v<major>.yaml", EventContract),
        _kind("product", rf"products/({_NAME})/v([1-9][0-9]*)\.yaml", "products/<product>/v<major>.yaml", ProductContract),
        _kind("openapi", rf"products/({_NAME})/v([1-9][0-9]*)\.openapi\.yaml", "products/<product>/v<major>.openapi.yaml", None),
        _kind("reader", rf"readers/({_NAME})\.yaml", "readers/<service>.yaml", ReaderContract),
        _kind("workflow", rf"workflows/({_NAME})\.yaml", "workflows/<name>.yaml", Workflow),
        _kind(
            "accepted", rf"events/({_NAME}/{_NAME})/examples/v([1-9][0-9]*)/accepted/[^/]+\.json",
            "events/<domain>/<event>/examples/v<major>/accepted/*.json", None,
        ),
        _kind(
            "rejected", rf"events/({_NAME}/{_NAME})/examples/v([1-9][0-9]*)/rejected/[^/]+\.json",
            "events/<domain>/<event>/examples/v<major>/rejected/*.json", RejectedExample,
        ),
    )
}  # fmt: skip
"""Every kind of file by name."""


def kind_of(path: str) -> tuple[Kind, re.Match[str]] | None:
    """Return the kind of a file and the match of its path, if it has a place in a catalog."""
    for kind in KINDS.values():
        match = kind.path.fullmatch(path)
        if match is not None:
            return kind, match
    return None


def schema(name: str) -> dict[str, Any]:
    """Return the JSON Schema 2020-12 of a kind of file, made from the value that the loader builds; raise BadValueError."""
    kind = KINDS.get(name)
    if kind is None or kind.model is None:
        known = [row.name for row in KINDS.values() if row.model is not None]
        raise BadValueError("kind of file", name, f"write one of {', '.join(known)}{nearest(name, known)}")
    made = msgspec.json.schema(kind.model)
    tag = made.get("$defs", {}).get(kind.model.__name__, {}).get("properties", {}).get("contract", {})
    if "enum" in tag:
        tag["description"] = "What the file holds; its folder says the same."
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": kind.shown, **_ecma(made)}


def _ecma(node: Any) -> Any:
    """Return a schema with its patterns in the form of ECMA-262, which editors read and which has other anchors than Python."""
    if isinstance(node, list):
        return [_ecma(item) for item in node]
    if not isinstance(node, dict):
        return node
    return {
        key: f"^{value.removeprefix(_START).removesuffix(_END)}$" if key == "pattern" else _ecma(value)
        for key, value in node.items()
    }
