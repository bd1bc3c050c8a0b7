"""Between majors: reviewed functions, the same fact, the result judged, the refusal said."""

from __future__ import annotations

import json
from typing import Any

import pytest
from runtime_plant import ATTRIBUTES, HeldV1, HeldV2, HeldV3, Lot, event, family

from interlock_runtime import Bridges, CannotDowncast, CannotUpcast, Contract, ContractViolation


def old(data: Any = None, major: int = 1) -> bytes:
    """Return an event of an older major."""
    data = {"holdId": "HD-1", "lotId": "L-1"} if data is None else data
    kind = f"com.example.mfg.quality.lot-held.v{major}"
    return json.dumps({**ATTRIBUTES, "type": kind, "schemaversion": f"{major}.0.0", "data": data}).encode()


def bridged() -> dict[int, Contract[Any]]:
    """Return a family whose neighbours have functions upwards, and 2 has one to 1."""
    majors = family()

    @majors[2].upcaster(1)
    def _(before: HeldV1, lookup: Any) -> HeldV2:
        if before.lot_id == "UNKNOWN":
            raise CannotUpcast("the lot master does not know the lot")
        return HeldV2(hold_id=before.hold_id, lot=Lot(lot_id=lookup[before.lot_id] if lookup else before.lot_id))

    @majors[3].upcaster(2)
    def _(before: HeldV2, _lookup: Any) -> HeldV3 | CannotUpcast:
        return (
            HeldV3(hold=before.hold_id)
            if before.kind == "QUALITY"
            else CannotUpcast("only quality holds have a successor")
        )

    @majors[1].downcaster(2)
    def _(after: HeldV2, _lookup: Any) -> HeldV1:
        return HeldV1(hold_id=after.hold_id, lot_id=after.lot.lot_id)

    return majors


def test_an_older_event_is_read_as_the_newer_major() -> None:
    """The same fact: id, source and keys stay, type and versions become this contract's, the bytes are the original's."""
    majors = bridged()
    read = majors[2].parse(old())
    assert read.data == HeldV2(hold_id="HD-1", lot=Lot(lot_id="L-1"))
    assert (read.envelope.id, read.envelope.type, read.envelope.schemaversion) == (
        ATTRIBUTES["id"],
        majors[2].type,
        "2.1.0",
    )
    assert read.envelope.dataschema == majors[2].dataschema
    assert read.raw is not None
    assert read.raw.value == old()
    assert read.contract is majors[2]


def test_functions_are_chained() -> None:
    """From 1 to 3 by way of 2; a service's lookup reaches each step."""
    majors = bridged()
    assert majors[3].parse(old()).data == HeldV3(hold="HD-1")
    assert majors[2].parse(old(), lookup={"L-1": "NEW-1"}).data.lot.lot_id == "NEW-1"


def test_a_newer_event_goes_down() -> None:
    """For publishing both majors while the old one is deprecated, and it can be written as such."""
    majors = bridged()
    made = majors[1].cast(majors[2].parse(event()))
    assert made.data == HeldV1(hold_id="HD-1", lot_id="L-1")
    assert json.loads(majors[1].serialize(made).value or b"")["type"] == majors[1].type


@pytest.mark.parametrize(
    ("message", "target", "reason"),
    [
        (old({"holdId": "HD-1", "lotId": "UNKNOWN"}), 2, "cannot-cast"),
        (event({"holdId": "HD-1", "lot": {"lotId": "L"}, "kind": "CUSTOMER"}), 3, "cannot-cast"),
        (old({"holdId": "HD-1", "lotId": "-"}), 2, "payload-invalid"),
        (old({"hold": "HD-1"}, 3), 2, "unsupported-version"),
    ],
)
def test_a_way_that_ends_says_why(message: bytes, target: int, reason: str) -> None:
    """An upcaster's reason, an invalid older event, and a way that nobody built are three different things."""
    assert [found.reason for found in bridged()[target].errors(message)] == [reason]


def test_the_result_of_a_function_is_judged() -> None:
    """An upcaster that makes an invalid event is found out, with the place in its result."""
    majors = family()
    majors[2].upcaster(1)(lambda before, _: HeldV2(hold_id=f"-{before.hold_id}", lot=Lot(lot_id="L")))
    assert [(found.stage, found.reason, found.pointer) for found in majors[2].errors(old())] == [
        ("upcast", "cast-invalid", "/data/holdId")
    ]


def test_cast_refuses_what_has_no_way() -> None:
    """Without functions the event stays what it is, and this is said."""
    majors = family()
    read = majors[2].parse(event())
    with pytest.raises(ContractViolation, match="no function leads from version 2 to 1"):
        majors[1].cast(read)
    assert majors[2].cast(read) is read


def test_a_function_is_registered_once_and_in_its_direction() -> None:
    """Two functions for one way, and one that leads the wrong way, are mistakes that are said at import."""
    majors = bridged()
    with pytest.raises(ValueError, match="already a function from major version 1"):
        majors[2].upcaster(1)(lambda before, _: before)
    with pytest.raises(ValueError, match="leads from an older version"):
        majors[1].upcaster(2)
    with pytest.raises(ValueError, match="leads from a newer version"):
        majors[2].downcaster(1)


def test_functions_are_loaded_when_first_needed() -> None:
    """A package's upcasters cost nothing until an older event arrives, and are loaded once."""
    loaded: list[int] = []
    bridges = Bridges(load=lambda: loaded.append(1))
    assert bridges.way(1, 2) == []
    assert bridges.way(3, 2) == []
    assert loaded == [1]


def test_refusals_say_their_direction() -> None:
    """Both are refusals to cast, with the reason as their text."""
    assert str(CannotUpcast("why")) == "why" == CannotDowncast("why").reason


def test_what_a_way_asks_is_asked_by_each_step() -> None:
    """Whoever has no answer to one of them knows that the way leads nowhere."""
    majors = family()
    majors[2].downcaster(3, asks=["second"])(lambda new, _: new)
    majors[1].downcaster(2, asks=["first"])(lambda new, _: new)
    assert majors[1].bridges.asked(3, 1) == ("second", "first")
    assert majors[1].bridges.asked(2, 1) == ("first",)
    assert majors[2].bridges.asked(1, 2) == ()
