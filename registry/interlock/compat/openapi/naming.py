"""Names that never travel and yet are relied on: by the code that is generated from the documents."""

from __future__ import annotations

from .finding import Exchange, Findings
from .sources import Cursor, Source


def compare_ids(found: Findings, exchange: Exchange) -> None:
    """A generated method is called as its operationId says."""
    old, new = (side.at.text("operationId") for side in (exchange.old, exchange.new))
    if old and old != new:
        message = f"operationId was {old} and is {new or 'gone'}: the generated method has another name"
        places = [(side.at.raw("operationId") or side.at).spot for side in (exchange.old, exchange.new)]
        found.add("operation-id-changed", message, of=exchange.old, old=places[0], new=places[1], says=(old, new))


def compare_components(found: Findings, old: Source, new: Source) -> None:
    """A generated class is called as its schema is."""
    sides = [_schemas(source) for source in (old, new)]
    if sides[0] is None:
        return
    now = sides[1].value if sides[1] is not None else {}
    for name in sides[0].value:
        at = sides[0].raw(name)
        if name not in now and at is not None:
            place = sides[1] or new.root
            message = f"the schema {name} is gone: the generated class too"
            found.add("component-removed", message, of="components", old=at.spot, new=place.spot, says=(name, None))


def _schemas(source: Source) -> Cursor | None:
    components = source.root.member("components")
    return components.member("schemas") if components is not None else None
