"""What products promise, held against their OpenAPI documents and against each other."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from interlock.catalog import ProductContract
from interlock.pointers import join
from interlock.rules.apis.calls import Call, as_list, as_object, calls
from interlock.rules.durations import shorter
from interlock.rules.frame import Violations
from interlock.rules.operations import document_of
from interlock.rules.subjects import Subject

_WAYS = {"oauth2": "oauth2-client-credentials", "mutualTLS": "mutual-tls", "openIdConnect": "openid-connect"}
"""The promised way to authenticate of each type of security scheme (OpenAPI 3.1.1 section 4.8.27)."""
_LEAST = {"T1": "P7D", "T2": "PT24H", "T3": "PT24H"}
"""How long a repeat is recognised at least (dossier 5.2)."""
_MOST_MAJORS = 2
_ENDING = ("Deprecation", "Sunset")
"""RFC 9745, RFC 8594."""


def operation_asks_for_its_scopes(subject: Subject[ProductContract]) -> Violations:
    """
    The scopes that an operation's document asks for are those that the product promises.

    ## Why
    The gateway goes by one and the auditor reads the other. Source: dossier 5.2; OpenAPI 3.1.1 section 4.8.30.

    ## Bad
    `authorization: {placeLotHold: {scopes: ["quality:hold"]}}` and `security: [{oauth2: []}]`

    ## Good
    `authorization: {placeLotHold: {scopes: ["quality:hold"]}}` and `security: [{oauth2: ["quality:hold"]}]`
    """
    for call in calls(subject):
        promised = subject.value.authorization.get(call.operation.id)
        if promised is None:
            message = f"nobody says who may call {call.operation.id}: add it to authorization with its scopes"
            yield subject.violation("/authorization", message, new=call.operation.id)
            continue
        asked = [sorted(map(str, scopes)) for scopes in _asked(call)]
        if not asked or any(scopes != sorted(promised.scopes) for scopes in asked):
            said = ", or ".join(" ".join(scopes) or "no scope" for scopes in asked) or "nothing"
            message = f"security of {call.operation.id} asks for {said}, and authorization promises {' '.join(promised.scopes)}: write the same"
            yield call.violation(message, "security", old=list(promised.scopes), new=asked)


def _asked(call: Call) -> Iterator[list[Any]]:
    """Yield the scopes of each alternative of an operation's security, or the document's."""
    security = call.node.get("security", as_object(call.document).get("security"))
    for alternative in as_list(security):
        yield [scope for scopes in as_object(alternative).values() for scope in as_list(scopes)]


def authentication_is_declared(subject: Subject[ProductContract]) -> Violations:
    """
    The ways to authenticate that a product promises are the security schemes of its document.

    ## Why
    Clients are generated from the document; a way that it does not have is none for them. Source: dossier 5.2.

    ## Bad
    `authentication: [mutual-tls]` and `securitySchemes: {key: {type: apiKey, ...}}`

    ## Good
    `authentication: [mutual-tls]` and `securitySchemes: {mutualTls: {type: mutualTLS}}`
    """
    path = document_of(subject.entry.path, subject.value)
    document = subject.catalog.documents.get(path)
    if document is None:
        return
    schemes = as_object(as_object(as_object(document.data).get("components")).get("securitySchemes"))
    declared = {
        _WAYS.get(str(as_object(scheme).get("type")), f"{as_object(scheme).get('type')}") for scheme in schemes.values()
    }
    promised = set[str](subject.value.authentication)
    if declared != promised:
        message = f"the document's security schemes give {_said(declared)}, and authentication promises {_said(promised)}: write the same"
        yield subject.violation("/authentication", message, old=sorted(declared), new=sorted(promised))


def _said(ways: set[str]) -> str:
    """Name ways to authenticate."""
    return ", ".join(sorted(ways)) or "none"


def promises_name_operations(subject: Subject[ProductContract]) -> Violations:
    """
    What `authorization` and `throttling` promise of an operation, they promise of one that is there.

    ## Why
    A promise about a misspelt operation holds for none. Source: dossier 5.2.

    ## Bad
    `authorization: {placeLothold: {...}}`

    ## Good
    `authorization: {placeLotHold: {...}}`
    """
    known = subject.inspection.operations[subject.value.key]
    if not known:
        return
    named = [("authorization", name) for name in subject.value.authorization]
    named += [("throttling", name) for name in subject.value.throttling.operations]
    for member, name in named:
        if name not in known:
            pointer = join(member, name) if member == "authorization" else join(member, "operations", name)
            hint = subject.inspection.nearest(name, known) or ": remove it, or add the operation"
            yield subject.violation(pointer, f"{member} speaks of {name}, which is no operation{hint}", new=name)


def repeats_are_recognised_long_enough(subject: Subject[ProductContract]) -> Violations:
    """
    A repeated command is recognised for a week where goods depend on it (T1), else for a day.

    ## Why
    A plant's edge that was cut off sends again what it sent days ago. Source: dossier 5.2.

    ## Bad
    `{tier: T1, idempotency: {retention: PT24H}}`

    ## Good
    `{tier: T1, idempotency: {retention: P7D}}`
    """
    kept, least = subject.value.idempotency.retention, _LEAST[subject.value.tier]
    if shorter(kept, least):
        message = f"repeats are recognised for {kept}, and {subject.value.tier} needs {least}: keep the answers longer"
        yield subject.violation("/idempotency/retention", message, new=kept)


def audit_outlives_its_events(subject: Subject[ProductContract]) -> Violations:
    """
    The audit record of a command is kept as long as the events that follow from it.

    ## Why
    Who asks years later why an event was published needs the command. Source: dossier 5.2.

    ## Bad
    `audit: P1Y`, and the event has `retention: P10Y`

    ## Good
    `audit: P10Y`
    """
    product = subject.value
    for operation, results in product.results_in.items():
        for name in results.events:
            for event in subject.inspection.events.get(name, ()):
                if shorter(product.audit, event.value.retention):
                    message = f"audit records are kept {product.audit}, and {event.value.key}, which follows from {operation}, {event.value.retention}: keep them as long"
                    yield subject.violation("/audit", message, new=product.audit)


def partners_enter_by_experience(subject: Subject[ProductContract]) -> Violations:
    """
    What is offered to partners is a product of the experience layer.

    ## Why
    A partner that calls a system of record directly knows its states and its outages. Source: dossier 5.2.

    ## Bad
    `{layer: system, audience: [internal, partner]}`

    ## Good
    `{layer: experience, audience: [internal, partner]}`
    """
    outside = [name for name in subject.value.audience if name in ("partner", "external-partner", "public")]
    if outside and subject.value.layer != "experience":
        message = f"{subject.value.name} is of the {subject.value.layer} layer and offered to {', '.join(outside)}: put an experience product before it"
        yield subject.violation("/audience", message, new=list(subject.value.audience))


def two_majors_live_at_most(subject: Subject[ProductContract]) -> Violations:
    """
    At most two majors of a product are served at the same time.

    ## Why
    Each further one is code that nobody tests any more. Source: dossier 5.2.

    ## Bad
    v1 and v2 are deprecated and v3 is released

    ## Good
    v1 is retired, v2 deprecated, and v3 released
    """
    product = subject.value
    living = [
        entry.value.major for entry in subject.catalog.majors(product.name) if entry.value.lifecycle.status != "retired"
    ]
    if len(living) > _MOST_MAJORS and product.major == min(living):
        listed = ", ".join(f"v{major}" for major in living)
        message = (
            f"{product.name} is served as {listed}: retire v{product.major} at its sunset before a further major comes"
        )
        yield subject.violation("/lifecycle", message, new=living)


def ending_is_answered(subject: Subject[ProductContract]) -> Violations:
    """
    A deprecated major says so in its answers: `Deprecation` since when, `Sunset` until when.

    ## Why
    Whoever runs a client reads headers in a log sooner than a catalog. Source: dossier 5.2; RFC 9745, RFC 8594.

    ## Bad
    `lifecycle: {status: deprecated, ...}` and `"200": {headers: {ETag: {...}}}`

    ## Good
    `"200": {headers: {ETag: {...}, Deprecation: {...}, Sunset: {...}}}`
    """
    if subject.value.lifecycle.status != "deprecated":
        return
    for call in calls(subject):
        for status in call.responses:
            missing = [name for name in _ENDING if not call.sends(status, name)]
            if status.startswith("2") and missing:
                message = (
                    f"{status} of {call.operation.id} does not say that this major ends: add {' and '.join(missing)}"
                )
                yield call.violation(message, "responses", status, new=missing)
