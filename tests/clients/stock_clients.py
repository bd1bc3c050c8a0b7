"""The clients of the small product, in the shape that the generator writes."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Mapping
from functools import cached_property
from typing import ClassVar

from stock_product import CANCEL_MOVEMENT, GET_STOCK, POST_MOVEMENT, SCHEMES, STOCK_PAGES, Entry, Movement, Page, Posted

from interlock_runtime.clients.asynchronous import BaseAsyncClient
from interlock_runtime.clients.exchange import Timeout
from interlock_runtime.clients.replies import Reply
from interlock_runtime.clients.security import (
    Scheme,
)
from interlock_runtime.clients.synchronous import BaseClient


class RawClient(BaseClient):
    """The whole responses of the product."""

    name: ClassVar[str] = "stock@1"
    schemes: ClassVar[Mapping[str, Scheme]] = SCHEMES

    def post_movement(
        self,
        body: Movement,
        *,
        idempotency_key: str | None = None,
        traceparent: str | None = None,
        x_correlation_id: str | None = None,
        timeout: Timeout | None = None,
    ) -> Reply[Posted]:
        """Post a movement."""
        return self._call(POST_MOVEMENT, (idempotency_key, traceparent, x_correlation_id), body, timeout=timeout)

    def cancel_movement(self, *, movement_id: str, if_match: str, timeout: Timeout | None = None) -> Reply[None]:
        """Cancel a movement."""
        return self._call(CANCEL_MOVEMENT, (movement_id, if_match), timeout=timeout)

    def get_stock(
        self,
        *,
        site: str,
        lot_id: str | None = None,
        cursor: str | None = None,
        limit: int | None = None,
        traceparent: str | None = None,
        timeout: Timeout | None = None,
    ) -> Reply[Page]:
        """Read stock."""
        return self._call(GET_STOCK, (site, lot_id, cursor, limit, traceparent), timeout=timeout)


class Client(BaseClient):
    """The product."""

    name: ClassVar[str] = "stock@1"
    schemes: ClassVar[Mapping[str, Scheme]] = SCHEMES

    @cached_property
    def raw(self) -> RawClient:
        """The same calls with the whole response."""
        return RawClient.sharing(self)

    def post_movement(
        self,
        body: Movement,
        *,
        idempotency_key: str | None = None,
        traceparent: str | None = None,
        x_correlation_id: str | None = None,
        timeout: Timeout | None = None,
    ) -> Posted:
        """Post a movement."""
        return self._call(POST_MOVEMENT, (idempotency_key, traceparent, x_correlation_id), body, timeout=timeout).value

    def cancel_movement(self, *, movement_id: str, if_match: str, timeout: Timeout | None = None) -> None:
        """Cancel a movement."""
        return self._call(CANCEL_MOVEMENT, (movement_id, if_match), timeout=timeout).value

    def get_stock(
        self,
        *,
        site: str,
        lot_id: str | None = None,
        cursor: str | None = None,
        limit: int | None = None,
        traceparent: str | None = None,
        timeout: Timeout | None = None,
    ) -> Page:
        """Read stock."""
        return self._call(GET_STOCK, (site, lot_id, cursor, limit, traceparent), timeout=timeout).value

    def get_stock_pages(
        self, *, site: str, lot_id: str | None = None, cursor: str | None = None, timeout: Timeout | None = None
    ) -> Iterator[Page]:
        """Read stock, page by page."""
        return self._pages(GET_STOCK, STOCK_PAGES, (site, lot_id, cursor, None, None), timeout=timeout)

    def get_stock_entries(
        self, *, site: str, lot_id: str | None = None, cursor: str | None = None, timeout: Timeout | None = None
    ) -> Iterator[Entry]:
        """Read stock, entry by entry."""
        return self._entries(GET_STOCK, STOCK_PAGES, (site, lot_id, cursor, None, None), timeout=timeout)


class RawAsyncClient(BaseAsyncClient):
    """The whole responses of the product, for tasks."""

    name: ClassVar[str] = "stock@1"
    schemes: ClassVar[Mapping[str, Scheme]] = SCHEMES

    async def post_movement(
        self,
        body: Movement,
        *,
        idempotency_key: str | None = None,
        traceparent: str | None = None,
        x_correlation_id: str | None = None,
        timeout: Timeout | None = None,  # noqa: ASYNC109 - as in the base
    ) -> Reply[Posted]:
        """Post a movement."""
        return await self._call(POST_MOVEMENT, (idempotency_key, traceparent, x_correlation_id), body, timeout=timeout)

    async def cancel_movement(
        self,
        *,
        movement_id: str,
        if_match: str,
        timeout: Timeout | None = None,  # noqa: ASYNC109 - as in the base
    ) -> Reply[None]:
        """Cancel a movement."""
        return await self._call(CANCEL_MOVEMENT, (movement_id, if_match), timeout=timeout)

    async def get_stock(
        self,
        *,
        site: str,
        lot_id: str | None = None,
        cursor: str | None = None,
        limit: int | None = None,
        traceparent: str | None = None,
        timeout: Timeout | None = None,  # noqa: ASYNC109 - as in the base
    ) -> Reply[Page]:
        """Read stock."""
        return await self._call(GET_STOCK, (site, lot_id, cursor, limit, traceparent), timeout=timeout)


class AsyncClient(BaseAsyncClient):
    """The product, for tasks; the tests ask for whole replies and pages."""

    name: ClassVar[str] = "stock@1"
    schemes: ClassVar[Mapping[str, Scheme]] = SCHEMES

    @cached_property
    def raw(self) -> RawAsyncClient:
        """The same calls with the whole response."""
        return RawAsyncClient.sharing(self)

    async def get_stock(
        self,
        *,
        site: str,
        lot_id: str | None = None,
        timeout: Timeout | None = None,  # noqa: ASYNC109 - as in the base
    ) -> Page:
        """Read stock."""
        return (await self._call(GET_STOCK, (site, lot_id, None, None, None), timeout=timeout)).value

    def get_stock_pages(
        self, *, site: str, lot_id: str | None = None, cursor: str | None = None, timeout: Timeout | None = None
    ) -> AsyncIterator[Page]:
        """Read stock, page by page."""
        return self._pages(GET_STOCK, STOCK_PAGES, (site, lot_id, cursor, None, None), timeout=timeout)

    def get_stock_entries(
        self, *, site: str, lot_id: str | None = None, cursor: str | None = None, timeout: Timeout | None = None
    ) -> AsyncIterator[Entry]:
        """Read stock, entry by entry."""
        return self._entries(GET_STOCK, STOCK_PAGES, (site, lot_id, cursor, None, None), timeout=timeout)
