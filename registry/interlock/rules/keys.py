"""The members by which events are ordered, recognised when repeated, and named."""

from __future__ import annotations

import re

from interlock.catalog import EventContract
from interlock.differences import Location, index_of
from interlock.pointers import escape, split
from interlock.rules.frame import Violations
from interlock.rules.subjects import Inspection, Subject

_TEMPLATE = re.compile(r"\{([^{}]*)\}")
_CONTEXT = frozenset({"id", "source", "specversion", "type"})
"""The attributes that every CloudEvent has (CloudEvents section 3.1), for a catalog without an envelope."""


def keys_resolve(subject: Subject[EventContract]) -> Violations:
    """
    Partition, idempotency and order keys lead to members that every event has.

    ## Why
    A key on an optional member is no key for the events without it: they land on any partition, and repeats pass
    unseen. An element of an array counts as there only as far as `minItems` says. Source: L27.

    ## Bad
    `partition: [/data/handlingUnitId]`, where `handlingUnitId` is optional

    ## Good
    `partition: [/site, /data/workOrderId]`, both required
    """
    keys = subject.value.keys
    rows = [(f"/keys/partition/{index}", key) for index, key in enumerate(keys.partition)]
    rows += [(f"/keys/idempotency/{index}", key) for index, key in enumerate(keys.idempotency)]
    rows += [("/keys/order", keys.order)] if keys.order != "none" else []
    for pointer, key in rows:
        why = _unfit(subject, key)
        if why:
            yield subject.violation(pointer, f"{key or repr(key)} {why}", new=key)


def missing_order_has_reason(subject: Subject[EventContract]) -> Violations:
    """
    An event without an order key says why it needs none.

    ## Why
    Readers must know whether two events of one entity can be told apart in time, or that there is only one. Source:
    L27.

    ## Bad
    `order: none`

    ## Good
    `{order: none, order-reason: One event per run of an operation.}`
    """
    keys = subject.value.keys
    if keys.order == "none" and keys.order_reason is None:
        message = "order: none has no reason: add order-reason, or name the member that orders the events of one entity"
        yield subject.violation("/keys/order-reason", message)


def subject_resolves(subject: Subject[EventContract]) -> Violations:
    """
    Each pointer in the template of the CloudEvents subject leads to a member that every event has.

    ## Why
    The subject is filled in when an event is published; a pointer that leads nowhere stops that. Source: L27;
    CloudEvents section 3.1.2, `subject`.

    ## Bad
    `subject: work-orders/{/data/workorderId}`

    ## Good
    `subject: work-orders/{/data/workOrderId}`
    """
    for pointer in _TEMPLATE.findall(subject.value.subject or ""):
        why = _unfit(subject, pointer) if pointer.startswith("/") else "is no JSON Pointer: one starts with /"
        if why:
            yield subject.violation("/subject", f"{{{pointer}}} {why}", new=pointer)


def _unfit(subject: Subject[EventContract], key: str) -> str:
    """Say why a pointer does not lead to a member that every event has; empty when it does, or when that is not known."""
    tokens = split(key)
    if not tokens:
        return "names the whole event: name a member of it"
    if tokens[0] == "data" and len(tokens) > 1:
        return _unfit_in(subject.inspection, subject.location, tokens[1:], "/data") if subject.location else ""
    envelope = subject.inspection.envelope
    if envelope is not None:
        return _unfit_in(subject.inspection, envelope, tokens)
    if len(tokens) == 1 and tokens[0] in _CONTEXT:
        return ""
    return f"is no member that every CloudEvent has ({', '.join(sorted(_CONTEXT))}); members of the payload start with /data"


def _unfit_in(inspection: Inspection, place: Location, tokens: list[str], at: str = "") -> str:
    """Say why tokens do not lead to a member that is always there; empty when they do."""
    for token in tokens:
        at = f"{at}/{escape(token)}"
        member, index = place.member(token), index_of(token)
        below = member or (place.element(index) if index is not None else None)
        if below is None:
            return f"leads to no member: {at} is not declared{inspection.nearest(token, place.properties)}"
        if member and token not in place.required:
            return f"leads to a member that may be absent: {at} is optional: require it, or choose {_listed(place)}"
        if not member and index is not None and index >= place.least_items:
            return f"leads to an element that may be absent: set minItems of {at.rpartition('/')[0]} to {index + 1} or more"
        place = below
    return ""


def _listed(place: Location) -> str:
    """Name a few members that are required."""
    return ", ".join(sorted(place.required)[:5]) or "another member"
