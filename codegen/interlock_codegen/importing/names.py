"""What a schema file says about itself: its name, its version, its place among others."""

from __future__ import annotations

import re
from typing import Any

_VERSION = re.compile(r"(?<![0-9.])([0-9]{1,9})\.([0-9]{1,9})(?:\.([0-9]{1,9}))?(?![0-9.])")
_MAJOR = re.compile(r"(?:^|[-_./])v([1-9][0-9]{0,5})(?=[-_./]|$)", re.IGNORECASE)


def version_of(path: str, schema: Any) -> str:
    """
    Return the version that a schema or its file's name states; 1.0.0 when none is.

    >>> version_of("order-v2.json", {}), version_of("order.json", {"$id": "https://x.example/order/1.4.0"})
    ('2.0.0', '1.4.0')
    """
    said = schema if isinstance(schema, dict) else {}
    stated = [
        said.get("version"),
        said.get("x-version"),
        said.get("$id"),
        said.get("id"),
        path.rpartition("/")[2].rpartition(".")[0],
    ]
    for text in filter(lambda text: isinstance(text, str), stated):
        exact, major = _VERSION.search(str(text)), _MAJOR.search(str(text))
        if exact and int(exact[1]):
            return ".".join(str(int(part or 0)) for part in exact.groups())
        if major:
            return f"{major[1]}.0.0"
    return "1.0.0"


def name_of(path: str) -> str:
    """
    Return the kebab-case name of a file, without its version.

    >>> name_of("sales/OrderPlaced.v2.schema.json"), name_of("2_lots_1.4.0.json")
    ('order-placed', 'x2-lots')
    """
    stem = path.rpartition("/")[2].rpartition(".")[0].removesuffix(".schema")
    return kebab(_VERSION.sub("-", _MAJOR.sub("-", stem)))


def kebab(text: str) -> str:
    """Return a text as words of lower-case letters and digits joined by hyphens, beginning with a letter."""
    words = [word.lower() for word in re.findall(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z0-9]+|[A-Z0-9]+", text)]
    name = "-".join(words)[:70].strip("-") or "schema"
    return name if name[0].isalpha() else f"x{name}"
