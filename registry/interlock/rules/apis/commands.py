"""Operations that change something: how a repeat is recognised, what is answered, how the outcome is found."""

from __future__ import annotations

from collections.abc import Iterator

from interlock.catalog import ProductContract
from interlock.rules.apis.calls import Call, as_object, calls
from interlock.rules.frame import Violations
from interlock.rules.subjects import Subject

_TRACED = ("traceparent", "X-Correlation-Id")
"""Headers that lead from a command to what follows from it (W3C Trace Context; dossier 5.1)."""
_STATUS_URL = "operationStatusUrl"
_JSON = "application/json"


def _commands(subject: Subject[ProductContract]) -> Iterator[Call]:
    """Yield the operations that may change something."""
    return (call for call in calls(subject) if call.operation.mutating)


def command_takes_its_key(subject: Subject[ProductContract]) -> Violations:
    """
    An operation that changes something needs the header by which a repeat is recognised.

    ## Why
    A client that gets no answer sends the command again; without a key the thing is done twice. Source: L37;
    draft-ietf-httpapi-idempotency-key-header-07.

    ## Bad
    `parameters: []`

    ## Good
    `parameters: [{name: Idempotency-Key, in: header, required: true, schema: {type: string, maxLength: 255}}]`
    """
    name = subject.value.idempotency.header
    for call in _commands(subject):
        header = call.header(name)
        if header is None or header.get("required") is not True:
            says = "does not take" if header is None else "may be called without"
            message = f"{call.operation.id} changes something and {says} {name}: add it as a required header"
            yield call.violation(message, new=call.operation.id)


def command_answers_conflict_and_refusal(subject: Subject[ProductContract]) -> Violations:
    """
    An operation that changes something says what it answers to a conflict (409) and to a bad command (422).

    ## Why
    A client tells the two apart: one may be tried again when the state is another, the other must be mended. Source:
    L37; RFC 9110 sections 15.5.10 and 15.5.21.

    ## Bad
    `responses: {"201": {...}}`

    ## Good
    `responses: {"201": {...}, "409": {...}, "422": {...}}`
    """
    for call in _commands(subject):
        missing = [status for status in ("409", "422") if not call.answers(status)]
        if missing:
            message = (
                f"{call.operation.id} changes something and does not document {' and '.join(missing)}: add the problems"
            )
            yield call.violation(message, "responses", new=missing)


def command_is_traced(subject: Subject[ProductContract]) -> Violations:
    """
    An operation that changes something takes the trace and the business process of its caller.

    ## Why
    The events that follow carry both on; without them nobody finds which command led to which event. Source: dossier
    5.1; W3C Trace Context.

    ## Bad
    `parameters: [{name: Idempotency-Key, ...}]`

    ## Good
    `parameters: [{name: Idempotency-Key, ...}, {name: traceparent, in: header, ...}, {name: X-Correlation-Id, in: header, ...}]`
    """
    for call in _commands(subject):
        missing = [name for name in _TRACED if call.header(name) is None]
        if missing:
            yield call.violation(
                f"{call.operation.id} does not take {' and '.join(missing)}: add the headers", new=missing
            )


def condition_has_its_answers(subject: Subject[ProductContract]) -> Violations:
    """
    An operation that takes `If-Match` answers 412 when it does not hold, and 428 when it is needed and missing.

    ## Why
    A client that decided on old data must learn that, and not that something went wrong. Source: dossier 5.2; RFC 9110
    section 13.1.1, RFC 6585 section 3.

    ## Bad
    `{parameters: [{name: If-Match, in: header, required: true}], responses: {"200": {...}}}`

    ## Good
    `{parameters: [{name: If-Match, in: header, required: true}], responses: {"200": {...}, "412": {...}, "428": {...}}}`
    """
    for call in calls(subject):
        header = call.header("If-Match")
        if header is None:
            continue
        wanted = ("412", "428") if header.get("required") is True else ("412",)
        missing = [status for status in wanted if not call.answers(status)]
        if missing:
            message = (
                f"{call.operation.id} takes If-Match and does not document {' and '.join(missing)}: add the problems"
            )
            yield call.violation(message, "responses", new=missing)


def created_is_located(subject: Subject[ProductContract]) -> Violations:
    """
    A response 201 says where the new resource is.

    ## Why
    A client that created something reads it next, and should not have to build addresses. Source: dossier 5.1; RFC 9110
    section 15.3.2.

    ## Bad
    `"201": {description: Created.}`

    ## Good
    `"201": {description: Created., headers: {Location: {...}}}`
    """
    for call in _commands(subject):
        if "201" in call.responses and not call.sends("201", "Location"):
            yield call.violation(f"201 of {call.operation.id} has no Location: add the header", "responses", "201")


def accepted_can_be_followed(subject: Subject[ProductContract]) -> Violations:
    """
    A response 202 says where the outcome can be asked for.

    ## Why
    An accepted command may still fail; who can't ask waits for ever. Source: dossier 5.1; RFC 9110 section 15.3.3.

    ## Bad
    `"202": {description: Accepted.}`

    ## Good
    `"202": {content: {application/json: {schema: {required: [operationStatusUrl], ...}}}}`, or the header `Location`
    """
    for call in _commands(subject):
        accepted = call.responses.get("202")
        if accepted is None or call.sends("202", "Location"):
            continue
        if _STATUS_URL not in as_object(call.schema(accepted, _JSON).get("properties")):
            message = f"202 of {call.operation.id} does not say where the outcome is: add {_STATUS_URL} to its body, or Location"
            yield call.violation(message, "responses", "202")
