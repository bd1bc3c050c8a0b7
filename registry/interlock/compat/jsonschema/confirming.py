"""Independent confirmation: validators written by others must find that the writer's schema takes the witness and the reader's does not."""

from __future__ import annotations

import decimal
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from .budget import BudgetSpentError
from .dialects import DEFAULT, DIALECTS, dialect_of
from .values import MAX_EXPONENT, decimals, external


def _free() -> None:
    """No limit."""


@dataclass(slots=True)
class Judges:
    """Validators for both sides, made when the first witness comes."""

    writer: Any
    reader: Any
    documents: Mapping[str, Any]
    dialect: str | None
    formats: bool
    spend: Callable[[], None] = _free
    """Called on the way by the validator that has such a hook; raises when the time is over."""
    _made: dict[Callable[..., Any], Any] = field(default_factory=dict)

    def confirm(self, witness: Any) -> bool:
        """Whether the writer's schema takes it and the reader's does not, says a validator that can judge them."""
        try:
            first = self._opinion(_python, witness)
        except RecursionError:
            return False
        asks_another = first is None or (self.formats and not first)
        return bool(self._opinion(_rust, witness)) if asks_another else bool(first)

    def _opinion(self, make: Callable[..., Any], witness: Any) -> bool | None:
        """What one validator says; None where it cannot judge."""
        try:
            if make not in self._made:
                sides = (self.writer, self.reader)
                self._made[make] = [make(side, self, _dialect_name(side, self.dialect)) for side in sides]
            writer, reader = self._made[make]
            return bool(writer(witness)) and not reader(witness)
        except (KeyboardInterrupt, SystemExit, BudgetSpentError, RecursionError):
            raise
        except BaseException:  # noqa: BLE001 - a validator that fails has no opinion; one in Rust panics past Exception
            return None


def _dialect_name(schema: Any, forced: str | None) -> str:
    said = schema.get("$schema") if isinstance(schema, dict) else None
    return forced or (dialect_of(said) or DEFAULT).name


def _python(schema: Any, judges: Judges, dialect: str) -> Callable[[Any], bool]:
    """python-jsonschema, computing in decimals and paying for each combination it looks into."""
    from jsonschema import validators
    from jsonschema_specifications import REGISTRY  # type: ignore[import-untyped]
    from referencing import Resource
    from referencing.jsonschema import specification_with

    uri = DIALECTS[dialect].uri
    known = specification_with(uri + "#" if dialect.startswith("draft") else uri)
    resources = [
        (address, Resource.from_contents(decimals(document), default_specification=known))
        for address, document in judges.documents.items()
    ]
    cls = validators.validator_for({"$schema": uri + "#" if dialect.startswith("draft") else uri})
    checker = cls.FORMAT_CHECKER if judges.formats else None
    extend: Callable[..., Any] = validators.extend
    cls = extend(cls, {name: _paying(cls.VALIDATORS[name], judges.spend) for name in _PAID & cls.VALIDATORS.keys()})
    validator = cls(decimals(schema), registry=REGISTRY.with_resources(resources), format_checker=checker)

    def judge(witness: Any) -> bool:
        with warnings.catch_warnings(), decimal.localcontext(prec=2 * MAX_EXPONENT):
            warnings.simplefilter("ignore")
            return bool(validator.is_valid(decimals(witness)))

    return judge


_PAID = {"$ref", "allOf", "anyOf", "oneOf", "if", "properties", "items"}
"""Keywords through which a small schema can cost exponential time."""


def _paying(check: Callable[..., Any], spend: Callable[[], None]) -> Callable[..., Any]:
    def paid(*args: Any) -> Any:
        spend()
        return check(*args)

    return paid


def _rust(schema: Any, judges: Judges, dialect: str) -> Callable[[Any], bool]:
    """jsonschema_rs, where it is installed."""
    import jsonschema_rs

    classes = {
        "draft4": jsonschema_rs.Draft4Validator, "draft6": jsonschema_rs.Draft6Validator,
        "draft7": jsonschema_rs.Draft7Validator, "2019-09": jsonschema_rs.Draft201909Validator,
        "2020-12": jsonschema_rs.Draft202012Validator,
    }  # fmt: skip
    registry = jsonschema_rs.Registry(list(judges.documents.items())) if judges.documents else None
    validator = classes[dialect](schema, validate_formats=judges.formats, registry=registry, offline=True)

    def judge(witness: Any) -> bool:
        return bool(validator.is_valid(external(witness)))

    return judge
