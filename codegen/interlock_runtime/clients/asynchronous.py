"""The base of generated async clients: as the other, with tasks in place of threads."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, ClassVar, Self, TypeVar

from pydantic import MISSING

from .calling import Call
from .errors import TimedOut, TokenRefused
from .exchange import AsyncTransport, Request, Timeout, TransportFault
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
    transport: AsyncTransport
    owned: bool
    """Whether the transport was made here, and ends here."""
    notices: Notices
    books: Mapping[str, TokenBook] = field(repr=False)
    lock: asyncio.Lock = field(default_factory=asyncio.Lock, repr=False)

    async def send(self, request: Request) -> Outcome:
        """Return what became of a request."""
        try:
            return await self.transport.send(request)
        except TransportFault as fault:
            return fault

    async def call(self, call: Call[T]) -> Reply[T]:
        """Send a call until it has ended."""
        while True:
            tokens = {need.name: token for need in call.needs if (token := await self._token(need, call)) is not None}
            pause = call.after(await self.send(call.request(tokens)))
            if pause is None:
                return call.reply()
            await self.setup.options.clock.asleep(pause)

    async def _token(self, need: Need, call: Call[Any]) -> str | None:
        """Return the token for a scheme, if it has one."""
        if isinstance(need.credential, Bearer):
            token = need.credential.token
            made = token if isinstance(token, str) else token()
            return carried(await made if inspect.isawaitable(made) else made, "the bearer token")
        book = self.books.get(need.name)
        if book is None:
            return None
        refused = call.refused.get(need.name)
        return book.current(need.scopes, self._time(), refused) or await self._awaited(book, need, call, book.flights)

    async def _awaited(self, book: TokenBook, need: Need, call: Call[Any], arrived: int) -> str:
        """Return a token that this or another task fetches: one at a time, and a failure is everybody's."""
        try:
            async with asyncio.timeout(call.timeout().total), self.lock:
                known = book.current(need.scopes, self._time(), call.refused.get(need.name))
                return known or await self._fetched(book, need, call, arrived)
        except TimeoutError:
            raise TimedOut(
                call.record, "the token, which this or another task asked for, did not come in time"
            ) from None
        except NoToken as none:
            raise TokenRefused(call.record, str(none)) from None

    async def _fetched(self, book: TokenBook, need: Need, call: Call[Any], arrived: int) -> str:
        """Return a new token."""
        with book.flight(arrived):
            attempt = 1
            outcome = await self.send(book.request(need.scopes, call.timeout()))
            while (pause := call.token_pause(attempt, outcome)) is not None:
                await self.setup.options.clock.asleep(pause)
                outcome = await self.send(book.request(need.scopes, call.timeout()))
                attempt += 1
            return book.keep(need.scopes, told(outcome), self._time())

    def _time(self) -> float:
        """Return the time by which tokens age."""
        return self.setup.options.clock.monotonic()


class BaseAsyncClient:
    """A client of one service for the tasks of one event loop; close it, or use it in an `async with` block."""

    name: ClassVar[str]
    """The product and its major version."""
    schemes: ClassVar[Mapping[str, Scheme]] = {}

    def __init__(
        self,
        base_url: str,
        *,
        credentials: Mapping[str, Credential] | None = None,
        transport: AsyncTransport | None = None,
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
    def sharing(cls, other: BaseAsyncClient) -> Self:
        """Return a client with the set-up, connections and tokens of another."""
        client = cls.__new__(cls)
        client._line = other._line  # noqa: SLF001 - its own class
        return client

    def __repr__(self) -> str:
        """Show the product, and nothing of the set-up."""
        return f"<{type(self).__qualname__} of {self.name}>"

    async def __aenter__(self) -> Self:
        """Use the client in a block."""
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close it at the end of the block."""
        await self.aclose()

    async def aclose(self) -> None:
        """Close the connections, unless they are those of a transport that was given."""
        if self._line.owned:
            await self._line.transport.aclose()

    async def _call(
        self,
        operation: Operation[T],
        values: Sequence[Any] = (),
        body: Any = MISSING,
        *,
        timeout: Timeout | None = None,  # noqa: ASYNC109 - the transport keeps these times, each of its own
    ) -> Reply[T]:
        """Return the reply of a call that succeeds; raise ApiError for another, ContractViolation before sending."""
        line = self._line
        return await line.call(Call(operation, values, body, timeout=timeout, setup=line.setup, notices=line.notices))

    async def _pages(
        self,
        operation: Operation[P],
        paging: Pages[P, Any],
        values: Sequence[Any],
        *,
        timeout: Timeout | None = None,  # noqa: ASYNC109 - as above
    ) -> AsyncIterator[P]:
        """Yield each page, asked for when it is wanted; the timeout is that of one page."""
        walk = Walk(paging, values)
        while True:
            reply = await self._call(operation, walk.values, timeout=timeout)
            yield reply.value
            if not walk.goes_on(reply):
                return

    async def _entries(
        self,
        operation: Operation[P],
        paging: Pages[P, E],
        values: Sequence[Any],
        *,
        timeout: Timeout | None = None,  # noqa: ASYNC109 - as above
    ) -> AsyncIterator[E]:
        """Yield what is in each page."""
        async for page in self._pages(operation, paging, values, timeout=timeout):
            for entry in paging.entries(page):
                yield entry


def _default() -> AsyncTransport:
    """Return the transport that is used when none is given."""
    try:
        from .transports.httpx2 import AsyncHttpx2Transport
    except ImportError:
        raise ImportError(
            "no HTTP client is there: install this package with the extra 'httpx2', or give the client a transport"
        ) from None
    return AsyncHttpx2Transport()
