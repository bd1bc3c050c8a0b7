"""
What a call can end in besides its value. No message here has a secret, an address or a value of request or response.

    InterlockError
    ├── ContractViolation           body or parameters break the contract: nothing was sent
    └── ApiError                    base of all below; `record` tells the call, `record.attempts` what was tried
        ├── CommandSuppressed       an event is told again, and commands are not repeated: nothing was sent (also Suppressed)
        ├── NoCredentials           none that the operation accepts were given: nothing was sent
        ├── TokenRefused            the token endpoint gives no token
        ├── ConnectionFailed        no connection, or it broke
        ├── TimedOut                the time that was given ran out
        ├── ResponseTooLarge        the response is larger than what is read
        ├── RepeatedCursor          a page leads to one that was read already
        ├── BadLink                 a page links to one that the operation can't ask for
        └── StatusError             there is a response: `status`, `headers`, `content`, and a `problem` when it holds one
            ├── ClientError         4xx
            ├── ServerError         5xx
            ├── ProblemError        a problem that the contract declares, typed (also ClientError or ServerError)
            ├── UnknownProblem      one that it does not declare (also ClientError or ServerError)
            ├── UndocumentedResponse    a status that it does not declare (also ClientError or ServerError)
            └── UnreadableResponse  a response that breaks it: `violations` (also ClientError or ServerError)
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from typing import Any, Generic, TypeVar

from ..context import Suppressed
from ..violations import InterlockError, Violation
from .problems import Problem
from .replies import Attempt, CallRecord, Reply

B = TypeVar("B")


class ApiError(InterlockError):
    """A call did not succeed."""

    said = "the call failed"

    def __init__(self, record: CallRecord, why: str = "") -> None:
        self.record = record
        self.why = why
        super().__init__(record, why)

    def __str__(self) -> str:
        """Name the call and what happened."""
        return f"{self.record}: {self.why or self.said}"

    @property
    def attempts(self) -> tuple[Attempt, ...]:
        """Every request that was sent."""
        return self.record.attempts

    @property
    def idempotency_key(self) -> str | None:
        """The key of the command: call again with it, and what was perhaps done is not done twice."""
        return self.record.idempotency_key


class CommandSuppressed(ApiError, Suppressed):  # noqa: N818 - the name says what happened
    """An event is told again, and a command that it led to once is not sent a second time."""

    said = "not sent, because the event being handled is replayed, and commands are not repeated then"


class NoCredentials(ApiError):  # noqa: N818 - the name says what happened
    """The client has no credentials that the operation accepts."""


class TokenRefused(ApiError):  # noqa: N818 - the name says what happened
    """The token endpoint gave no token."""


class ConnectionFailed(ApiError):  # noqa: N818 - the name says what happened
    """No connection was made, or it broke; a command may have been carried out."""


class TimedOut(ApiError):  # noqa: N818 - the name says what happened
    """The time that was given ran out; a command may have been carried out."""


class ResponseTooLarge(ApiError):  # noqa: N818 - the name says what happened
    """The response is larger than what is read; a command has been carried out."""


class RepeatedCursor(ApiError):  # noqa: N818 - the name says what happened
    """A page names a cursor that was followed before, so what was read is not all."""

    said = "a page leads back to one that was read already: what was read so far may be incomplete"


class BadLink(ApiError):  # noqa: N818 - the name says what it is
    """A page links to a next one that the operation can't ask for, so what was read is not all."""

    said = "a page links to another path, or by parameters that the contract does not declare: what was read is not all"


class StatusError(ApiError):
    """A response came, and it is no success."""

    def __init__(self, reply: Reply[Any], why: str = "") -> None:
        self.reply = reply
        super().__init__(reply.record, why or f"status {reply.status}")
        self.args = (reply, why)  # what pickle makes it of again

    @property
    def status(self) -> int:
        """The status of the response."""
        return self.reply.status

    @property
    def headers(self) -> tuple[tuple[str, str], ...]:
        """The headers of the response."""
        return self.reply.headers

    @property
    def content(self) -> bytes:
        """The bytes of the response, as they came."""
        return self.reply.body

    @cached_property
    def problem(self) -> Problem | None:
        """The problem that the response holds (RFC 9457), whatever its type; None when it holds none."""
        return Problem.of(self.reply.header("Content-Type"), self.reply.body)


class ClientError(StatusError):
    """The service refuses the request (RFC 9110 section 15.5); `reply.value` has content that the contract declares."""


class ServerError(StatusError):
    """The service failed (RFC 9110 section 15.6); `reply.value` has content that the contract declares."""


class ProblemError(StatusError, Generic[B]):
    """A problem that the contract declares; `body` is its typed form."""

    reply: Reply[B]

    @property
    def body(self) -> B:
        """The problem with all its members."""
        return self.reply.value


class ClientProblem(ProblemError[B], ClientError):  # noqa: N818 - the name says what happened
    """A declared problem of a request."""


class ServerProblem(ProblemError[B], ServerError):  # noqa: N818 - the name says what happened
    """A declared problem of a service."""


class UnknownProblem(StatusError):  # noqa: N818 - the name says what happened
    """A problem of a type that the contract does not declare for this status; `problem` has it."""


class UnknownClientProblem(UnknownProblem, ClientError):  # noqa: N818 - the name says what happened
    """An unknown problem of a request."""


class UnknownServerProblem(UnknownProblem, ServerError):  # noqa: N818 - the name says what happened
    """An unknown problem of a service."""


class UndocumentedResponse(StatusError):  # noqa: N818 - the name says what happened
    """A response whose status the contract does not declare."""


class UndocumentedClientError(UndocumentedResponse, ClientError):
    """An undocumented response that refuses the request."""


class UndocumentedServerError(UndocumentedResponse, ServerError):
    """An undocumented response that says the service failed."""


class UnreadableResponse(StatusError):  # noqa: N818 - the name says what happened
    """A response that is not what the contract declares for its status; its bytes are kept."""

    def __init__(self, reply: Reply[Any], why: str = "", violations: Iterable[Violation] = ()) -> None:
        super().__init__(reply, why)
        self.violations = tuple(violations)

    def __str__(self) -> str:
        """Say it with every violation, none of which has a value."""
        return "\n  ".join([super().__str__(), *map(str, self.violations)])


class UnreadableClientError(UnreadableResponse, ClientError):
    """A refusal that breaks the contract."""


class UnreadableServerError(UnreadableResponse, ServerError):
    """A failure that is told in another way than the contract says, by a proxy for example."""


_BY_CLASS: dict[type[StatusError], dict[int, type[StatusError]]] = {
    StatusError: {4: ClientError, 5: ServerError},
    UnknownProblem: {4: UnknownClientProblem, 5: UnknownServerProblem},
    UndocumentedResponse: {4: UndocumentedClientError, 5: UndocumentedServerError},
    UnreadableResponse: {4: UnreadableClientError, 5: UnreadableServerError},
}
S = TypeVar("S", bound=StatusError)


def classed(kind: type[S], status: int) -> type[S]:
    """Return the class of errors of a kind that is a ClientError or a ServerError too, by the status."""
    found: Any = _BY_CLASS[kind].get(status // 100, kind)
    result: type[S] = found
    return result
