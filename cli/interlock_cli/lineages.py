"""What evidence says about events, for people and for programs."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from interlock_cli.console import heading, table
from interlock_cli.reports.escape import one_line
from interlock_cli.reports.words import count

if TYPE_CHECKING:
    from interlock_cli.reports.page import Page
    from interlock_runtime.handling.outcomes import Receipt
    from interlock_runtime.observing.answers import Answer, Notified
    from interlock_runtime.observing.evidence import Occurrence
    from interlock_runtime.observing.graph import Difference
    from interlock_runtime.observing.sites import SiteHealth
    from interlock_runtime.observing.steps import Action


def answer_data(answer: Answer) -> dict[str, Any]:
    """Return what is known about an event, for programs."""
    return {
        "event": _event_data(answer.event),
        "cause": _event_data(answer.cause) if answer.cause else None,
        "effects": [_event_data(one) for one in answer.effects],
        "notified": [_notified_data(one) for one in answer.notified],
        "systems": list(answer.systems),
        "actions": [_action_data(one) for one in answer.actions],
    }


def _event_data(event: Occurrence) -> dict[str, Any]:
    """Return an event, for programs."""
    return {
        "name": event.name, "id": event.id, "source": event.source, "type": event.type, "time": _moment(event.time),
        "recorded": _moment(event.recorded), "site": event.site, "subject": event.subject,
        "correlationid": event.correlationid, "causationid": event.causationid, "stated": event.stated,
    }  # fmt: skip


def _notified_data(one: Notified) -> dict[str, Any]:
    """Return what is known about one service, for programs."""
    return {
        "service": one.service, "system": one.system or None, "known": one.known, "declared": one.declared,
        "receipts": [_receipt_data(receipt) for receipt in one.receipts],
    }  # fmt: skip


def _receipt_data(receipt: Receipt) -> dict[str, Any]:
    """Return a receipt, for programs."""
    return {
        "outcome": receipt.outcome.value, "received": _moment(receipt.received), "settled": _moment(receipt.settled),
        "attempts": receipt.attempts, "late-by": _seconds(receipt.late_by), "reason": receipt.reason or None,
        "replayed": receipt.replayed,
    }  # fmt: skip


def _action_data(one: Action) -> dict[str, Any]:
    """Return what is known about one step, for programs."""
    return {
        "workflow": one.flow, "step": one.step.id, "what": _what(one), "by": one.step.by, "verdict": one.verdict,
        "event": one.event.id if one.event else None, "took": _seconds(one.took), "allowed": _seconds(one.allowed),
        "due": _moment(one.due), "held-up": _seconds(one.held_up) or None,
    }  # fmt: skip


def answer_lines(answer: Answer, page: Page) -> list[str]:
    """Return what is known about an event, for people."""
    event = answer.event
    lines = [page.ends(event.name or event.type or "an event of unknown type", event.id)]
    lines += page.labelled("happened", _happened(event))
    lines += page.labelled("subject", event.subject) if event.subject else []
    lines += page.labelled("case", event.correlationid) if event.correlationid else []
    lines += page.labelled("cause", _cause(answer))
    lines += [line for one in answer.effects for line in page.labelled("led to", _effect(one, event))]
    return [*lines, *_notified_lines(answer, page), *_action_lines(answer, page)]


def _happened(event: Occurrence) -> str:
    """Say when and where an event happened."""
    at = f" at {event.site}" if event.site else ""
    by = f", by {event.system}" if event.system else ""
    later = f"; recorded {span(event.recorded - event.time)} later" if event.time and event.recorded else ""
    told = "" if event.stated else "; known from receipts only"
    return f"{_moment(event.time) or 'no evidence when'}{at}{by}{later}{told}"


def _cause(answer: Answer) -> str:
    """Say what led to an event."""
    if answer.cause is not None:
        return f"{answer.cause.name} {_moment(answer.cause.time) or ''} ({answer.cause.id})"
    number = answer.event.causationid
    return f"no evidence of {number}, which the event names" if number else "none: the case begins here"


def _effect(one: Occurrence, event: Occurrence) -> str:
    """Say what an event led to."""
    after = f", {span(one.time - event.time)} after" if one.time and event.time else ""
    return f"{one.name} by {one.system or 'nobody known'}{after} ({one.id})"


def _notified_lines(answer: Answer, page: Page) -> list[str]:
    """Say who was notified."""
    declared = [one for one in answer.notified if one.declared]
    acted = sum(one.known == "handled" for one in declared)
    head = f"notified: {acted} of {count(len(declared), 'declared reader')} with evidence"
    rows = [
        (one.service, one.system or "not declared", one.known, _first(one, answer.event)) for one in answer.notified
    ]
    return ["", heading(head, page), *table(rows, page)]


def _first(one: Notified, event: Occurrence) -> str:
    """Say when a service had an event, and what became of it there."""
    receipt = one.first
    if receipt is None:
        return ""
    after = f", {span(receipt.settled - event.time)} after" if event.time else ""
    late = f", late by {span(receipt.late_by)}" if receipt.late_by else ""
    tries = f", {receipt.attempts} attempts" if receipt.attempts > 1 else ""
    why = f" ({receipt.reason})" if receipt.reason else ""
    return f"{receipt.outcome.value}{why} {_moment(receipt.settled)}{after}{late}{tries}"


def _action_lines(answer: Answer, page: Page) -> list[str]:
    """Say what ran in time, flow by flow."""
    lines: list[str] = []
    for flow in dict.fromkeys(one.flow for one in answer.actions):
        actions = [one for one in answer.actions if one.flow == flow]
        words = [
            f"{sum(one.verdict == verdict for one in actions)} {verdict}"
            for verdict in ("in time", "late", "done", "no evidence")
            if any(one.verdict == verdict for one in actions)
        ]
        rows = [(one.verdict, one.step.id, _took(one), f"{_what(one)} by {one.step.by}") for one in actions]
        lines += ["", heading(f"actions of {flow}: {', '.join(words)}", page), *table(rows, page)]
    return lines or ["", heading("actions: no workflow declares any after this event", page)]


def _what(one: Action) -> str:
    """Return the contract that covers a step."""
    return one.step.event or one.step.command or ""


def _took(one: Action) -> str:
    """Say how long a step took and might have taken."""
    if one.took is None:
        return f"due by {_moment(one.due)}" if one.due else ""
    of = f" of {span(one.allowed)}" if one.allowed is not None else ""
    held = f"; its cause stood {span(one.held_up)} in a buffer" if one.verdict == "late" and one.held_up > _LONG else ""
    return f"{span(one.took)}{of}{held}"


_LONG = dt.timedelta(seconds=30)
"""A delay at the edge that is worth a word."""

# The whole of the evidence


def summary_data(found: Iterable[Difference], sites: dict[str, SiteHealth]) -> dict[str, Any]:
    """Return where evidence and catalog differ, and the health of each site, for programs."""
    return {
        "differences": [
            {"kind": one.kind, "event": one.event, "other": one.other, "times": one.times} for one in found
        ],
        "sites": {
            name: {
                "deliveries": site.deliveries, "outcomes": site.outcomes, "delayed": site.delayed,
                "longest-delay": _seconds(site.longest_delay), "retried": site.retried, "retries": site.retries,
                "gaps": site.gaps, "lost": site.lost, "missing": site.missing,
                "waiting": site.waiting,
            }
            for name, site in sites.items()
        },
    }  # fmt: skip


def summary_lines(found: list[Difference], sites: dict[str, SiteHealth], page: Page) -> list[str]:
    """Return where evidence and catalog differ, and the health of each site, for people."""
    lines = [heading("sites: what receipts tell", page)]
    rows = [
        (name, f"{site.deliveries} delivered", f"{site.delayed} late", f"{site.retries} retries", f"{site.gaps} gaps", f"{site.lost} lost", f"{site.missing} missing", f"{site.waiting} waiting")
        for name, site in sites.items()
    ]  # fmt: skip
    lines += table(rows, page) or ["  no evidence: there is no receipt"]
    lines += ["", heading("the declared graph and the evidence", page)]
    lines += table([(one.kind, one.event, one.other, str(one.times or "")) for one in found], page)
    return lines if found else [*lines, "  no difference"]


def span(length: dt.timedelta) -> str:
    """
    Say a length of time.

    >>> span(dt.timedelta(hours=5, minutes=46, seconds=59)), span(dt.timedelta(seconds=0.25)), span(dt.timedelta(0))
    ('5 h 46 min 59 s', '0.25 s', '0 s')
    """
    sign = "-" if length < dt.timedelta(0) else ""
    minutes, seconds = divmod(abs(length).total_seconds(), 60)
    hours, minutes = divmod(int(minutes), 60)
    days, hours = divmod(hours, 24)
    parts = [f"{amount} {unit}" for amount, unit in ((days, "d"), (hours, "h"), (minutes, "min")) if amount]
    if seconds or not parts:
        parts.append(f"{seconds:.6g} s")
    return sign + " ".join(parts)


def _moment(moment: dt.datetime | None) -> str | None:
    """Return a moment as text in UTC."""
    from interlock_runtime.instants import Instant

    return None if moment is None else one_line(Instant.at(moment).wire)


def _seconds(length: dt.timedelta | None) -> float | None:
    """Return a length of time in seconds."""
    return None if length is None else length.total_seconds()
