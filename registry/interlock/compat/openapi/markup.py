"""XML bodies: which element or attribute each part of a value is (OpenAPI 3.1.1 section 4.8.26)."""

from __future__ import annotations

from collections.abc import Iterator

from interlock.pointers import escape

from .meaning import FIRST_ITEM, Shift, Side, having, pairs
from .schemas import Extracted

_UNPAIRED = (
    "additionalProperties",
    "patternProperties",
    "prefixItems",
    "dependentSchemas",
    "if",
    "then",
    "else",
    "not",
)
"""Keywords below which the places of two schemas are not paired."""
_CHOICES = ("oneOf", "anyOf")


def changes(writer: Extracted, reader: Extracted) -> Iterator[Shift]:
    """Every part that is now another element or attribute."""
    for ours, theirs, tokens, _ in pairs(writer, reader):
        default = next((token for token in reversed(tokens) if token != FIRST_ITEM), "")
        old, new = (_mapping(side, default or _own_name(of)) for side, of in ((ours, writer), (theirs, reader)))
        if old != new and _is_list(ours) == _is_list(theirs):
            where = ".".join(tokens) or "the value"
            at = "".join(f"/{escape(token)}" for token in tokens)
            here, there = ours.says("xml")[0], theirs.says("xml")[0]
            message = f"{where} was {{old}} and is {{new}} in XML"
            yield Shift("xml-mapping-changed", message, old, new, here, there, at, having(tokens))


def _own_name(schema: Extracted) -> str:
    """What the root element is called where nothing else says it: as the component is."""
    home, _, name = schema.at.pointer.rpartition("/")
    return name if home == "/components/schemas" else ""


def _mapping(side: Side, default: str) -> str:
    """What a part is in XML, in words; prefixes mean nothing by themselves (Namespaces in XML 1.0 section 4)."""
    said = side.says("xml")[1]
    said = said if isinstance(said, dict) else {}
    is_list = _is_list(side)
    if is_list and said.get("wrapped") is not True:
        return "a list without an element around it"
    what = "an attribute" if said.get("attribute") is True else "an element around a list" if is_list else "an element"
    namespace = said.get("namespace")
    return f"{what} {said.get('name') or default}" + (f" of {namespace}" if namespace else "")


def _is_list(side: Side) -> bool:
    return bool(side.says("type")[1] == "array")


def hidden(writer: Extracted, reader: Extracted) -> bool:
    """Whether something differs at places that are not paired."""
    return any(
        _marks(ours, keyword) != _marks(theirs, keyword)
        for ours, theirs, _, _ in pairs(writer, reader)
        for keyword in (*_UNPAIRED, *_CHOICES)
        if keyword in _UNPAIRED or _branches(ours, keyword) != _branches(theirs, keyword)
    )


def _branches(side: Side, keyword: str) -> int:
    found = side.says(keyword)[1]
    return len(found) if isinstance(found, list) else 0


def _marks(side: Side, keyword: str) -> list[str]:
    """Every `xml` object below a keyword, as text, in no order."""
    found, waiting = list[str](), [side.says(keyword)[1]]
    while waiting:
        node = waiting.pop()
        if isinstance(node, dict):
            found += [repr(node["xml"])] if "xml" in node else []
            waiting += node.values()
        elif isinstance(node, list):
            waiting += node
    return sorted(found)
