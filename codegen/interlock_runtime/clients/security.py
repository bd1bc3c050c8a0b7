"""Security schemes as a product declares them, and the credentials that a service has for them. No secret is shown."""

from __future__ import annotations

import base64
import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias
from urllib.parse import quote

from .exchange import Header

_CARRIED = re.compile(r"[!-~]([ -~]*[!-~])?\Z")
"""What a header can carry (RFC 9110 section 5.5); a cookie less."""
_COOKIE = re.compile(r"[!#-+\--:<-\[\]-~]+\Z")


def carried(secret: object, what: str) -> str:
    """Return a secret that a header can carry; raise TypeError or ValueError, in words without it, for another."""
    if not isinstance(secret, str):
        raise TypeError(f"{what} is of type {type(secret).__name__}: give a text")
    if not _CARRIED.match(secret):
        raise ValueError(f"{what} holds what no header can carry: is there a line break or a space at its end?")
    return secret


# Schemes


@dataclass(frozen=True, slots=True)
class OAuth2Scheme:
    """OAuth 2: a bearer token, for example by client credentials (RFC 6749 section 4.4)."""

    token_url: str | None = None
    """Where the contract says that tokens are given out."""


@dataclass(frozen=True, slots=True)
class HttpScheme:
    """A scheme of the Authorization header (RFC 9110 section 11)."""

    scheme: Literal["bearer", "basic"]


@dataclass(frozen=True, slots=True)
class ApiKeyScheme:
    """A key in a header, the query or a cookie."""

    place: Literal["header", "query", "cookie"]
    name: str


@dataclass(frozen=True, slots=True)
class MutualTlsScheme:
    """A client certificate, which the transport shows (RFC 8705)."""


Scheme: TypeAlias = OAuth2Scheme | HttpScheme | ApiKeyScheme | MutualTlsScheme

# Credentials


@dataclass(frozen=True, slots=True)
class ClientCredentials:
    """
    A client's own name and secret, for which it gets tokens (RFC 6749 section 4.4).

    Tokens are kept and renewed before they end. Without a secret the transport's certificate proves who asks
    (RFC 8705 section 2).
    """

    client_id: str
    client_secret: str | None = field(default=None, repr=False)
    token_url: str | None = None
    """None for the one that the contract names."""
    scopes: tuple[str, ...] | None = None
    """None for those that each operation needs, and no more."""
    parameters: Mapping[str, str] = field(default_factory=dict, repr=False)
    """What else the token endpoint wants to hear, such as `audience`."""
    secret_in: Literal["header", "body"] = "header"  # noqa: S105 - a place, no secret
    """Where the secret is sent (RFC 6749 section 2.3.1)."""


@dataclass(frozen=True, slots=True)
class Bearer:
    """A bearer token (RFC 6750), or a function that returns the present one; an async client may await it."""

    token: str | Callable[[], str] | Callable[[], Awaitable[str]] = field(repr=False)

    def __post_init__(self) -> None:
        """Refuse a token that can't be sent."""
        if not callable(self.token):
            carried(self.token, "the bearer token")


@dataclass(frozen=True, slots=True)
class Basic:
    """A name and a password (RFC 7617)."""

    username: str
    password: str = field(repr=False)

    def __post_init__(self) -> None:
        """Refuse a name that would end early (RFC 7617 section 2)."""
        if ":" in self.username:
            raise ValueError("a name for HTTP Basic holds no colon")

    @property
    def value(self) -> str:
        """What stands in the Authorization header."""
        return f"Basic {base64.b64encode(f'{self.username}:{self.password}'.encode()).decode()}"


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A key."""

    key: str = field(repr=False)

    def __post_init__(self) -> None:
        """Refuse a key that can't be sent."""
        carried(self.key, "the API key")


@dataclass(frozen=True, slots=True)
class MutualTls:
    """Says that the transport shows a client certificate; there is nothing else to send."""


Credential: TypeAlias = ClientCredentials | Bearer | Basic | ApiKey | MutualTls

