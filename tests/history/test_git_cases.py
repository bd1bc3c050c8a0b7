"""The git cases of DESIGN section 4: what counts as released, and who judges, however a change reached the base."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from interlock.cache import Cache
from interlock.catalog import CatalogSettings
from interlock.check import Options, check
from interlock.errors import NoBaselineError, NoCatalogError, NoRepositoryError, ShallowCloneError, UnknownRefError
from interlock.history import TRAILER, history
from interlock.loading import load
from interlock.repository import Repository
from interlock.trees import WorkTree
from support.plant import SETTINGS, TEAMS, TODAY, Plant, blocking, event
from support.tables import TABLES

NAME = "production.operation-started"
PATH = "events/production/operation-started/v1.yaml"
ID = {"type": "string", "pattern": "^[A-Za-z0-9._-]{1,64}$"}


def started(version: str, *optional: str, required: tuple[str, ...] = (), **changes: Any) -> dict[str, Any]:
    """Return operation-started with more optional or required members."""
    properties = {"workOrderId": ID, **dict.fromkeys((*required, *optional), ID)}
    return event(
        NAME, version, {"type": "object", "required": ["workOrderId", *required], "properties": properties}, **changes
    )


@pytest.fixture
def plant(tmp_path: Path) -> Plant:
    """A plant with operation-started 1.0.0 on main."""
    made = Plant(tmp_path / "plant")
    made.write_event(started("1.0.0"))
    made.commit("1.0.0")
    return made


def given(case: str, what: str, expected: str, report: Any, *rules: str) -> None:
    """Note the verdict in the table and hold it."""
    verdict = "block" if blocking(report) else "pass"
    TABLES.add("git cases", case, what, expected, verdict, ", ".join(sorted(blocking(report))))
    assert (verdict, blocking(report)) == (expected, set(rules)), [f"{f.rule} {f.message}" for f in report.findings]


def releases(plant: Plant) -> list[str]:
    """Return the released versions as history knows them."""
    repository = Repository.containing(plant.root)
    settings = CatalogSettings(name="test", type_prefix="com.example", base_uri="https://example.com")
    found = history(repository, repository.commit("main"), "contracts/", settings, Cache(None))
    return [f"{s.version}" for s in found.of(f"{NAME}@1")]


def _squash(plant: Plant) -> None:
    plant.git("merge", "-q", "--squash", "work")
    plant.commit("squashed")


def _merge(plant: Plant) -> None:
    plant.git("merge", "-q", "--no-ff", "-m", "merge", "work")


def _rebase(plant: Plant) -> None:
    plant.git("rebase", "-q", "main", "work")
    plant.git("switch", "-q", "main")
    plant.git("merge", "-q", "--ff-only", "work")


def _cherry_pick(plant: Plant) -> None:
    plant.git("cherry-pick", "main..work")


@pytest.mark.parametrize("way", [_squash, _merge, _rebase, _cherry_pick])
def test_however_a_change_is_merged(plant: Plant, way: Callable[[Plant], None]) -> None:
    """After a squash, merge, rebase or cherry-pick, both versions are released and neither may be rewritten."""
    plant.branch("work")
    plant.write_event(started("1.1.0", "shiftId"))
    plant.commit("draft of 1.1.0")
    plant.write_event(started("1.1.0", "shiftId", "crewId"))
    plant.commit("1.1.0")
    plant.git("switch", "-q", "main")
    (plant.root / "unrelated.txt").write_text("moved on")
    plant.commit("main moved on")
    way(plant)
    assert releases(plant) == ["1.0.0", "1.1.0"]
    plant.branch("next")
    plant.write_event(started("1.1.0", "shiftId", "crewId", "lineId"))
    given(
        way.__name__.strip("_"),
        "released 1.1.0 gets other content",
        "block",
        plant.check(),
        "release/content-is-immutable",
    )
    plant.write_event(started("1.2.0", "shiftId", "crewId", "lineId"))
    given(way.__name__.strip("_"), "the same content as 1.2.0", "pass", plant.check())


def test_two_pull_requests_bump_to_one_number(plant: Plant) -> None:
    """The second of two pull requests that both write 1.1.0 is told to take 1.2.0, though it merges cleanly."""
    plant.branch("one")
    plant.write_event(started("1.1.0", "shiftId"))
    plant.commit("one")
    plant.branch("two")
    plant.write_event(started("1.1.0", retention="P2Y"))
    plant.commit("two")
    plant.git("switch", "-q", "main")
    plant.git("merge", "-q", "--ff-only", "one")
    plant.git("switch", "-q", "two")
    report = plant.check()
    given("number", "two pull requests bump to 1.1.0", "block", report, "release/content-is-immutable")
    assert any("1.1.1" in f.message or "1.2.0" in f.message for f in report.findings)


def test_conflicting_changes(plant: Plant) -> None:
    """A branch that conflicts with the base is told to rebase, and is judged all the same."""
    plant.branch("work")
    plant.write_event(started("1.1.0", "shiftId"))
    plant.commit("work")
    plant.git("switch", "-q", "main")
    plant.write_event(started("1.1.0", "crewId"))
    plant.commit("main")
    plant.git("switch", "-q", "work")
    given(
        "conflict",
        "both sides changed the same lines",
        "block",
        plant.check(),
        "merge/joins-with-the-base",
        "release/content-is-immutable",
    )


def tag(plant: Plant, version: str) -> None:
    """Write a catalog tag as `interlock release` does."""
    plant.git("tag", "-a", f"catalog/v{version}", "-m", f"Catalog {version}\n\n{TRAILER} {'0' * 64}")


def test_pending_content_may_be_amended(plant: Plant) -> None:
    """With tags, what is on the base but in no tag may be amended, and is still compared; tagged content never changes."""
    tag(plant, "1.0.0")
    plant.write_event(started("1.1.0", "shiftId"))
    plant.commit("pending")
    plant.branch("amend")
    plant.write_event(started("1.1.0", "shiftId", "crewId"))
    given("pending", "pending 1.1.0 is amended", "pass", plant.check())
    plant.write_event(started("1.1.0", required=("shiftId",)))
    given(
        "pending", "pending 1.1.0 is amended so that it breaks", "block", plant.check(), "compat/member-became-required"
    )
    plant.git("checkout", "-q", "--", ".")
    plant.git("switch", "-q", "main")
    tag(plant, "1.1.0")
    plant.git("switch", "-q", "amend")
    plant.write_event(started("1.1.0", "shiftId", "crewId"))
    given("pending", "tagged 1.1.0 is amended", "block", plant.check(), "release/content-is-immutable")


def test_a_tag_that_release_did_not_write(plant: Plant) -> None:
    """A tag without the trailer says nothing: history judges, so amending is refused."""
    plant.git("tag", "-a", "catalog/v9.9.9", "-m", "not ours", "HEAD")
    plant.branch("amend")
    plant.write_event(started("1.0.0", "shiftId"))
    given(
        "tags", "a foreign tag does not open a released version", "block", plant.check(), "release/content-is-immutable"
    )


def test_tags_missing(plant: Plant, tmp_path: Path) -> None:
    """A clone without tags is judged by history: more strictly, never more loosely."""
    tag(plant, "1.0.0")
    clone = tmp_path / "clone"
    plant.git("clone", "-q", "--no-tags", str(plant.root), str(clone))
    other = Plant.__new__(Plant)
    other.root, other.catalog, other.cache = clone, clone / "contracts", Cache(None)
    other.write_event(started("1.0.0", "shiftId"))
    given("tags", "tags missing in the clone", "block", other.check("origin/main"), "release/content-is-immutable")


def test_shallow_clone(plant: Plant, tmp_path: Path) -> None:
    """A shallow clone ends in exit 3 with the exact command."""
    plant.commit("more")
    clone = tmp_path / "clone"
    plant.git("clone", "-q", "--depth=1", f"file://{plant.root}", str(clone))
    with pytest.raises(ShallowCloneError, match=r"git fetch --unshallow --tags origin") as error:
        check(clone / "contracts", Options(today=TODAY))
    assert error.value.exit_code == 3
    TABLES.add("git cases", "shallow", "shallow clone", "exit 3", f"exit {error.value.exit_code}")


@pytest.mark.parametrize(
    ("what", "files"),
    [
        (
            "catalog.yaml turns the rule off",
            {"catalog.yaml": {**SETTINGS, "rules": {"compat/member-became-required": "off"}}},
        ),
        ("catalog.yaml loosens the mode", {"catalog.yaml": {**SETTINGS, "defaults": {"compatibility": "NONE"}}}),
        ("the contract loosens its own mode", {"mode": "NONE"}),
        ("the contract goes back to draft", {"lifecycle": {"status": "draft"}}),
    ],
)
def test_a_head_that_edits_its_judge(plant: Plant, what: str, files: dict[str, Any]) -> None:
    """A branch can't pass by editing what judges it: the base's settings hold, and the relaxation is a finding."""
    plant.branch("evil")
    changes = {"compatibility": files["mode"]} if "mode" in files else {}
    plant.write_event(
        started("1.1.0", required=("shiftId",), **changes) | {k: v for k, v in files.items() if k == "lifecycle"}
    )
    plant.write({name: content for name, content in files.items() if name.endswith(".yaml")})
    report = plant.check()
    assert "compat/member-became-required" in blocking(report)
    TABLES.add("git cases", "judge", what, "block", "block", "compat/member-became-required")
    said = {f.rule for f in report.findings} - {"compat/member-became-required"}
    assert any(rule.split("/")[0] in ("governance", "promises", "lifecycle") for rule in said), said


def test_a_head_that_waives_itself(plant: Plant) -> None:
    """A waiver counts once it is on the base, until its date, and not before."""
    plant.branch("evil")
    plant.write_event(started("1.1.0", required=("shiftId",)))
    finding = next(f for f in plant.check().findings if f.direction)
    waiver = {
        "fingerprint": finding.fingerprint,
        "contract": f"{NAME}@1",
        "until": "2026-06-01",
        "reason": "agreed",
        "approved-by": "team-plant",
    }
    plant.write({"waivers.yaml": {"waivers": [waiver]}})
    given("waiver", "a head waives itself", "block", plant.check(), "compat/member-became-required")
    plant.git("checkout", "-q", "main", "--", "contracts")
    plant.git("switch", "-q", "main")
    plant.write({"waivers.yaml": {"waivers": [waiver]}})
    plant.commit("waived on the base")
    plant.git("switch", "-q", "-C", "work")
    plant.write_event(started("1.1.0", required=("shiftId",)))
    given("waiver", "the base waives it", "pass", plant.check())
    expired = plant.check(today=dt.date(2026, 6, 2))
    given("waiver", "the waiver has expired", "block", expired, "compat/member-became-required")
    assert "governance/waiver-has-expired" in {f.rule for f in expired.findings}


def test_a_released_break_is_a_barrier(plant: Plant) -> None:
    """Once a waived break is released, later changes are told of it and no longer fail for it."""
    plant.write_event(started("1.1.0", required=("shiftId",)))
    plant.commit("a break got released")
    plant.branch("next")
    plant.write_event(started("1.2.0", "crewId", required=("shiftId",)))
    report = plant.check()
    given("barrier", "a change after a released break", "pass", report)
    assert [f.waived for f in report.findings if f.direction] == ["released 1.1.0 already broke this (barrier)"]
    plant.write_event(started("1.2.0", required=("shiftId", "crewId")))
    given("barrier", "a new break after it", "block", plant.check(), "compat/member-became-required")


def test_readers_are_taken_from_the_base(plant: Plant) -> None:
    """A branch that deletes a reader contract still breaks that reader."""
    reader = {
        "service": "board",
        "system": "mes",
        "owner": "team-plant",
        "summary": "Shows starts.",
        "reads": [{"event": NAME, "versions": ">=1 <2", "fields": ["/data/workOrderId"]}],
    }
    plant.write({"readers/board.yaml": reader})
    plant.commit("a reader")
    plant.branch("evil")
    plant.write({"readers/board.yaml": None})
    plant.write_event(event(NAME, "1.1.0", {"type": "object", "properties": {"workOrderId": ID}}))
    report = plant.check()
    hits = [
        hit.service
        for f in report.findings
        if f.rule == "compat/required-member-removed"
        for hit in f.readers
        if hit.breaks
    ]
    assert hits == ["board"]


def test_teams_are_taken_from_the_base(plant: Plant) -> None:
    """A team that approves a waiver must be a team of the base; a branch that removes an owner is told."""
    plant.branch("evil")
    plant.write({"teams.yaml": {"teams": {"team-other": {"name": "Other", "contact": "mailto:o@example.com"}}}})
    report = plant.check()
    assert any(f.rule.startswith("ownership/") for f in report.findings if f.counts >= report.fail_on)
    TABLES.add("git cases", "teams", "teams.yaml loses the owner", "block", "block", "ownership")


def test_a_base_that_does_not_parse(plant: Plant) -> None:
    """A contract that is broken on the base is judged by its last state that loaded."""
    plant.write({PATH: "contract: event\nname: [\n"})
    plant.commit("broken on main")
    plant.branch("mend")
    plant.write_event(started("1.1.0", required=("shiftId",)))
    report = plant.check()
    given("broken", "the base does not parse", "block", report, "compat/member-became-required")
    assert any("its last state that did judges" in note for note in report.notes)


def test_a_base_without_a_catalog(tmp_path: Path) -> None:
    """The first pull request that brings a catalog has an empty baseline, and this is said."""
    plant = Plant(tmp_path / "plant")
    for path in plant.catalog.iterdir():
        path.unlink()
    plant.commit("nothing yet")
    plant.branch("first")
    plant.write(
        {
            "catalog.yaml": SETTINGS,
            "teams.yaml": TEAMS,
            "systems.yaml": {
                "systems": {"mes": {"name": "MES", "level": 3, "owner": "team-plant", "summary": "Runs the floor."}}
            },
        }
    )
    plant.write_event(started("1.0.0"))
    report = plant.check()
    given("empty", "the base has no catalog", "pass", report)
    assert "has no catalog" in report.notes[0]


def test_where_there_is_nothing_to_compare(plant: Plant, tmp_path: Path) -> None:
    """No repository, no such ref, no base branch, no catalog: exit 3 and a sentence that says what to do."""
    with pytest.raises(UnknownRefError, match="did you mean 'main'"):
        plant.check("mian")
    with pytest.raises(UnknownRefError):
        plant.check("--upload-pack=touch /tmp/owned")
    lonely = tmp_path / "lonely"
    lonely.mkdir()
    (lonely / "catalog.yaml").write_text("name: x\n")
    with pytest.raises(NoRepositoryError, match="git init"):
        check(lonely, Options(today=TODAY))
    plant.git("branch", "-q", "-m", "main", "trunk")
    with pytest.raises(NoBaselineError, match="--against"):
        check(plant.catalog, Options(today=TODAY))
    plant.write({"catalog.yaml": None})
    with pytest.raises(NoCatalogError, match="interlock init"):
        plant.check("trunk")


def test_a_symbolic_link_is_not_followed(plant: Plant, tmp_path: Path) -> None:
    """A link out of the tree is a finding, on the working copy and in a commit; its target is never read."""
    secret = tmp_path / "secret.yaml"
    secret.write_text("password: hunter2\n")
    (plant.catalog / "readers").mkdir()
    (plant.catalog / "readers" / "evil.yaml").symlink_to(secret)
    for report in (plant.check(), plant.commit("link") and plant.check("HEAD~1", head="HEAD")):
        assert [f.rule for f in report.findings if "evil" in f.place.path] == ["file/is-readable"]
        assert "hunter2" not in str(report)


def test_nothing_is_written(plant: Plant) -> None:
    """A check leaves the repository as it was, objects included."""
    plant.branch("work")
    plant.write_event(started("1.1.0", "shiftId"))
    plant.commit("work")
    before = sorted((p, p.stat().st_mtime_ns) for p in plant.root.rglob("*"))
    plant.check()
    assert sorted((p, p.stat().st_mtime_ns) for p in plant.root.rglob("*")) == before


def test_the_catalog_says_how_readers_read(tmp_path: Path) -> None:
    """Where a contract is silent, the catalog's default holds: strict readers refuse an added member."""
    plant = Plant(tmp_path / "plant")
    plant.write({"catalog.yaml": {**SETTINGS, "defaults": {"readers": "strict", "on-invalid": "reject"}}})
    silent = {key: value for key, value in started("1.0.0").items() if key != "on-invalid"}
    plant.write_event(silent)
    plant.commit("1.0.0")
    assert load(WorkTree(plant.catalog)).catalog.events[f"{NAME}@1"].value.on_invalid == "reject"
    plant.branch("work")
    plant.write_event({**started("1.1.0", "shiftId"), "on-invalid": "reject"})
    report = plant.check()
    given("defaults", "an added member under strict readers", "block", report, "compat/member-added-for-strict-readers")
