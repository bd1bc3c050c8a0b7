"""The whole document: who, where, what and in which form."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from interlock.catalog import Catalog
from interlock_codegen.exports.asyncapi.channels import channels, parameters, security_schemes, servers
from interlock_codegen.exports.asyncapi.messages import messages, traits
from interlock_codegen.exports.asyncapi.operations import operations
from interlock_codegen.exports.asyncapi.payloads import SchemaFormat, payloads
from interlock_codegen.exports.asyncapi.protocols import offered
from interlock_codegen.exports.draft07 import Loss

VERSION = "3.0.0"


@dataclass(frozen=True)
class AsyncApi:
    """A document, and what its schemas no longer say."""

    document: dict[str, Any]
    losses: tuple[Loss, ...] = ()


def asyncapi(catalog: Catalog, *, version: str = "0.0.0", schema_format: SchemaFormat = "2020-12") -> AsyncApi:
    """Return the catalog's events as one AsyncAPI 3.0 document; raise BadReference."""
    bodies = payloads(catalog, schema_format)
    document = {
        "asyncapi": VERSION,
        "id": f"urn:{catalog.settings.type_prefix.replace('.', ':')}:{catalog.settings.name}",
        "info": _info(catalog, version),
        "defaultContentType": "application/json",
        "x-schema-format": schema_format,
        **({"x-losses": [_lost(loss) for loss in bodies.losses]} if bodies.losses else {}),
        "servers": servers(),
        "channels": channels(catalog),
        "operations": operations(catalog),
        "components": {
            "schemas": dict(bodies.components),
            "messages": messages(catalog),
            "messageTraits": traits(catalog),
            "parameters": parameters(catalog),
            "securitySchemes": security_schemes(),
        },
    }
    return AsyncApi(document, bodies.losses)


def _info(catalog: Catalog, version: str) -> dict[str, Any]:
    """Return what the document is about."""
    settings = catalog.settings
    text = (
        f"{settings.summary or 'The events of this catalog.'}\n\nMessages are CloudEvents 1.0 in binary mode: the "
        "attributes stand in headers, the payload is the event's data. Operations are named by who does them."
    )
    domains = sorted({entry.value.domain for entry in offered(catalog)})
    return {
        "title": f"{settings.name.replace('-', ' ').capitalize()} events",
        "version": version,
        "description": text,
        "tags": [{"name": domain} for domain in domains],
        "externalDocs": {"url": settings.base_uri, "description": "Where the schemas of every version are."},
    }


def _lost(loss: Loss) -> dict[str, Any]:
    """Return a loss as the document says it."""
    return {"at": loss.at, "keyword": loss.keyword, "weaker": loss.weaker, "why": loss.why}
