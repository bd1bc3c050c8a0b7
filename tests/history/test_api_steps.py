"""V24 and V25, the two API steps, with the verdicts that the dossier asks for."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from interlock.report import Report
from support.plant import Plant, blocking
from support.tables import TABLES


def product(name: str, version: str, **changes: Any) -> dict[str, Any]:
    """Return the promises of a small product."""
    return {
        "contract": "product", "name": name, "version": version, "title": name.title(), "summary": "A small product.",
        "owner": "team-plant", "lifecycle": {"status": "released"}, "layer": "system", "systems": ["erp"],
        "audience": ["internal"], "tier": "T2", "classification": "internal",
        "authentication": ["oauth2-client-credentials"], "authorization": {"doIt": {"scopes": [f"{name}:do"]}},
        "throttling": {"reads": {"rate": 50}, "commands": {"rate": 10}}, "audit": "P2Y",
        "results-in": {"doIt": {"none": "nothing follows"}}, "openapi": f"v{version[0]}.openapi.yaml", **changes,
    }  # fmt: skip


def document(
    version: str, *, headers: bool = False, plant: bool = False, results: tuple[str, ...] = ("PASS", "FAIL")
) -> dict[str, Any]:
    """Return a small OpenAPI 3.1 document with one command."""
    key = {
        "name": "Idempotency-Key",
        "in": "header",
        "required": headers,
        "schema": {"type": "string", "maxLength": 255},
    }
    properties = {"material": {"type": "string", "description": "The material."}}
    if plant:
        properties["plant"] = {"type": "string", "description": "The plant."}
    return {
        "openapi": "3.1.1",
        "info": {"title": "Small", "version": version},
        "paths": {
            "/things": {
                "post": {
                    "operationId": "doIt",
                    "parameters": [key],
                    "requestBody": {
                        "content": {"application/json": {"schema": {"type": "object", "properties": properties}}}
                    },
                    "responses": {
                        "200": {
                            "description": "Done.",
                            "content": {
                                "application/json": {
                                    "schema": {
                                        "type": "object",
                                        "properties": {
                                            "result": {"enum": list(results), "description": "How it went."}
                                        },
                                    }
                                }
                            },
                        }
                    },
                }
            }
        },
    }


def stepped(folder: Path, name: str, old: dict[str, Any], new: dict[str, Any], version: str = "1.2.0") -> Report:
    """Judge the step of a small product from 1.1.0 to a version."""
    plant = Plant(folder / "plant")
    plant.write({f"products/{name}/v1.yaml": product(name, "1.1.0"), f"products/{name}/v1.openapi.yaml": old})
    plant.commit("1.1.0")
    plant.branch("step")
    major = version[0]
    plant.write({
        f"products/{name}/v{major}.yaml": product(name, version),
        f"products/{name}/v{major}.openapi.yaml": new,
    })  # fmt: skip
    return plant.check()


def noted(step: str, name: str, what: str, expected: str, report: Report) -> set[str]:
    """Print the verdict with those of the other steps; return the rules that block."""
    rules = blocking(report)
    TABLES.add(
        "version steps", step, f"{name} API: {what}", expected, "block" if rules else "pass", ", ".join(sorted(rules))
    )
    return rules


def test_v24_is_blocked_as_a_minor(tmp_path: Path) -> None:
    """A required key and a removed member break old clients, each with the request that shows it."""
    old, new = document("1.1.0", plant=True), document("1.2.0", headers=True)
    report = stepped(tmp_path, "production-orders", old, new)
    rules = noted("V24a", "production-orders", "key required, plant removed, as a minor", "block", report)
    assert rules == {"compat/parameter-required", "compat/request-member-removed"}
    assert report.changes[0].verdict == "breaking"
    assert report.changes[0].differences == ("~ POST /things",)
    shown = {f.rule: f.witness.event for f in report.findings if f.witness}
    assert "Idempotency-Key" not in shown["compat/parameter-required"]["request"]["headers"]
    assert "plant" in shown["compat/request-member-removed"]["request"]["body"]
    assert shown["compat/request-member-removed"]["http"].startswith("POST /things HTTP/1.1\n")
    place = next(f.place for f in report.findings if f.rule == "compat/parameter-required")
    assert (place.path, place.pointer) == (
        "products/production-orders/v1.openapi.yaml",
        "/paths/~1things/post/parameters/0",
    )
    assert place.line is not None


def test_v24_passes_as_a_new_major(tmp_path: Path) -> None:
    """The same change beside the first major is what a major is for."""
    old, new = document("1.1.0", plant=True), document("2.0.0", headers=True)
    report = stepped(tmp_path, "production-orders", old, new, "2.0.0")
    assert noted("V24", "production-orders", "key required, plant removed", "pass", report) == set()
    change = next(change for change in report.changes if change.contract == "production-orders@2")
    assert (str(change.needed), str(change.declared)) == ("major", "major")


def test_v25_is_blocked_by_the_response(tmp_path: Path) -> None:
    """A closed enum that grows in a response breaks old clients, which the response shows."""
    grown = document("1.2.0", results=("PASS", "FAIL", "CONDITIONAL"))
    report = stepped(tmp_path, "quality", document("1.1.0"), grown)
    assert noted("V25", "quality", "a closed response enum grows", "block", report) == {"compat/enum-value-added"}
    finding = next(f for f in report.findings if f.rule == "compat/enum-value-added")
    assert finding.witness is not None
    assert finding.witness.event["response"]["body"] == {"result": "CONDITIONAL"}
    assert (finding.direction, finding.witness.at) == ("old readers x new events", "/response/body/result")


def test_v25_passes_in_a_request(tmp_path: Path) -> None:
    """The same growth in a request takes more than before."""

    def asking(version: str, *verdicts: str) -> dict[str, Any]:
        made = document(version)
        schema = made["paths"]["/things"]["post"]["requestBody"]["content"]["application/json"]["schema"]
        schema["properties"]["result"] = {"enum": list(verdicts), "description": "How it went."}
        return made

    report = stepped(
        tmp_path, "quality", asking("1.1.0", "PASS", "FAIL"), asking("1.2.0", "PASS", "FAIL", "CONDITIONAL")
    )
    assert noted("V25r", "quality", "a closed request enum grows", "pass", report) == set()
    assert report.changes[0].verdict == "compatible"


def test_an_operation_ends_with_notice(tmp_path: Path) -> None:
    """A new end of an operation leaves the tier's notice, counted from the injected day; the contract's own end will do too."""

    def ending(date: str) -> dict[str, Any]:
        made = document("1.2.0")
        made["paths"]["/things"]["post"] |= {"deprecated": True, "x-sunset": date}
        return made

    for date, told in (("2026-06-28", {"compat/sunset-too-soon"}), ("2026-06-29", set[str]())):
        report = stepped(tmp_path / date, "quality", document("1.1.0"), ending(date))
        found = {f.rule: f for f in report.findings if f.rule.startswith("compat/")}
        assert found.keys() == told
        assert all(f.level.name == "WARNING" for f in found.values())
        assert report.changes[0].verdict == "compatible"


def test_a_type_that_a_product_uses(tmp_path: Path) -> None:
    """A shared type that breaks a product's requests is told at the type's own line."""

    def typed(pattern: str) -> dict[str, Any]:
        return {
            "contract": "type", "name": "id", "version": "1.0.0", "summary": "An identifier.", "owner": "team-plant",
            "lifecycle": {"status": "released"}, "schema": {"type": "string", "pattern": pattern, "maxLength": 20},
        }  # fmt: skip

    old = document("1.1.0")
    body = old["paths"]["/things"]["post"]["requestBody"]["content"]["application/json"]["schema"]
    body["properties"]["material"] = {"$ref": "../../types/id/v1.yaml", "description": "The material."}
    plant = Plant(tmp_path / "plant")
    files = {"products/quality/v1.yaml": product("quality", "1.1.0"), "products/quality/v1.openapi.yaml": old}
    plant.write({"types/id/v1.yaml": typed("^[A-Z0-9]+$"), **files})
    plant.commit("1.1.0")
    plant.branch("step")
    plant.write({"types/id/v1.yaml": typed("^[0-9]+$")})
    report = plant.check()
    found = next(f for f in report.findings if f.rule == "compat/pattern-tightened")
    assert (found.place.path, found.place.pointer) == ("types/id/v1.yaml", "/schema/pattern")
    assert found.witness is not None
    assert found.witness.event["request"]["body"]["material"].isalpha()


def test_descriptions_of_an_api(tmp_path: Path) -> None:
    """An OpenAPI document in which only descriptions changed is a patch, and raises no question."""
    plant = Plant(tmp_path / "plant")
    plant.write(
        {"products/quality/v1.yaml": product("quality", "1.1.0"), "products/quality/v1.openapi.yaml": document("1.1.0")}
    )
    plant.commit("1.1.0")
    plant.branch("texts")
    changed = document("1.1.1")
    changed["paths"]["/things"]["post"]["responses"]["200"]["description"] = "It is done."
    plant.write({"products/quality/v1.yaml": product("quality", "1.1.1"), "products/quality/v1.openapi.yaml": changed})
    report = plant.check()
    assert blocking(report) == set(), [f"{f.rule} {f.message}" for f in report.findings]
    assert report.questions == 0
