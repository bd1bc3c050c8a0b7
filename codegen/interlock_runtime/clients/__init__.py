"""
Clients of API products: what generated clients are made of, and what a service needs to set one up.

Names are loaded when first used, so that a service pays for the transport that it uses and no other.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .asynchronous import BaseAsyncClient
    from .errors import (
        ApiError,
        BadLink,
        ClientError,
        ClientProblem,
        CommandSuppressed,
        ConnectionFailed,
        NoCredentials,
        ProblemError,
        RepeatedCursor,
        ResponseTooLarge,
        ServerError,
        ServerProblem,
        StatusError,
        TimedOut,
        TokenRefused,
        UndocumentedResponse,
        UnknownProblem,
        UnreadableResponse,
    )
    from .exchange import AsyncTransport, Request, Response, Timeout, Transport, TransportFault
    from .forms import FormFile
    from .hooks import Hook
    from .problems import Problem
    from .replies import Attempt, CallRecord, Reply
    from .retrying import Clock, Retry
    from .security import ApiKey, Basic, Bearer, ClientCredentials, MutualTls
    from .setting import Options
    from .synchronous import BaseClient
    from .transports.aiohttp import AiohttpTransport
    from .transports.httpx2 import AsyncHttpx2Transport, Httpx2Transport
    from .transports.requests import RequestsTransport
    from .transports.urllib3 import Urllib3Transport

_HOMES = {
    "asynchronous": ("BaseAsyncClient",),
    "errors": (
        "ApiError",
        "BadLink",
        "ClientError",
        "ClientProblem",
        "CommandSuppressed",
        "ConnectionFailed",
        "NoCredentials",
        "ProblemError",
        "RepeatedCursor",
        "ResponseTooLarge",
        "ServerError",
        "ServerProblem",
        "StatusError",
        "TimedOut",
        "TokenRefused",
        "UndocumentedResponse",
        "UnknownProblem",
        "UnreadableResponse",
    ),
    "exchange": ("AsyncTransport", "Request", "Response", "Timeout", "Transport", "TransportFault"),
    "forms": ("FormFile",),
    "hooks": ("Hook",),
    "problems": ("Problem",),
    "replies": ("Attempt", "CallRecord", "Reply"),
    "retrying": ("Clock", "Retry"),
    "security": ("ApiKey", "Basic", "Bearer", "ClientCredentials", "MutualTls"),
    "setting": ("Options",),
    "synchronous": ("BaseClient",),
    "transports.aiohttp": ("AiohttpTransport",),
    "transports.httpx2": ("AsyncHttpx2Transport", "Httpx2Transport"),
    "transports.requests": ("RequestsTransport",),
    "transports.urllib3": ("Urllib3Transport",),
}
_HOME = {name: module for module, names in _HOMES.items() for name in names}

__all__ = [
    "AiohttpTransport",
    "ApiError",
    "ApiKey",
    "AsyncHttpx2Transport",
    "AsyncTransport",
    "Attempt",
    "BadLink",
    "BaseAsyncClient",
    "BaseClient",
    "Basic",
    "Bearer",
    "CallRecord",
    "ClientCredentials",
    "ClientError",
    "ClientProblem",
    "Clock",
    "CommandSuppressed",
    "ConnectionFailed",
    "FormFile",
    "Hook",
    "Httpx2Transport",
    "MutualTls",
    "NoCredentials",
    "Options",
    "Problem",
    "ProblemError",
    "RepeatedCursor",
    "Reply",
    "Request",
    "RequestsTransport",
    "Response",
    "ResponseTooLarge",
    "Retry",
    "ServerError",
    "ServerProblem",
    "StatusError",
    "TimedOut",
    "Timeout",
    "TokenRefused",
    "Transport",
    "TransportFault",
    "UndocumentedResponse",
    "UnknownProblem",
    "UnreadableResponse",
    "Urllib3Transport",
]


def __getattr__(name: str) -> Any:
    """Load a name when it is first used (PEP 562)."""
    from importlib import import_module

    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f".{_HOME[name]}", __name__), name)
    globals()[name] = value
    return value
