"""What a document says, as values: operations with their parameters, all defaults written out."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

from .sources import Cursor

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
"""The fixed fields of a path item that are operations (OpenAPI 3.1.1 section 4.8.9)."""
Key: TypeAlias = tuple[str, str]
"""A parameter's identity: where it stands, and its name; for the path its position, since names do not travel."""
_TEMPLATE = re.compile(r"\{([^{}]*)\}")


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter of a request, or a header of a response."""

    name: str
    place: str
    required: bool
    at: Cursor
    schema: Cursor | None
    style: str
    explode: bool
    media: str = ""
    """The media type that it is written in, where it has `content` instead of a style."""
    reserved: bool = False
    """Whether reserved characters stand in the query as they are (`allowReserved`)."""

    def __str__(self) -> str:
        """Name it for people."""
        return (
            f"{self.place} parameter {self.name}" if self.place != "response header" else f"response header {self.name}"
        )


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation: a method on a path, a webhook, or what a callback asks."""

    method: str
    path: str
    at: Cursor
    item: Cursor
    parameters: Mapping[Key, Parameter]

    def __str__(self) -> str:
        """Name it as the request line does."""
        return f"{self.method.upper()} {self.path}"


def erased(path: str) -> str:
    """
    A path template without its parameters' names.

    >>> erased("/lots/{materialId}/{lotId}.json")
    '/lots/{}/{}.json'
    """
    return _TEMPLATE.sub("{}", path)


def names(path: str) -> list[str]:
    """
    The parameters of a path template, in order.

    >>> names("/lots/{materialId}/{lotId}.json")
    ['materialId', 'lotId']
    """
    return _TEMPLATE.findall(path)
