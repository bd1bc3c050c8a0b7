"""What a type checker knows of a client: what goes in, what comes out, and every mistake that it can see before a test runs."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

USE = """
from __future__ import annotations

from typing import assert_type

from acme_contracts.clients import Bearer, ClientCredentials, Options, Reply, Retry, Timeout
from acme_contracts.products.finance import v1 as retiring
from acme_contracts.products.inventory import v1 as stock
from acme_contracts.products.production_orders import v2 as orders


def command(client: orders.Client, body: orders.CreateProductionOrder, release: orders.ReleaseWorkOrder) -> None:
    created = client.create_production_order(body)
    assert_type(created, orders.ProductionOrderState)
    whole = client.raw.create_production_order(body, idempotency_key="k", timeout=Timeout(total=3))
    assert_type(whole, Reply[orders.ProductionOrderState])
    client.release_work_order(release, production_order_id="PO-1", if_match=whole.etag or "")
    client.create_production_order()  # E: call-arg
    client.create_production_order(release)  # E: arg-type
    client.create_production_order(body, "k")  # E: call-arg
    client.release_work_order(release, production_order_id="PO-1")  # E: call-arg
    client.release_work_order(release, production_order_id=1, if_match="")  # E: arg-type
    created.order_stat  # E: attr-defined


async def tasks(client: orders.AsyncClient, body: orders.CreateProductionOrder) -> None:
    assert_type(await client.create_production_order(body), orders.ProductionOrderState)
    client.create_production_order(body).entity_version  # E: attr-defined


def pages(client: stock.Client) -> None:
    for page in client.get_stock_pages(site="muc1"):
        assert_type(page, stock.StockPage)
    for entry in client.get_stock_entries(site="muc1", limit=50):
        assert_type(entry, stock.StockEntry)
    client.get_stock_entries(site="muc1", limit="50")  # E: arg-type


def problems(client: stock.Client, movement: stock.PostGoodsMovement) -> None:
    try:
        client.post_goods_movement(movement)
    except stock.LotOnHoldError as refused:
        assert_type(refused.body, stock.LotOnHoldProblem)
        refused.body.hold_idd  # E: attr-defined


def setting_up() -> None:
    options = Options(timeout=Timeout(read=5), retry=Retry(attempts=2))
    orders.Client("https://x", credentials={"oauth2": ClientCredentials("id", "secret")}, options=options)
    orders.AsyncClient("https://x", credentials={"oauth2": Bearer("token")})
    orders.Client("https://x", credentials={"oauth2": "token"})  # E: dict-item


def going_away(client: retiring.Client, body: retiring.PostFinancialAdjustment) -> None:
    client.post_financial_adjustment(body)  # E: deprecated
"""


def test_a_type_checker_sees_what_is_right_and_what_is_wrong(shipped_folder: Path, tmp_path: Path) -> None:
    """Mypy finds each marked mistake, for the marked reason, and nothing else."""
    file = tmp_path / "use.py"
    file.write_text(USE)
    command = (
        sys.executable, "-m", "mypy", "--strict", "--no-incremental", "--config-file=", "--enable-error-code=deprecated",
        "--follow-imports=silent", str(file),
    )  # fmt: skip
    done = subprocess.run(command, cwd=shipped_folder, capture_output=True, text=True, check=False)  # noqa: S603
    found = {
        (int(line), code)
        for line, code in re.findall(r"use\.py:(\d+): error: .*\[([a-z-]+)\]$", done.stdout, re.MULTILINE)
    }
    marked = {
        (number, code)
        for number, line in enumerate(USE.splitlines(), 1)
        for code in re.findall(r"# E: ([a-z-]+)$", line)
    }
    assert found == marked, done.stdout + done.stderr
