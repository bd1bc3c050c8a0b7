"""An API product, served under its contract: `python serve_maintenance.py 8001 FOLDER`."""

from __future__ import annotations

import itertools
import json
import sys
from collections.abc import MutableMapping
from pathlib import Path
from typing import Any

import uvicorn
from acme_contracts.products.maintenance.v1 import PRODUCT
from acme_contracts.services import Caller, Serving, SqliteAudit, SqliteIdempotency, served

NUMBERS = itertools.count(600)


def caller(scope: MutableMapping[str, Any]) -> Caller | None:
    """Say who calls; a real service asks its identity provider about the token."""
    token = dict(scope["headers"]).get(b"authorization", b"").decode().removeprefix("Bearer ")
    if token != "planner":  # noqa: S105 - an example, no secret
        return None
    return Caller("planner", scopes=frozenset({"maintenance:order"}), sites=frozenset({"muc1"}))


async def orders(scope: MutableMapping[str, Any], _: Any, send: Any) -> None:
    """Take what the middleware let through: who calls may, and the body keeps the contract."""
    request = served(scope)
    if request.operation != "createMaintenanceWorkOrder":
        raise NotImplementedError(request.operation)
    number = f"MW-{next(NUMBERS)}"
    headers = [
        (b"content-type", b"application/json"),
        (b"location", f"{PRODUCT.base_path}/maintenance-work-orders/{number}".encode()),
        (b"etag", b'"1"'),
    ]
    await send({"type": "http.response.start", "status": 201, "headers": headers})
    await send({"type": "http.response.body", "body": json.dumps({"maintenanceWorkOrderId": number}).encode()})


def main(port: int, folder: Path) -> None:
    """Serve until SIGTERM; a command that comes twice with one key is carried out once."""
    app = Serving(
        orders,
        PRODUCT,
        authenticate=caller,
        idempotency=SqliteIdempotency(folder / "keys.db"),
        audit=SqliteAudit(folder / "audit.db"),
    )
    uvicorn.run(app, port=port, lifespan="off", ws="none", log_level="warning")


if __name__ == "__main__":
    match sys.argv[1:]:
        case [port, folder]:
            main(int(port), Path(folder))
        case _:
            sys.exit(__doc__)
