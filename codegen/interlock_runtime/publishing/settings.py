"""What a publisher is given, judged before anything is published: each mistake is one sentence with the nearest name."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from typing import Any, get_args

from ..catalog import Catalog, NotInCatalog
from ..contract import Contract
from ..events import Event
from ..handling.errors import Misuse
from ..modes import Mode
from .annotations import LABELS
from .refusals import NotAProducer

URI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:\S+\Z")
"""Begins like an absolute URI (RFC 3986 section 4.3)."""
_OWN = frozenset({
    "specversion", "id", "source", "type", "subject", "time", "datacontenttype", "dataschema", "correlationid",
    "causationid", "partitionkey", "sequence", "recordedtime", "idempotencykey", "schemaversion", "site", "data",
    "data_base64",
})  # fmt: skip
"""Members that the contract, the publisher, or an argument of `publish` says."""


def judge_system(catalog: Catalog, system: str) -> None:
    """Raise NotInCatalog for a system that there is not, Misuse for one that no contract lets say anything."""
    if catalog.systems and system not in catalog.systems:
        raise NotInCatalog("system", system, sorted(catalog.systems))
    named = {producer for row in catalog.rows for producer in row.producers}
    if all(row.producers for row in catalog.rows) and system not in named:
        raise Misuse(
            f"{system} publishes nothing: no contract names it among its producers"
            f"{_nearest(system, named) or ', see `producers` of the contract that it should publish'}"
        )


def judge_site(catalog: Catalog, site: str) -> None:
    """Raise NotInCatalog for a plant that there is not."""
    if catalog.sites and site not in catalog.sites:
        raise NotInCatalog("site", site, sorted(catalog.sites))


def judge_source(source: str) -> None:
    """Raise Misuse for what can't name a system everywhere."""
    if not URI.match(source):
        raise Misuse(f"the source {source!r} is no absolute URI: write for example https://<site>.example.com/<system>")


def judge_mode(mode: Mode) -> None:
    """Raise Misuse for a mode that there is not."""
    if mode not in get_args(Mode):
        raise Misuse(f"there is no mode {mode!r}{_choices(mode, get_args(Mode))}")


def judge_grants(audiences: Mapping[str, str]) -> None:
    """Raise Misuse for a label that there is not, which would stand above all others."""
    for name, grant in audiences.items():
        judge_grant(grant, f" (for the audience {name!r})")


def judge_grant(grant: str, where: str = "") -> None:
    """Raise Misuse for a label that there is not."""
    if grant not in LABELS:
        raise Misuse(f"there is no label {grant!r}{where}{_choices(grant, LABELS)}")


def judge_extensions(names: Iterable[str]) -> None:
    """Raise Misuse for an attribute that is not a service's to set by the way."""
    for name in names:
        if name in _OWN:
            raise Misuse(
                f"{name} is no extension: the contract, the publisher or an argument of `publish` says what it is"
            )


def judge_right(catalog: Catalog, system: str, contract: Contract[Any]) -> None:
    """Raise NotInCatalog for a contract of elsewhere, NotAProducer for a system that it does not name."""
    row = catalog.row(contract.type)
    if row is None:
        raise NotInCatalog("contract", f"{contract.name}@{contract.major}", [each.key for each in catalog.rows])
    if row.producers and system not in row.producers:
        raise NotAProducer(system, contract.name, row.producers)


def judge_made(catalog: Catalog, event: Event[Any], source: str, beside: Iterable[object]) -> None:
    """Raise Misuse for an event of another source, whose sequence is not ours to count, and for what is given beside it."""
    if any(each is not None for each in beside):
        raise Misuse("an event that was made before is published as it is: give no data and no attributes beside it")
    if event.envelope.site is not None:
        judge_site(catalog, event.envelope.site)
    if event.envelope.source != source and not event.envelope.source.startswith(f"{source}/"):
        raise Misuse(
            f"the event's source is not {source} or a stream of it, so its sequence is counted elsewhere: "
            "publish its data, or to forward it send `event.raw`"
        )


def _nearest(word: str, known: Collection[str]) -> str:
    """Return a hint at the names that are near."""
    from difflib import get_close_matches

    near = get_close_matches(word, sorted(known), n=3)
    return f": did you mean {' or '.join(near)}?" if near else ""


def _choices(word: str, known: Collection[str]) -> str:
    """Return a hint at the names that are near, else all of them."""
    return _nearest(word, known) or f": choose one of {', '.join(known)}"