_FITTING: dict[type[Scheme], tuple[type[Credential], ...]] = {
    OAuth2Scheme: (ClientCredentials, Bearer),
    ApiKeyScheme: (ApiKey,),
    MutualTlsScheme: (MutualTls,),
}


def fitting(scheme: Scheme) -> tuple[type[Credential], ...]:
    """Return the kinds of credentials that a scheme takes."""
    if isinstance(scheme, HttpScheme):
        return (Basic,) if scheme.scheme == "basic" else (Bearer, ClientCredentials)
    return _FITTING[type(scheme)]


@dataclass(frozen=True, slots=True)
class Need:
    """One scheme that a call uses, with the scopes that it needs there."""

    name: str
    scheme: Scheme
    credential: Credential
    scopes: tuple[str, ...]


def chosen(
    security: tuple[Mapping[str, tuple[str, ...]], ...],
    schemes: Mapping[str, Scheme],
    credentials: Mapping[str, Credential],
) -> tuple[Need, ...] | None:
    """
    Return what the first alternative needs for which all credentials are there; None when there is no such.

    That nothing needs be proved is the last alternative, wherever it stands: who has credentials shows them.
    """
    for alternative in sorted(security, key=lambda needed: not needed):
        if alternative.keys() <= credentials.keys():
            return tuple(Need(name, schemes[name], credentials[name], scopes) for name, scopes in alternative.items())
    return None if security else ()


def alternatives(security: tuple[Mapping[str, tuple[str, ...]], ...]) -> str:
    """Return in words what an operation accepts."""
    return ", or ".join(" and ".join(map(repr, alternative)) for alternative in security)


def refuse_unfitting(schemes: Mapping[str, Scheme], credentials: Mapping[str, Credential]) -> None:
    """Raise ValueError or TypeError for credentials that no scheme of a product takes."""
    for name, credential in credentials.items():
        if name not in schemes:
            known = ", ".join(map(repr, schemes)) or "none"
            raise ValueError(f"there is no security scheme {name!r}: the contract declares {known}")
        kinds = fitting(schemes[name])
        if not isinstance(credential, kinds):
            wanted = " or ".join(kind.__name__ for kind in kinds)
            raise TypeError(f"the security scheme {name!r} takes {wanted}, and got {type(credential).__name__}")
        _refuse_cookie(name, schemes[name], credential)


def _refuse_cookie(name: str, scheme: Scheme, credential: Credential) -> None:
    """Raise ValueError for a key that a cookie can't carry (RFC 6265 section 4.1.1)."""
    in_cookie = isinstance(scheme, ApiKeyScheme) and scheme.place == "cookie"
    if in_cookie and isinstance(credential, ApiKey) and not _COOKIE.match(credential.key):
        raise ValueError(f"the API key of {name!r} holds what no cookie can carry, such as a space or a semicolon")


@dataclass(frozen=True, slots=True)
class Proof:
    """What proves in one request who asks."""

    headers: tuple[Header, ...] = field(default=(), repr=False)
    query: tuple[str, ...] = field(default=(), repr=False)
    cookies: tuple[str, ...] = field(default=(), repr=False)


def proof(needs: tuple[Need, ...], tokens: Mapping[str, str]) -> Proof:
    """Return what is sent for some schemes, with the tokens of those that have one."""
    headers = [("Authorization", value) for need in needs if (value := _authorization(need, tokens))]
    keys = [
        (need.scheme.place, need.scheme.name, need.credential.key)
        for need in needs
        if isinstance(need.scheme, ApiKeyScheme) and isinstance(need.credential, ApiKey)
    ]
    headers += [(name, key) for place, name, key in keys if place == "header"]
    query = [f"{quote(name, safe='')}={quote(key, safe='')}" for place, name, key in keys if place == "query"]
    cookies = [f"{name}={key}" for place, name, key in keys if place == "cookie"]
    return Proof(tuple(headers), tuple(query), tuple(cookies))


def _authorization(need: Need, tokens: Mapping[str, str]) -> str | None:
    """Return what stands in the Authorization header for a scheme, if anything does."""
    if isinstance(need.credential, Basic):
        return need.credential.value
    return f"Bearer {tokens[need.name]}" if need.name in tokens else None
