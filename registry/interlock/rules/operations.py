"""The operations of API products, as their OpenAPI 3.1 documents declare them."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from dataclasses import dataclass

from interlock.catalog import Catalog, Entry, ProductContract
from interlock.pointers import join

_METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
"""OpenAPI 3.1 section 4.8.9, the fixed fields of a path item."""
_SAFE = frozenset({"get", "head", "options", "trace"})
"""RFC 9110 section 9.2.1."""


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation and where it stands."""

    id: str
    method: str
    path: str
    """The file of the OpenAPI document."""
    pointer: str

    @property
    def mutating(self) -> bool:
        """Whether it may change something."""
        return self.method not in _SAFE


def document_of(path: str, product: ProductContract) -> str:
    """Return the path of a product's OpenAPI document, which stands beside its file."""
    return posixpath.normpath(posixpath.join(posixpath.dirname(path), product.openapi))


def operations(catalog: Catalog, entry: Entry[ProductContract]) -> Iterator[Operation]:
    """Yield the named operations of a product; nothing when its document is not there."""
    path = document_of(entry.path, entry.value)
    document = catalog.documents.get(path)
    paths = document.data.get("paths") if document is not None and isinstance(document.data, dict) else None
    for url, item in (paths if isinstance(paths, dict) else {}).items():
        for method in _METHODS:
            operation = item.get(method) if isinstance(item, dict) else None
            if isinstance(operation, dict) and isinstance(operation.get("operationId"), str):
                yield Operation(operation["operationId"], method, path, join("paths", url, method))
