"""
FastStream on any of its brokers: a subscriber whose messages are handled here before FastStream looks into them.

Left to itself FastStream commits an event that its handler's model refuses, and logs its values; and what its parser
can't read, such as a header without a value, never reaches a `consume_scope`. So a guarded subscriber acknowledges by
hand, is parsed without its headers when they can't be read, and gives the handler the event that was read here.
"""

from __future__ import annotations

import asyncio
import copy
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar, get_origin, get_type_hints

from faststream import AckPolicy, BaseMiddleware
from faststream.exceptions import AckMessage, SkipMessage

from ..events import Event
from ..handling.consumer import Consumer
from ..handling.errors import RetryLater, StopConsuming
from ..handling.outcomes import Origin
from ..messages import RawMessage
from .logs import log

F = TypeVar("F", bound=Callable[..., Any])
Read = Callable[[Any], RawMessage]
"""Returns a broker's own message as ours: the `received` of the module for the same client library."""
_OURS = ("ack_policy", "parser", "decoder", "codec", "batch", "auto_commit", "no_ack")


class Guard:
    """
    Handles what the subscribers of a broker receive for one consumer.

    Released messages are told again by `loops.tell`, which runs beside the broker.
    """

    def __init__(self, broker: Any, consumer: Consumer, read: Read) -> None:
        self._broker = broker
        self._consumer = consumer
        self._read = read
        self._subscribers: list[Any] = []
        self._stopping: asyncio.Task[None] | None = None
        broker.add_middleware(self._middleware)

    def subscriber(self, *channels: Any, **options: Any) -> Callable[[Callable[..., Any]], Any]:
        """Return a decorator as the broker's own `subscriber` does; the handler takes the event as an argument."""
        wrong = [name for name in _OURS if name in options]
        if wrong or options.get("max_workers", 1) != 1:
            raise ValueError(
                f"`{'`, `'.join(wrong) or 'max_workers'}` would acknowledge what is not settled: leave it out"
            )
        made = self._broker.subscriber(*channels, **options, ack_policy=AckPolicy.MANUAL, parser=_parsed)
        self._subscribers.append(made)
        return lambda handler: made(_unchecked(handler))

    def _middleware(self, message: Any, /, *, context: Any) -> BaseMiddleware[Any, Any]:
        """Return what stands around the handling of one message."""
        return _Guarding(self, message, context=context)

    def guards(self, subscriber: object) -> bool:
        """Say whether a subscriber is one of ours."""
        return any(subscriber is own for own in self._subscribers)

    def _stop(self, subscriber: Any) -> None:
        """Stop a subscriber from outside its own task, which FastStream's `StopConsume` would cancel half-way."""
        subscriber.running = False
        self._stopping = asyncio.create_task(subscriber.stop())

    async def settle(self, subscriber: Any, message: Any, handler: Callable[[Any], Awaitable[Any]]) -> Any:
        """Try until the message is settled, acknowledge it, and return what its handler returned."""
        raw, origin = self._read(message.raw_message), Origin("faststream")
        while True:
            handling = self._consumer.handling(raw, origin=origin)
            result: Any = None
            try:
                async with handling as event:
                    if event is not None:
                        message.set_decoder(_giving(event))
                        result = await handler(message)
            except RetryLater as later:
                await asyncio.sleep(later.delay.total_seconds())
                continue
            except StopConsuming as stopping:
                log.error("stopped reason=%s", stopping.reason)
                self._stop(subscriber)
                raise SkipMessage from None
            await message.ack()
            if handling.event is None:
                raise AckMessage  # ends the message's way without an answer of its handler's, which never ran
            return result


class _Guarding(BaseMiddleware[Any, Any]):
    """One message on its way through FastStream."""

    def __init__(self, guard: Guard, message: Any, /, *, context: Any) -> None:
        super().__init__(message, context=context)
        self._guard = guard

    async def consume_scope(self, call_next: Callable[[Any], Awaitable[Any]], msg: Any) -> Any:
        """Handle the message here when its subscriber is one of ours."""
        subscriber = self.context.get_local("handler_")
        if self._guard.guards(subscriber):
            return await self._guard.settle(subscriber, msg, call_next)
        return await call_next(msg)


async def _parsed(message: Any, parse: Callable[[Any], Awaitable[Any]]) -> Any:
    """Return FastStream's message; when its parser stumbles over headers it gets none, and we read the real ones."""
    try:
        return await parse(message)
    except Exception:  # noqa: BLE001 - whatever stumbles over a header
        bare = copy.copy(message)
        object.__setattr__(bare, "headers", ())
        made = await parse(bare)
        made.raw_message = message
        return made


def _unchecked(handler: F) -> F:
    """Keep FastStream's injection from building a model for the event, which has been validated."""
    hints = get_type_hints(handler, include_extras=True)
    handler.__annotations__ = {
        name: Any if hint is Event or get_origin(hint) is Event else hint for name, hint in hints.items()
    }
    return handler


def _giving(event: Event[Any]) -> Callable[[Any], Awaitable[Event[Any]]]:
    """Return a decoder that gives the event, whatever the body."""

    async def decode(_: Any) -> Event[Any]:
        return event

    return decode
