"""Promises of API products: who may call, how often, how repeats are recognised, which events follow."""

from __future__ import annotations

from interlock.catalog import ProductContract
from interlock.catalog.parts import Authorization, Throttle, Throttling
from interlock.findings import Level
from interlock.pointers import join
from interlock.rules.durations import seconds, shorter
from interlock.rules.frame import Violations
from interlock.rules.promises.weights import tightenings
from interlock.rules.subjects import Kept
from interlock.versions import Bump


def authentication_is_kept(kept: Kept[ProductContract]) -> Violations:
    """
    Each way to authenticate stays within a major version.

    ## Why
    A client that uses the one that is gone is locked out. Source: dossier 5.2.

    ## Bad
    `authentication: [oauth2-client-credentials, mutual-tls]` becomes `authentication: [oauth2-client-credentials]`

    ## Good
    A further way beside the others
    """
    gone = [way for way in kept.old.authentication if way not in kept.new.authentication]
    if gone:
        message = f"clients can no longer authenticate by {', '.join(gone)}: keep it, or release a new major"
        yield kept.violation(
            "/authentication",
            message,
            old=list(kept.old.authentication),
            new=list(kept.new.authentication),
            bump=Bump.MAJOR,
        )


def authorization_is_not_tightened(kept: Kept[ProductContract]) -> Violations:
    """
    An operation asks no more of its callers within a major version.

    ## Why
    A call that was allowed is answered with 403 (RFC 9110 section 15.5.4). Source: dossier 5.2.

    ## Bad
    `scopes: ["quality:hold"]` becomes `scopes: ["quality:hold", "quality:release"]`

    ## Good
    The further scope with the next major version
    """
    for name, old, new in _operations(kept):
        more = tightenings(old, new)
        if more:
            message = f"{name} now asks for {', '.join(more)}: callers without it are refused; release a new major"
            yield kept.violation(
                join("authorization", name), message, old=list(old.scopes), new=[*new.scopes, *more], bump=Bump.MAJOR
            )


def authorization_is_not_loosened(kept: Kept[ProductContract]) -> Violations:
    """
    What an operation asks of its callers does not fall away unnoticed.

    ## Why
    Two people for one release, a claim for one site: each stands there because of something that happened. Source:
    dossier 5.2.

    ## Bad
    `segregation-of-duties: Not the person who placed the hold.` is removed

    ## Good
    A waiver that the owner of the process approves
    """
    for name, old, new in _operations(kept):
        less = tightenings(new, old)
        if less:
            message = f"{name} no longer asks for {', '.join(less)}: make sure that the owner of the process agrees"
            yield kept.violation(
                join("authorization", name), message, old=[*old.scopes, *less], new=list(new.scopes), bump=Bump.MINOR
            )


def throttles_are_not_lowered(kept: Kept[ProductContract]) -> Violations:
    """
    Clients may send as many requests as before.

    ## Why
    A client that keeps to the old rate is answered with 429 (RFC 6585 section 4). Source: dossier 5.2.

    ## Bad
    `reads: {rate: 50}` becomes `reads: {rate: 10}`

    ## Good
    `reads: {rate: 100}`
    """
    before, after = _throttles(kept.old.throttling), _throttles(kept.new.throttling)
    for pointer, old in before.items():
        new = after.get(pointer, kept.new.throttling.commands)
        if _rate(new) < _rate(old) or _rate(new) * new.burst < _rate(old) * old.burst:
            message = f"a client may send {_said(new)} where it was {_said(old)}: tell the clients, they will be answered with 429"
            yield kept.violation(f"/throttling{pointer}", message, old=_said(old), new=_said(new), bump=Bump.MINOR)


def idempotency_is_kept(kept: Kept[ProductContract]) -> Violations:
    """
    A repeated command is recognised by the same header and for at least as long as before.

    ## Why
    A client that tries again after the shorter time does the thing twice. Source: dossier 5.2;
    draft-ietf-httpapi-idempotency-key-header-07.

    ## Bad
    `idempotency: {retention: P7D}` becomes `idempotency: {retention: PT1H}`

    ## Good
    `idempotency: {retention: P14D}`
    """
    old, new = kept.old.idempotency, kept.new.idempotency
    if old.header.lower() != new.header.lower():
        message = f"the header that marks a repeat is now {new.header!r} and was {old.header!r}: clients that send the old one do things twice"
        yield kept.violation("/idempotency/header", message, old=old.header, new=new.header, bump=Bump.MAJOR)
    if shorter(new.retention, old.retention):
        message = f"repeats are recognised for {new.retention} and were for {old.retention}: a client that tries again later does things twice"
        yield kept.violation("/idempotency/retention", message, old=old.retention, new=new.retention, bump=Bump.MAJOR)


