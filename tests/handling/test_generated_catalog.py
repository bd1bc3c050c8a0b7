"""The catalog in the generated package is the one of the contracts, and costs nothing until it is used."""

from __future__ import annotations

import datetime as dt
import json
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from codegen.generated import catalog_of, files_of, importable, shipped, written
from interlock.versions import Version, VersionRange
from interlock_codegen.catalogs import catalog_files
from interlock_codegen.lowering.contracts import Source
from interlock_codegen.lowering.places import places
from support.plant import event

SHIPPED = shipped()


def test_every_event_is_listed_as_its_contract_says(handled: ModuleType) -> None:
    """Name, type, version, tier, status, owner, producers and causes, without importing the contract's module."""
    assert [row.key for row in handled.catalog.rows] == list(SHIPPED.events)
    for row in handled.catalog.rows:
        value = SHIPPED.events[row.key].value
        assert (row.version, row.tier, row.status, row.owner) == (
            value.version,
            value.tier,
            value.lifecycle.status,
            value.owner,
        )
        assert (row.producers, row.caused_by) == (value.producers, value.lineage.caused_by)
        contract = row.load()
        assert (contract.name, contract.type, contract.version, contract.tier) == (
            row.name,
            row.type,
            row.version,
            row.tier,
        )
        assert handled.catalog.of_type(row.type) is contract is handled.catalog.contract(row.key)


def test_tiers_readers_and_workflows_are_those_of_the_catalog(handled: ModuleType) -> None:
    """Durations as lengths of time, ranges as the majors that lie in them."""
    catalog = handled.catalog
    first = catalog.tiers["T1"]
    assert (first.retry.attempts, first.retry.first, first.retry.longest) == (
        10,
        dt.timedelta(seconds=1),
        dt.timedelta(minutes=5),
    )
    assert (first.dedupe.event, first.dedupe.business_key) == (dt.timedelta(days=7), dt.timedelta(days=30))
    assert (catalog.tiers["T3"].dedupe, catalog.tiers["T3"].expiry) == (None, dt.timedelta(minutes=15))
    assert set(catalog.readers) == set(SHIPPED.readers)
    for name, entry in SHIPPED.readers.items():
        for line, declared in zip(catalog.readers[name].reads, entry.value.reads, strict=True):
            assert (line.event, line.fields, line.strict) == (declared.event, declared.fields, declared.strict)
            inside = VersionRange.parse(declared.versions)
            majors = [row.major for row in catalog.majors(line.event) if Version.parse(row.version) in inside]
            assert list(line.majors) == majors
    assert {flow.name: flow.events for flow in catalog.workflows} == {
        name: frozenset(step.event for step in entry.value.steps if step.event)
        for name, entry in SHIPPED.workflows.items()
    }


def test_a_hold_and_its_disposition_share_a_sequence(handled: ModuleType) -> None:
    """So that the one can't overtake the other; events beside each flow keep their own order."""
    sequences = handled.catalog.sequences
    assert (
        sequences["quality.lot-on-hold"]
        == sequences["quality.lot-disposition-decided"]
        == sequences["inventory.inventory-moved"]
    )
    assert sequences["platform.event-dead-lettered"] == "platform.event-dead-lettered"
    assert "production.work-order-released" not in sequences


def test_channels_lead_back_to_their_contract(handled: ModuleType) -> None:
    """With dots and with slashes."""
    catalog = handled.catalog
    for row in catalog.rows:
        assert catalog.of_channel(catalog.channel(row, "muc1")) is row
        assert catalog.of_channel(catalog.channel(row, "muc1", slashes=True)) is row
    assert catalog.channel(catalog.rows[0], "muc1") == "muc1.engineering.engineering-change-released.v1"
    assert (
        catalog.channel(catalog.rows[0], "muc1", slashes=True) == "mfg/muc1/engineering/engineering-change-released/v1"
    )
    assert catalog.of_channel("") is catalog.of_channel("muc1.quality.lot-on-hold.v9") is None


def test_using_the_catalog_imports_no_contract(handled: ModuleType) -> None:
    """Until the first event of its type comes."""
    code = (
        "import sys; from handled_contracts import catalog; catalog.consumer('wms-finished-goods'); "
        "print([name for name in sys.modules if name.startswith('handled_contracts.') and name.endswith(('.v1', '.v2'))])"
    )
    run = subprocess.run(  # noqa: S603 - a fixed program
        [sys.executable, "-c", code],
        cwd=Path(handled.__file__ or "").parents[1],
        capture_output=True,
        text=True,
        check=True,
    )
    assert run.stdout.strip() == "[]"


def written_file(line: dict[str, Any]) -> bytes:
    """Return the catalog's file of a small catalog with one reader."""
    contracts = {
        "events/a/b-done/v1.yaml": event("a.b-done", "1.0.0", {}),
        "teams.yaml": {"teams": {"team-plant": {"name": "Plant", "contact": "mailto:plant@example.com"}}},
        "systems.yaml": {"systems": {"mes": {"name": "MES", "level": 3, "owner": "team-plant", "summary": "The MES."}}},
        "readers/office.yaml": {
            "service": "office", "system": "mes", "owner": "team-plant", "summary": "Reads.",
            "reads": [{"event": "a.b-done", "versions": ">=1.0 <2", "fields": ["/data/x"], **line}],
        },
    }  # fmt: skip
    made = catalog_of(contracts)
    source = Source(made, lambda path: (_ for _ in ()).throw(LookupError(path)), places(made))
    return catalog_files(source)["_catalog.json"]


def test_a_range_that_starts_above_the_present_minor_still_reads_its_major() -> None:
    """A reader may ask for a minor that is about to come; events of the major are its own."""
    document = json.loads(written_file({"versions": ">=1.4 <2"}))
    assert document["readers"][0]["reads"][0]["majors"] == [1]


@pytest.mark.parametrize("domain", ["catalog", "contract", "types"])
def test_a_domain_may_be_called_like_what_the_package_offers(domain: str, tmp_path: Path) -> None:
    """It gets another name, and the catalog stays the catalog."""
    made = catalog_of({f"events/{domain}/x-done/v1.yaml": event(f"{domain}.x-done", "1.0.0", {})})
    folder = written(files_of(made, "odd_contracts"), tmp_path)
    with importable(folder, "odd_contracts") as package:
        assert package.catalog.newest(f"{domain}.x-done").major == 1


def test_the_file_is_inert() -> None:
    """Texts of contracts are JSON in it: nothing that a contract says becomes code, or a line of its own."""
    nasty = 'x"""\n${jndi:ldap://x}\u2028{{7*7}}\x00'
    content = written_file({"assumptions": [{"at": "/data/x", "schema": {"const": nasty}, "why": 'x"}\u2028'}]})
    assert content.isascii()
    (line,) = [line for line in content.decode().splitlines() if "jndi" in line]
    assert json.loads(line)["reads"][0]["assumes"][0]["schema"] == {"const": nasty}
