"""A JSON document under one plain schema: read exactly, without an event around it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Generic, TypeVar

from pydantic import TypeAdapter, ValidationError

from .gate import Gate
from .violations import ModelMismatch, Violation, pointer
from .wire import encoded

D = TypeVar("D")


@dataclass(frozen=True)
class Document(Generic[D]):
    """Documents of one schema, as it is written: neither opened for readers nor closed for writers."""

    name: str
    load_schema: Callable[[], Any] = field(repr=False)
    """Returns the schema; called once, when first needed."""
    load_type: Callable[[], Any] = field(repr=False)
    """Returns the Python type of a document; called once, when first needed."""

    @cached_property
    def schema(self) -> Any:
        """The schema as it is written."""
        return self.load_schema()

    @cached_property
    def gate(self) -> Gate:
        """Judges documents."""
        return Gate(self.schema)

    @cached_property
    def _type(self) -> TypeAdapter[Any]:
        """The type's own reading and writing."""
        return TypeAdapter(self.load_type())

    def parse(self, data: bytes) -> D:
        """Return a document as its type; raise ContractViolation with all that is wrong."""
        value = self.gate.load(data)
        try:
            typed: D = self._type.validator.validate_python(value, by_alias=True, by_name=False, extra="allow")
        except ValidationError as error:
            faults = error.errors(include_input=False, include_context=False)
            raise ModelMismatch(self.name, [pointer(fault["loc"]) for fault in faults]) from None
        return typed

    def errors(self, data: bytes) -> list[Violation]:
        """Return all that is wrong with a document; empty for one that `parse` takes."""
        return self.gate.violations(data)

    def serialize(self, document: D) -> bytes:
        """Return the JSON text of a document; raise ContractViolation when it breaks the schema."""
        body = encoded(self._type.serializer.to_python(document, mode="wire", by_alias=True))
        self.gate.load(body)
        return body
