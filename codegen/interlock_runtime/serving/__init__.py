"""
API products on the server's side: an ASGI middleware that holds requests, answers and commands to the contract.

    from ..serving import Caller, Serving, SqliteAudit, SqliteIdempotency
    app = Serving(app, PRODUCT, authenticate=..., idempotency=SqliteIdempotency("answers.db"), audit=SqliteAudit("audit.db"))
"""

from __future__ import annotations

from .audits import AuditRecord, AuditSink, JsonLinesAudit
from .callers import Authenticate, Caller
from .exchange import Exchange, Served, served
from .idempotency import Answer, Claim, IdempotencyStore, Key, MemoryIdempotency, Terms, Unavailable
from .middleware import Responses, Serving
from .replies import ResponseFault
from .sqlite import SqliteAudit, SqliteIdempotency
from .throttles import ThrottleStore

__all__ = [
    "Answer",
    "AuditRecord",
    "AuditSink",
    "Authenticate",
    "Caller",
    "Claim",
    "Exchange",
    "IdempotencyStore",
    "JsonLinesAudit",
    "Key",
    "MemoryIdempotency",
    "ResponseFault",
    "Responses",
    "Served",
    "Serving",
    "SqliteAudit",
    "SqliteIdempotency",
    "Terms",
    "ThrottleStore",
    "Unavailable",
    "served",
]
