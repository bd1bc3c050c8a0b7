"""A contract made ready to judge: its schema compiled in each view, its invariants and those of the types it uses."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import Any

from interlock.catalog import Catalog, EnvelopeContract, EventContract
from interlock.invariants import TypeChecks, checks
from interlock.references import BadReference, bundle
from interlock.validation.engine import Engine, UnusableSchemaError
from interlock.validation.problems import Problem

DATA = "/data"
"""Where the payload stands in an event."""


class Ready:
    """
    One contract, compiled once.

    Raises UnusableSchemaError when its schema is none, or refers to what is not there.
    """

    def __init__(self, catalog: Catalog, path: str, contract: EventContract | EnvelopeContract) -> None:
        try:
            self._schema = bundle(path, catalog.data)
        except (BadReference, LookupError) as error:
            raise UnusableSchemaError(str(error)) from None
        self._engine = Engine(self._schema.schema)
        self._types = TypeChecks(catalog, self._schema, self._engine.accepts)
        self._checks = checks(contract.invariants) if isinstance(contract, EventContract) else ()

    def problems(self, stage: str, document: Any) -> Iterator[Problem]:
        """Yield the problems of a document under the schema as written."""
        yield from (Problem(stage, *fault) for fault in self._engine.faults(document))

    def undeclared(self, payload: Any) -> Iterator[Problem]:
        """Yield the members that a producer may not send."""
        yield from (Problem("closed", *fault) for fault in self._closed.faults(payload))

    def broken(self, event: dict[str, Any], *, below: str = "") -> Iterator[Problem]:
        """Yield the invariants of the contract that an event breaks; with `below`, only those that look no further."""
        for check in self._checks:
            if all(f"{path}/".startswith(f"{below}/") for _, path in check.parameters.paths()):
                yield from (Problem("invariant", check.rule.id, *place) for place in check(event))

    def broken_types(self, document: Any, at: str = "") -> Iterator[Problem]:
        """Yield the invariants of shared types that a document breaks, which stands at a pointer."""
        yield from (Problem("invariant", rule, place, sentence) for place, rule, sentence in self._types(document, at))

    @cached_property
    def _closed(self) -> Engine:
        """The producer's view, compiled."""
        from interlock.compat.views import closed

        return Engine(closed(self._schema.schema))
