"""What a product promises beside its document, as the value `PRODUCT` of its module."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from interlock.catalog import ProductContract
from interlock.catalog.contracts import Authorization, Throttle
from interlock_codegen.code import Code, literal
from interlock_codegen.layout import Brackets, Named, Node, argument, call, value

CLASSES = ("Access", "IdempotencyPolicy", "Pagination", "Product", "Throttle", "Throttling")
"""The values of the runtime that it is made of, beside `Lifecycle`."""


def product_value(contract: ProductContract, base_path: str, load_document: Node) -> Node:
    """Return the construction of a product's value."""
    said: dict[str, Any] = {
        "name": contract.name,
        "title": contract.title,
        "version": contract.version,
        "load_document": load_document,
        "base_path": base_path,
        "tier": contract.tier,
        "classification": contract.classification,
        "authentication": contract.authentication,
        "authorization": _table({name: _access(each) for name, each in contract.authorization.items()}),
        "throttling": _throttling(contract),
        "idempotency": _built(
            "IdempotencyPolicy", header=contract.idempotency.header, retention=contract.idempotency.retention
        ),
        "pagination": _built("Pagination", style=contract.pagination.style, maximum=contract.pagination.maximum),
        "lifecycle": _lifecycle(contract),
        "audit": contract.audit,
        "results_in": {name: tuple(each.events) for name, each in contract.results_in.items()},
    }
    return _built("Product", **said)


def _built(kind: str, /, **said: Any) -> Node:
    """Return the construction of a value with named parts, without those that are not said."""
    made = {
        key: item if isinstance(item, Code | Brackets) else value(item)
        for key, item in said.items()
        if item is not None
    }
    return call(kind, *(argument(key, node) for key, node in made.items()))


def _access(found: Authorization) -> Node:
    """Return what a caller must hold for one operation."""
    return _built(
        "Access", scopes=found.scopes, site_claim=found.site_claim, segregation_of_duties=found.segregation_of_duties
    )


def _throttling(contract: ProductContract) -> Node:
    """Return the throttles."""
    found = contract.throttling
    operations = {name: _throttle(each) for name, each in found.operations.items()}
    return _built(
        "Throttling",
        reads=_throttle(found.reads),
        commands=_throttle(found.commands),
        operations=_table(operations) if operations else None,
    )


def _throttle(found: Throttle) -> Node:
    """Return one throttle."""
    return _built("Throttle", rate=found.rate, per=found.per, burst=found.burst)


def _lifecycle(contract: ProductContract) -> Node:
    """Return where the major version stands."""
    life = contract.lifecycle
    return _built(
        "Lifecycle",
        status=life.status,
        since=life.since and str(life.since),
        sunset=life.sunset and str(life.sunset),
        successor=life.successor,
        migration=life.migration,
    )


def _table(rows: Mapping[str, Node]) -> Node:
    """Return a dictionary of expressions."""
    return Brackets("{", tuple(Named(f"{literal(name)}: ", node) for name, node in rows.items()), "}")
