"""Each command does what its help says, on the catalog that `interlock init` writes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cli.running import TODAY, Workspace

EVENT = "events/production/batch-completed/v1.yaml"
NEW_MEMBER = (
    "    lineId:\n      $ref: ../../../types/id/v1.yaml\n      description: The line that made it, as MES names it.\n"
)


def add_member(workspace: Workspace) -> None:
    """Make a safe change: an optional member more."""
    workspace.edit(EVENT, "    orderId:\n", f"{NEW_MEMBER}    orderId:\n")


def rename_member(workspace: Workspace) -> None:
    """Make a breaking change: a member that a reader reads has another name."""
    for path in (
        EVENT,
        *(f"{EVENT[:-8]}/examples/v1/{name}.json" for name in ("accepted/to-order", "rejected/without-batch")),
    ):
        workspace.edit(path, "materialId", "articleId")


def test_a_new_catalog_passes_lint_and_check(workspace: Workspace) -> None:
    """What `init` writes is clean right after the first commit, down to the last warning."""
    assert workspace.run("lint", "--fail-on", "info").code == 0
    assert workspace.run("check", "--fail-on", "info").code == 0


def test_drafts_of_every_kind_load_and_pass(workspace: Workspace) -> None:
    """What `new` writes stands in its place and gates nobody."""
    for kind, name in (
        ("event", "production.lot-scrapped"),
        ("type", "storage-bin"),
        ("reader", "wms"),
        ("workflow", "make-to-order"),
        ("product", "batches"),
    ):
        assert workspace.run("new", kind, name).code == 0
    listed = json.loads(workspace.run("list", "--json").out)
    assert [row["name"] for row in listed["events"]] == ["production.batch-completed", "production.lot-scrapped"]
    assert [row["name"] for row in listed["products"]] == ["batches"]
    assert [row["name"] for row in listed["workflows"]] == ["make-to-order"]
    assert [row["name"] for row in listed["readers"]] == ["erp", "wms"]
    assert workspace.run("lint").code == 0
    assert workspace.run("check").code == 0


def test_new_major_is_a_draft_beside_the_old_one(workspace: Workspace) -> None:
    """The copy differs in version and status only, its examples name it, and the old major's next line is given."""
    answer = workspace.run("new", "event", "production.batch-completed", "--major", "--today", TODAY)
    old, new = ((workspace.catalog / EVENT.replace("v1", v)).read_text(encoding="utf-8") for v in ("v1", "v2"))
    assert new == old.replace("version: 1.0.0", "version: 2.0.0").replace("{status: released}", "{status: draft}")
    assert (
        "lifecycle: {status: deprecated, since: 2026-06-01, sunset: 2026-09-29, successor: production.batch-completed@2"
        in answer.err
    )
    example = json.loads(
        (workspace.catalog / EVENT[:-8] / "examples/v2/accepted/to-order.json").read_text(encoding="utf-8")
    )
    assert (example["type"], example["schemaversion"]) == ("com.acme.production.batch-completed.v2", "2.0.0")
    assert workspace.run("lint").code == 0


def test_list_counts_and_shows_a_table_for_each_domain(workspace: Workspace) -> None:
    """The first line has the numbers; every line fits 80 columns."""
    lines = workspace.run("list").out.splitlines()
    assert lines[0] == "acme-plants: 1 event in 1 domain, 0 products, 4 shared types"
    assert lines[3:5] == [
        "production",
        "  batch-completed  1.0.0  T2  A batch of one material was finished and its qu...",
    ]
    assert max(map(len, lines)) <= 80


@pytest.mark.parametrize("kind", ["events", "types", "products", "readers", "workflows", "systems", "teams"])
def test_list_of_a_kind_is_the_same_as_its_json(workspace: Workspace, kind: str) -> None:
    """Text and JSON have the same rows; the first column is the name."""
    rows = json.loads(workspace.run("list", kind, "--json").out)
    names = [line.split()[0] for line in workspace.run("list", kind).out.splitlines()]
    assert names == [row["name"] for row in rows]


