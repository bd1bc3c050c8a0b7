"""Media types and ranges (RFC 9110 sections 8.3.1 and 12.5.1): which covers which, and what their bodies hold."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TypeVar

Entry = TypeVar("Entry")

_WORDS = ("application/x-www-form-urlencoded", "multipart/")
_XML = ("/xml", "+xml")
_JSON = ("/json", "+json")


def essence(text: str) -> str:
    """
    Type and subtype without parameters.

    >>> essence("Application/JSON; charset=utf-8")
    'application/json'
    """
    return text.partition(";")[0].strip().lower()


def covers(wide: str, narrow: str) -> bool:
    """
    Whether a range takes all of a media type or range.

    >>> covers("application/*", "application/json"), covers("application/json", "application/*")
    (True, False)
    """
    wide, narrow = essence(wide), essence(narrow)
    return wide in (narrow, "*/*") or (wide.endswith("/*") and narrow.startswith(wide[:-1]))


def covering(content: Mapping[str, Entry], media: str) -> Entry | None:
    """The entry of the narrowest range that takes a media type."""
    plain = {text.lower().replace(" ", ""): entry for text, entry in content.items()}
    exact = plain.get(media.lower().replace(" ", ""))
    if exact is not None:
        return exact
    fitting = [text for text in content if covers(text, media)]
    return content[min(fitting, key=_width)] if fitting else None


def _width(text: str) -> int:
    """How wide a range is."""
    return essence(text).count("*")


def any_within(wide: str, content: Iterable[str]) -> bool:
    """Whether some media type lies within a range."""
    return any(covers(wide, text) for text in content)


def is_json(media: str) -> bool:
    """Whether bodies are JSON, or may be (RFC 6839 section 3.1)."""
    return essence(media).endswith((*_JSON, "/*"))


def is_form(media: str) -> bool:
    """Whether bodies are made of named parts."""
    return essence(media).startswith(_WORDS)


def is_problem(media: str) -> bool:
    """Whether bodies are problem details (RFC 9457)."""
    return essence(media) == "application/problem+json"


def is_xml(media: str) -> bool:
    """Whether bodies are XML."""
    return essence(media).endswith(_XML)


def is_described(media: str) -> bool:
    """Whether a schema says what bodies hold; raw bytes are beyond it (OpenAPI 3.1.1 section 4.8.14.2)."""
    return is_json(media) or is_form(media) or is_xml(media) or essence(media).startswith("text/")
