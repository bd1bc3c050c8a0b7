"""
One exchange over HTTP in raw values: all that a transport is asked to do, so that a service can bring its own.

    TransportFault              a transport got no response
    ├── ConnectionFault         no connection, or it broke
    ├── TimeoutFault            the time that was given ran out
    └── SizeFault               the response is larger than what is read
"""

from __future__ import annotations

import os
import socket
import ssl
import time
from dataclasses import dataclass, field, replace
from typing import Protocol

_LONGEST = 1_000_000.0
"""Seconds; clocks of operating systems end somewhere beyond."""
Header = tuple[str, str]
"""A header's name and value; one name may come several times."""


@dataclass(frozen=True, slots=True)
class Timeout:
    """How long to wait, in seconds; nothing here waits for ever."""

    connect: float = 5.0
    """For a connection."""
    read: float = 30.0
    """For the next bytes, once connected."""
    total: float = 60.0
    """For the whole call: token, all attempts and the waits between them."""

    def __post_init__(self) -> None:
        """Refuse what is no time."""
        for name in ("connect", "read", "total"):
            value = getattr(self, name)
            if not 0 < value <= _LONGEST:
                raise ValueError(
                    f"the timeout {name!r} is {value}: give seconds above 0, and no more than {_LONGEST:g}"
                )

    def within(self, remaining: float) -> Timeout:
        """Return these times, none longer than what remains."""
        return replace(
            self, connect=min(self.connect, remaining), read=min(self.read, remaining), total=min(self.total, remaining)
        )


@dataclass(frozen=True, slots=True)
class Request:
    """What is sent; shown without address, headers and body, since each may hold a secret."""

    method: str
    url: str = field(repr=False)
    headers: tuple[Header, ...] = field(default=(), repr=False)
    body: bytes | None = field(default=None, repr=False)
    timeout: Timeout = Timeout()
    most_bytes: int = 16_777_216
    """A response body that is larger is not read to its end."""


@dataclass(frozen=True, slots=True)
class Response:
    """What came back, untouched; shown without headers and body."""

    status: int
    headers: tuple[Header, ...] = field(default=(), repr=False)
    body: bytes = field(default=b"", repr=False)

    def header(self, name: str) -> str | None:
        """Return a header's value by its name in any case; None when it did not come."""
        return header_of(self.headers, name)


def header_of(headers: tuple[Header, ...], name: str) -> str | None:
    """Return a header's value by its name in any case, the first when it came several times; None when it did not."""
    wanted = name.lower()
    return next((value for given, value in headers if given.lower() == wanted), None)


class Transport(Protocol):
    """Sends requests; follows no redirect, keeps no cookie, adds no credentials, undoes no content coding."""

    def send(self, request: Request) -> Response:
        """Return the response of any status; raise TransportFault when there is none."""
        ...

    def close(self) -> None:
        """Give back what is held."""
        ...


class AsyncTransport(Protocol):
    """Sends requests like Transport, for tasks."""

    async def send(self, request: Request) -> Response:
        """Return the response of any status; raise TransportFault when there is none."""
        ...

    async def aclose(self) -> None:
        """Give back what is held."""
        ...


class TransportFault(Exception):  # noqa: N818 - the name says what happened
    """A transport got no response; the reason names no address and no header."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)

    @classmethod
    def of(cls, error: BaseException) -> TransportFault:
        """Return the fault for a library's exception, in words that are safe to log."""
        return cls(_reason(error))


class ConnectionFault(TransportFault):
    """No connection was made, or it broke before the response was whole."""


class TimeoutFault(TransportFault):
    """The time that was given ran out."""


class SizeFault(TransportFault):
    """The response is larger than what is read."""


def _reason(error: BaseException) -> str:
    """Return what the operating system or TLS said, else the exception's name: its text may hold the address."""
    seen: BaseException | None = error
    for _ in range(10):
        if isinstance(seen, ssl.SSLCertVerificationError):
            return f"the server's certificate is refused: {seen.verify_message}"
        if isinstance(seen, socket.gaierror):
            return "the host's name is not known"
        if isinstance(seen, OSError) and not isinstance(seen, ssl.SSLError):
            number = seen.errno
            if isinstance(number, int) and number > 0:
                return os.strerror(number)
        if seen is None:
            break
        seen = seen.__cause__ or seen.__context__
    return type(error).__name__


class Gathering:
    """A response body as it comes in, held to its size and to the time of the whole exchange."""

    def __init__(self, request: Request) -> None:
        self._most = request.most_bytes
        self._total = request.timeout.total
        self._deadline = time.monotonic() + request.timeout.total
        self._chunks: list[bytes] = []
        self._size = 0

    def add(self, chunk: bytes) -> None:
        """Take the next bytes; raise TransportFault when it is enough."""
        self._size += len(chunk)
        if self._size > self._most:
            raise SizeFault(f"the body has more than {self._most} bytes, and no more are read")
        if time.monotonic() > self._deadline:
            raise TimeoutFault(f"the body was not whole after {self._total:g} seconds")
        self._chunks.append(chunk)

    def body(self) -> bytes:
        """Return all of it."""
        return b"".join(self._chunks)