def test_show_names_promises_members_readers_and_releases(workspace: Workspace) -> None:
    """Members inside a shared type are left to that type's own page; the JSON has them all."""
    text = workspace.run("show", "production.batch-completed").out
    for part in (
        "RELEASED",
        "mailto:team-core@example.com",
        "/data/quantity",
        "erp",
        "1.0.0  2026-03-16",
        "com.acme.production.batch-completed.v1",
    ):
        assert part in text
    assert "/data/quantity/unitCode" not in text
    shown = json.loads(workspace.run("show", "production.batch-completed@1", "--json").out)
    assert "/data/quantity/unitCode" in [member["path"] for member in shown["members"]]
    assert [release["version"] for release in shown["releases"]] == ["1.0.0"]
    assert json.loads(workspace.run("show", "quantity", "--json").out)["used-by"] == [
        "production.batch-completed@1",
        "quantity@1",
    ]


def test_log_has_every_release_with_what_changed(workspace: Workspace) -> None:
    """Newest first; each with its bump and the differences to the one before."""
    add_member(workspace)
    workspace.run("bump")
    workspace.commit()
    releases = json.loads(workspace.run("log", "production.batch-completed", "--json").out)
    assert [(r["version"], r["bump"], r["date"]) for r in releases] == [
        ("1.1.0", "minor", "2026-03-16"),
        ("1.0.0", "none", "2026-03-16"),
    ]
    assert releases[0]["differences"] == ["+ /data/lineId  string (id), optional"]
    assert len({release["commit"] for release in releases}) == 2


def test_check_proves_a_safe_change_and_asks_for_its_version(workspace: Workspace) -> None:
    """Without the bump the change is stopped, with it it passes; the verdict is the same."""
    add_member(workspace)
    before = json.loads(workspace.run("check", "--json").out)
    assert [finding["rule"] for finding in before["findings"]] == ["release/content-is-immutable"]
    assert workspace.run("bump").out == "production.batch-completed@1  1.0.0 -> 1.1.0  minor, which the change needs\n"
    after = workspace.run("check")
    assert (after.code, "COMPATIBLE" in after.out) == (0, True)
    assert workspace.run("bump").out == "production.batch-completed@1  1.1.0  minor is needed and is there\n"


def test_check_stops_a_breaking_change_with_its_witness(workspace: Workspace) -> None:
    """Exit 1, a counterexample for each direction, and the reader that breaks."""
    rename_member(workspace)
    answer = workspace.run("check", "--json")
    found = [finding for finding in json.loads(answer.out)["findings"] if finding["witness"]]
    assert answer.code == 1
    assert {finding["rule"] for finding in found} == {"compat/required-member-removed", "compat/member-became-required"}
    assert {reader["service"] for finding in found for reader in finding["readers"] if reader["breaks"]} == {"erp"}
    assert workspace.run("bump").code == 1, "a bump inside this major can't cover it"


def test_check_judges_a_commit_without_checking_it_out(workspace: Workspace) -> None:
    """`--head` reads a ref; the working copy plays no part."""
    workspace.git("switch", "--quiet", "--create", "proposal")
    rename_member(workspace)
    workspace.commit()
    workspace.git("switch", "--quiet", "main")
    assert workspace.run("check", "--head", "proposal").code == 1
    assert workspace.run("check").code == 0


def test_check_writes_every_report_asked_for(workspace: Workspace) -> None:
    """A format with a file goes there, without one to stdout; each is what its format promises."""
    rename_member(workspace)
    answer = workspace.run(
        "check", "--report", "markdown=comment.md", "--report", "sarif=out.sarif", "--report", "json"
    )
    assert json.loads(answer.out)["command"] == "check"
    assert (
        (workspace.root / "comment.md").read_text(encoding="utf-8").startswith("<!-- interlock:check:acme-plants -->")
    )
    assert json.loads((workspace.root / "out.sarif").read_text(encoding="utf-8"))["version"] == "2.1.0"


