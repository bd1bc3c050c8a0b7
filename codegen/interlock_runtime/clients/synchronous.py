"""The base of generated clients."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, ClassVar, Self, TypeVar

from pydantic import MISSING

from .calling import Call
from .errors import TimedOut, TokenRefused
from .exchange import Request, Timeout, Transport, TransportFault
from .notices import Notices
from .operations import Operation
from .paging import Pages, Walk
from .replies import Reply
from .retrying import Outcome
from .security import Bearer, Credential, Need, Scheme, carried
from .setting import Options, Setup
from .tokens import NoToken, TokenBook, books, told

T = TypeVar("T")
P = TypeVar("P")
E = TypeVar("E")


@dataclass(frozen=True, slots=True)
class _Line:
    """What clients of one service share: its set-up, connections and tokens."""

    setup: Setup
    transport: Transport
    owned: bool
    """Whether the transport was made here, and ends here."""
    notices: Notices
    books: Mapping[str, TokenBook] = field(repr=False)
    lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def send(self, request: Request) -> Outcome:
        """Return what became of a request."""
        try:
            return self.transport.send(request)
        except TransportFault as fault:
            return fault

    def call(self, call: Call[T]) -> Reply[T]:
        """Send a call until it has ended."""
        while True:
            tokens = {need.name: token for need in call.needs if (token := self._token(need, call)) is not None}
            pause = call.after(self.send(call.request(tokens)))
            if pause is None:
                return call.reply()
            self.setup.options.clock.sleep(pause)

    def _token(self, need: Need, call: Call[Any]) -> str | None:
        """Return the token for a scheme, if it has one."""
        if isinstance(need.credential, Bearer):
            token = need.credential.token
            return carried(token if isinstance(token, str) else token(), "the bearer token")
        book = self.books.get(need.name)
        if book is None:
            return None
        refused = call.refused.get(need.name)
        return book.current(need.scopes, self._time(), refused) or self._awaited(book, need, call, book.flights)

    def _awaited(self, book: TokenBook, need: Need, call: Call[Any], arrived: int) -> str:
        """Return a token that this or another thread fetches: one at a time, and a failure is everybody's."""
        if not self.lock.acquire(timeout=call.timeout().total):
            raise TimedOut(call.record, "another thread's request for a token did not end in time")
        try:
            known = book.current(need.scopes, self._time(), call.refused.get(need.name))
            return known or self._fetched(book, need, call, arrived)
        except NoToken as none:
            raise TokenRefused(call.record, str(none)) from None
        finally:
            self.lock.release()

    def _fetched(self, book: TokenBook, need: Need, call: Call[Any], arrived: int) -> str:
        """Return a new token."""
        with book.flight(arrived):
            attempt = 1
            outcome = self.send(book.request(need.scopes, call.timeout()))
            while (pause := call.token_pause(attempt, outcome)) is not None:
                self.setup.options.clock.sleep(pause)
                outcome = self.send(book.request(need.scopes, call.timeout()))
                attempt += 1
            return book.keep(need.scopes, told(outcome), self._time())

    def _time(self) -> float:
        """Return the time by which tokens age."""
        return self.setup.options.clock.monotonic()


class BaseClient:
    """A client of one service: give it threads as you like, and close it, or use it in a `with` block."""

    name: ClassVar[str]
    """The product and its major version."""
    schemes: ClassVar[Mapping[str, Scheme]] = {}

    def __init__(
        self,
        base_url: str,
        *,
        credentials: Mapping[str, Credential] | None = None,
        transport: Transport | None = None,
        options: Options | None = None,
    ) -> None:
        """
        Take where the service is and how to prove who calls, by the contract's security schemes.

        Without a transport one is made with httpx2; one that is given stays open.
        """
        setup = Setup(self.name, base_url, self.schemes, dict(credentials or {}), options or Options())
        line = _Line(setup, transport or _default(), transport is None, Notices(self.name), books(setup))
        self._line = line

    @classmethod
    def sharing(cls, other: BaseClient) -> Self:
        """Return a client with the set-up, connections and tokens of another."""
        client = cls.__new__(cls)
        client._line = other._line  # noqa: SLF001 - its own class
        return client

    def __repr__(self) -> str:
        """Show the product, and nothing of the set-up."""
        return f"<{type(self).__qualname__} of {self.name}>"

    def __enter__(self) -> Self:
        """Use the client in a block."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close it at the end of the block."""
        self.close()

    def close(self) -> None:
        """Close the connections, unless they are those of a transport that was given."""
        if self._line.owned:
            self._line.transport.close()

    def _call(
        self,
        operation: Operation[T],
        values: Sequence[Any] = (),
        body: Any = MISSING,
        *,
        timeout: Timeout | None = None,
    ) -> Reply[T]:
        """Return the reply of a call that succeeds; raise ApiError for another, ContractViolation before sending."""
        line = self._line
        return line.call(Call(operation, values, body, timeout=timeout, setup=line.setup, notices=line.notices))

    def _pages(
        self, operation: Operation[P], paging: Pages[P, Any], values: Sequence[Any], *, timeout: Timeout | None = None
    ) -> Iterator[P]:
        """Yield each page, asked for when it is wanted; the timeout is that of one page."""
        walk = Walk(paging, values)
        while True:
            reply = self._call(operation, walk.values, timeout=timeout)
            yield reply.value
            if not walk.goes_on(reply):
                return

    def _entries(
        self, operation: Operation[P], paging: Pages[P, E], values: Sequence[Any], *, timeout: Timeout | None = None
    ) -> Iterator[E]:
        """Yield what is in each page."""
        for page in self._pages(operation, paging, values, timeout=timeout):
            yield from paging.entries(page)


def _default() -> Transport:
    """Return the transport that is used when none is given."""
    try:
        from .transports.httpx2 import Httpx2Transport
    except ImportError:
        raise ImportError(
            "no HTTP client is there: install this package with the extra 'httpx2', or give the client a transport"
        ) from None
    return Httpx2Transport()
