"""
The gate: takes a document if and only if JSON Schema with asserted formats does, and refuses it with every reason.

A compiled validator decides. Around it stands what it needs to be exact: strict parsing, numbers in one form, and
patterns with the meaning of ECMA-262.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import chain, islice
from typing import Any

import jsonschema_rs

from .closing import closed as closed_view
from .numbers import NumberTooLong, exact
from .parsing import LIMITS, Limits, loads, size
from .patterns import BadPattern, translated
from .quick import quicker
from .schemas import DIALECT, AnySchema, Schema, mapped
from .violations import MOST, ContractViolation, UnsupportedSchema, Violation, violation
from .wording import Failure, Wording

_DIALECTS: dict[str, Callable[..., jsonschema_rs.Validator]] = {
    DIALECT: jsonschema_rs.Draft202012Validator,
    "https://json-schema.org/draft/2019-09/schema": jsonschema_rs.Draft201909Validator,
    "http://json-schema.org/draft-07/schema": jsonschema_rs.Draft7Validator,
    "http://json-schema.org/draft-06/schema": jsonschema_rs.Draft6Validator,
    "http://json-schema.org/draft-04/schema": jsonschema_rs.Draft4Validator,
}


DETAILED = 65_536
"""Up to so many bytes all that is wrong is reported: above it, data should go by claim check anyway."""


class Gate:
    """An exact validator of one schema."""

    def __init__(self, schema: AnySchema, *, closed: bool = False, limits: Limits = LIMITS) -> None:
        """Compile a schema, with `closed` its writer's view; raise UnsupportedSchema when that can't be exact."""
        self.limits = limits
        patterns = _Patterns()
        viewed = closed_view(schema) if closed and isinstance(schema, dict) else schema
        prepared = _prepared(viewed, patterns)
        self._validator = _compiled(prepared)
        self._wording = Wording(patterns.originals)
        self.fits = (
            _first_quickly(_compiled(quick).is_valid, self._validator.is_valid)
            if (quick := quicker(prepared))
            else self._validator.is_valid
        )
        """Says whether a value that `loads` returned is taken."""

    def accepts(self, data: bytes) -> bool:
        """Say whether a document is taken."""
        try:
            return self.fits(loads(data, self.limits))
        except ContractViolation:
            return False

    def load(self, data: bytes) -> Any:
        """Return a document's value; raise ContractViolation with all that is wrong."""
        value = loads(data, self.limits)
        if not self.fits(value):
            raise ContractViolation(self.faults(value))
        return value

    def violations(self, data: bytes) -> list[Violation]:
        """Return all that is wrong with a document."""
        try:
            self.load(data)
        except ContractViolation as refused:
            return list(refused.violations)
        return []

    def faults(self, value: Any) -> list[Violation]:
        """Return what is wrong with a value that `loads` returned."""
        found = chain.from_iterable(map(self._wording.violations, self._failures(value)))
        faults = sorted(dict.fromkeys(islice(found, MOST)), key=lambda fault: fault.pointer)
        return faults or [violation("payload-invalid")]  # a refusal always has a reason

    def _failures(self, value: Any) -> Iterator[Failure]:
        """Yield the validator's errors; of a large message the first, since it makes all of them at once."""
        if size(value) <= DETAILED:
            yield from self._validator.iter_errors(value)
            return
        try:
            self._validator.validate(value)
        except jsonschema_rs.ValidationError as first:
            yield first


def _first_quickly(narrow: Callable[[Any], bool], exact_answer: Callable[[Any], bool]) -> Callable[[Any], bool]:
    """Return the exact answer, asked only when the narrower one is no."""
    return lambda value: narrow(value) or exact_answer(value)


class _Patterns:
    """Brings a schema's patterns over, and remembers how the contract wrote them."""

    def __init__(self) -> None:
        self.originals: dict[str, str] = {}

    def over(self, schema: Schema, at: str) -> Schema:
        """Return one schema with its own patterns translated."""
        result = dict(schema)
        if isinstance(schema.get("pattern"), str):
            result["pattern"] = self._translated(schema["pattern"], f"{at}/pattern")
        if isinstance(schema.get("patternProperties"), dict):
            members = schema["patternProperties"]
            result["patternProperties"] = {
                self._translated(text, f"{at}/patternProperties"): item for text, item in members.items()
            }
        return result

    def _translated(self, pattern: str, at: str) -> str:
        """Return a pattern in the validator's dialect."""
        try:
            result = translated(pattern)
        except BadPattern as bad:
            raise UnsupportedSchema(f"the pattern {pattern!r} can't be used: {bad}", at) from None
        self.originals[result] = pattern
        return result


def _prepared(schema: AnySchema, patterns: _Patterns) -> AnySchema:
    """Return a schema with its numbers in one form and its patterns in the validator's dialect."""
    if not isinstance(schema, dict):
        return schema
    try:
        return dict(exact(mapped(schema, patterns.over)))
    except RecursionError:
        raise UnsupportedSchema("it is nested too deeply") from None
    except NumberTooLong:
        raise UnsupportedSchema("it holds a number with more digits than are read") from None


def _compiled(schema: AnySchema) -> jsonschema_rs.Validator:
    """Return the compiled validator of a schema in its dialect."""
    dialect = schema.get("$schema", DIALECT) if isinstance(schema, dict) else DIALECT
    make = _DIALECTS.get(dialect.rstrip("#")) if isinstance(dialect, str) else None
    if make is None:
        raise UnsupportedSchema("its `$schema` names no dialect of JSON Schema from draft 4 to 2020-12", "/$schema")
    try:
        return make(
            schema,
            validate_formats=True,
            ignore_unknown_formats=True,
            offline=True,
            email_options=jsonschema_rs.EmailOptions(allow_display_text=False),
        )
    except (jsonschema_rs.ValidationError, jsonschema_rs.ReferencingError, ValueError) as error:
        path: list[str | int] = getattr(error, "instance_path", [])
        raise UnsupportedSchema(str(getattr(error, "message", error)), "".join(f"/{token}" for token in path)) from None
