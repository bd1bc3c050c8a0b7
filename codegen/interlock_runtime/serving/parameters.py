"""The parameters of a request: found in path, query, headers and cookies, taken apart, and judged."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import chain
from types import MappingProxyType
from typing import Any
from urllib.parse import unquote

from ..modes import is_json
from ..parsing import loads
from ..violations import ContractViolation, Violation, violation
from .description import Parameter
from .problems import Refused
from .queries import Pairs, decoded, in_query
from .styles import Raw, taken_apart, values

_DECODERS: Mapping[str, Callable[[str], str]] = MappingProxyType(
    {"path": unquote, "query": decoded, "cookie": unquote, "header": str.strip}
)
"""How the parts of a text are read once it is taken apart; headers have no escapes (OpenAPI 3.1.1 section 4.8.12.1)."""
_NOTHING = object()
"""No value at all: null is one."""
Values = dict[tuple[str, str], Any]
"""Values of parameters by place and name."""


@dataclass(frozen=True, slots=True)
class Head:
    """Where the parameters of a request stand, before they are read."""

    path: Mapping[str, str]
    """With their escapes."""
    query: Pairs
    headers: Mapping[str, tuple[str, ...]]
    """By lower-case name."""

    def texts(self, parameter: Parameter) -> tuple[str, ...]:
        """Return the texts that stand for a parameter, in the query those under its own name."""
        if parameter.place == "query":
            return tuple(text for name, text in self.query if name == parameter.name)
        if parameter.place == "path":
            return (self.path[parameter.name],) if parameter.name in self.path else ()
        if parameter.place == "header":
            return self.headers.get(parameter.name.lower(), ())
        cookies = (part.strip().partition("=") for line in self.headers.get("cookie", ()) for part in line.split(";"))
        return tuple(value for name, _, value in cookies if name == parameter.name)


class Reading:
    """Reads the parameters of one operation."""

    def __init__(self, parameters: Iterable[Parameter]) -> None:
        """Take the parameters that are read."""
        self._parameters = tuple(parameters)
        query = [parameter for parameter in self._parameters if parameter.place == "query"]
        self._in_query = frozenset(parameter.name for parameter in query)
        self._by_name = frozenset(parameter.name for parameter in query if _stands_alone(parameter))
        """Those that stand in a query under their own name or not at all."""

    def read(self, head: Head) -> tuple[Values, list[Violation]]:
        """Return the values of the parameters that are there, and all that is wrong with them."""
        found: Values = {}
        faults: list[Violation] = []
        names = {name for name, _ in head.query}
        used = names & self._by_name
        for parameter in self._parameters:
            if parameter.is_plain and _is_found(parameter, head.texts(parameter), found):
                continue
            readings = self._readings(parameter, head, used)
            if readings is None:
                faults.extend([_missing(parameter)] if parameter.required else [])
            elif wrong := _first_fitting(parameter, readings, found):
                faults.extend(wrong)
        if not used.issuperset(names):
            text = "the query has a parameter that the contract does not declare"
            faults.append(violation("undeclared-member", "", text))
        return found, faults

    def _readings(self, parameter: Parameter, head: Head, used: set[str]) -> list[Raw] | None:
        """Return what a parameter's texts may stand for; None where it is absent."""
        if parameter.place == "query":
            if parameter.name in self._by_name and parameter.name not in used:
                return None
            readings, names = in_query(parameter, head.query, self._in_query - {parameter.name})
            used |= names
            absent = not names or (parameter.may_be_empty and not readings)
            return None if absent else readings
        texts = head.texts(parameter)
        if not texts:
            return None
        if len(texts) > 1 and not (parameter.shape.is_array or parameter.shape.is_object):
            raise Refused("malformed", f"The {parameter} stands in the request more than once.")
        text = ",".join(texts)
        return (
            [_DECODERS[parameter.place](text)]
            if parameter.media
            else taken_apart(text, parameter, parameter.shape, _DECODERS[parameter.place])
        )


def _stands_alone(parameter: Parameter) -> bool:
    """Say whether a parameter of a query is written under its own name, and not as members beside others."""
    return not parameter.shape.is_object and parameter.style != "deepObject"


def _is_found(parameter: Parameter, texts: tuple[str, ...], found: Values) -> bool:
    """Keep the value of a parameter that is one text and nothing else: most are, and most fit."""
    if len(texts) != 1:
        return False
    value = _DECODERS[parameter.place](texts[0])
    if not parameter.gate.fits(value):
        return False
    found[parameter.place, parameter.name] = value
    return True


def _first_fitting(parameter: Parameter, readings: Iterable[Raw], found: Values) -> list[Violation]:
    """Keep the first value that the contract takes; where there is none, return what is wrong with the likeliest."""
    try:
        candidates = _candidates(parameter, readings)
        likeliest = next(candidates, _NOTHING)
        for value in chain([likeliest], candidates):
            if value is not _NOTHING and parameter.gate.fits(value):
                found[parameter.place, parameter.name] = value
                return []
    except ContractViolation as refused:
        return [_about(parameter, fault) for fault in refused.violations]
    if likeliest is _NOTHING:
        text = f"{parameter} must be written in the style `{parameter.style}`"
        return [violation("payload-invalid", "", text, "style")]
    return [_about(parameter, fault) for fault in parameter.gate.faults(likeliest)]


def _candidates(parameter: Parameter, readings: Iterable[Raw]) -> Iterator[Any]:
    """Yield the values that the readings may stand for, the likeliest first."""
    for raw in readings:
        if parameter.media is None or not isinstance(raw, str):
            yield from values(raw, parameter.shape)
        else:
            yield loads(raw.encode()) if is_json(parameter.media) else raw


def _missing(parameter: Parameter) -> Violation:
    """Return the violation of a parameter that is needed."""
    return violation("payload-invalid", "", f"{parameter} is required and missing", "required")


def _about(parameter: Parameter, fault: Violation) -> Violation:
    """Return a violation of a parameter's value as one of the request: its place is told in words."""
    inside = f", at {fault.pointer}," if fault.pointer else ""
    return replace(fault, pointer="", text=f"{parameter}{inside} {fault.text}")
