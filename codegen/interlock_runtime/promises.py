"""What a contract at one major version is: its promises, and its gates and class, each made when first needed."""

from __future__ import annotations

import builtins
import copy
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property, partial
from typing import Any, Generic, TypeVar

from pydantic import TypeAdapter, ValidationError

from .bridges import Bridges
from .closing import closed
from .composing import event_schema
from .envelope import PLAIN_CLOUDEVENTS, EnvelopeRules
from .facts import Classification, Keys, Lifecycle, OnInvalid, Sla, Tier
from .gate import Gate
from .invariants import Branches, Judge, LoadJudge
from .schemas import Schema
from .violations import ModelMismatch, pointer
from .wire import wire_of

D = TypeVar("D")


@dataclass(frozen=True)
class Promises(Generic[D]):
    """All that is fixed for one event at one major version."""

    name: str
    type: str
    version: str
    load_schema: Callable[[], Schema] = field(repr=False)
    """Returns the schema of the data as readers see it; called once, when first needed."""
    load_model: Callable[[], builtins.type[D]] = field(repr=False)
    """Returns the class of the data; called once, when first needed."""
    dataschema: str | None = None
    subject: str | None = None
    """Template of the subject, with JSON Pointers in braces."""
    keys: Keys = field(default_factory=Keys)
    classification: Classification = "internal"
    tier: Tier = "T2"
    on_invalid: OnInvalid = "quarantine"
    retention: str | None = None
    replay_window: str | None = None
    sla: Sla = field(default_factory=Sla)
    lifecycle: Lifecycle = field(default_factory=Lifecycle)
    envelope: EnvelopeRules = field(default=PLAIN_CLOUDEVENTS, repr=False)
    load_invariants: LoadJudge | None = field(default=None, repr=False)
    """Returns what judges events beyond the schema; called once, when first needed; None where nothing is declared."""
    load_examples: Callable[[], Any] | None = field(default=None, repr=False)
    """Returns events that keep the invariants, which samples are made of; None where nothing is declared."""
    bridges: Bridges = field(default_factory=Bridges, repr=False, compare=False)

    @cached_property
    def major(self) -> int:
        """The major version."""
        return int(self.version.partition(".")[0])

    @cached_property
    def _line(self) -> str:
        """How every version of this major begins."""
        return f"{self.major}."

    @cached_property
    def schema(self) -> Schema:
        """The schema of the data as readers see it."""
        return self.load_schema()

    @cached_property
    def model(self) -> builtins.type[D]:
        """The class of the data."""
        return self.load_model()

    @cached_property
    def reader_gate(self) -> Gate:
        """Judges data that arrives."""
        return Gate(self.schema)

    @cached_property
    def writer_gate(self) -> Gate:
        """Judges data that leaves: only declared members."""
        return Gate(self.schema, closed=True)

    @cached_property
    def event_gate(self) -> Gate:
        """Judges whole events that arrive."""
        return Gate(event_schema(self.envelope.schema, self.schema))

    @cached_property
    def event_writer_gate(self) -> Gate:
        """Judges whole events that leave."""
        return Gate(event_schema(closed(self.envelope.schema), closed(self.schema)))

    @cached_property
    def judge(self) -> Judge | None:
        """Judges what the contract and the types that it uses declare beyond their schemas; None where that is nothing."""
        return self.load_invariants(self.schema, Branches(self.schema)) if self.load_invariants else None

    @cached_property
    def _fits(self) -> Callable[[Any], bool]:
        """Say whether a whole event that arrives is taken."""
        return self.event_gate.fits

    @cached_property
    def _adapter(self) -> TypeAdapter[D]:
        """The class as pydantic knows it."""
        return TypeAdapter(self.model)

    @cached_property
    def _build(self) -> Callable[[Any], D]:
        """Turn data that the gate took into the class."""
        read = self._adapter.validator.validate_python
        return partial(read, by_alias=True, by_name=False, extra="allow")

    @cached_property
    def _wired(self) -> Callable[[D], Any]:
        """Turn the class into data that can be written."""
        return wire_of(self._adapter)

    def json_schema(self) -> Schema:
        """Return the schema of the data, a copy that may be changed."""
        return copy.deepcopy(self.schema)

    def _typed(self, data: Any) -> D:
        """Return data that the gate took as an object of the class."""
        try:
            return self._build(data)
        except ValidationError as error:
            raise ModelMismatch(
                self.name, [pointer(fault["loc"]) for fault in error.errors(include_input=False, include_context=False)]
            ) from None
