"""Security schemes as values of the runtime (OpenAPI 3.1.1 section 4.8.27)."""

from __future__ import annotations

from typing import Any

from interlock_codegen.clients.constants import final, table
from interlock_codegen.clients.desk import Desk
from interlock_codegen.clients.model import Constant
from interlock_codegen.code import Code, literal
from interlock_codegen.layout import Node, argument, call, subscript

_HOME = "clients.security"


def schemes(desk: Desk) -> Constant:
    """Return the table of a product's security schemes."""
    rows = ((name, _scheme(desk, scheme)) for name, scheme in desk.api.schemes.items())
    kind = subscript("dict", Code("str"), desk.runtime(_HOME, "Scheme"))
    return final(Code("_SCHEMES"), kind, table(rows))


def _scheme(desk: Desk, scheme: dict[str, Any]) -> Node:
    """Return one security scheme."""
    match scheme.get("type"):
        case "http":
            return call(desk.runtime(_HOME, "HttpScheme"), literal(str(scheme["scheme"]).lower()))
        case "apiKey":
            facts = {"place": str(scheme["in"]), "name": str(scheme["name"])}
            return call(
                desk.runtime(_HOME, "ApiKeyScheme"), *(argument(key, literal(text)) for key, text in facts.items())
            )
        case "mutualTLS":
            return call(desk.runtime(_HOME, "MutualTlsScheme"))
        case _:
            url = _token_url(scheme)
            return call(desk.runtime(_HOME, "OAuth2Scheme"), *([argument("token_url", literal(url))] if url else []))


def _token_url(scheme: dict[str, Any]) -> str | None:
    """Return where client credentials are given for a token; None where the document does not say."""
    flows = scheme.get("flows")
    flow = flows.get("clientCredentials") if isinstance(flows, dict) else None
    url = flow.get("tokenUrl") if isinstance(flow, dict) else None
    return url if isinstance(url, str) else None
