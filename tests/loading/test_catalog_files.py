"""A bad file costs one finding a fault, at its file and line, and everything else is still read."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
import yaml

from interlock import references
from interlock.errors import NoCatalogError
from interlock.kinds import KINDS, schema
from interlock.loading import load
from interlock.rules import lint
from interlock.trees import MemoryTree
from support.plant import SETTINGS, SYSTEMS, TEAMS, event

PATH = "events/production/operation-started/v1.yaml"
GOOD = event("production.operation-started", "1.0.0", {"type": "object", "properties": {}})


def tree(**files: Any) -> MemoryTree:
    """Return a small catalog with some files changed; keys are paths with `__` for `/`."""
    contents = {"catalog.yaml": SETTINGS, "teams.yaml": TEAMS, "systems.yaml": SYSTEMS, PATH: GOOD}
    contents.update(files)
    return MemoryTree(
        {
            path: content
            if isinstance(content, bytes)
            else content.encode()
            if isinstance(content, str)
            else yaml.safe_dump(content, sort_keys=False).encode()
            for path, content in contents.items()
        }
    )


def said(**files: Any) -> list[tuple[str, str, str]]:
    """Return rule, place and message of each finding, with the good event still read unless it was changed."""
    loaded = load(tree(**files))
    if PATH not in files:
        assert "production.operation-started@1" in loaded.catalog.contracts
    return [(f.rule, str(f.place), f.message) for f in loaded.findings]


CASES: dict[str, tuple[dict[str, Any], str, str, str]] = {
    "broken YAML": (
        {"readers/board.yaml": "service: [\n"},
        "file/is-well-formed",
        "readers/board.yaml:2",
        "this is not YAML",
    ),
    "not UTF-8": ({"waivers.yaml": b"\xff"}, "file/is-well-formed", "waivers.yaml:1", "is not UTF-8"),
    "key twice": ({"teams.yaml": "teams: {}\nteams: {}\n"}, "file/is-well-formed", "teams.yaml:2", "a second time"),
    "unknown key": (
        {PATH: {**GOOD, "retentoin": "P1Y"}},
        "file/fits-its-kind",
        f"{PATH}:35",
        "did you mean 'retention'?",
    ),
    "missing member": (
        {PATH: {k: v for k, v in GOOD.items() if k != "tier"}},
        "file/fits-its-kind",
        f"{PATH}:1",
        "the member 'tier' is missing",
    ),
    "wrong choice": (
        {PATH: {**GOOD, "tier": "T9"}},
        "file/fits-its-kind",
        f"{PATH}:12",
        "'T9' is not one of T1, T2, T3",
    ),
    "bad version": ({PATH: {**GOOD, "version": "1.0"}}, "file/fits-its-kind", f"{PATH}:3", "does not have the form"),
    "version as a number": (
        {PATH: {**GOOD, "version": 1.0}},
        "file/fits-its-kind",
        f"{PATH}:3",
        "1.0 stands where a string is expected",
    ),
    "wrong date": (
        {PATH: {**GOOD, "lifecycle": {"status": "deprecated", "sunset": "2028-02-30"}}},
        "file/fits-its-kind",
        f"{PATH}:7",
        "is not a date",
    ),
    "name against path": (
        {PATH: {**GOOD, "name": "production.other"}},
        "file/name-matches-path",
        f"{PATH}:2",
        "the path says 'production.operation-started'",
    ),
    "major against path": (
        {PATH: {**GOOD, "version": "2.0.0"}},
        "file/name-matches-path",
        f"{PATH}:3",
        "the path says '1.x.y'",
    ),
    "a stray file": (
        {"events/Foo/v1.yaml": "a: 1\n"},
        "file/has-a-place",
        "events/Foo/v1.yaml",
        "has no place in a catalog",
    ),
    "a list for a map": (
        {"teams.yaml": "- a\n"},
        "file/fits-its-kind",
        "teams.yaml:1",
        "a list stands where a map is expected",
    ),
    "an empty file": ({"teams.yaml": ""}, "file/fits-its-kind", "teams.yaml", "null stands where a map is expected"),
    "broken settings": (
        {"catalog.yaml": "name: x\n"},
        "file/fits-its-kind",
        "catalog.yaml:1",
        "the member 'base-uri' is missing",
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_bad_file(case: str) -> None:
    """Each mistake is a finding at its line that says what would mend it."""
    files, rule, place, message = CASES[case]
    findings = said(**files)
    assert any((r, p) == (rule, place) and message in m for r, p, m in findings), findings


def test_every_fault_of_a_file_is_said() -> None:
    """A file with three faults costs three findings, in one run."""
    findings = said(**{PATH: {**GOOD, "tier": "T9", "ownr": "x", "version": "1"}})
    assert sorted(p for _, p, _ in findings) == [f"{PATH}:12", f"{PATH}:3", f"{PATH}:35"]


def test_hidden_files_are_no_part_of_a_catalog() -> None:
    """A catalog at the top of a repository lives beside the pipeline's files."""
    assert said(**{".github/workflows/ci.yml": "on: push\n", ".gitlab-ci.yml": "a: [\n"}) == []


def test_no_catalog() -> None:
    """A folder without catalog.yaml is no catalog."""
    with pytest.raises(NoCatalogError, match="interlock init"):
        load(MemoryTree({"teams.yaml": b""}))


@pytest.mark.parametrize("kind", [name for name, kind in KINDS.items() if kind.model is not None])
def test_every_kind_has_a_schema(kind: str) -> None:
    """Editors get a valid JSON Schema 2020-12 for every kind of file."""
    import jsonschema

    jsonschema.Draft202012Validator.check_schema(schema(kind))


