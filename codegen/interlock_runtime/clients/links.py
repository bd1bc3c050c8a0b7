"""Links in headers (RFC 8288)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from ..parsing import loads
from ..violations import ContractViolation
from .exchange import Header
from .parameters import Parameter

_SAID = r'\s*+;\s*+([^\s;,="<>]++)(?:\s*+=\s*+(?:"((?:[^"\\]|\\.)*+)"|([^\s;,"<>]*+)))?+'
"""One parameter of a link: its name, and its value in quotes or without."""
_PARAMETER = re.compile(_SAID)
_LINK = re.compile(rf"<([^<>]*+)>((?:{_SAID})*+)")
_SLOT = re.compile(r"(\{[^{}]*\})")
_MOST = 100
"""So many parameters are looked at in a link."""


def next_of(headers: Iterable[Header]) -> str | None:
    """
    Return where the next page is, by the first link that says so; None where none does.

    >>> next_of([("Link", '</a?p=1>; rel="first prev", </a?p=3>; title="a, <b>"; rel=next')])
    '/a?p=3'
    """
    links = (found for name, value in headers if name.lower() == "link" for found in _LINK.finditer(value))
    return next((link[1] for link in links if _is_next(link[2])), None)


def _is_next(text: str) -> bool:
    """Say whether a link leads to the next page from here: a relation counts once, and none of another context."""
    said: dict[str, str] = {}
    for name, quoted, token in _PARAMETER.findall(text):
        said.setdefault(name.lower(), quoted or token)
    return "next" in said.get("rel", "").lower().split() and "anchor" not in said


def asked(target: str, path: str, parameters: Iterable[Parameter]) -> Mapping[str, Any] | None:
    """Return the query parameters that a link asks for; None for a link that leads elsewhere, or asks for what is not declared."""
    try:
        parts = urlsplit(target)
        pairs = parse_qsl(parts.query, keep_blank_values=True, strict_parsing=bool(parts.query), max_num_fields=_MOST)
    except ValueError:
        return None
    known = {each.name: each for each in parameters if each.place == "query"}
    found = dict(pairs)
    leads_here = not parts.path or re.search(_pattern(path), parts.path)
    if not leads_here or len(found) < len(pairs) or not found.keys() <= known.keys():
        return None
    values = {name: _value(known[name], text) for name, text in pairs}
    return None if None in values.values() else values


def _pattern(path: str) -> str:
    """Return the pattern of paths that end as a template says."""
    pieces = _SLOT.split(path)
    return "".join("[^/]+" if index % 2 else re.escape(piece) for index, piece in enumerate(pieces)) + r"/?\Z"


def _value(parameter: Parameter, text: str) -> Any:
    """Return the value that a text in a query stands for; None where the parameter takes none."""
    if parameter.gate.fits(text):
        return text
    try:
        value = loads(text.encode())
    except (ContractViolation, UnicodeEncodeError):
        return None
    return value if parameter.gate.fits(value) else None
