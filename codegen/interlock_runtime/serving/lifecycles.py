"""What a deprecated or retired version tells its clients: `Deprecation`, `Sunset`, `Link` and 410."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from email.utils import format_datetime

from ..products import Product


@dataclass(frozen=True, slots=True)
class Notices:
    """The headers of every answer of one product, and from when there is only one answer."""

    headers: tuple[tuple[bytes, bytes], ...]
    retired_from: dt.datetime | None

    def is_retired(self, now: dt.datetime) -> bool:
        """Say whether the version has ended."""
        return self.retired_from is not None and now >= self.retired_from


def notices(product: Product) -> Notices:
    """Return what a product's lifecycle says to clients; the day of the sunset is the last one on which it answers."""
    life = product.lifecycle
    if life.status not in ("deprecated", "retired"):
        return Notices((), None)
    ends = _midnight(life.sunset) + dt.timedelta(days=1) if life.sunset else None
    headers: list[tuple[bytes, bytes]] = []
    if life.since:  # RFC 9745 section 2.1: a date of structured fields
        headers.append((b"deprecation", f"@{int(_midnight(life.since).timestamp())}".encode()))
    if ends:  # RFC 8594 section 3
        headers.append((b"sunset", format_datetime(ends, usegmt=True).encode()))
    links = [f'<{path}>; rel="successor-version"'] if (path := successor_path(product)) else []
    if life.migration:
        links.append(f'<{life.migration}>; rel="deprecation"; type="text/html"')
    if links:
        headers.append((b"link", ", ".join(links).encode("latin-1", "replace")))
    retired = dt.datetime.min.replace(tzinfo=dt.UTC) if life.status == "retired" else ends
    return Notices(tuple(headers), retired)


def successor_path(product: Product) -> str | None:
    """
    Return the path of the version that follows, where both end in `/<name>/v<major>`.

    >>> from ..facts import Lifecycle
    >>> old = Lifecycle("deprecated", successor="finance@2")
    >>> successor_path(Product("finance", "Finance", "1.1.0", dict, "/eu/finance/v1", lifecycle=old))
    '/eu/finance/v2'
    """
    name, _, major = (product.lifecycle.successor or "").partition("@")
    own = f"/{product.name}/v{product.major}"
    if not major or not product.base_path.endswith(own):
        return None
    return f"{product.base_path.removesuffix(own)}/{name}/v{major}"


def _midnight(day: str) -> dt.datetime:
    """Return the moment at which a day begins, in UTC."""
    return dt.datetime.combine(dt.date.fromisoformat(day), dt.time(), dt.UTC)
