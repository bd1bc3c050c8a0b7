"""What a request must pass before the service sees it, the cheapest question first."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable

from ..parsing import Limits
from ..products import Product
from .addresses import path_of
from .bodies import announced, is_announced, value_of
from .callers import Authenticate, caller_of, refuse_other_site, refuse_without_scopes
from .description import Operation
from .exchange import Exchange
from .idempotency import fingerprint
from .lifecycles import Notices
from .messages import Receive, body_of
from .parameters import Head, Reading
from .problems import Refused
from .queries import query_pairs
from .routing import Router
from .throttles import ThrottleStore, quota

SiteOf = Callable[[Exchange], str | None]
"""Says which site a request is about, where the request itself says it."""


def named_site(exchange: Exchange) -> str | None:
    """Return the site that a request names: its parameter `site`, else the member `site` of its body."""
    for (_, name), value in exchange.parameters.items():
        if name == "site" and isinstance(value, str):
            return value
    site = exchange.value.get("site") if isinstance(exchange.value, dict) else None
    return site if isinstance(site, str) else None


class Admission:
    """Asks each question of a request; whatever refuses it raises Refused."""

    def __init__(
        self,
        product: Product,
        operations: tuple[Operation, ...],
        *,
        base: str,
        notices: Notices,
        authenticate: Authenticate | None,
        site_of: SiteOf,
        throttles: ThrottleStore,
        limits: Limits,
        patience: float,
    ) -> None:
        self._product = product
        self._base = base
        self._router = Router(operations)
        self._readings = {(o.path, o.method): Reading(o.parameters) for o in operations}
        self._keys = {(o.path, o.method): Reading([o.key]) for o in operations if o.key}
        self._notices = notices
        self._authenticate = authenticate
        self._site_of = site_of
        self._throttles = throttles
        self._limits = limits
        self._patience = patience

    async def admit(self, exchange: Exchange, receive: Receive, now: dt.datetime) -> Operation:
        """Let a request through, and note what was learned of it; raise Refused otherwise."""
        operation, texts = self._located(exchange)
        exchange.operation = operation
        if self._notices.is_retired(now):
            raise Refused("retired", "This version was retired; move to its successor.")
        exchange.caller = await caller_of(exchange.scope, self._authenticate)
        await self._count(exchange, operation)
        refuse_without_scopes(exchange.caller, operation)
        self._read_parameters(exchange, operation, texts)
        await self._read_body(exchange, operation, receive)
        exchange.site = self._site_of(exchange)
        refuse_other_site(exchange.caller, operation, exchange.site)
        return operation

    def _located(self, exchange: Exchange) -> tuple[Operation, dict[str, str]]:
        """Return the operation of a request and the texts of the variables in its path."""
        scope = exchange.scope
        found = self._router.find(*path_of(scope, self._base))
        if found is None:
            raise Refused("not-found", "No operation of this product has this path.")
        route, texts = found
        operation = route.operation(scope["method"])
        if operation is None:
            detail = f"This path takes {route.allow.decode()}."
            raise Refused("method", detail, headers=[(b"allow", route.allow)])
        return operation, texts

    async def _count(self, exchange: Exchange, operation: Operation) -> None:
        """Take a request from the client's bucket; raise Refused when it is empty."""
        throttle, group = operation.throttle, operation.throttle_group
        if throttle is not None:
            client = exchange.caller.client or (exchange.scope.get("client") or ("",))[0]
            seconds = math.ceil(await self._throttles.wait(client, group, throttle))
            if seconds:
                detail = f"{throttle.rate} requests in {throttle.per} are allowed: wait {seconds} s."
                told = ((b"retry-after", str(seconds).encode()), *quota(group, throttle, seconds))
                raise Refused("throttled", detail, headers=told)
        exchange.is_counted = True

    def _read_parameters(self, exchange: Exchange, operation: Operation, texts: dict[str, str]) -> None:
        """Read and judge the parameters, the idempotency key first."""
        head = Head(texts, query_pairs(exchange.scope.get("query_string", b"")), exchange.headers)
        if operation.key is not None:
            exchange.key = self._key(operation, head)
        exchange.parameters, faults = self._readings[operation.path, operation.method].read(head)
        if faults:
            condition = any(p.name.lower() == "if-match" for p in operation.parameters if p.required)
            if condition and "if-match" not in exchange.headers:
                raise Refused("no-condition", "The command changes a version and needs `If-Match`.", faults=faults)
            raise Refused("invalid", "The parameters break the contract.", faults=faults)

    def _key(self, operation: Operation, head: Head) -> str | None:
        """Return the idempotency key of a command; raise Refused for one that is needed and missing."""
        key = operation.key
        if key is None:
            return None
        texts = head.texts(key)
        if not texts:
            if key.required:
                detail = f"The command needs the header `{key.name}`: choose one and repeat it with retries."
                raise Refused("no-key", detail)
            return None
        found, faults = self._keys[operation.path, operation.method].read(Head({}, [], head.headers))
        if faults:
            raise Refused("invalid", f"The header `{key.name}` breaks the contract.", faults=faults)
        return str(found[key.place, key.name])

    async def _read_body(self, exchange: Exchange, operation: Operation, receive: Receive) -> None:
        """Read and judge the body; what a body would be refused for is asked before it is read."""
        exchange.media = announced(operation.body, exchange.headers, self._limits.size)
        if operation.body is None and not operation.is_command and not is_announced(exchange.scope, exchange.headers):
            return
        exchange.content = await body_of(receive, self._limits.size, self._patience)
        exchange.is_read = True
        exchange.value = value_of(operation.body, exchange.media, exchange.content)
        if operation.is_command:
            exchange.fingerprint = fingerprint(operation.method, *_said(exchange), exchange.content)


def _said(exchange: Exchange) -> tuple[bytes, ...]:
    """Return what a command says beside its body: where to, in which form, and on which version it was decided."""
    scope = exchange.scope
    condition = ",".join(exchange.headers.get("if-match", ()))
    return (
        scope["path"].encode("utf-8", "surrogateescape"),
        scope.get("query_string", b""),
        exchange.media.encode(),
        condition.encode(),
    )
