"""What a client is set up with, checked once."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import SplitResult, urlsplit

from .exchange import Timeout
from .retrying import Clock, Retry
from .security import ClientCredentials, Credential, MutualTls, OAuth2Scheme, Scheme, carried, refuse_unfitting

_HOST = re.compile(r"[A-Za-z0-9_-]{1,63}(\.[A-Za-z0-9_-]{1,63})*\.?\Z")


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """How a client calls."""

    timeout: Timeout = field(default_factory=Timeout)
    retry: Retry = field(default_factory=Retry)
    most_bytes: int = 16_777_216
    """A response body that is larger is refused."""
    user_agent: str | None = None
    """None for the product's name."""
    plain_http: bool = False
    """Whether secrets may travel without TLS, to other hosts than this one: anybody on the way can read them."""
    clock: Clock = field(default_factory=Clock)

    def __post_init__(self) -> None:
        """Refuse a name that no header can carry, and a room for no response."""
        if self.user_agent is not None:
            carried(self.user_agent, "the user agent")
        if self.most_bytes < 1:
            raise ValueError(f"a response has room for at least 1 byte, and most_bytes is {self.most_bytes}")


@dataclass(frozen=True, slots=True)
class Setup:
    """One service of a product: where it is, and how it is called."""

    name: str
    base_url: str
    schemes: Mapping[str, Scheme]
    credentials: Mapping[str, Credential]
    options: Options

    def __post_init__(self) -> None:
        """Refuse addresses that requests can't be built on or that give secrets away, and unfitting credentials."""
        refuse_unfitting(self.schemes, self.credentials)
        tells = any(not isinstance(credential, MutualTls) for credential in self.credentials.values())
        self._refuse_address("base URL", self.base_url, tells=tells)
        if "?" in self.base_url:
            raise ValueError(f"{self.name}: the base URL holds no query: give keys as credentials")
        for name in self.credentials:
            if url := self.token_url(name):
                self._refuse_address("token URL", url, tells=True)

    def token_url(self, name: str) -> str | None:
        """Return where tokens for a scheme are asked for; None when it needs none."""
        credential, scheme = self.credentials[name], self.schemes[name]
        if not isinstance(credential, ClientCredentials):
            return None
        url = credential.token_url or (scheme.token_url if isinstance(scheme, OAuth2Scheme) else None)
        if url is None:
            raise ValueError(f"{self.name}: the contract names no token endpoint for {name!r}: give a token_url")
        return url

    def _refuse_address(self, what: str, url: str, *, tells: bool) -> None:
        """Raise ValueError for an address that is none of HTTP, or that a secret would go to in clear text."""
        if not url.isascii():
            raise ValueError(
                f"{self.name}: the {what} is not all ASCII: write other letters of a host as xn--, and of a path percent-encoded"
            )
        parts = _parts(url)
        if parts is None:
            raise ValueError(f"{self.name}: the {what} is no address: it needs http:// or https:// and a host")
        if parts.username is not None or "#" in url:
            raise ValueError(f"{self.name}: the {what} holds no user and no fragment: give secrets as credentials")
        if tells and parts.scheme == "http" and not self.options.plain_http and not _is_here(parts.hostname or ""):
            raise ValueError(
                f"{self.name}: the {what} has no TLS, and secrets would travel readable: use https://, "
                "or set Options(plain_http=True) where the network is safe"
            )


def _parts(url: str) -> SplitResult | None:
    """Return the parts of an HTTP address; None when it is none."""
    try:
        parts = urlsplit(url)
        known = parts.scheme in ("http", "https") and _is_host(parts.hostname or "") and parts.port != 0
    except ValueError:  # a port that is no number, or brackets without an address
        return None
    return parts if known and url.isprintable() and " " not in url else None


def _is_host(host: str) -> bool:
    """Say whether a name server could be asked for a host (RFC 1035 section 2.3.4; underscores are used), or it is an address."""
    return ":" in host or bool(_HOST.match(host))


def _is_here(host: str) -> bool:
    """Say whether a host is this machine (RFC 6761 section 6.3, RFC 1122 section 3.2.1.3)."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
