"""What receipts tell about each plant: delays, retries, gaps, and events that a reader should have by now."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from ..handling.outcomes import Receipt
from ..handling.protocols import Telemetry
from .declared import Declared
from .evidence import UNKNOWN, Evidence, Occurrence
from .measures import put_aside

DIGITS = 12
"""As many as the envelope gives a sequence."""


@dataclass
class SiteHealth:
    """One plant, by its receipts."""

    deliveries: int = 0
    outcomes: dict[str, int] = field(default_factory=dict[str, int])
    delayed: int = 0
    """Deliveries beyond the contract's SLA."""
    longest_delay: dt.timedelta = dt.timedelta(0)
    retried: int = 0
    """Deliveries that needed more than one attempt."""
    retries: int = 0
    """Attempts beyond the first, of all deliveries together."""
    gaps: int = 0
    """Deliveries before which numbers of the source's sequence were missing; some may have come since."""
    lost: int = 0
    """Numbers that are missing still between the first and the last that a reader has of a source."""
    missing: int = 0
    """Events that a declared reader should have by now, and has not, though it has others."""
    waiting: int = 0
    """Messages that were put into quarantine and not handled since."""


def by_site(evidence: Evidence, declared: Declared, now: dt.datetime) -> dict[str, SiteHealth]:
    """Return the health of each site."""
    found: dict[str, SiteHealth] = {}
    for receipt in evidence.receipts:
        _count(found.setdefault(receipt.site or UNKNOWN, SiteHealth()), receipt)
    for site, lost in _holes(evidence).items():
        found[site].lost = lost
    for span in put_aside(evidence):
        found[span.site].waiting += span.ended is None
    for event, _ in missing(evidence, declared, now):
        found.setdefault(event.site or UNKNOWN, SiteHealth()).missing += 1
    return dict(sorted(found.items()))


def _count(site: SiteHealth, receipt: Receipt) -> None:
    """Count one receipt."""
    site.deliveries += 1
    site.outcomes[receipt.outcome.value] = site.outcomes.get(receipt.outcome.value, 0) + 1
    if receipt.late_by is not None:
        site.delayed += 1
        site.longest_delay = max(site.longest_delay, receipt.late_by)
    site.retried += receipt.attempts > 1
    site.retries += max(0, receipt.attempts - 1)
    site.gaps += "sequence-gap" in receipt.facts


def _holes(evidence: Evidence) -> dict[str, int]:
    """Return how many numbers are missing in the sequences that readers have, by site."""
    seen: dict[tuple[str, str, str], set[int]] = {}
    for receipt in evidence.receipts:
        text = receipt.sequence or ""
        if receipt.source is not None and text.isascii() and text.isdigit() and len(text) <= DIGITS:
            key = (receipt.site or UNKNOWN, receipt.consumer, receipt.source)
            seen.setdefault(key, set()).add(int(text))
    found: dict[str, int] = {}
    for (site, _, _), numbers in seen.items():
        found[site] = found.get(site, 0) + max(numbers) - min(numbers) + 1 - len(numbers)
    return found


def missing(evidence: Evidence, declared: Declared, now: dt.datetime) -> Iterator[tuple[Occurrence, str]]:
    """
    Yield each event with a reader that should have a receipt of it by now and has none.

    A reader without a single receipt is passed over: its receipts may simply not be here, which is no evidence of anything.
    The time that an event may take is what its contract promises; without a promise nothing is missing yet.
    """
    present = {receipt.consumer for receipt in evidence.receipts}
    for event in evidence.facts():
        allowed = declared.deliver.get(event.name)
        since = event.recorded or event.time
        if allowed is None or since is None or now - since <= allowed:
            continue
        taken = {receipt.consumer for receipt in evidence.of(event)}
        for one in declared.listeners.get(event.name, ()):
            if one.service in present and one.service not in taken:
                yield event, one.service


NAMES: Mapping[str, str] = {
    "deliveries": "interlock.site.deliveries",
    "delayed": "interlock.site.delayed",
    "retried": "interlock.site.retried",
    "retries": "interlock.site.retries",
    "gaps": "interlock.site.gaps",
    "lost": "interlock.site.lost",
    "missing": "interlock.site.missing",
    "waiting": "interlock.site.waiting",
}
"""Names under which the numbers of a site are counted, each with the label `site`."""


def tell(sites: Mapping[str, SiteHealth], telemetry: Telemetry) -> None:
    """Add the numbers of each site to telemetry, such as those of the receipts since the last time."""
    for site, health in sites.items():
        for number, name in NAMES.items():
            amount = getattr(health, number)
            if amount:
                telemetry.count(name, {"site": site}, amount)
        if health.delayed:
            telemetry.measure("interlock.site.longest_delay", {"site": site}, health.longest_delay.total_seconds())