REFERENCES = {
    "missing file": ("../../../types/nothing/v1.yaml", references.RESOLVE, "there is no types/nothing/v1.yaml"),
    "out of the catalog": ("../../../../secret.yaml", references.STAY, "leaves the catalog's folder"),
    "http": ("https://example.com/x.yaml", references.STAY, "points out of the catalog"),
    "another scheme": ("file:/etc/passwd", references.STAY, "points out of the catalog"),
    "host": ("//example.com/x.yaml", references.STAY, "points out of the catalog"),
    "absolute": ("/etc/passwd", references.STAY, "is no relative path"),
    "escaped dots": ("%2e%2e/%2e%2e/%2e%2e/%2e%2e/x.yaml", references.STAY, "leaves the catalog's folder"),
    "backslash": ("..\\..\\x.yaml", references.STAY, "is no relative path"),
    "no such definition": ("#/$defs/Nothing", references.RESOLVE, "has no /$defs/Nothing"),
    "anchor": ("#here", references.RESOLVE, "names an anchor"),
    "not a type": ("../../../teams.yaml", references.RESOLVE, "names no shared type"),
    "itself": ("#/properties/a", references.PROGRESS, "leads back to itself"),
}


@pytest.mark.parametrize("case", REFERENCES)
def test_bad_reference(case: str) -> None:
    """Each bad reference is found once, with its rule, and never followed."""
    ref, rule, message = REFERENCES[case]
    contract = {**GOOD, "schema": {"type": "object", "properties": {"a": {"$ref": ref}}}}
    catalog = load(tree(**{PATH: contract})).catalog
    found = list(references.faults(PATH, catalog.data))
    assert [(f.rule, f.pointer) for f in found] == [(rule, "/schema/properties/a")]
    assert message in str(found[0])


def test_references_in_data_are_data() -> None:
    """`$ref` inside const, enum or examples is a value; so is a property of that name."""
    schema_ = {"const": {"$ref": "x"}, "examples": [{"$ref": "y"}], "properties": {"$ref": {"type": "string"}}}
    assert list(references.references(schema_)) == []


def test_a_type_may_contain_itself() -> None:
    """Recursion through a member makes progress; a cycle of bare references does not."""
    node = {
        "contract": "type",
        "name": "node",
        "version": "1.0.0",
        "summary": "A tree.",
        "schema": {"type": "object", "properties": {"next": {"$ref": "v1.yaml"}}},
    }
    loop = {
        name: {
            "contract": "type",
            "name": name,
            "version": "1.0.0",
            "summary": "A loop.",
            "schema": {"$ref": f"../{other}/v1.yaml"},
        }
        for name, other in (("a", "b"), ("b", "a"))
    }
    catalog = load(tree(**{"types/node/v1.yaml": node, **{f"types/{n}/v1.yaml": t for n, t in loop.items()}})).catalog
    assert list(references.faults("types/node/v1.yaml", catalog.data)) == []
    assert [f.rule for f in references.faults("types/a/v1.yaml", catalog.data)] == [references.PROGRESS]
    bundle = references.bundle("types/node/v1.yaml", catalog.data)
    assert bundle.schema["properties"]["next"] == {"$ref": "#"}


def test_bundle_places() -> None:
    """A pointer into a bundle leads back to the file that it came from."""
    types = {
        "contract": "type",
        "name": "id",
        "version": "1.0.0",
        "summary": "An id.",
        "schema": {"type": "string", "maxLength": 9},
    }
    contract = {
        **GOOD,
        "schema": {"type": "object", "properties": {"a": {"$ref": "../../../types/id/v1.yaml", "description": "x"}}},
    }
    bundle = references.bundle(PATH, load(tree(**{PATH: contract, "types/id/v1.yaml": types})).catalog.data)
    assert bundle.schema["properties"]["a"]["$ref"] == "#/$defs/types~1id~1v1.yaml"
    assert bundle.place("/$defs/types~1id~1v1.yaml/maxLength") == ("types/id/v1.yaml", "/schema/maxLength")
    assert bundle.place("/properties/a") == (PATH, "/schema/properties/a")


def test_a_broken_major_is_blamed_once() -> None:
    """A major that does not load is one finding; its readers and the major before it are not blamed for it."""
    old = {
        **GOOD,
        "lifecycle": {
            "status": "deprecated",
            "since": "2026-01-01",
            "sunset": "2028-06-30",
            "successor": f"{GOOD['name']}@2",
            "migration": "https://contracts.example.com/m",
        },
    }
    reader = {
        "service": "board",
        "system": "mes",
        "owner": "team-plant",
        "summary": "Shows.",
        "reads": [{"event": GOOD["name"], "versions": ">=2 <3", "fields": ["/data"]}],
    }
    loaded = load(tree(**{PATH: old, PATH.replace("v1", "v2"): "name: [\n", "readers/board.yaml": reader}))
    told = {f.rule for f in [*loaded.findings, *lint(loaded.catalog, today=dt.date(2026, 11, 23))]}
    assert (
        told & {"readers/range-holds-a-living-version", "readers/read-events-exist", "lifecycle/successor-lives"}
        == set()
    )
    assert "file/is-well-formed" in told


def test_the_values_need_neither_examples_nor_openapi_documents() -> None:
    """What a list shows is the same without the long files, and a fault in one of them is not met."""
    example = PATH.replace("v1.yaml", "examples/v1/accepted/broken.json")
    files = tree(**{example: b"{", "products/orders/v1.openapi.yaml": b"openapi: [\n"})
    whole, values = load(files), load(files, whole=False)
    assert [finding.rule for finding in whole.findings] == ["file/is-well-formed"] * 2
    assert values.findings == ()
    assert (set(values.catalog.contracts), values.catalog.documents.keys()) == (
        set(whole.catalog.contracts),
        {"catalog.yaml", "teams.yaml", "systems.yaml", PATH},
    )