def pagination_is_kept(kept: Kept[ProductContract]) -> Violations:
    """
    Lists are paged in the same way and as widely as before.

    ## Why
    A client that follows cursors can't count pages. Source: L37.

    ## Bad
    `pagination: {style: cursor}` becomes `pagination: {style: page}`

    ## Good
    A larger `maximum`
    """
    old, new = kept.old.pagination, kept.new.pagination
    if old.style != new.style:
        message = f"lists are paged by {new.style} and were by {old.style}: clients read the first page only; release a new major"
        yield kept.violation("/pagination/style", message, old=old.style, new=new.style, bump=Bump.MAJOR)
    elif new.maximum is not None and (old.maximum is None or new.maximum < old.maximum):
        message = f"a page has at most {new.maximum} entries and had {old.maximum or 'any number'}: clients that ask for more are refused or cut"
        yield kept.violation(
            "/pagination/maximum", message, old=old.maximum, new=new.maximum, bump=Bump.MINOR, level=Level.WARNING
        )


def product_sla_is_kept(kept: Kept[ProductContract]) -> Violations:
    """
    Availability does not fall and latency does not grow unannounced.

    ## Why
    Clients set their own promises and timeouts by these. Source: dossier 5.2.

    ## Bad
    `sla: {availability: "99.9", latency: PT1S}` becomes `sla: {availability: "99.5", latency: PT1S}`

    ## Good
    `sla: {availability: "99.95", latency: PT1S}`
    """
    for name, old in kept.old.sla.items():
        new = kept.new.sla.get(name)
        if (
            new is None
            or shorter(old, new)
            or (_percent(old) is not None and (_percent(new) or 0.0) < (_percent(old) or 0.0))
        ):
            message = (
                f"{name} goes from {old} to {new or 'no promise'}: tell the clients, whose own promises rest on it"
            )
            yield kept.violation(join("sla", name), message, old=old, new=new, bump=Bump.MINOR)


def audit_is_kept(kept: Kept[ProductContract]) -> Violations:
    """
    Audit records are kept as long as before.

    ## Why
    Who did what is asked years later, by people who can't wait for an answer. Source: dossier 5.2.

    ## Bad
    `audit: P10Y` becomes `audit: P1Y`

    ## Good
    `audit: P15Y`
    """
    if shorter(kept.new.audit, kept.old.audit):
        message = f"audit records are kept {kept.new.audit} and were {kept.old.audit}: make sure that no event they belong to is kept longer"
        yield kept.violation("/audit", message, old=kept.old.audit, new=kept.new.audit, bump=Bump.MINOR)


def results_are_kept(kept: Kept[ProductContract]) -> Violations:
    """
    The events that follow an operation still follow it.

    ## Why
    A client that sent the command waits for the event, and so does the next step of a workflow. Source: L28.

    ## Bad
    `pauseShipment: {events: [logistics.shipment-paused]}` becomes `pauseShipment: {none: Nobody asked.}`

    ## Good
    A further event beside the others
    """
    for name, old in kept.old.results_in.items():
        new = kept.new.results_in.get(name)
        gone = [event for event in old.events if new is not None and event not in new.events]
        if gone:
            message = f"{name} no longer results in {', '.join(gone)}: whoever waits for it waits in vain; release a new major"
            yield kept.violation(
                join("results-in", name),
                message,
                old=list(old.events),
                new=list(new.events) if new else None,
                bump=Bump.MAJOR,
            )


def _operations(kept: Kept[ProductContract]) -> list[tuple[str, Authorization, Authorization]]:
    """Return the operations that are there on both sides; a removed one is the engine's business."""
    return [
        (name, old, kept.new.authorization[name])
        for name, old in kept.old.authorization.items()
        if name in kept.new.authorization
    ]


def _throttles(throttling: Throttling) -> dict[str, Throttle]:
    """Return each throttle by its pointer."""
    own = {join("operations", name): throttle for name, throttle in throttling.operations.items()}
    return {"/reads": throttling.reads, "/commands": throttling.commands, **own}


def _rate(throttle: Throttle) -> float:
    """Return requests per second."""
    return throttle.rate / (seconds(throttle.per) or 1.0)


def _said(throttle: Throttle) -> str:
    """Say a throttle."""
    bursts = f", bursts of {throttle.burst:g} times that" if throttle.burst != 1 else ""
    return f"{throttle.rate} requests per {throttle.per}{bursts}"


def _percent(text: str) -> float | None:
    """Return the number of a text such as `99.9`; None for what is none."""
    try:
        return float(text.removesuffix("%"))
    except ValueError:
        return None
