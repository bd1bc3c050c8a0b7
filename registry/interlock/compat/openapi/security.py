"""Security requirements: any of some alternatives, each all of some schemes and scopes (OpenAPI 3.1.1 section 4.8.30)."""

from __future__ import annotations

from dataclasses import dataclass

from .finding import Exchange, Findings, Proof
from .sources import Cursor, Source
from .witnesses import Change

_FLOWS = ("implicit", "password", "clientCredentials", "authorizationCode")


@dataclass(frozen=True, slots=True)
class Scheme:
    """What a client does to authenticate, whatever the scheme is called."""

    kind: tuple[str, ...]
    flows: frozenset[tuple[str, ...]] = frozenset()

    def serves(self, other: Scheme) -> bool:
        """Whether a client that does what the other asks has done what this one asks."""
        return self.kind == other.kind and other.flows <= self.flows


@dataclass(frozen=True, slots=True)
class Credential:
    """A scheme, the name that it has in its document, and the scopes."""

    name: str
    scheme: Scheme
    scopes: frozenset[str]


Alternative = tuple[Credential, ...]


def compare(found: Findings, exchange: Exchange) -> None:
    """Each set of credentials that was enough must still be."""
    old, new = (_alternatives(side.at) for side in (exchange.old, exchange.new))
    for place, credentials in old:
        if any(_enough(credentials, other) for _, other in new):
            continue
        at = _place(exchange.new.at)
        by_definition = any(_named_alike(credentials, other) for _, other in new)
        cause = "security-scheme-changed" if by_definition else "security-tightened"
        now = " or ".join(_said(other) for _, other in new)
        message = f"{_said(credentials)} {'was asked for in another way' if by_definition else 'was enough'}, now it takes {now}"
        found.add(
            cause, message, of=exchange.old, old=place.spot, new=at.spot, says=(_said(credentials), now),
            proof=_showing(found, exchange, credentials),
        )  # fmt: skip
    if any(not credentials for _, credentials in new) and not any(not credentials for _, credentials in old):
        message = f"{' or '.join(_said(other) for _, other in old)} was asked for, now anyone is taken"
        place = _place(exchange.new.at)
        found.add("security-dropped", message, of=exchange.old, old=_place(exchange.old.at).spot, new=place.spot)


def _showing(found: Findings, exchange: Exchange, credentials: Alternative) -> Proof:
    """Prove by a request with credentials that were enough."""
    change = Change(headers=_shown(credentials))
    return lambda: (found.witnesses.request(exchange.old, change), "/request/headers")


def _place(operation: Cursor) -> Cursor:
    """Where an operation's requirements stand."""
    own = operation.raw("security")
    return own or operation.source.root.raw("security") or operation


def _alternatives(operation: Cursor) -> list[tuple[Cursor, Alternative]]:
    """The alternatives that are in force; no requirement is one alternative without credentials."""
    place = _place(operation)
    owner = operation if operation.raw("security") else operation.source.root
    listed = [(entry, _credentials(entry)) for entry in owner.elements("security")]
    return listed or [(place, ())]


def _credentials(entry: Cursor) -> Alternative:
    made: list[Credential] = []
    for name, scopes in entry.value.items():
        listed = scopes if isinstance(scopes, list) else []
        made.append(Credential(name, _scheme(entry.source, name, entry), frozenset(map(str, listed))))
    return tuple(made)


def _scheme(source: Source, name: str, asked: Cursor) -> Scheme:
    """What a scheme's definition asks; one that is not defined is known by its name."""
    components = source.root.member("components")
    schemes = components.member("securitySchemes") if components is not None else None
    at = schemes.member(name) if schemes is not None else None
    if at is None:
        source.fault("unknown-scheme", f"no security scheme is called {name}", asked)
        return Scheme(("undefined", name))
    kind = at.text("type")
    by_type: dict[str, tuple[str, ...]] = {
        "apiKey": (at.text("in"), at.text("name").lower() if at.text("in") == "header" else at.text("name")),
        "http": (at.text("scheme").lower(),),
        "openIdConnect": (at.text("openIdConnectUrl"),),
    }
    flows = at.member("flows") if kind == "oauth2" else None
    return Scheme((kind, *by_type.get(kind, ())), frozenset(_flows(flows)) if flows is not None else frozenset())


def _flows(flows: Cursor) -> list[tuple[str, ...]]:
    made = [(name, flows.member(name)) for name in _FLOWS if flows.get(name)]
    return [(name, at.text("authorizationUrl"), at.text("tokenUrl")) for name, at in made if at is not None]


def _enough(old: Alternative, new: Alternative) -> bool:
    """Whether whoever has the old credentials has the new ones."""
    return all(any(need.scheme.serves(have.scheme) and need.scopes <= have.scopes for have in old) for need in new)


def _named_alike(old: Alternative, new: Alternative) -> bool:
    """Whether only the definitions of the schemes differ."""
    return all(any(need.name == have.name and need.scopes <= have.scopes for have in old) for need in new) and bool(new)


def _said(credentials: Alternative) -> str:
    """Name credentials for people."""
    if not credentials:
        return "no authentication"
    return " with ".join(f"{c.name}{' (' + ', '.join(sorted(c.scopes)) + ')' if c.scopes else ''}" for c in credentials)


def _shown(credentials: Alternative) -> dict[str, str]:
    """The header fields by which a client shows credentials, as far as they are header fields."""
    made: dict[str, str] = {}
    for credential in credentials:
        kind = credential.scheme.kind
        if kind[0] == "apiKey" and kind[1] == "header":
            made[kind[2]] = "..."
        elif kind[0] == "http":
            made["Authorization"] = f"{kind[1].capitalize()} ..."
        elif kind[0] in ("oauth2", "openIdConnect"):
            scopes = " ".join(sorted(credential.scopes))
            made["Authorization"] = f"Bearer ...{f' (scope: {scopes})' if scopes else ''}"
    return made
