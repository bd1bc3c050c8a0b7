"""Parameter values as they travel: by place, style and explode (OpenAPI 3.1.1 section 4.8.12.3)."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any
from urllib.parse import quote

from .model import Parameter

SCALAR, ARRAY, OBJECT = "scalar", "array", "object"
_DELIMITERS: Mapping[str, str] = MappingProxyType({
    "form": ",", "simple": ",", "label": ".", "matrix": ",", "spaceDelimited": "%20", "pipeDelimited": "%7C",
})  # fmt: skip


_PARTING = {"spaceDelimited": " ", "pipeDelimited": "[|]"}


def parting(parameter: Parameter) -> str:
    """What parts the items of a list in one text, as a pattern: a comma in most styles; empty where nothing does."""
    if parameter.media or (parameter.explode and parameter.style not in ("simple", "label")):
        return ""
    if parameter.style == "label" and parameter.explode:
        return "[.]"
    return _PARTING.get(parameter.style, ",")


def kind(value: Any) -> str:
    """Name what a value is to a style."""
    return OBJECT if isinstance(value, dict) else ARRAY if isinstance(value, list) else SCALAR


def form(parameter: Parameter, of: str) -> tuple[str, ...]:
    """
    What decides how values of a kind are written: equal forms are read alike.

    A scalar is written alike with and without explode, an exploded array alike in every style of a query.
    """
    if parameter.media:
        return ("content", parameter.media)
    style = parameter.style
    if style == "matrix":
        return (style, parameter.name, str(parameter.explode and of != SCALAR))
    if of == SCALAR:
        return ("form",) if parameter.place == "query" and style != "deepObject" else (style,)
    if of == ARRAY and parameter.place in ("query", "cookie"):
        return ("repeated",) if parameter.explode else (style, "delimited")
    if of == ARRAY and style == "simple":
        return (style,)
    return (style,) if style == "deepObject" else (style, str(parameter.explode))


def written(parameter: Parameter, value: Any) -> str:
    """A value as it stands in the path, the query (`name=value`), a header or a cookie."""
    if parameter.media:
        text = json.dumps(value, separators=(",", ":"), default=str)
        return (
            f"{_safe(parameter.name)}={_safe(text)}"
            if parameter.place in ("query", "cookie")
            else _plain(parameter)(text)
        )
    return _WRITERS[parameter.style if parameter.style in _WRITERS else "simple"](parameter, value)


def text(value: Any) -> str:
    """A scalar as text: numbers and booleans as JSON writes them."""
    return value if isinstance(value, str) else json.dumps(value, default=str)


RESERVED = ":/?#[]@!$&'()*+,;="
"""Characters that part a URI (RFC 3986 section 2.2)."""
HAS_RESERVED = "[:/?#\\[\\]@!$&'()*+,;=]"
"""Matches a text with one of them."""


def _safe(value: str) -> str:
    return quote(value, safe="")


def _with_reserved(value: str) -> str:
    return quote(value, safe=RESERVED)


def _plain(parameter: Parameter) -> Callable[[str], str]:
    """How text is made fit for its place; headers and cookies take it as it is."""
    if parameter.reserved:
        return _with_reserved
    return _safe if parameter.place in ("path", "query") else str


def _pairs(parameter: Parameter, value: dict[str, Any], between: str) -> list[str]:
    plain = _plain(parameter)
    return [f"{plain(name)}{between}{plain(text(part))}" for name, part in value.items()]


def _parts(parameter: Parameter, value: Any) -> list[str]:
    """The texts of a value that is not exploded, or whose names its style leaves out."""
    if isinstance(value, dict):
        return _pairs(parameter, value, "=" if parameter.explode else ",")
    return [_plain(parameter)(text(item)) for item in (value if isinstance(value, list) else [value])]


def _simple(parameter: Parameter, value: Any) -> str:
    return ",".join(_parts(parameter, value))


def _label(parameter: Parameter, value: Any) -> str:
    return "." + ("." if parameter.explode else ",").join(_parts(parameter, value))


def _matrix(parameter: Parameter, value: Any) -> str:
    if parameter.explode and isinstance(value, dict):
        return "".join(f";{pair}" for pair in _pairs(parameter, value, "="))
    if parameter.explode and isinstance(value, list):
        return "".join(f";{parameter.name}={part}" for part in _parts(parameter, value))
    return f";{parameter.name}={','.join(_parts(parameter, value))}"


def _form(parameter: Parameter, value: Any) -> str:
    if parameter.explode and isinstance(value, dict):
        return "&".join(_pairs(parameter, value, "="))
    if parameter.explode and isinstance(value, list):
        return "&".join(f"{_safe(parameter.name)}={part}" for part in _parts(parameter, value))
    return f"{_safe(parameter.name)}={_DELIMITERS[parameter.style].join(_parts(parameter, value))}"


def _deep_object(parameter: Parameter, value: Any) -> str:
    if not isinstance(value, dict):
        return f"{_safe(parameter.name)}={_safe(text(value))}"
    return "&".join(f"{_safe(parameter.name)}[{_safe(name)}]={_safe(text(part))}" for name, part in value.items())


_WRITERS: Mapping[str, Callable[[Parameter, Any], str]] = MappingProxyType({
    "simple": _simple, "label": _label, "matrix": _matrix, "form": _form, "spaceDelimited": _form,
    "pipeDelimited": _form, "deepObject": _deep_object,
})  # fmt: skip
