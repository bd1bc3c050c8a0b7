"""The operations of a product as its OpenAPI document describes them, references inside the document followed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from interlock.catalog import ProductContract
from interlock.pointers import join, lookup
from interlock.rules.frame import Violation
from interlock.rules.operations import Operation, document_of
from interlock.rules.subjects import Subject

_LONGEST_CHAIN = 20
"""So many references are followed one after another."""


@dataclass(frozen=True, slots=True)
class Call:
    """One operation with its document."""

    subject: Subject[ProductContract]
    operation: Operation
    document: Any

    @property
    def node(self) -> dict[str, Any]:
        """The operation as it is written."""
        return as_object(_found(self.document, self.operation.pointer))

    @property
    def parameters(self) -> list[dict[str, Any]]:
        """The parameters of the path and the operation's own."""
        item = as_object(_found(self.document, self.operation.pointer.rpartition("/")[0]))
        listed = [each for holder in (item, self.node) for each in as_list(holder.get("parameters"))]
        return [as_object(self.behind(each)) for each in listed]

    @property
    def responses(self) -> Mapping[str, dict[str, Any]]:
        """The responses by status."""
        return {
            str(status): as_object(self.behind(node)) for status, node in as_object(self.node.get("responses")).items()
        }

    def header(self, name: str) -> dict[str, Any] | None:
        """Return the header parameter of a name, whose case means nothing (RFC 9110 section 5.1)."""
        found = (each for each in self.parameters if each.get("in") == "header")
        return next((each for each in found if str(each.get("name")).lower() == name.lower()), None)

    def answers(self, status: str) -> bool:
        """Say whether a status is documented, by itself or by its class; `default` names none."""
        return status in self.responses or f"{status[0]}XX" in self.responses

    def sends(self, status: str, header: str) -> bool:
        """Say whether the response of a status has a header."""
        return header.lower() in (name.lower() for name in as_object(self.responses[status].get("headers")))

    def schema(self, holder: Mapping[str, Any], media: str) -> dict[str, Any]:
        """Return the schema of a body in a media type; empty when it has none."""
        entry = as_object(as_object(holder.get("content")).get(media))
        return as_object(self.behind(entry.get("schema")))

    def behind(self, node: Any) -> Any:
        """Return what a node refers to inside the document; the node itself where it refers to nothing there."""
        for _ in range(_LONGEST_CHAIN):
            ref = node.get("$ref") if isinstance(node, dict) else None
            if not isinstance(ref, str) or not ref.startswith("#"):
                return node
            node = _found(self.document, ref[1:])
        return None

    def violation(self, message: str, *tokens: str, **more: Any) -> Violation:
        """Return a violation at the operation, or below it."""
        pointer = self.operation.pointer + join(*tokens)
        return self.subject.inspection.violation(self.operation.path, pointer, message, **more)


def calls(subject: Subject[ProductContract]) -> Iterator[Call]:
    """Yield the operations of a product, by their ids."""
    document = subject.catalog.documents.get(document_of(subject.entry.path, subject.value))
    if document is not None:
        for operation in subject.inspection.operations[subject.value.key].values():
            yield Call(subject, operation, document.data)


def as_object(value: Any) -> dict[str, Any]:
    """Return an object, or an empty one for what is none."""
    return value if isinstance(value, dict) else {}


def as_list(value: Any) -> list[Any]:
    """Return a list, or an empty one for what is none."""
    return value if isinstance(value, list) else []


def _found(document: Any, pointer: str) -> Any:
    try:
        return lookup(document, pointer)
    except LookupError:
        return None
