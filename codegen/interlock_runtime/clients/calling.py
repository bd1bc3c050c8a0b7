"""One call from its first attempt to its end, without any I/O: clients and async clients only send and wait for it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Generic, TypeVar

from ..context import current
from . import security
from .errors import (
    ApiError,
    CommandSuppressed,
    ConnectionFailed,
    NoCredentials,
    ResponseTooLarge,
    TimedOut,
)
from .exchange import Request, Response, SizeFault, Timeout, TimeoutFault, TransportFault
from .notices import Notices
from .operations import Operation
from .preparing import prepared
from .reading import read
from .replies import Attempt, CallRecord, Reply
from .retrying import NO_RETRY, Outcome
from .security import Bearer, ClientCredentials
from .setting import Setup

T = TypeVar("T")
_UNAUTHORIZED = 401


class Call(Generic[T]):
    """What is known of one call while it runs."""

    def __init__(
        self,
        operation: Operation[T],
        values: Sequence[Any],
        body: Any,
        *,
        timeout: Timeout | None,
        setup: Setup,
        notices: Notices,
    ) -> None:
        """Prepare a call; raise ContractViolation, CommandSuppressed or NoCredentials before anything is sent."""
        self._setup = setup
        self._operation = operation
        self._notices = notices
        self._timeout = _checked(timeout) or setup.options.timeout
        self._clock = setup.options.clock
        self._retry = setup.options.retry if operation.repeatable else NO_RETRY
        self.record = CallRecord(operation.name, operation.method, operation.path)
        self._refuse_command()
        self.needs = self._needs()
        self._prepared = prepared(operation, values, body)
        self.record = replace(self.record, idempotency_key=self._prepared.idempotency_key)
        notices.before(operation)
        self._deadline = self._clock.monotonic() + self._timeout.total
        self._sent = 0.0
        self._tokens: dict[str, str] = {}
        self.refused: dict[str, str] = {}
        """Tokens that the service did not take, by scheme."""
        self._outcome: Outcome | None = None

    def _refuse_command(self) -> None:
        """Raise when a command would be sent a second time because its event is told again."""
        context = current()
        if context is not None and context.replayed and not self._operation.safe:
            raise CommandSuppressed(self.record)

    def _needs(self) -> tuple[security.Need, ...]:
        """Return the schemes that this call uses."""
        needs = security.chosen(self._operation.security, self._setup.schemes, self._setup.credentials)
        if needs is None:
            accepted = security.alternatives(self._operation.security)
            raise NoCredentials(self.record, f"not sent, because the client has no credentials for {accepted}")
        return needs

    def timeout(self) -> Timeout:
        """Return the times that are left; raise TimedOut when there is none."""
        left = self._deadline - self._clock.monotonic()
        if left <= 0:
            raise TimedOut(self.record, f"not ended within {self._timeout.total:g} seconds")
        return self._timeout.within(left)

    def request(self, tokens: dict[str, str]) -> Request:
        """Return the next request, with the tokens of the schemes that have one."""
        times = self.timeout()
        made, options = self._prepared, self._setup.options
        proof = security.proof(self.needs, tokens)
        cookies = "; ".join([*made.cookies, *proof.cookies])
        query = "&".join([*made.query, *proof.query])
        headers = (
            *made.headers,
            ("User-Agent", options.user_agent or f"interlock ({self._setup.name})"),
            *([("Cookie", cookies)] if cookies else []),
            *proof.headers,
        )
        url = self._setup.base_url.rstrip("/") + made.target + (f"?{query}" if query else "")
        self._tokens, self._sent = tokens, self._clock.monotonic()
        return Request(self._operation.method, url, headers, made.body, times, options.most_bytes)

    def after(self, outcome: Outcome) -> float | None:
        """Return the seconds to wait before the next attempt; None when the call has ended."""
        self._outcome = outcome
        pause = 0.0 if self._renews(outcome) else self._pause(outcome)
        attempt = Attempt(
            number=len(self.record.attempts) + 1,
            status=outcome.status if isinstance(outcome, Response) else None,
            fault=outcome.reason if isinstance(outcome, TransportFault) else "",
            seconds=self._clock.monotonic() - self._sent,
            pause=pause,
        )
        self.record = replace(self.record, attempts=(*self.record.attempts, attempt))
        return pause

    def _renews(self, outcome: Outcome) -> bool:
        """Say whether a token was refused, and for the first time: then the call is sent once more with a new one."""
        if not isinstance(outcome, Response) or outcome.status != _UNAUTHORIZED or self.refused:
            return False
        renewable = (ClientCredentials, Bearer)
        names = [need.name for need in self.needs if isinstance(need.credential, renewable) and _renewable(need)]
        self.refused = {name: self._tokens[name] for name in names}
        return bool(self.refused)

    def _pause(self, outcome: Outcome) -> float | None:
        """Return the wait before another attempt, when one is allowed and there is time for it."""
        tried = len(self.record.attempts) + 1 - bool(self.refused)
        return self.in_time(self._retry.pause(tried, outcome, self.now()))

    def token_pause(self, attempt: int, outcome: Outcome) -> float | None:
        """Return the wait before another request for a token, which may always be sent again."""
        return self.in_time(self._setup.options.retry.pause(attempt, outcome, self.now()))

    def in_time(self, pause: float | None) -> float | None:
        """Return a wait, or None when the call's time would be over after it."""
        return pause if pause is not None and self._clock.monotonic() + pause < self._deadline else None

    def now(self) -> dt.datetime:
        """Return the present moment."""
        return self._clock.now()

    def reply(self) -> Reply[T]:
        """Return what the last attempt brought; raise ApiError when it is no success."""
        if isinstance(self._outcome, Response):
            self._notices.after(self._operation, self._outcome)
            return read(self._operation, self._outcome, self.record)
        raise self._failure(self._outcome)

    def _failure(self, fault: TransportFault | None) -> ApiError:
        """Return the error of a call without a response."""
        why = fault.reason if fault else ""
        if isinstance(fault, TimeoutFault):
            return TimedOut(self.record, f"no response in time: {why}")
        if isinstance(fault, SizeFault):
            return ResponseTooLarge(self.record, why)
        return ConnectionFailed(self.record, f"no response: {why}")


def _renewable(need: security.Need) -> bool:
    """Say whether asking again for a token may bring another."""
    return not (isinstance(need.credential, Bearer) and isinstance(need.credential.token, str))


def _checked(timeout: object) -> Timeout | None:
    """Return a call's own times; raise TypeError for a plain number, which could be any of the three."""
    if timeout is None or isinstance(timeout, Timeout):
        return timeout
    raise TypeError(f"the timeout is of type {type(timeout).__name__}: give Timeout(total=...), say")
