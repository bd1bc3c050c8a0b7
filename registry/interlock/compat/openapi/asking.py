"""Questions to the JSON Schema engine: each pair of schemas once, within the comparison's time."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from interlock.compat.answers import Comparison, Spot, Undecided, Verdict
from interlock.compat.jsonschema import refusals

from .clock import Clock
from .examples import examples_of, noted
from .schemas import Extracted, Extractor
from .sides import knows, sends, takes, takes_strictly
from .sources import NEW, OLD, Cursor, Source

ONE_QUESTION = 2.0
"""No single question takes more seconds, so that one hard schema leaves time for the others."""
A_SAMPLE = 1.0
_FITS = Comparison(Verdict.COMPATIBLE)


@dataclass(frozen=True, slots=True)
class Leg:
    """One way between client and server: `request` or `response`, and whether its reader is strict."""

    name: str
    strict: bool = False


@dataclass
class Asking:
    """Both documents and the answers given so far."""

    old: Source
    new: Source
    clock: Clock
    extractors: dict[str, Extractor] = field(init=False)
    _examples: dict[Extracted, list[Any]] = field(default_factory=dict[Extracted, list[Any]])
    _answers: dict[tuple[str, str, Leg], Comparison] = field(default_factory=dict[tuple[str, str, Leg], Comparison])
    _samples: dict[tuple[str, str], list[Any]] = field(default_factory=dict[tuple[str, str], list[Any]])

    def __post_init__(self) -> None:
        """Prepare to take schemas out of both documents."""
        self.extractors = {OLD: Extractor(self.old), NEW: Extractor(self.new)}

    def extracted(self, at: Cursor) -> Extracted:
        """The schema at a place; what stands beside it may show examples."""
        found = self.extractors[at.source.side].extracted(at)
        if found not in self._examples:
            owner = at.source.target(f"#{quote(at.pointer.rpartition('/')[0])}", "") if not at.document else None
            self._examples[found] = examples_of(owner) if owner is not None else []
        return found

    def _sent(self, schema: Extracted, leg: str) -> Any:
        """What a writer may send, with the examples that are known."""
        return noted(sends(schema.schema, leg), self._examples.get(schema, []))

    def ask(self, writer: Extracted, reader: Extracted, leg: Leg) -> Comparison:
        """What the writer's schema lets through that the reader's turns away."""
        if writer.text == reader.text:
            return _FITS
        key = (writer.text, reader.text, leg)
        if key not in self._answers:
            sent = self._sent(writer, leg.name)
            self._answers[key] = (
                self._strictly(sent, reader, leg.name)
                if leg.strict
                else self.plain(sent, takes(reader.schema, leg.name))
            )
        return self._answers[key]

    def _strictly(self, sent: Any, reader: Extracted, leg: str) -> Comparison:
        """
        Ask a strict reader, and tell what it refuses of the members that it knows apart from those that it does not.

        A member of a branch that does not fit counts as unknown, which would hide why the branch does not fit.
        """
        known = knows(reader.schema, leg, strict=True)
        first, whole = self.plain(sent, known), self.plain(sent, takes_strictly(reader.schema, leg))
        if not first.refusals:
            return whole
        unknown = [refusal for refusal in whole.refusals if refusal.cause == "additional-member"]
        further = [refusal for refusal in unknown if self._fits(refusal.witness, known)]
        return Comparison(Verdict.BREAKING, (*first.refusals, *further))

    def _fits(self, value: Any, schema: Any) -> bool:
        return self.plain({"const": value}, schema).verdict is Verdict.COMPATIBLE

    def takes(self, reader: Extracted, value: Any, leg: Leg) -> bool:
        """Whether a reader takes a value."""
        view = takes_strictly(reader.schema, leg.name) if leg.strict else takes(reader.schema, leg.name)
        return self._fits(value, view)

    def may_send(self, writer: Extracted, value: Any, leg: Leg) -> bool:
        """Whether a writer may send a value."""
        return self._fits(value, sends(writer.schema, leg.name))

    def plain(self, writer: Any, reader: Any, *, seconds: float = ONE_QUESTION) -> Comparison:
        """The engine's answer about two schemas as they stand; undecided for what is too deep for it."""
        seconds = min(seconds, self.clock.left)
        try:
            return refusals(writer=writer, reader=reader, formats="assertion", seconds=seconds)
        except RecursionError:
            gap = Undecided("too-deep", "the schemas nest deeper than the engine follows", Spot(""))
            return Comparison(Verdict.UNDECIDED, (), (gap,))

    def sample(self, schema: Extracted, leg: str, *, having: Any = True) -> list[Any]:
        """A value that the writer may send and that fits `having`, in a list; empty when none is known."""
        key = (schema.text, f"{leg} {having}")
        if key not in self._samples:
            sent = self._sent(schema, leg)
            asked = sent if having is True else {"allOf": [sent, having], "$defs": _defs(sent)}
            answer = self.plain(asked, reader=False, seconds=A_SAMPLE)
            self._samples[key] = [answer.witness] if answer.refusals else []
        return self._samples[key]


def _defs(schema: Any) -> Any:
    """The named schemas of a schema, which references start from."""
    return schema.get("$defs", {}) if isinstance(schema, dict) else {}
