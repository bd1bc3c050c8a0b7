"""Responses on their way out: held back where they must be stored or judged first, else passed on as they come."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Iterator
from dataclasses import dataclass, replace

from ..gate import Gate
from ..parsing import loads
from ..violations import ContractViolation, Violation, violation
from .description import Operation, Reply, ReplyHeader
from .idempotency import Answer, Pairs
from .messages import Message, Send
from .styles import taken_apart, values

_STREAMS = (b"text/event-stream", b"multipart/x-mixed-replace")


@dataclass(frozen=True, slots=True)
class ResponseFault:
    """A response that breaks the contract: told to whoever runs the service, in words that carry no values."""

    product: str
    operation: str
    status: int
    violations: tuple[Violation, ...]

    def __str__(self) -> str:
        """One line for a log."""
        all_of_it = "; ".join(map(str, self.violations))
        return f"{self.product} {self.operation} answered {self.status} against its contract: {all_of_it}"


class Outgoing:
    """
    The messages of one response.

    With `hold` they are kept back until `release`; otherwise they go out at once and a copy is kept. `settle` is awaited
    once: when the response is whole, or when it turns out to be a stream or larger than is kept, and before that goes out.
    """

    def __init__(
        self, send: Send, defaults: Pairs, most: int, *, hold: bool, settle: Callable[[Outgoing], Awaitable[None]]
    ) -> None:
        self._send = send
        self._defaults = defaults
        self._most = most
        self._hold = hold
        self._settle = settle
        self._held: list[Message] = []
        self._size = 0
        self._parts: list[bytes] | None = []
        self.is_settled = False
        self.status = 0
        self.headers: Pairs = ()

    async def __call__(self, message: Message) -> None:
        """Take a message from the service."""
        if message["type"] == "http.response.start":
            self.status = message["status"]
            self.headers = completed(message.get("headers", ()), self._defaults)
            message = {**message, "headers": list(self.headers)}
        if self.is_settled or not self.status:  # what comes before a response begins is no part of it
            await self._send(message)
            return
        if not self._keeps(message):
            self._parts = None
            await self._end()
        if self._hold and not self.is_settled:
            self._held.append(message)
            await self._end_if_whole(message)
        else:
            await self._send(message)
            await self._end_if_whole(message)

    def _keeps(self, message: Message) -> bool:
        """Keep the body's part of a message; say whether the response is still small and can be kept."""
        if message["type"] == "http.response.start":
            return not header(self.headers, b"content-type").lower().startswith(_STREAMS)
        if message["type"] != "http.response.body" or self._parts is None:
            return False
        self._parts.append(message.get("body", b""))
        self._size += len(self._parts[-1])
        return self._size <= self._most

    async def _end_if_whole(self, message: Message) -> None:
        """Settle the response with its last message."""
        if message["type"] == "http.response.body" and not message.get("more_body", False) and not self.is_settled:
            await self._end()

    async def _end(self) -> None:
        """Settle the response, once."""
        self.is_settled = True
        await self._settle(self)

    @property
    def answer(self) -> Answer:
        """The response; without its body where that was not kept."""
        return Answer(self.status, self.headers, None if self._parts is None else b"".join(self._parts))

    async def release(self) -> None:
        """Send what is held."""
        held, self._held = self._held, []
        for message in held:
            await self._send(message)


def header(headers: Pairs, name: bytes) -> bytes:
    """Return a header's value, empty where it is absent."""
    return next((value for key, value in headers if key.lower() == name), b"")


def completed(headers: Iterable[tuple[bytes, bytes]], defaults: Pairs) -> Pairs:
    """Return headers with those added that the service did not set."""
    given = tuple((bytes(name), bytes(value)) for name, value in headers)
    names = {name.lower() for name, _ in given}
    return (*given, *(pair for pair in defaults if pair[0] not in names))


async def answer(send: Send, given: Answer, *, has_body: bool = True) -> None:
    """Send a whole response."""
    body = given.body or b""
    await send({"type": "http.response.start", "status": given.status, "headers": list(given.headers)})
    await send({"type": "http.response.body", "body": body if has_body else b""})


def faults(operation: Operation, given: Answer) -> Iterator[Violation]:
    """Yield what is wrong with a response; a status of 500 and above need not be declared."""
    reply = _reply(operation, given.status)
    if reply is None:
        if given.status < 500:  # noqa: PLR2004 - server errors begin here
            yield violation("payload-invalid", "", f"the status {given.status} is not declared", "status")
        return
    for declared in reply.headers:
        yield from _header_faults(declared, given.headers)
    yield from _body_faults(reply, given)


def _reply(operation: Operation, status: int) -> Reply | None:
    """Return what is declared for a status: exactly, by its range, or by default (OpenAPI 3.1.1 section 4.8.16)."""
    names = (str(status), f"{status // 100}XX", "default")
    return next((operation.replies[name] for name in names if name in operation.replies), None)


def _header_faults(declared: ReplyHeader, headers: Pairs) -> Iterator[Violation]:
    """Yield what is wrong with one header of a response."""
    texts = [value.decode("latin-1") for name, value in headers if name.lower() == declared.name.lower().encode()]
    if not texts:
        if declared.required:
            yield violation("payload-invalid", "", f"the header `{declared.name}` is required and missing", "required")
        return
    readings = taken_apart(",".join(texts), declared, declared.shape, str.strip)
    candidates = [value for raw in readings for value in values(raw, declared.shape)]
    if not any(map(declared.gate.fits, candidates)):
        for fault in declared.gate.faults(candidates[0] if candidates else ",".join(texts)):
            yield replace(fault, pointer="", text=f"the header `{declared.name}` {fault.text}")


def _body_faults(reply: Reply, given: Answer) -> Iterator[Violation]:
    """Yield what is wrong with the body of a response."""
    media = header(given.headers, b"content-type").decode("latin-1").partition(";")[0].strip().lower()
    if not given.body and not reply.gates:
        return
    names = (media, f"{media.partition('/')[0]}/*", "*/*")
    name = next((name for name in names if name in reply.gates), None)
    if name is None:
        yield violation("unsupported-content", "", "the media type of the response is not declared", "media-type")
        return
    gate = reply.gates[name]
    if gate is not None:
        yield from _content_faults(gate, given.body or b"")


def _content_faults(gate: Gate, body: bytes) -> Iterator[Violation]:
    """Yield what is wrong with a JSON body."""
    try:
        value = loads(body, gate.limits)
    except ContractViolation as refused:
        yield from refused.violations
        return
    if not gate.fits(value):
        yield from gate.faults(value)
