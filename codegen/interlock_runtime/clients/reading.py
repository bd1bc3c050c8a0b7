"""A response as its typed value, or as the error that it is."""

from __future__ import annotations

from typing import Any, TypeVar

from ..violations import ContractViolation
from .errors import (
    StatusError,
    UndocumentedResponse,
    UnknownProblem,
    UnreadableResponse,
    classed,
)
from .exchange import Response
from .operations import Answer, Operation, ProblemType, Readable, fitting
from .problems import MEDIA_TYPE, Problem, essence
from .replies import CallRecord, Reply

T = TypeVar("T")
_SUCCESS = range(200, 300)
_REDIRECT = range(300, 400)


def read(operation: Operation[T], response: Response, record: CallRecord) -> Reply[T]:
    """Return the reply of a success; raise StatusError for anything else."""
    answer = operation.answer(response.status)
    if answer is None:
        raise _undocumented(response, record)
    coding = response.header("Content-Encoding")
    if coding is not None and coding.strip().lower() != "identity":
        raise _unreadable(response, record, "the body has a content coding, though none was asked for")
    if response.status not in _SUCCESS:
        raise _refusal(answer, response, record)
    value: T = _value(answer, response, record)
    return _reply(value, response, record)


def _reply(value: T, response: Response, record: CallRecord) -> Reply[T]:
    """Return a response with its value."""
    return Reply(value, response.status, response.headers, response.body, record)


def _undocumented(response: Response, record: CallRecord) -> StatusError:
    """Return the error for a status that is not declared."""
    told = f"status {response.status}, which the contract does not declare"
    if response.status in _REDIRECT:
        told += "; a redirect is not followed, since credentials and body would go along"
    return classed(UndocumentedResponse, response.status)(_reply(None, response, record), told)


def _unreadable(
    response: Response, record: CallRecord, why: str, refused: ContractViolation | None = None
) -> StatusError:
    """Return the error for a response that breaks the contract."""
    told = f"status {response.status}, and {why}"
    violations = refused.violations if refused else ()
    return classed(UnreadableResponse, response.status)(_reply(None, response, record), told, violations)


def _value(answer: Answer, response: Response, record: CallRecord) -> Any:
    """Return the value of a response's content; None where none is declared."""
    if not answer.contents:
        return None
    content = fitting(answer.contents, response.header("Content-Type"))
    if content is None:
        raise _unreadable(response, record, f"the body is none of {', '.join(answer.contents)}")
    return _parsed(content, response, record)


def _parsed(content: Readable[Any], response: Response, record: CallRecord) -> Any:
    """Return a body's value, judged by its contract."""
    try:
        return content.read(response.body)
    except ContractViolation as refused:
        raise _unreadable(response, record, "the body breaks the contract", refused) from None


def _refusal(answer: Answer, response: Response, record: CallRecord) -> StatusError:
    """Return the error of a declared status that is no success."""
    is_problem = essence(response.header("Content-Type")) == MEDIA_TYPE
    if answer.problems and is_problem:
        return _problem(answer.problems, response, record)
    if answer.problems and not answer.contents:
        return _unreadable(response, record, f"the body is no {MEDIA_TYPE}")
    value = _value(answer, response, record)
    return classed(StatusError, response.status)(_reply(value, response, record))


def _problem(declared: tuple[ProblemType, ...], response: Response, record: CallRecord) -> StatusError:
    """Return the error of a problem, by its type."""
    problem = Problem.of(response.header("Content-Type"), response.body)
    if problem is None:
        return _unreadable(response, record, "the body is no problem: no JSON object (RFC 9457)")
    found = next((kind for kind in declared if kind.uri == problem.type), None)
    if found is None:
        told = f"status {response.status} with a problem whose type the contract does not declare"
        return classed(UnknownProblem, response.status)(_reply(None, response, record), told)
    reply = _reply(_parsed(found.content, response, record), response, record)
    return found.error(reply, f"status {response.status}, {found.uri.rstrip('/').rpartition('/')[2]}")
