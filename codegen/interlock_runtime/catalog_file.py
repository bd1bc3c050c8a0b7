"""The catalog from the file that the generator wrote; the file is its own, so it is read without suspicion."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from functools import cache
from importlib import import_module
from typing import Any

from .catalog import (
    Assumption,
    DeadLetterRole,
    Dedupe,
    EdgeBuffer,
    Reader,
    Reads,
    Retry,
    Row,
    Step,
    TierPolicy,
    Workflow,
)
from .handling.durations import duration
from .plant import Plant


def catalog_of(document: dict[str, Any], package: str | None) -> Plant:
    """Return the catalog of a file; `package` is where the modules named in it are found."""
    return Plant(
        name=document["name"],
        rows=tuple(_row(each, package) for each in document["events"]),
        tiers={tier: _tier(tier, each) for tier, each in document["tiers"].items()},
        workflows=tuple(_workflow(each) for each in document["workflows"]),
        readers={each["name"]: _reader(each) for each in document["readers"]},
        systems=frozenset(document.get("systems", ())),
        sites=frozenset(document.get("sites", ())),
        dead_letters=_role(document.get("deadLetters")),
        products={each["key"]: _member(each["module"], package, "PRODUCT") for each in document["products"]},
    )


def _member(module: str, package: str | None, name: str) -> Callable[[], Any]:
    """Return a function that imports a module and gives a name of it."""
    return lambda: getattr(import_module(module, package), name)


def _row(given: dict[str, Any], package: str | None) -> Row:
    """Return one contract as it is listed."""
    return Row(
        name=given["name"],
        major=int(given["version"].partition(".")[0]),
        type=given["type"],
        version=given["version"],
        tier=given["tier"],
        load=_member(given["module"], package, "CONTRACT"),
        status=given["status"],
        owner=given.get("owner", ""),
        producers=tuple(given.get("producers", ())),
        caused_by=tuple(given.get("causes", ())),
        dead_letters=given.get("deadLetters", ""),
    )


def _role(given: dict[str, Any] | None) -> DeadLetterRole | None:
    """Return which event tells of dead letters, None in a catalog that names none."""
    return DeadLetterRole(given["event"], given["problems"]) if given else None


def _length(text: str | None) -> dt.timedelta | None:
    """Return a duration that may be left out."""
    return None if text is None else duration(text)


def _tier(name: Any, given: dict[str, Any]) -> TierPolicy:
    """Return a tier's policy."""
    retry, edge, dedupe = given["retry"], given["edge"], given.get("dedupe")
    return TierPolicy(
        name=name,
        retry=Retry(retry["attempts"], duration(retry["first"]), duration(retry["longest"]), retry["then"]),
        dedupe=Dedupe(duration(dedupe["event"]), duration(dedupe["key"])) if dedupe else None,
        edge_buffer=EdgeBuffer(duration(edge["keep"]), edge["storage"], edge["full"]),
        ordered=given["ordered"],
        replay_window=_length(given["replay"]),
        expiry=_length(given.get("expiry")),
    )


def _workflow(given: dict[str, Any]) -> Workflow:
    """Return one business flow."""
    steps = tuple(
        Step(
            each["id"],
            each["by"],
            each.get("event"),
            each.get("command"),
            tuple(each.get("after", ())),
            _length(each.get("within")),
        )
        for each in given["steps"]
    )
    return Workflow(given["name"], given["tier"], steps, _length(given.get("sla")))


def _reader(given: dict[str, Any]) -> Reader:
    """Return one reader contract."""
    return Reader(given["name"], given["system"], tuple(_reads(each) for each in given["reads"]), given["owner"])


def _reads(given: dict[str, Any]) -> Reads:
    """Return one line of a reader contract."""
    return Reads(
        event=given["event"],
        versions=given["versions"],
        majors=tuple(given.get("majors", ())),
        fields=tuple(given["fields"]),
        replay_window=_length(given.get("replay")),
        strict=given.get("strict", False),
        assumptions=tuple(
            Assumption(each["at"], _constant(each["schema"]), each["why"]) for each in given.get("assumes", ())
        ),
    )


def _constant(schema: Any) -> Callable[[], Any]:
    """Return a function that gives a schema."""
    return cache(lambda: schema)
