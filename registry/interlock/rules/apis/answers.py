"""What operations answer when something is wrong: which statuses, in which form."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from interlock.catalog import ProductContract
from interlock.pointers import join
from interlock.references import subschemas
from interlock.rules.apis.calls import Call, as_object, calls
from interlock.rules.frame import Violations
from interlock.rules.operations import document_of
from interlock.rules.subjects import Subject

_PROBLEM = "application/problem+json"


@dataclass(frozen=True, slots=True)
class _Failure:
    """Something that happens to every operation of a kind, and the status that tells it."""

    status: str
    when: str
    happens: Callable[[Call], bool]


def _always(_call: Call) -> bool:
    return True


def _changes(call: Call) -> bool:
    return call.operation.mutating


def _names_one(call: Call) -> bool:
    """A PUT creates what it does not find (RFC 9110 section 9.3.4)."""
    return call.operation.method != "put" and any(each.get("in") == "path" for each in call.parameters)


_FAILURES = (
    _Failure("400", "comes without its key", _changes),
    _Failure("401", "does not say who calls", _always),
    _Failure("403", "comes from someone who may not call", _always),
    _Failure("404", "names nothing that is there", _names_one),
    _Failure("410", "comes after the sunset of this major", _always),
    _Failure("429", "comes too soon after others", _always),
    _Failure("503", "needs a system that is down", _always),
)
"""Dossier 5.2; RFC 9110 section 15.5, RFC 6585 section 4."""


def operation_answers_what_can_happen(subject: Subject[ProductContract]) -> Violations:
    """
    An operation documents what can happen to any request of its kind: no key, no right, nothing there, too many, system down.

    ## Why
    What is not documented reaches a client as a surprise, and its code as an unknown status. Source: dossier 5.2.

    ## Bad
    `responses: {"200": {...}}`

    ## Good
    `responses: {"200": {...}, "401": {...}, "403": {...}, "404": {...}, "410": {...}, "429": {...}, "503": {...}}`
    """
    for call in calls(subject):
        missing = [row for row in _FAILURES if row.happens(call) and not call.answers(row.status)]
        if missing:
            listed = ", ".join(f"{row.status} (a request {row.when})" for row in missing)
            message = f"{call.operation.id} does not document {listed}: add the problems"
            yield call.violation(message, "responses", new=[row.status for row in missing])


def errors_are_problems(subject: Subject[ProductContract]) -> Violations:
    """
    Every error is answered with `application/problem+json`, and with nothing else.

    ## Why
    One form of errors is one piece of code in each client; a page of HTML or a form of one's own is not. Source: L37;
    RFC 9457.

    ## Bad
    `"404": {description: Not there.}`

    ## Good
    `"404": {description: Not there., content: {application/problem+json: {schema: {...}}}}`
    """
    for call in calls(subject):
        for status, response in call.responses.items():
            media = sorted(as_object(response.get("content")))
            if (status[:1] in ("4", "5") or status == "default") and media != [_PROBLEM]:
                message = f"{status} of {call.operation.id} has {' and '.join(media) or 'no content'}: answer with {_PROBLEM} only"
                yield call.violation(message, "responses", status, new=media)


def throttled_answer_says_when(subject: Subject[ProductContract]) -> Violations:
    """
    A response 429 says when the client may try again.

    ## Why
    Clients that guess come back too soon, all at the same time. Source: dossier 5.2; RFC 9110 section 10.2.3.

    ## Bad
    `"429": {content: {...}}`

    ## Good
    `"429": {headers: {Retry-After: {...}}, content: {...}}`
    """
    for call in calls(subject):
        if "429" in call.responses and not call.sends("429", "Retry-After"):
            yield call.violation(f"429 of {call.operation.id} has no Retry-After: add the header", "responses", "429")


def problem_types_are_ours(subject: Subject[ProductContract]) -> Violations:
    """
    The type of a problem is an address under the catalog's own, `<base-uri>/problems/`.

    ## Why
    Programs decide by the type, so nobody else may give it another meaning. Source: dossier 5.2; RFC 9457 section 3.1.1.

    ## Bad
    `type: {const: about:blank}`

    ## Good
    `type: {const: https://contracts.example.com/problems/lot-on-hold}`
    """
    wanted = f"{subject.catalog.settings.base_uri}/problems/"
    for pointer, said in _problem_types(subject):
        if not (isinstance(said, str) and said.startswith(wanted) and len(said) > len(wanted)):
            path = document_of(subject.entry.path, subject.value)
            message = f"the problem type {said!r:.80} is not under {wanted}: give it an address there"
            yield subject.inspection.violation(path, pointer, message, new=said)


def _problem_types(subject: Subject[ProductContract]) -> Iterator[tuple[str, Any]]:
    """Yield the constant types of the schemas that only errors are answered with, by what they are called."""
    document = subject.catalog.documents.get(document_of(subject.entry.path, subject.value))
    components = as_object(as_object(document.data if document else None).get("components"))
    for name, schema in as_object(components.get("schemas")).items():
        for at, node in subschemas(schema, join("components", "schemas", str(name))):
            members = as_object(node.get("properties"))
            if {"title", "status"} <= members.keys() and "const" in as_object(members.get("type")):
                yield f"{at}/properties/type/const", members["type"]["const"]
