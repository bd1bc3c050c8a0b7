"""Who calls, and whether the operation is theirs to call: scopes and sites."""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from .description import Operation
from .messages import Scope
from .problems import Refused


@dataclass(frozen=True, slots=True)
class Caller:
    """A client that has proved who it is, by its token or certificate."""

    client: str
    """Its registered name; what it may send is counted under it."""
    scopes: frozenset[str] = frozenset()
    """OAuth 2.0 scopes, or the roles that stand for them in the registration of a certificate."""
    sites: frozenset[str] = frozenset()
    """The plants that it may act for."""
    person: str | None = None
    """Pseudonym of the person on whose behalf it calls, for the audit."""


Authenticate = Callable[[Scope], Awaitable[Caller | None] | Caller | None]
"""Says who sent a request, from its headers or its connection; None for someone who did not prove it."""

ANONYMOUS = Caller("")
"""Who calls where nobody is asked."""


async def caller_of(scope: Scope, authenticate: Authenticate | None) -> Caller:
    """Return who calls; raise Refused for someone who did not prove it."""
    if authenticate is None:
        return ANONYMOUS
    found = authenticate(scope)
    caller = await found if inspect.isawaitable(found) else found
    if caller is None:
        raise Refused(
            "unauthorized",
            "The request does not prove who sends it, or the proof has expired.",
            headers=[(b"www-authenticate", b"Bearer")],
        )
    return caller


def refuse_without_scopes(caller: Caller, operation: Operation) -> None:
    """Raise Refused when a caller lacks a scope, or every site where a site is asked for."""
    access = operation.access
    missing = [scope for scope in access.scopes if scope not in caller.scopes]
    if missing:
        needed = " ".join(access.scopes)
        challenge = f'Bearer error="insufficient_scope", scope="{needed}"'  # RFC 6750 section 3.1
        raise Refused(
            "forbidden",
            f"The caller lacks the scope {' and '.join(missing)}.",
            headers=[(b"www-authenticate", challenge.encode("latin-1"))],
        )
    if access.site_claim and not caller.sites:
        raise Refused("forbidden", "The caller may act for no site.")


def refuse_other_site(caller: Caller, operation: Operation, site: str | None) -> None:
    """Raise Refused when a request is about a site that the caller may not act for."""
    if operation.access.site_claim and site is not None and site not in caller.sites:
        raise Refused("forbidden", "The caller may not act for the site that the request is about.")
