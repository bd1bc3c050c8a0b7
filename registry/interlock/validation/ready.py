"""A contract made ready to judge: its schema compiled in each view, its invariants and those of the types it uses."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import Any

from interlock.catalog import Catalog, EnvelopeContract, EventContract
from interlock.invariants import declared_rows
from interlock.judging.judge import Judge
from interlock.references import BadReference, bundle
from interlock.validation.engine import Engine, UnusableSchemaError
from interlock.validation.problems import Problem


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
        rows = declared_rows(catalog, contract, self._schema)
        self._judge = Judge(rows, self._schema.schema, self._engine.accepts)

    def problems(self, stage: str, document: Any) -> Iterator[Problem]:
        """Yield the problems of a document under the schema as written."""
        yield from (Problem(stage, *fault) for fault in self._engine.faults(document))

    def undeclared(self, payload: Any) -> Iterator[Problem]:
        """Yield the members that a producer may not send."""
        yield from (Problem("closed", *fault) for fault in self._closed.faults(payload))

    def broken(self, event: dict[str, Any]) -> Iterator[Problem]:
        """Yield the invariants of the contract and of the types that it uses that an event breaks."""
        yield from (Problem("invariant", one.rule, one.at, one.sentence) for one in self._judge.event(event))

    def broken_in_payload(self, payload: Any) -> Iterator[Problem]:
        """Yield those that a bare payload breaks, of the ones that look no further."""
        yield from (Problem("invariant", one.rule, one.at, one.sentence) for one in self._judge.data(payload))

    @cached_property
    def _closed(self) -> Engine:
        """The producer's view, compiled."""
        from interlock.compat.views import closed

        return Engine(closed(self._schema.schema))
