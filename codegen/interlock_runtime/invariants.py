"""
What a contract declares beyond its schema, and how it is judged.

The rules stand beside this runtime in the generated package (`_invariants`); here is only what is asked of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cached_property
from itertools import islice
from typing import Any, Protocol
from urllib.parse import quote

from .composing import PAYLOAD
from .gate import Gate
from .schemas import Schema, placed
from .violations import MOST, Violation, violation

Accepts = Callable[[Any, Any], bool]
"""Says whether a part of the schema of the data (or a schema of its own) accepts a value."""


class Broken(Protocol):
    """One invariant that an event breaks."""

    @property
    def at(self) -> str:
        """JSON Pointer to what is wrong."""
        ...

    @property
    def rule(self) -> str:
        """Name of the rule, which `interlock explain invariant/RULE` explains."""
        ...

    @property
    def statement(self) -> str:
        """What the rule wants, in words that carry no value."""
        ...

    @property
    def paths(self) -> tuple[str, ...]:
        """The paths of all that the rule looks at, from the value that declares it."""
        ...


class Judge(Protocol):
    """The invariants of one contract and of the shared types that its data uses."""

    def surely(self, event: Mapping[str, Any]) -> bool:
        """Say whether a whole event keeps everything for sure, at little cost; when not, `event` judges."""
        ...

    def event(self, event: Mapping[str, Any]) -> Iterator[Broken]:
        """Yield what a whole event breaks, whose data its gate took."""
        ...

    def data(self, data: Any) -> Iterator[Broken]:
        """Yield what data without an envelope breaks, of the invariants that look no further."""
        ...


LoadJudge = Callable[[Schema, Accepts], Judge]
"""Returns the judge of a contract for the schema of its data."""


def violations(found: Iterable[Broken]) -> list[Violation]:
    """Return broken invariants as violations; their words carry no value of the event."""
    return [_violation(broken) for broken in islice(found, MOST)]


def _violation(broken: Broken) -> Violation:
    """Return one broken invariant as a violation."""
    said = f"breaks the invariant `{broken.rule}`: {broken.statement}" if broken.statement else ""
    return violation("invariant-broken", broken.at, said, broken.rule)


class Branches:
    """Says which parts of one schema accept a value; each part is compiled when it is first asked for."""

    def __init__(self, schema: Schema) -> None:
        self._schema = schema
        self._gates: dict[int, Gate] = {}

    def __call__(self, part: Any, value: Any) -> bool:
        """Say whether a part accepts a value."""
        gate = self._gates.get(id(part))
        if gate is None:
            gate = self._gates[id(part)] = Gate(self._standing(part))
        return gate.fits(value)

    @cached_property
    def _places(self) -> dict[int, str]:
        """The pointer of each part, by identity."""
        return {id(node): at for at, node in placed(self._schema)}

    def _standing(self, part: Any) -> Any:
        """Return a part where it stands, so that its references lead where they led; a schema of its own as it is."""
        at = self._places.get(id(part))
        if at is None:
            return part
        whole = {"$id": PAYLOAD, **self._schema}
        return {"$ref": f"{whole['$id']}#{quote(at, safe='/~')}", "$defs": {PAYLOAD: whole}}
