"""Whether a request is a product's, and its path below the product's: what two servers could read differently is refused."""

from __future__ import annotations

import posixpath
import re
from urllib.parse import unquote_to_bytes

from .messages import Scope
from .problems import Refused
from .routing import escaped

_LONGEST_ADDRESS = 8_192
"""Octets of path and query; servers should take 8,000 (RFC 9110 section 4.1)."""
_LARGEST_HEAD = 65_536
_ESCAPED_SLASH = re.compile(rb"%2f", re.IGNORECASE)
_BAD_ESCAPE = re.compile(rb"%(?![0-9A-Fa-f]{2})")
_DOT_SEGMENT = re.compile(r"/\.\.?(?:/|\Z)")


def is_of(scope: Scope, base: str) -> bool:
    """
    Say whether a request is for a product with a base path, or would be for a service that tidies paths up.

    >>> is_of({"path": "/quality/v2/holds"}, "/quality/v2"), is_of({"path": "//x/../quality/v2"}, "/quality/v2")
    (True, True)
    """
    path: str = scope["path"]
    if _below(path, base) is not None:
        return True
    outer = _without_root(scope)
    return any(_below(text, base) is not None for text in (outer, _tidied(path), _tidied(outer)))


def path_of(scope: Scope, base: str) -> tuple[str, str]:
    """Return a path below the product's and its escaped form; raise Refused for what services could read differently."""
    _refuse_long_heads(scope)
    path = _below(scope["path"], base)
    path = _below(_without_root(scope), base) if path is None else path
    if path is None or ("/." in scope["path"] and _DOT_SEGMENT.search(scope["path"])):
        raise Refused("malformed", "The path has an empty segment or one of dots, which servers may drop.")
    raw: bytes | None = scope.get("raw_path")
    if raw is None or b"%" not in raw:
        return path, path if raw is not None else escaped(path)
    if _BAD_ESCAPE.search(raw):
        raise Refused("malformed", "The path has a percent sign without two hexadecimal digits.")
    if _ESCAPED_SLASH.search(raw):
        raise Refused("malformed", "The path has an escaped slash, which servers take for a separator.")
    try:
        unquote_to_bytes(raw).decode()
    except UnicodeDecodeError:
        raise Refused("malformed", "The path has escaped bytes that are no UTF-8 text.") from None
    return path, raw.decode("latin-1")


def _below(path: str, base: str) -> str | None:
    """Return what follows the product's base in a path; None where it does not begin with it."""
    below = path[len(base) :]
    return below if path.startswith(base) and (not below or below.startswith("/")) else None


def _without_root(scope: Scope) -> str:
    """Return a request's path as the application's own routes have it (ASGI: `root_path` is a prefix of `path`)."""
    path: str = scope["path"]
    return path.removeprefix(scope.get("root_path") or "")


def _tidied(path: str) -> str:
    """Return a path without empty and dot segments (RFC 3986 section 5.2.4), as some frameworks route it."""
    return posixpath.normpath(path).replace("//", "/", 1) if "//" in path or "/." in path else path


def _refuse_long_heads(scope: Scope) -> None:
    """Raise Refused for an address or headers that are longer than anyone needs."""
    if len(scope["path"]) + len(scope.get("query_string", b"")) > _LONGEST_ADDRESS:
        raise Refused("address", f"Path and query have more than {_LONGEST_ADDRESS} octets.")
    if sum(len(name) + len(value) for name, value in scope["headers"]) > _LARGEST_HEAD:
        raise Refused("headers", f"The headers have more than {_LARGEST_HEAD} octets.")
