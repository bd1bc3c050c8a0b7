"""
Dead letters: what the middleware publishes about an event that a consumer gave up.

Which contract they follow, the catalog says (`dead-letters` in `catalog.yaml`).
"""

from __future__ import annotations

import json
import logging
from typing import Any

from .. import context
from ..catalog import Catalog, Row
from ..handling.entries import Entry, Failing
from ..handling.errors import Misuse, StopConsuming
from ..handling.outcomes import Origin
from ..handling.routing import Glance
from ..handling.safety import line
from ..messages import RawMessage
from ..modes import document_of
from ..outbox import OutboxError
from ..violations import ContractViolation, violation
from .letter_data import Case, data_of
from .publisher import Publisher
from .refusals import NotPublished

LOG = logging.getLogger("interlock.publishing")


class DeadLetters:
    """Tells who answers for an event that a consumer gave it up, through a publisher with an outbox."""

    def __init__(self, catalog: Catalog, publisher: Publisher) -> None:
        """Raise Misuse or NotPublished for what could not write a letter, before the first is owed."""
        if catalog.dead_letters is None:
            raise Misuse(
                "the catalog names no event for dead letters: write `dead-letters: domain.event` in catalog.yaml and "
                "generate the package anew, or give the consumer no publisher for them"
            )
        if publisher.outbox is None:
            raise Misuse("a dead letter has to outlive the process: give the publisher of dead letters an outbox")
        self._catalog, self._role = catalog, catalog.dead_letters
        self._publisher, self._outbox = publisher, publisher.outbox
        self._contract = catalog.current(self._role.event)
        self._rehearse()

    def _rehearse(self) -> None:
        """Raise Misuse when the contract does not take what a letter says, NotPublished when it may not be said."""
        now = self._publisher.now()
        entry = Entry(
            1, "consumer", "quarantined", RawMessage(None), Origin(), (violation("payload-invalid", "/data"),), now,
            type="com.example.other.event.v1", source="https://example.com/system", event_id="1", failing=Failing(now, now),
        )  # fmt: skip
        try:
            self._say(Case(entry, {}, None, "file:///quarantine.db#1"), None, rehearsed=True)
        except ContractViolation as refused:
            raise Misuse(
                f"{self._role.event}, which catalog.yaml names for dead letters, takes none: {refused.violations[0]}"
            ) from None

    # What is owed

    def owes(self, seen: Glance) -> bool:
        """Say whether somebody is told that an event was given up; why not, is logged."""
        why = self._why_not(seen)
        if why:
            LOG.warning("%s", line({"dead-letter": "none", "why": why, "source": seen.source, "id": seen.id}))
        return not why

    def _why_not(self, seen: Glance) -> str:
        """Return why nobody is told; empty when somebody is."""
        if seen.type is None or seen.source is None or seen.id is None:
            return "the message names no event"
        row = self._row(seen.type)
        if row is not None and row.name == self._role.event:
            return "it is a dead letter itself"
        if row is not None and self._catalog.policy(row.tier).retry.then == "discard":
            return f"tier {row.tier} lets events go"
        return ""

    def _row(self, kind: str) -> Row | None:
        """Return what the catalog lists for a type, at its newest major when it does not know this one."""
        return self._catalog.row(kind) or next(reversed(self._catalog.family(kind)), None)

    # Writing

    def write(self, entry: Entry, place: str | None, connection: Any) -> None:
        """
        Put the letter of an entry into the outbox, in the entry's own transaction where they share a file.

        Written a second time after a crash in between, it says the same under the same business key. What the event says
        about itself is left out when the letter's contract refuses it.
        """
        within = connection if connection is not None and self._outbox.holds(connection) else None
        row = self._row(entry.type or "")
        refused: ContractViolation | None = None
        for said in (self._said(entry), {}):
            try:
                self._say(Case(entry, said, row, place), within)
            except ContractViolation as error:
                refused = error
            except (OutboxError, NotPublished) as error:
                raise StopConsuming(f"the dead letter of entry {entry.id} can't be written: {error}") from error
            else:
                return
        why = f"its contract refuses it: {refused.violations[0]}" if refused else ""
        LOG.error("%s", line({"dead-letter": "none", "why": why, "entry": entry.id, "id": entry.event_id}))

    def _said(self, entry: Entry) -> dict[str, Any]:
        """Return the attributes of the event that failed, as far as they can be read."""
        try:
            return document_of(entry.message, self._contract.envelope)
        except ContractViolation:
            return {}

    def _say(self, case: Case, connection: Any, *, rehearsed: bool = False) -> None:
        """Publish a letter that follows from the event it is about, or see whether it could be."""
        document = data_of(case, self._catalog, self._role.problems, self._catalog.majors(self._role.event)[-1].owner)
        failing = case.entry.failing
        told = context.Context(
            correlationid=case.text("correlationid") or f"dead-letter:{case.number}",
            causationid=case.entry.event_id,
            traceparent=case.text("traceparent"),
            tracestate=case.text("tracestate"),
            consumer=case.entry.consumer,
        )
        data = self._contract.parse_data(json.dumps(document).encode())
        with context.entered(told):
            if rehearsed:
                self._publisher.judge(self._contract, data)
            else:
                self._publisher.publish(
                    self._contract, data, time=failing.last if failing else None, connection=connection
                )
