"""Products: one comparison of two OpenAPI documents, told in the direction that each refusal belongs to."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Iterator

from interlock.catalog import Catalog, ProductContract, place_in
from interlock.check.causes import NEW_READERS, UNDECIDED, api_rule_of
from interlock.compat import Comparison, Spot, Undecided, Verdict
from interlock.compat.openapi import ApiComparison, ApiRefusal
from interlock.errors import DocumentError
from interlock.findings import Finding, Level, Place, Witness
from interlock.rules.durations import after
from interlock.snapshots import Snapshot
from interlock.versions import Bump

_FIXES = {
    "unresolved-reference": "mend what the document refers to, or the file that can't be read; a finding of its own says which",
    "format-not-supported": "write the document as OpenAPI 3.1",
    "budget": "give more --seconds, or split the change",
}
"""What mends a document that could not be asked about, by the code of the gap; the rule's own fix for the others."""
QUESTIONS = 10
"""A comparison asks many questions, and may take so many times the seconds of one."""


def earliest_sunset(judge: Catalog, new: Snapshot, today: dt.date) -> dt.date | None:
    """Return the first day on which an operation may end that is told today: after the notice of the product's tier."""
    policy = judge.tier_policy(new.entry.value.tier) if isinstance(new.entry.value, ProductContract) else None
    return after(today, policy.notice) if policy is not None else None


def compared(old: Snapshot, new: Snapshot, seconds: float, earliest: dt.date | None) -> ApiComparison:
    """Compare the OpenAPI documents of two contents of a product; undecided where one can't be put together."""
    if old.schema_identity == new.schema_identity:
        return ApiComparison(Verdict.COMPATIBLE)
    if old.api is None or new.api is None:
        side, label = ("writer", old.label) if old.api is None else ("reader", new.label)
        gap = Undecided(
            "unresolved-reference", f"the OpenAPI document of {label} can't be put together", Spot(""), side
        )
        return ApiComparison(Verdict.UNDECIDED, (), (gap,))
    from interlock.compat.openapi import refusals

    return refusals(
        writer=old.api.document, reader=new.api.document, seconds=seconds * QUESTIONS, earliest_sunset=earliest
    )


def in_direction(answer: ApiComparison, direction: str) -> ApiComparison:
    """Return what an answer says of one direction: requests are old clients' words, responses the new document's."""
    part = "request" if direction == NEW_READERS else "response"
    kept = tuple(refusal for refusal in answer.refusals if getattr(refusal, "part", part) == part)
    notes = tuple(note for note in answer.notes if note.part == part)
    verdict = Verdict.BREAKING if kept else Verdict.UNDECIDED if answer.undecided else Verdict.COMPATIBLE
    return dataclasses.replace(answer, verdict=verdict, refusals=kept, notes=notes)


def api_findings(old: Snapshot, new: Snapshot, direction: str, answer: Comparison) -> Iterator[Finding]:
    """Turn an answer into findings: what breaks, then what is worth knowing, then what is undecided."""
    notes = answer.notes if isinstance(answer, ApiComparison) else ()
    ends = new.entry.value.lifecycle.sunset is not None
    for refusal in (*answer.refusals, *notes):
        if isinstance(refusal, ApiRefusal) and not (ends and refusal.cause == "deprecation-without-sunset"):
            yield _refused(old, new, direction, refusal)
    for gap in answer.undecided if answer.verdict is Verdict.UNDECIDED else ():
        yield _gap(old, new, gap)


def _refused(old: Snapshot, new: Snapshot, direction: str, refusal: ApiRefusal) -> Finding:
    """Phrase one cause; only what breaks on the wire needs a new major."""
    rule = api_rule_of(refusal.cause, direction)
    breaks = refusal.level == "wire"
    message = _with_versions(refusal.message, old.label, new.label)
    writer, reader = (old.label, new.label) if direction == NEW_READERS else (new.label, old.label)
    because = _with_versions(refusal.because, old.label, new.label)
    proof = Witness(refusal.witness, writer, reader, refusal.at, because) if refusal.witness is not None else None
    return Finding(
        rule=rule.id, message=message, place=_place(new, refusal.reader.pointer),
        level=Level.ERROR if breaks else Level.WARNING, contract=new.key, bump=Bump.MAJOR if breaks else Bump.MINOR,
        direction=direction, witness=proof, fix=rule.fix.replace("{member}", "it"), old=refusal.old, new=refusal.new,
    )  # fmt: skip


def _with_versions(message: str, old: str, new: str) -> str:
    """Name the versions in the engine's sentence."""
    named = message.replace("old clients", f"clients of {old}").replace("an old client", f"a client of {old}")
    return named.replace("a new server", f"a server of {new}").replace("the new document", new)


def _gap(old: Snapshot, new: Snapshot, gap: Undecided) -> Finding:
    """Phrase what could not be decided; it counts as an error, once for both directions."""
    place = _place(new, gap.spot.pointer) if gap.side == "reader" else new.entry.at("/openapi")
    message = f"{old.label} and {new.label} are undecided: {gap.message}"
    return Finding(
        rule=UNDECIDED.id, message=message, place=place, level=Level.ERROR, contract=new.key, bump=Bump.NONE,
        fix=_FIXES.get(gap.code, UNDECIDED.fix), old=gap.code, new=gap.spot.pointer,
    )  # fmt: skip


def _place(new: Snapshot, pointer: str) -> Place:
    """Return the place in the head's files of a pointer into its bundled document."""
    if new.api is None:
        return new.entry.at("/openapi")
    path, inside = new.api.place(pointer)
    try:
        return place_in(new.document(path), inside)
    except (LookupError, DocumentError):
        return Place(path, inside)
