"""What is wrong with a declaration itself: an unknown rule, bad parameters, a path to nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import msgspec

from interlock._misfits import misfits
from interlock.catalog import Catalog, Contract, Entry, EventContract, TypeContract
from interlock.errors import nearest
from interlock.invariants._reach import declared
from interlock.judging.table import RULES
from interlock.references import BadReference, bundle

if TYPE_CHECKING:
    from interlock.judging.parameters import Parameters

Fault = tuple[str, str]
"""Pointer into the declaration, and a sentence."""


def faults(rule: str, parameters: Mapping[str, Any], *, schema: Any = None) -> list[Fault]:
    """
    Return what is wrong with a declared invariant: pointer into `{rule, parameters}` and a sentence.

    With a `schema` (one document, of what the paths start from), a path that nothing in it declares is a fault too.
    """
    known = RULES.get(rule)
    if known is None:
        hint = nearest(rule, RULES) or f": the rules are {', '.join(RULES)}"
        return [("/rule", f"there is no invariant rule {rule!r}{hint}")]
    try:
        taken = msgspec.convert(dict(parameters), known.parameters)
    except msgspec.ValidationError as error:
        found = misfits(msgspec.json.schema(known.parameters), dict(parameters))
        return [(f"/parameters{at}", sentence) for at, sentence in found or [("", str(error))]]
    return [] if schema is None else list(_astray(taken, schema))


def _astray(parameters: Parameters, schema: Any) -> Iterator[Fault]:
    """Yield each path that leads to nothing that the schema declares."""
    for pointer, path in parameters.paths():
        if not declared(schema, path):
            yield f"/parameters{pointer}", f"the path {path} leads to no member that the schema declares"


def contract_faults(catalog: Catalog, entry: Entry[Contract]) -> Iterator[Fault]:
    """Yield pointer into the contract's file and a sentence for each fault of the invariants that it declares."""
    contract = entry.value
    if not isinstance(contract, EventContract | TypeContract) or not contract.invariants:
        return
    schema = _judged_document(catalog, entry.path, of_event=isinstance(contract, EventContract))
    for index, invariant in enumerate(contract.invariants):
        for pointer, sentence in faults(invariant.rule, invariant.parameters, schema=schema):
            yield f"/invariants/{index}{pointer}", sentence


def _judged_document(catalog: Catalog, path: str, *, of_event: bool) -> Any:
    """Return the schema of what a contract's paths start from: a type's value, or a whole event; None if it can't be bundled."""
    try:
        schema = bundle(path, catalog.data).schema
        envelopes = sorted(catalog.envelopes.values(), key=lambda entry: entry.value.major)
        if not of_event or not envelopes:
            return schema if not of_event else None
        envelope = bundle(envelopes[-1].path, catalog.data).schema
    except (BadReference, LookupError):
        return None
    members = {**_map(envelope, "properties"), "data": {"$ref": "#/$defs/data"}}
    payload = {keyword: value for keyword, value in schema.items() if keyword != "$defs"}
    shared = {**_map(envelope, "$defs"), **_map(schema, "$defs"), "data": payload}
    return {"type": "object", "properties": members, "$defs": shared}


def _map(schema: dict[str, Any], keyword: str) -> dict[str, Any]:
    """Return a keyword's map of schemas; nothing where something else is written."""
    value = schema.get(keyword)
    return value if isinstance(value, dict) else {}
