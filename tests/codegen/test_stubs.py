"""The start of a function between majors: typed, with what can be proved, and a named gap for the rest."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from codegen.generated import catalog_of, files_of, importable, shipped, written
from interlock.errors import UsageError
from interlock_codegen.stubs import upcaster_stub
from support.plant import event

CATALOG = shipped()
NEW = sorted(key for key, entry in CATALOG.events.items() if entry.value.major > 1)


def test_stubs_of_every_major_are_typed_and_refuse_until_filled(tmp_path: Path) -> None:
    """Mypy takes each of them as it is written, and an old event is refused with the gap's name, never half filled."""
    stubs = dict(upcaster_stub(CATALOG, key) for key in NEW)
    folder = written(files_of(CATALOG, "stub_contracts", upcasters=_renamed(stubs)), tmp_path)
    command = [
        sys.executable,
        "-m",
        "mypy",
        "--strict",
        "--no-incremental",
        "--config-file=",
        "-p",
        "stub_contracts.upcasters",
    ]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)  # noqa: S603
    assert done.returncode == 0, done.stdout
    with importable(folder, "stub_contracts") as package:
        for key in NEW:
            name, _, major = key.partition("@")
            example = next(one for one in CATALOG.examples[f"{name}@{int(major) - 1}"] if one.accepted)
            with pytest.raises(package.ContractViolation, match=r"does not fill [a-z_]+ yet"):
                package.contract(key).parse(json.dumps(example.event).encode())


def _renamed(stubs: dict[str, bytes]) -> dict[str, bytes]:
    """Return stubs for a package of another name."""
    return {path: text.replace(b"acme_contracts", b"stub_contracts") for path, text in stubs.items()}


SETTINGS = {"targets": {"python": {"distribution": "x", "module": "stub_contracts"}}}
STRING = {"type": "string", "maxLength": 5}


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        ({"a": STRING}, {"a": {"type": "string", "maxLength": 9}}, "a=old.a,"),
        (
            {"a": STRING},
            {"a": {"type": "string", "maxLength": 4}},
            "# a: the older version may send what the newer one refuses",
        ),
        ({"a": STRING}, {"a": {"type": "integer"}}, "# a: has another type in the older version"),
        ({"a": STRING}, {"b": STRING}, "# b: the older version has no such member"),
        ({"classNo": STRING}, {"classNo": STRING, "class": STRING}, "class_no=old.class_no,"),
        (
            {"a": {"type": "string", "format": "date"}},
            {"a": {"type": "string"}},
            "# a: has another type in the older version",
        ),
        ({"a": {"type": "array", "items": STRING}}, {"a": {"type": "array", "items": STRING}}, "a=old.a,"),
    ],
)
def test_only_what_is_proved_is_mapped(old: dict[str, object], new: dict[str, object], line: str) -> None:
    """Same name and a type that contains the old one's: mapped; else the gap says what stands in the way."""
    contracts = {
        f"events/plant/lot-seen/v{major}.yaml": {
            **event("plant.lot-seen", f"{major}.0.0", {}),
            "schema": {"type": "object", "required": list(members), "properties": members},
        }
        for major, members in ((1, old), (2, new))
    }
    catalog = catalog_of(contracts, SETTINGS)
    path, text = upcaster_stub(catalog, "plant.lot-seen@2")
    assert path == "plant/lot_seen.py"
    assert line in [row.strip() for row in text.decode().splitlines()]


def test_a_major_without_an_older_one_is_told() -> None:
    """There is nothing to lead from."""
    with pytest.raises(UsageError, match="no event of an older major before it"):
        upcaster_stub(CATALOG, "production.operation-started")
