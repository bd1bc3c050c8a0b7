"""Access tokens by client credentials: kept, renewed early, and fetched once however many wait (RFC 6749 section 4.4)."""

from __future__ import annotations

import base64
import contextlib
import re
from collections.abc import Generator
from dataclasses import dataclass, field
from urllib.parse import quote_plus, urlencode

from ..parsing import Limits, loads
from ..violations import ContractViolation
from .exchange import Request, Response, Timeout, TransportFault
from .retrying import Outcome
from .security import ClientCredentials
from .setting import Setup

_LIMITS = Limits(size=65_536, depth=16)
_TOKEN = re.compile(r"[!-~]+\Z")
"""What an access token is made of (RFC 6749 appendix A.12), but for spaces, which no header would keep apart."""
_CODE = re.compile(r"[a-z_]{1,40}\Z")
"""An error code that is shown; those of RFC 6749 section 5.2 look so."""
_OK = 200
_EARLY = 30.0
"""So many seconds before its end a token is renewed, or when a tenth of its life is left: clocks and requests take time."""


@dataclass(frozen=True, slots=True)
class _Token:
    """A token and until when it is used."""

    text: str = field(repr=False)
    until: float


class NoToken(Exception):  # noqa: N818 - becomes an ApiError
    """The token endpoint gave none; the text is safe."""


class TokenBook:
    """The tokens of one credential by their scopes; does no I/O, and is used under its owner's lock."""

    def __init__(self, credential: ClientCredentials, token_url: str) -> None:
        self._credential = credential
        self._url = token_url
        self._tokens: dict[tuple[str, ...], _Token] = {}
        self.flights = 0
        """How many fetches have ended."""
        self._failure: NoToken | None = None

    def scopes(self, needed: tuple[str, ...]) -> tuple[str, ...]:
        """Return the scopes to ask for."""
        return needed if self._credential.scopes is None else self._credential.scopes

    def current(self, needed: tuple[str, ...], now: float, refused: str | None = None) -> str | None:
        """Return a token that can be used now, and is not the one that a service has refused."""
        found = self._tokens.get(self.scopes(needed))
        return found.text if found and now < found.until and found.text != refused else None

    @contextlib.contextmanager
    def flight(self, arrived: int) -> Generator[None]:
        """Fetch in this block; raise NoToken when the fetch failed for which the caller has waited since it arrived."""
        if self._failure is not None and self.flights != arrived:
            raise NoToken(str(self._failure))
        self._failure = None
        try:
            yield
        except NoToken as failure:
            self._failure = failure
            raise
        finally:
            self.flights += 1

    def request(self, needed: tuple[str, ...], timeout: Timeout) -> Request:
        """Return the request for a token."""
        who = self._credential
        form = {"grant_type": "client_credentials", **who.parameters}
        if scope := " ".join(self.scopes(needed)):
            form["scope"] = scope
        headers = [("Content-Type", "application/x-www-form-urlencoded"), ("Accept", "application/json")]
        if who.client_secret is not None and who.secret_in == "header":  # noqa: S105 - a place, no secret
            pair = f"{quote_plus(who.client_id)}:{quote_plus(who.client_secret)}"
            headers.append(("Authorization", f"Basic {base64.b64encode(pair.encode()).decode()}"))
        else:
            form["client_id"] = who.client_id
            form |= {"client_secret": who.client_secret} if who.client_secret is not None else {}
        return Request("POST", self._url, tuple(headers), urlencode(form).encode(), timeout, _LIMITS.size)

    def keep(self, needed: tuple[str, ...], response: Response, now: float) -> str:
        """Return the token of a response, kept for later; raise NoToken for a response without one."""
        document = _document(response)
        if response.status != _OK:
            code = document.get("error")
            told = f" with {code}" if isinstance(code, str) and _CODE.match(code) else ""
            raise NoToken(f"the token endpoint answers {response.status}{told}")
        text, kind, lasts = (document.get(name) for name in ("access_token", "token_type", "expires_in"))
        if not isinstance(text, str) or not _TOKEN.match(text):
            raise NoToken("the token endpoint's answer holds no access token (RFC 6749 section 5.1)")
        if not isinstance(kind, str) or kind.lower() != "bearer":
            raise NoToken("the token endpoint gives tokens of another type than bearer (RFC 6750)")
        self._tokens[self.scopes(needed)] = _Token(text, now + _usable(lasts))
        return text


def _usable(lasts: object) -> float:
    """Return for how many seconds a token is used; for ever, until it is refused, when its end was not told."""
    if isinstance(lasts, str) and lasts.isascii() and lasts.isdigit():  # some endpoints write a string
        lasts = int(lasts[:9])
    if not isinstance(lasts, (int, float)) or isinstance(lasts, bool):
        return float("inf")
    return lasts - min(_EARLY, lasts / 10)


def _document(response: Response) -> dict[str, object]:
    """Return the members of the endpoint's answer; none when it is no JSON object."""
    try:
        value = loads(response.body, _LIMITS)
    except ContractViolation:
        return {}
    return value if isinstance(value, dict) else {}


def told(outcome: Outcome) -> Response:
    """Return a token endpoint's response; raise NoToken when there is none."""
    if isinstance(outcome, TransportFault):
        raise NoToken(f"the token endpoint does not answer: {outcome.reason}")
    return outcome


def books(setup: Setup) -> dict[str, TokenBook]:
    """Return an empty book for each credential that gets tokens."""
    urls = {name: url for name in setup.credentials if (url := setup.token_url(name)) is not None}
    return {
        name: TokenBook(credential, urls[name])
        for name, credential in setup.credentials.items()
        if isinstance(credential, ClientCredentials)
    }
