"""
The business of the examples: a warehouse that blocks what quality holds. It knows nothing of brokers.

Each other file here brings the holds to `Warehouse.block`, each by another transport, and sends what it publishes.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from acme_contracts import Event, catalog
from acme_contracts.inventory.inventory_moved.v1 import CONTRACT as INVENTORY_MOVED
from acme_contracts.inventory.inventory_moved.v1 import InventoryMoved
from acme_contracts.quality.lot_on_hold.v2 import CONTRACT as LOT_ON_HOLD
from acme_contracts.quality.lot_on_hold.v2 import LotOnHold
from acme_contracts.services import Outbox, SqliteInbox, SqliteQuarantine, SqliteReceipts
from acme_contracts.types import DocumentRef, LocalDate, LocationRef

SITE = "muc1"
STORE = LocationRef(location_id="muc1-fg-1", location_type=LocationRef.LocationType.STORAGE_ZONE, site=SITE)
"""Where the lots lie; a change of status happens in one place."""
HOLDS = catalog.channel(LOT_ON_HOLD, SITE)
"""Where holds are heard: muc1.quality.lot-on-hold.v2."""
MOVEMENTS = catalog.channel(INVENTORY_MOVED, SITE)
"""Where the warehouse says what it moved."""


class Warehouse:
    """A service with its consumer, its publisher, and all its memory in one folder."""

    def __init__(self, folder: Path) -> None:
        memory = folder / "consumer.db"
        self.outbox = Outbox(folder / "outbox.db")
        self.publisher = catalog.publisher("wms", site=SITE, source="https://muc1.exc.example/wms", outbox=self.outbox)
        self.consumer = catalog.consumer(
            "wms-finished-goods",
            inbox=SqliteInbox(memory),
            quarantine=SqliteQuarantine(memory),
            receipts=SqliteReceipts(memory),
        )

    def block(self, event: Event[Any]) -> None:
        """Block a held lot; cause and business case of the movement follow from the event that is being handled."""
        if isinstance(event.data, LotOnHold):
            self.publisher.publish(INVENTORY_MOVED, blocked(event.data))

    async def ablock(self, event: Event[Any]) -> None:
        """Block a held lot, as `block` does, from a task."""
        if isinstance(event.data, LotOnHold):
            await self.publisher.apublish(INVENTORY_MOVED, blocked(event.data))


def blocked(hold: LotOnHold) -> InventoryMoved:
    """Return the movement that takes a lot out of reach; one hold makes one movement, however often it is told."""
    return InventoryMoved(
        movement_id=f"M-{hold.hold_id}",
        movement_type=InventoryMoved.MovementType.STATUS_CHANGE,
        lot=hold.lot,
        quantity=hold.affected_quantity,
        from_location=STORE,
        to_location=STORE,
        from_stock_status="UNRESTRICTED",
        to_stock_status=hold.stock_status,
        reference=DocumentRef(document_type=DocumentRef.DocumentType.HOLD, document_id=hold.hold_id),
        posting_date=LocalDate.of(hold.placed_at.wire[:10]),
        moved_at=hold.placed_at,
    )
