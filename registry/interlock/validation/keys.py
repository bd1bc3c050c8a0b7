"""What the envelope repeats of the data and of the contract, derived and compared."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, get_args

from interlock.catalog import CatalogSettings, EventContract
from interlock.catalog._base import Classification
from interlock.errors import BadVersionError
from interlock.judging.amounts import number, plain
from interlock.judging.words import printable, shown
from interlock.pointers import lookup
from interlock.validation.problems import Problem
from interlock.versions import Version

LABELS: tuple[str, ...] = get_args(Classification)
"""The classifications, lowest first."""

_HOLE = re.compile(r"\{(/[^{}]*)\}")


def type_of(settings: CatalogSettings, contract: EventContract) -> str:
    """Return the CloudEvents `type` of a contract: prefix, name and major."""
    return f"{settings.type_prefix}.{contract.name}.v{contract.major}"


def dataschema_of(settings: CatalogSettings, contract: EventContract, version: str) -> str:
    """Return the immutable URI of a contract's schema at a version."""
    return f"{settings.base_uri}/schemas/{contract.name.replace('.', '/')}/{version}.json"


def disagreements(settings: CatalogSettings, contract: EventContract, event: dict[str, Any]) -> Iterator[Problem]:
    """Yield each attribute of the envelope that does not say what the contract and the data give."""
    yield from unresolved(contract, event)
    version = event.get("schemaversion")
    derived = {
        ("partition", "partitionkey"): _joined(contract.keys.partition, event),
        ("idempotency", "idempotencykey"): _idempotency(contract, event),
        ("subject", "subject"): _filled(contract.subject, event),
        ("dataschema", "dataschema"): dataschema_of(settings, contract, version) if isinstance(version, str) else None,
    }
    for (rule, name), text in derived.items():
        if text is not None and name in event and event[name] != text:
            yield Problem(
                "keys", rule, f"/{name}", f"{shown(event[name])} is not {shown(text)}, which the contract gives"
            )
    yield from _version(contract, version)
    yield from _label(contract, event)


def unresolved(contract: EventContract, event: dict[str, Any], *, below: str = "") -> Iterator[Problem]:
    """Yield each member (below a pointer) that a key of the contract names and the event lacks."""
    keys = contract.keys
    order = () if keys.order == "none" else (keys.order,)
    for pointer in dict.fromkeys((*keys.partition, *keys.idempotency, *order)):
        if pointer.startswith(below) and _text(event, pointer) is None:
            yield Problem(
                "keys",
                "key-resolves",
                pointer,
                f"a key of the contract names {printable(pointer)}, and no text or number stands there",
            )


def _joined(pointers: tuple[str, ...], event: Any) -> str | None:
    """Return the values at some pointers with colons between them; None when one is missing."""
    texts = [_text(event, pointer) for pointer in pointers]
    return None if None in texts else ":".join(text for text in texts if text is not None)


def _idempotency(contract: EventContract, event: Any) -> str | None:
    """Return the event's short name and its business key."""
    joined = _joined(contract.keys.idempotency, event)
    return None if joined is None else f"{contract.name.partition('.')[2]}:{joined}"


def _filled(template: str | None, event: Any) -> str | None:
    """Return a template with the values at its pointers; None without a template, or when a value is missing."""
    if template is None or any(_text(event, pointer) is None for pointer in _HOLE.findall(template)):
        return None
    return _HOLE.sub(lambda match: _text(event, match[1]) or "", template)


def _text(event: Any, pointer: str) -> str | None:
    """Return the text or number at a pointer as a key writes it."""
    try:
        value = lookup(event, pointer)
    except LookupError:
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    found = None if isinstance(value, str) else number(value)
    return value if isinstance(value, str) else None if found is None else plain(found)


def _version(contract: EventContract, version: Any) -> Iterator[Problem]:
    """Yield a `schemaversion` of another major than the type's."""
    parsed = _parsed(version)
    if parsed is not None and parsed.major != contract.major:
        message = f"{shown(version)} is of another major than the type, which says v{contract.major}"
        yield Problem("keys", "schemaversion", "/schemaversion", message)


def _label(contract: EventContract, event: dict[str, Any]) -> Iterator[Problem]:
    """Yield a label below the contract's; an event of an older release is not held to a label that was raised since."""
    label, version = event.get("dataclassification"), _parsed(event.get("schemaversion"))
    if contract.classification is None or label not in LABELS or version is None:
        return
    if version >= Version.parse(contract.version) and LABELS.index(label) < LABELS.index(contract.classification):
        message = f"{shown(label)} is lower than {contract.classification!r}, which the contract declares"
        yield Problem("keys", "dataclassification", "/dataclassification", message)


def _parsed(version: Any) -> Version | None:
    """Read a version; None when it is none, which the envelope's schema says."""
    try:
        return Version.parse(version) if isinstance(version, str) else None
    except BadVersionError:
        return None
