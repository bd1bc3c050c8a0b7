"""Two systems of record compared by key."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interlock_runtime.observing.reconciling import BadSnapshot, Discrepancy, Figure, discrepancies

KEYS = st.text("abc/", min_size=1, max_size=3)
FIGURES = st.builds(Figure, st.integers(-3, 3).map(Decimal), st.sampled_from(["KGM", "H87"])) | st.builds(
    Figure, state=st.sampled_from(["BLOCKED", "FREE"])
)
SNAPSHOTS = st.dictionaries(KEYS, FIGURES, max_size=6)


def kg(value: str) -> Figure:
    """Return a weight."""
    return Figure(Decimal(value), "KGM")


@given(SNAPSHOTS, SNAPSHOTS)
def test_what_is_found_is_what_differs(left: dict[str, Figure], right: dict[str, Figure]) -> None:
    """As the definition says, key by key; and the mirror image from the other side."""
    found = {one.key for one in discrepancies(left.items(), right.items())}
    nothing = {Figure(Decimal(0), unit) for unit in ("KGM", "H87")}
    assert found == {
        key
        for key in left.keys() | right.keys()
        if (key in left and key in right and left[key] != right[key])
        or (left.get(key) != right.get(key) and not {left.get(key), right.get(key)} <= nothing | {None})
    }
    mirrored = list(discrepancies(right.items(), left.items()))
    assert [(one.key, one.right, one.left) for one in mirrored] == [
        (one.key, one.left, one.right) for one in discrepancies(left.items(), right.items())
    ]


@given(SNAPSHOTS, SNAPSHOTS)
def test_streams_find_the_same(left: dict[str, Figure], right: dict[str, Figure]) -> None:
    """Sorted snapshots are read as they come, one row of each side ahead."""
    streams = (iter(sorted(side.items(), key=lambda row: row[0])) for side in (left, right))
    assert list(discrepancies(*streams, are_sorted=True)) == list(discrepancies(left.items(), right.items()))


def test_streams_are_not_kept_in_memory() -> None:
    """A discrepancy at the beginning is told before the end has been read."""

    def endless() -> Iterator[tuple[str, Figure]]:
        for number in range(10**12):
            yield f"{number:015d}", kg("1")

    found = discrepancies(endless(), iter([(f"{0:015d}", kg("2"))]), are_sorted=True)
    assert next(found).difference == Decimal(-1)


def test_tolerance() -> None:
    """Up to it two quantities agree, also when one side does not know the key; a state has none."""
    left = {"a": kg("10.0"), "b": kg("10.0"), "c": kg("0.4"), "d": Figure(state="BLOCKED")}
    right = {"a": kg("10.5"), "b": kg("10.51"), "d": Figure(state="FREE")}
    found = list(discrepancies(left.items(), right.items(), tolerance=Decimal("0.5")))
    assert [(one.key, one.difference) for one in found] == [("b", Decimal("-0.51")), ("d", None)]
    assert Discrepancy("x", kg("1"), Figure(Decimal(1), "LBR")).difference is None, "units can't be subtracted"


def test_snapshots_that_cannot_be_compared_are_sentences() -> None:
    """A key twice, and a stream that is not sorted although it was said to be."""
    twice = [("a", kg("1")), ("a", kg("2"))]
    with pytest.raises(BadSnapshot, match="the left snapshot can't be compared: the key 'a' stands in it twice"):
        list(discrepancies(twice, []))
    with pytest.raises(BadSnapshot, match=r"the right snapshot .* the key 'a' comes after 'b': sort it"):
        list(discrepancies([], [("b", kg("1")), ("a", kg("1"))], are_sorted=True))


def test_what_is_found_is_reported_as_events(acme: ModuleType, tmp_path: Path) -> None:
    """One event a key, as scenario D has it: short by 500 KGM; the same run again is the same business key."""
    from importlib import import_module

    own: Any = import_module("acme_contracts._runtime.observing.reconciling")
    outbox = import_module("acme_contracts._runtime.outbox").Outbox(tmp_path / "box")
    publisher = acme.catalog.publisher("recon", site="muc1", source="https://muc1.exc.example/recon", outbox=outbox)
    contract = acme.catalog.contract("platform.reconciliation-discrepancy-detected@1")
    run = own.Run(
        "GOODS_RECEIPT",
        "erp",
        "wms",
        dt.datetime(2026, 3, 20, 10, tzinfo=dt.UTC),
        "RC-77",
        lambda one: "REPLAY" if one.right is None else "INVESTIGATE",
    )
    expected = {
        "PO4-33010/10/B-7801": own.Figure(Decimal(2000), "KGM"),
        "PO4-1/10/B-1": own.Figure(Decimal("0.5"), "KGM"),
        "PO4-2/10/B-2": own.Figure(state="BLOCKED"),
    }
    counted = {"PO4-33010/10/B-7801": own.Figure(Decimal(1500), "KGM"), "PO4-2/10/B-2": own.Figure(state="FREE")}
    for _ in range(2):
        events = run.report(own.discrepancies(expected.items(), counted.items()), publisher, contract)
        assert [event.envelope.idempotencykey for event in events] == [
            f"reconciliation-discrepancy-detected:RC-77:{key}" for key in sorted(expected)
        ]
    short = json.loads(contract.serialize_data(events[2].data))
    assert (short["leftQuantity"], short["rightQuantity"], short["difference"]) == (
        {"value": 2000, "unitCode": "KGM"}, {"value": 1500, "unitCode": "KGM"}, {"value": 500, "unitCode": "KGM"},
    )  # fmt: skip
    assert [event.data.proposed_action for event in events] == ["REPLAY", "INVESTIGATE", "INVESTIGATE"]
    assert (events[0].envelope.correlationid, outbox.state().rows) == ("reconciliation:RC-77", 6)
    outbox.close()
