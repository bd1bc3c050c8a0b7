"""Examples in a product's OpenAPI document: people copy them, so each must be what it shows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from interlock.catalog import ProductContract
from interlock.judging.words import printable
from interlock.pointers import escape, join, lookup, split
from interlock.references import BadReference, bundle_api, subschemas
from interlock.rules.apis.calls import as_list, as_object
from interlock.rules.frame import Violations
from interlock.rules.operations import document_of
from interlock.rules.subjects import Subject

_ROOT = "urn:interlock:api"
_NAMED = frozenset({
    "callbacks", "content", "encoding", "headers", "parameters", "pathItems", "paths", "requestBodies", "responses", "schemas", "webhooks",
})  # fmt: skip
"""Members whose keys are names that the author chose (OpenAPI 3.1.1 sections 4.8.7 to 4.8.18)."""
_AS_VALUES = ("/json", "+json", "/x-www-form-urlencoded", "/form-data", "text/plain")
"""How the media types end whose examples are written as the values that their schemas speak of."""


@dataclass(frozen=True, slots=True)
class Example:
    """A value that a document shows."""

    pointer: str
    value: Any
    schema: str
    """The pointer of the schema that it is an example of."""
    unsent: str = ""
    """The keyword of members that are not sent this way."""


def example_is_valid(subject: Subject[ProductContract]) -> Violations:
    """
    Each example of a parameter, header, body or schema fits the schema that it stands beside.

    ## Why
    People copy an example before they read the schema, mock servers answer with it, and whoever builds against one
    that is wrong finds out in production. Members that are `readOnly` may be missing from a request, and those that
    are `writeOnly` from a response. Source: OpenAPI 3.1.1 sections 4.8.12 and 4.8.14.

    ## Bad
    `schema: {type: integer}, example: "12"`

    ## Good
    `schema: {type: integer}, example: 12`
    """
    path = document_of(subject.entry.path, subject.value)
    try:
        document = bundle_api(path, subject.catalog.data).document
    except (BadReference, LookupError, TypeError, ValueError, AttributeError):
        return
    judge, found = _Judge(document), list(examples(document))
    for example in found if not judge.takes_all(found) else ():
        fault = judge.fault(example)
        if fault:
            message = f"this example does not fit its schema: {fault}"
            yield subject.inspection.violation(path, example.pointer, message, new=example.value)


def examples(document: Any) -> Iterator[Example]:
    """Yield every example of an OpenAPI document; none of the types that are bundled into it."""
    waiting: list[tuple[str, str, Any]] = [("", "", document)]
    while waiting:
        at, kind, node = waiting.pop()
        if kind == "schema":
            yield from _of_schema(at, node)
        elif isinstance(node, dict):
            if kind not in _NAMED and "schema" in node:
                yield from _beside_schema(document, at, node)
            waiting.extend(_below(at, kind, node))
        elif isinstance(node, list):
            waiting.extend((f"{at}/{index}", "", item) for index, item in enumerate(node))


def _below(at: str, kind: str, node: dict[str, Any]) -> Iterator[tuple[str, str, Any]]:
    """Yield what is below an object, with what each is: a map of names by its member, and `schema`."""
    for name, value in node.items():
        if kind not in _NAMED and (name in ("example", "examples", "default") or str(name).startswith("x-")):
            continue
        below = "schema" if kind == "schemas" else "" if kind in _NAMED else str(name)
        yield f"{at}/{escape(str(name))}", below, value


def _of_schema(at: str, schema: Any) -> Iterator[Example]:
    """Yield the examples in a schema."""
    for here, node in subschemas(schema, at):
        for index, value in enumerate(as_list(node.get("examples"))):
            yield Example(f"{here}/examples/{index}", value, here)
        if "example" in node:
            yield Example(f"{here}/example", node["example"], here)


def _beside_schema(document: Any, at: str, node: dict[str, Any]) -> Iterator[Example]:
    """Yield the examples of a parameter, header or media type whose values are written as the schema speaks of them."""
    tokens = split(at)
    if "content" in tokens[-2:-1] and not tokens[-1].partition(";")[0].strip().lower().endswith(_AS_VALUES):
        return
    unsent = "readOnly" if {"requestBody", "requestBodies", "parameters"} & set(tokens) else "writeOnly"
    if "example" in node:
        yield Example(f"{at}/example", node["example"], f"{at}/schema", unsent)
    for name, said in as_object(node.get("examples")).items():
        shown = as_object(_behind(document, said))
        if "value" in shown:
            where = f"{at}/examples/{escape(str(name))}"
            yield Example(f"{where}/value" if shown is said else where, shown["value"], f"{at}/schema", unsent)


def _behind(document: Any, node: Any) -> Any:
    """Return an example, be it a reference to one of the components."""
    ref = node.get("$ref") if isinstance(node, dict) else None
    return _found(document, ref[1:]) if isinstance(ref, str) and ref.startswith("#") else node


def _found(document: Any, pointer: str) -> Any:
    try:
        return lookup(document, pointer)
    except LookupError:
        return None


class _Judge:
    """The schemas of one document, compiled when an example asks for them."""

    def __init__(self, document: Any) -> None:
        import jsonschema_rs

        self._document = document
        self._registry = jsonschema_rs.Registry([(_ROOT, document)])

    def takes_all(self, found: list[Example]) -> bool:
        """Whether every example fits as it is: asked at once, since compiling each schema alone takes most of the time."""
        try:
            whole = self._compiled({"prefixItems": [_reference(example) for example in found]})
            return bool(whole.is_valid([example.value for example in found]))
        except ValueError:
            return False

    def fault(self, example: Example) -> str:
        """Say what of an example does not fit; empty when all does, or when the schema is none."""
        try:
            schema = self._compiled(_reference(example))
            faults = [error for error in schema.iter_errors(example.value) if not self._is_unsent(error, example)]
        except ValueError:  # said by the rules about schemas, or a text with half of a surrogate pair
            return ""
        return _said(faults[0]) if faults else ""

    def _compiled(self, schema: Any) -> Any:
        import jsonschema_rs

        return jsonschema_rs.Draft202012Validator(schema, registry=self._registry, validate_formats=True, offline=True)

    def _is_unsent(self, error: Any, example: Example) -> bool:
        """Whether an error is that a member is missing which is not sent this way (OpenAPI 3.1.1 section 4.8.24)."""
        missing = error.kind.as_dict().get("property")
        owner = as_object(_found(self._document, join(*error.schema_path[:-1]))) if isinstance(missing, str) else {}
        member = _behind(self._document, as_object(owner.get("properties")).get(missing))
        return bool(example.unsent) and as_object(member).get(example.unsent) is True


def _reference(example: Example) -> dict[str, str]:
    return {"$ref": f"{_ROOT}#{quote(example.schema, safe='/~')}"}


def _said(error: Any) -> str:
    """Return one error as a sentence for people."""
    at = join(*error.instance_path)
    return printable(f"{f'at {at}: ' if at else ''}{error.message}")