def test_check_annotates_in_a_github_workflow(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    """There the annotations come by themselves, with paths from the repository's top; not when a report is named."""
    rename_member(workspace)
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    assert f"::error file=contracts/{EVENT}" in workspace.run("check").out
    assert "::error" not in workspace.run("check", "--report", "text").out


def test_quiet_says_nothing_when_all_is_well(workspace: Workspace) -> None:
    """`-q` before or after the command; a failing run still speaks."""
    assert workspace.run("-q", "check").out == workspace.run("lint", "-q").out == ""
    rename_member(workspace)
    assert "FAIL" in workspace.run("check", "-q").out


def test_diff_takes_contracts_refs_and_files(workspace: Workspace) -> None:
    """All three ways to name a side lead to the same differences and verdicts."""
    rename_member(workspace)
    sides = (
        ("main:contracts/" + EVENT, "production.batch-completed"),
        ("main:./contracts/" + EVENT, f"contracts/{EVENT}"),
    )
    found = [json.loads(workspace.run("diff", *pair, "--json").out) for pair in sides]
    assert found[0]["differences"] == found[1]["differences"]
    assert "/data/materialId looks renamed to /data/articleId" in found[0]["differences"]
    for one in found:
        assert [answer["verdict"] for answer in one["answers"]] == ["breaking", "breaking"]
        assert all(answer["witness"] is not None for answer in one["answers"])
    text = workspace.run("diff", *sides[0]).out
    assert "old readers x new events [FORWARD]" in text
    assert "new readers x old events [BACKWARD]" in text


def test_diff_reaches_a_release_that_the_working_copy_no_longer_has(workspace: Workspace) -> None:
    """`name@version` of an earlier release is read from history."""
    add_member(workspace)
    workspace.run("bump")
    workspace.commit()
    answer = workspace.run("diff", "production.batch-completed@1.0.0", "production.batch-completed@1.1.0")
    assert answer.code == 0
    assert "+ /data/lineId" in answer.out


def test_compare_answers_for_plain_schemas(workspace: Workspace) -> None:
    """As written a new optional member breaks an open reader's promise of type only; the exit code says the verdict."""
    writer, reader = workspace.root / "w.json", workspace.root / "r.yaml"
    writer.write_text(
        '{"type": "object", "properties": {"a": {"type": "number"}}, "required": ["a"]}', encoding="utf-8"
    )
    reader.write_text("type: object\nproperties: {a: {type: integer}}\n", encoding="utf-8")
    answer = workspace.run("compare", "--writer", str(writer), "--reader", str(reader), "--json")
    row = json.loads(answer.out)
    assert (answer.code, row["verdict"]) == (1, "breaking")
    assert not float(row["witness"]["a"]).is_integer()
    swapped = workspace.run("compare", "--writer", str(reader), "--reader", str(writer), "--views", "contract")
    assert (swapped.code, "BREAKING" in swapped.out.upper()) == (1, True), (
        "the reader requires what the writer may leave out"
    )
    same = workspace.run("compare", "--writer", str(writer), "--reader", str(writer))
    assert (same.code, "compatible" in same.out) == (0, True)


def test_bump_edits_the_version_line_only(workspace: Workspace) -> None:
    """Comments and formatting stay byte by byte."""
    workspace.edit(EVENT, "version: 1.0.0", "version:   '1.0.0'   # raised by the tool")
    workspace.commit()
    before = (workspace.catalog / EVENT).read_text(encoding="utf-8")
    assert workspace.run("bump", "minor", "production.batch-completed").code == 0
    assert (workspace.catalog / EVENT).read_text(encoding="utf-8") == before.replace("'1.0.0'", "'1.1.0'")
    workspace.run("bump", "--to", "1.4.2", "production.batch-completed")
    assert (workspace.catalog / EVENT).read_text(encoding="utf-8") == before.replace("'1.0.0'", "'1.4.2'")
    assert workspace.run("bump", "--to", "1.0.0", "production.batch-completed").err == (
        "interlock: production.batch-completed@1 is at 1.4.2, and a version never goes down to 1.0.0\n"
    )


def test_bump_affected_reaches_through_types(workspace: Workspace) -> None:
    """A changed type raises each contract that uses it; without the option, the type alone."""
    note = "    note:\n      type: string\n      description: Free text.\n"
    workspace.edit("types/quantity/v1.yaml", "    unitCode:\n", f"{note}    unitCode:\n")
    assert [row["contract"] for row in json.loads(workspace.run("bump", "--json").out)] == ["quantity@1"]
    assert workspace.run("check").code == 1
    rows = json.loads(workspace.run("bump", "--affected", "--json").out)
    assert {row["contract"]: row["new"] for row in rows} == {
        "quantity@1": "1.1.0",
        "production.batch-completed@1": "1.1.0",
    }
    assert workspace.run("check").code == 0


def test_bump_major_makes_a_file(workspace: Workspace) -> None:
    """A new major stands beside the old one, as `new --major` makes it."""
    answer = workspace.run("bump", "major", "production.batch-completed")
    assert answer.code == 0
    assert str(workspace.catalog / EVENT.replace("v1", "v2")) in answer.out.splitlines()


def test_release_tags_what_changed(workspace: Workspace) -> None:
    """The tag carries the changelog and the catalog's digest, and makes its content a release."""
    assert workspace.run("release", "--dry-run").code == 0
    assert workspace.git("tag") == ""
    assert workspace.run("release").code == 0
    add_member(workspace)
    assert workspace.run("release").err.startswith("interlock: the catalog has changes that are not committed")
    workspace.run("bump")
    workspace.commit()
    assert [r["pending"] for r in json.loads(workspace.run("log", "production.batch-completed", "--json").out)] == [
        True,
        False,
    ]
    planned = json.loads(workspace.run("release", "--json", "--changelog", "CHANGES.md").out)
    assert (planned["tag"], planned["before"]) == ("catalog/v1.1.0", "catalog/v1.0.0")
    message = workspace.git("tag", "--list", "--format=%(contents)", "catalog/v1.1.0")
    assert (
        "- production.batch-completed 1.0.0 -> 1.1.0 (minor)\n    - `+ /data/lineId  string (id), optional`" in message
    )
    assert f"Interlock-Catalog: {planned['digest']}" in message.splitlines()
    assert (workspace.root / "CHANGES.md").read_text(encoding="utf-8") == planned["changelog"]
    assert workspace.run("release", "--force").err == "nothing that readers get has changed since the last release\n"


def test_release_is_refused_for_what_is_not_merged_or_not_well(workspace: Workspace) -> None:
    """A branch, an error of lint, and changed content of a released version each stop it with a sentence."""
    workspace.run("release")
    workspace.git("switch", "--quiet", "--create", "branch")
    workspace.edit(EVENT, "summary: A batch", "summary: One batch")
    workspace.commit()
    refused = workspace.run("release")
    assert (refused.code, "is not on main: merge and push it first" in refused.err) == (1, True)
    forced = workspace.run("release", "--force")
    assert (forced.code, "1.0.0 is released with other content: run interlock bump" in forced.err) == (1, True)
    workspace.edit(EVENT, "owner: team-core", "owner: team-nobody")
    workspace.commit()
    assert "lint finds errors, the first at " + EVENT in workspace.run("release", "--force").err


@pytest.mark.parametrize(
    "name",
    [
        "L34",
        "ownership/contract-has-owner",
        "compat/undecided",
        "file/fits-its-kind",
        "release/content-is-immutable",
        "invariant/unique",
        "validate/payload",
    ],
)
def test_explain_has_a_page_for_every_family(workspace: Workspace, name: str) -> None:
    """Rules, old numbers, compatibility, files, releases, invariants and stages are all explained."""
    answer = workspace.run("explain", name)
    assert answer.code == 0
    assert len(answer.out.splitlines()) > 2


def test_schema_is_what_the_loader_takes(workspace: Workspace) -> None:
    """Each kind has a JSON Schema, the report too; without a kind they are listed."""
    kinds = json.loads(workspace.run("schema", "--json").out)
    for kind in kinds:
        assert (
            json.loads(workspace.run("schema", kind).out)["$schema"] == "https://json-schema.org/draft/2020-12/schema"
        )
    assert {"event", "reader", "report"} <= set(kinds)


def test_validate_takes_files_stdin_and_bare_payloads(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    """By type against the catalog, or all by one contract; a refused record is exit 1 with its place."""
    example = workspace.catalog / EVENT[:-8] / "examples/v1/accepted/to-order.json"
    event = json.loads(example.read_text(encoding="utf-8"))
    assert workspace.run("validate", str(example)).code == 0
    (workspace.root / "payload.jsonl").write_text(json.dumps(event["data"]) + "\n", encoding="utf-8")
    assert workspace.run("validate", "production.batch-completed", "payload.jsonl").code == 0
    assert workspace.run("validate", "payload.jsonl").code == 1
    (workspace.root / "bad.jsonl").write_text(
        json.dumps(event) + "\n" + json.dumps({**event, "data": {}}) + "\n", encoding="utf-8"
    )
    answer = workspace.run("validate", "bad.jsonl", "--json")
    found = json.loads(answer.out)["findings"]
    assert answer.code == 1
    assert {finding["place"]["line"] for finding in found} == {2}
    with example.open("rb") as file:
        monkeypatch.setattr("sys.stdin", type("Stdin", (), {"buffer": file}))
        assert workspace.run("validate", "-").code == 0


def test_init_keeps_what_is_there(workspace: Workspace) -> None:
    """Nothing is overwritten: a CI file of one's own stays and is named, a catalog refuses a second one."""
    other = workspace.root / "other"
    other.mkdir()
    (other / ".gitlab-ci.yml").write_text("own: true\n", encoding="utf-8")
    answer = workspace.run("init", "other", "--name", "other")
    assert answer.code == 0
    assert (other / ".gitlab-ci.yml").read_text(encoding="utf-8") == "own: true\n"
    assert ".gitlab-ci.yml was there and stays as it is" in answer.err
    before = {path: path.read_bytes() for path in Path(other).rglob("*") if path.is_file()}
    assert workspace.run("init", "other").code == 2
    assert before == {path: path.read_bytes() for path in Path(other).rglob("*") if path.is_file()}
    for option, value in (("--name", "Acme Plants"), ("--prefix", "not a domain"), ("--team", "../x")):
        assert workspace.run("init", "third", option, value).code == 2
    assert not (workspace.root / "third").exists()


def test_the_catalog_is_found_from_inside_and_by_name(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    """From any folder of the repository, by `--catalog` before or after the command, or by the environment."""
    monkeypatch.chdir(workspace.catalog / "events" / "production")
    assert workspace.run("lint").code == 0
    monkeypatch.chdir("/")
    assert workspace.run("lint").code == 3
    for arguments in (
        ("--catalog", str(workspace.root), "lint"),
        ("lint", "--catalog", str(workspace.catalog / "catalog.yaml")),
    ):
        assert workspace.run(*arguments).code == 0
    monkeypatch.setenv("INTERLOCK_CATALOG", str(workspace.catalog))
    assert workspace.run("lint").code == 0


def test_hostile_text_stays_inert(workspace: Workspace) -> None:
    """Escapes, bidirectional controls and log commands of a contract reach no terminal and no log as such."""
    workspace.edit(EVENT, "summary: A batch", 'summary: "\\e[31m::error::\\u202e A batch')
    workspace.edit(EVENT, "its quantity is final.", 'its quantity is final."')
    workspace.commit()
    for command in (
        ("list",),
        ("list", "events"),
        ("show", "production.batch-completed"),
        ("release", "--force", "--dry-run"),
    ):
        out = workspace.run(*command).out
        assert "\\u001b[31m" in out, "what hides is shown as its escape"
        assert not {"\x1b", "\u202e"} & set(out)
        assert "\n::error" not in out
