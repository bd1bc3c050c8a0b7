"""Names on the wire: the CloudEvents type, the schema's URI, topics."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from interlock.catalog import EventContract
from interlock.differences import shown
from interlock.rules.frame import Violations
from interlock.rules.subjects import Inspection, Subject

_SETTINGS = "catalog.yaml"


def event_type_carries_only_the_major(subject: Subject[EventContract]) -> Violations:
    """
    An event's CloudEvents type is prefix, name and major version, and nothing in its schema says otherwise.

    ## Why
    Readers subscribe by type, so a type may change only when they must change too: minor and patch versions travel in
    `dataschema` and `schemaversion`. Source: L06; CloudEvents primer, "Versioning of CloudEvents".

    ## Bad
    `x-event-type: com.example.mfg.production.operation-started.v1.2`

    ## Good
    `x-event-type: com.example.mfg.production.operation-started.v1`, or no such member: it is derived.
    """
    event, written = subject.value, subject.value.schema.get("x-event-type")
    derived = f"{subject.catalog.settings.type_prefix}.{event.name}.v{event.major}"
    if written is not None and written != derived:
        message = f"x-event-type says {shown(written)} and name and major give {derived}: leave it out, or write that"
        yield subject.violation(
            "/schema/x-event-type", message, old=derived, new=written, fix=f"x-event-type: {derived}"
        )


def schema_id_carries_the_version(subject: Subject[EventContract]) -> Violations:
    """
    A schema that names itself by `$id` has the URI that `dataschema` carries, with the full version.

    ## Why
    The URI of a schema never changes what it names; two contents under one URI break every cache. Source: L06, L10;
    CloudEvents section 3.1.2, `dataschema`.

    ## Bad
    `$id: https://contracts.example.com/schemas/production/operation-started.json`

    ## Good
    `$id: https://contracts.example.com/schemas/production/operation-started/1.0.0.json`, or no `$id`: it is derived.
    """
    event, written = subject.value, subject.value.schema.get("$id")
    derived = f"{subject.catalog.settings.base_uri}/schemas/{event.name.replace('.', '/')}/{event.version}.json"
    if written is not None and written != derived:
        message = f"$id says {shown(written)} and dataschema is {derived}: leave it out, or write that"
        yield subject.violation("/schema/$id", message, old=derived, new=written, fix=f"$id: {derived}")


def event_type_fits_the_envelope(subject: Subject[EventContract]) -> Violations:
    """
    The CloudEvents type of an event is one that the envelope takes.

    ## Why
    The type is derived from prefix, name and major; where the envelope is narrower, no event of this contract could ever
    be valid. Source: L06; CloudEvents section 3.1.1, `type`.

    ## Bad
    `type: {maxLength: 20}` in the envelope, for `com.example.mfg.production.operation-started.v1`

    ## Good
    `type: {maxLength: 300}`
    """
    place = subject.inspection.envelope.member("type") if subject.inspection.envelope else None
    derived = f"{subject.catalog.settings.type_prefix}.{subject.value.name}.v{subject.value.major}"
    rows = (
        [(keyword, holds, limit) for keyword, holds in _LIMITS.items() for limit in place.all(keyword)] if place else []
    )
    for keyword, holds, limit in rows:
        if not holds(derived, limit):
            message = f"its type {derived} is not one that the envelope takes ({keyword} {shown(limit)}): widen the envelope, or change the name"
            yield subject.violation("/name", message, old=limit, new=derived)


def type_prefix_is_reverse_dns(inspection: Inspection) -> Violations:
    """
    The prefix of all event types is a domain name of the organisation, reversed.

    ## Why
    Types of two organisations must not collide when their events meet on one broker. Source: L06; CloudEvents section
    3.1.1, `type`.

    ## Bad
    `type-prefix: mfg`

    ## Good
    `type-prefix: com.example.mfg`
    """
    prefix = inspection.catalog.settings.type_prefix
    if "." not in prefix and _SETTINGS in inspection.catalog.documents:
        message = f"type-prefix {prefix!r} is no reversed domain name: write one such as com.example.{prefix}"
        yield inspection.violation(_SETTINGS, "/type-prefix", message, new=prefix)


def _matches(text: str, pattern: Any) -> bool:
    """Say whether a text matches a pattern; what is no pattern is another rule's business."""
    from interlock.regex import Language, RegexError

    try:
        return not isinstance(pattern, str) or Language.pattern(pattern).matches(text)
    except RegexError:
        return True


_LIMITS: dict[str, Callable[[str, Any], bool]] = {
    "pattern": _matches,
    "maxLength": lambda text, limit: not isinstance(limit, int) or len(text) <= limit,
}
"""Whether a text keeps to what a keyword says."""
