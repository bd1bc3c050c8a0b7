"""A typed start for a function between two majors: what can be proved is mapped, everything else is a named gap."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from interlock.catalog import Catalog, Entry, EventContract
from interlock.compat import Verdict, compare
from interlock.errors import UsageError
from interlock.references import Bundle, bundle
from interlock_codegen.code import Code, comment, docstring, literal
from interlock_codegen.lowering.members import field_names
from interlock_codegen.lowering.places import places
from interlock_codegen.lowering.shapes import Root
from interlock_codegen.naming import pascal
from interlock_codegen.printing import printed

_SCALARS = frozenset({"string", "integer", "number", "boolean", "null"})


@dataclass(frozen=True, slots=True)
class Mapped:
    """One member of the new class, and where its value comes from."""

    name: Code
    value: Code
    why: Code | None
    """Why it is a gap; None where the value was proved to fit."""


def upcaster_stub(catalog: Catalog, key: str) -> tuple[str, bytes]:
    """Return path and text of the function that leads to a major from the one before it; raise UsageError without one."""
    entry = catalog.find(key)
    new = catalog.events.get(entry.value.key)
    old = catalog.events.get(f"{entry.value.name}@{entry.value.major - 1}")
    target = catalog.settings.targets.python
    if new is None or old is None or target is None:
        raise UsageError(
            f"{entry.value.key} has no event of an older major before it: name the newer of two majors, such as {entry.value.name}@2"
        )
    place = places(catalog).events[new.value.key]
    older = places(catalog).events[old.value.key]
    rows = tuple(_mapped(catalog, old, new))
    text = printed(
        "upcaster.py.j2",
        doc=docstring(f"{new.value.name}: from version {old.value.major} to version {new.value.major}.", indent=0),
        module=Code(target.module), event=Code(f"{target.module}.{place.domain}.{place.event}"), old=Code(older.module), new=Code(place.module),
        type=Code(pascal(new.value.name.partition(".")[2])), major=Code(str(old.value.major)), rows=rows, gaps=any(row.why for row in rows),
    )  # fmt: skip
    return f"{place.domain}/{place.event}.py", text


def _mapped(catalog: Catalog, old: Entry[EventContract], new: Entry[EventContract]) -> Iterator[Mapped]:
    """Yield each member of the new class that the old one fills, or that has to be filled."""
    before, after = bundle(old.path, catalog.data), bundle(new.path, catalog.data)
    was, becomes = Root(before.schema), Root(after.schema)
    old_names, new_names = field_names(was, before.schema), field_names(becomes, after.schema)
    required = becomes.required(after.schema)
    for wire, schema in becomes.properties(after.schema).items():
        why = _gap(wire, before, after, schema, needed=wire in required)
        if why is None:
            yield Mapped(new_names[wire], Code(f"old.{old_names[wire]}"), None)
        elif wire in required or wire in old_names:
            yield Mapped(new_names[wire], Code(f"_gap({literal(new_names[wire])})"), comment(why))


def _gap(wire: str, before: Bundle, after: Bundle, schema: Any, *, needed: bool) -> str | None:
    """Return why a member can't be taken over as it is; None where that is proved."""
    was = Root(before.schema)
    declared = was.properties(before.schema)
    if wire not in declared:
        return f"{wire}: the older version has no such member"
    if needed and wire not in was.required(before.schema):
        return f"{wire}: may be absent in the older version"
    shape = _shape(before, declared[wire])
    if shape is None or shape != _shape(after, schema):
        return f"{wire}: has another type in the older version"
    verdict = compare(
        writer=_document(before, declared[wire]), reader=_document(after, schema), formats="assertion"
    ).verdict
    return None if verdict is Verdict.COMPATIBLE else f"{wire}: the older version may send what the newer one refuses"


def _shape(bundled: Bundle, schema: Any) -> Any:
    """Return what decides the Python type of a member; None for a class that the contract has for itself."""
    root = Root(bundled.schema)
    ref = schema.get("$ref") if isinstance(schema, dict) else None
    if isinstance(ref, str):
        return ref
    types = root.types(schema)
    if types == frozenset({"array"}):
        items = _shape(bundled, root.first(schema, "items"))
        return None if items is None else ("array", items)
    closed = root.values(schema)
    return (
        None
        if not types <= _SCALARS
        else (types, root.first(schema, "format"), None if closed is None else tuple(map(repr, closed)))
    )


def _document(bundled: Bundle, schema: Any) -> Any:
    """Return a member's schema as a document of its own."""
    return {**schema, "$defs": bundled.schema.get("$defs", {})} if isinstance(schema, dict) else schema
