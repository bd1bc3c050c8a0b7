"""`interlock generate openapi` and `asyncapi` on the command line: what they write, print, and how they end."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml
from exports_catalogs import SMALL, api, product

from interlock_cli.__main__ import run
from support.plant import SETTINGS, SYSTEMS, TEAMS


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Run in a folder of one's own with a catalog of one product and no event."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("INTERLOCK_CATALOG", raising=False)
    files = {
        "catalog.yaml": SETTINGS, "teams.yaml": TEAMS, "systems.yaml": SYSTEMS,
        "products/lots/v1.yaml": product(), "products/lots/v1.openapi.yaml": api({}),
        "products/lots/v2.yaml": product("v2.openapi.yaml", version="2.0.0"), "products/lots/v2.openapi.yaml": api({}),
    }  # fmt: skip
    for path, content in files.items():
        (tmp_path / "contracts" / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "contracts" / path).write_text(json.dumps(content))


def test_writing_checking_and_mending(capsys: pytest.CaptureFixture[str]) -> None:
    """A fresh folder is up to date; what differs is named with the command that mends it, and mended by it."""
    generate = ("generate", "openapi", "-o", "out")
    assert run((*generate, "--check")) == 1
    assert run(generate) == 0
    assert run((*generate, "--check")) == 0
    path = Path("out/lots/v1.openapi.yaml")
    path.write_text(path.read_text() + "x-more: 1\n")
    capsys.readouterr()
    assert run((*generate, "--check")) == 1
    said = capsys.readouterr()
    assert said.out == "differs  lots/v1.openapi.yaml\n"
    assert "run interlock generate openapi -o out, and commit" in said.err
    assert run(generate) == 0
    assert run((*generate, "--check")) == 0


def test_what_is_no_longer_exported_goes(capsys: pytest.CaptureFixture[str]) -> None:
    """A document of an earlier run is removed, whichever form it has; other generated files and other people's stay."""
    assert run(("generate", "openapi", "-o", ".", "--format", "json")) == 0
    Path("lots/v3.openapi.yaml").write_text("openapi: 3.1.1\n")
    Path("package/products").mkdir(parents=True)
    Path("package/products/v1.openapi.json").write_bytes(Path("lots/v1.openapi.json").read_bytes())
    capsys.readouterr()
    assert run(("generate", "openapi", "-o", ".")) == 0
    assert sorted(path.as_posix() for path in Path().rglob("*openapi*") if "contracts" not in path.parts) == [
        "lots/v1.openapi.yaml", "lots/v2.openapi.yaml", "lots/v3.openapi.yaml", "package/products/v1.openapi.json",
    ]  # fmt: skip
    assert "removed  lots/v1.openapi.json" in capsys.readouterr().out


def test_one_contract_leaves_the_others_alone() -> None:
    """With --contract only that document is written, to a folder or to a file, in the form that the name says."""
    assert run(("generate", "openapi", "-o", "out")) == 0
    before = Path("out/lots/v2.openapi.yaml").read_bytes()
    assert run(("generate", "openapi", "-o", "out", "--contract", "lots@1")) == 0
    assert Path("out/lots/v2.openapi.yaml").read_bytes() == before
    assert run(("generate", "openapi", "-o", "lots.json", "--contract", "lots@2")) == 0
    assert json.loads(Path("lots.json").read_text())["info"]["version"] == "2.0.0"


def test_a_document_on_stdout(capsys: pytest.CaptureFixture[str]) -> None:
    """Without -o the one document is data on stdout and nothing else is said there."""
    assert run(("generate", "asyncapi", "--package-version", "3.1.4")) == 0
    document = yaml.safe_load(capsys.readouterr().out)
    assert (document["asyncapi"], document["info"]["version"]) == ("3.0.0", "3.1.4")
    assert run(("generate", "openapi", "--contract", "lots@1", "--format", "json")) == 0
    assert json.loads(capsys.readouterr().out)["x-contract"] == "lots@1"


def test_losses_are_said_on_stderr(capsys: pytest.CaptureFixture[str]) -> None:
    """Even when all else is quiet: the document is weaker than the contracts."""
    from exports_catalogs import event

    path = Path("contracts/events/line/tag-read/v1.yaml")
    path.parent.mkdir(parents=True)
    path.write_text(json.dumps(event("line.tag-read", {"type": "object", "properties": {"a": {"format": "uuid"}}})))
    assert run(("-q", "generate", "asyncapi", "-o", "a.yaml", "--schema-format", "draft-07")) == 0
    said = capsys.readouterr().err
    assert (
        said
        == "/components/schemas/line.tag-read.v1/schema/properties/a: format is weaker: draft-07 has no such format\n"
    )
    assert run(("-q", "generate", "asyncapi", "-o", "a.yaml")) == 0
    assert capsys.readouterr().err == ""


def test_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    """What was done, for programs."""
    assert run(("generate", "asyncapi", "-o", "out", "--json")) == 0
    said = json.loads(capsys.readouterr().out)
    assert said == {"folder": "out", "files": 1, "written": True, "missing": ["asyncapi.yaml"], "changed": [], "stale": [], "losses": []}  # fmt: skip


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("openapi",), 2, "2 documents need a folder: name one with -o DIR, or choose one by --contract"),
        (("openapi", "-o", "out.yaml"), 2, "2 documents do not fit into out.yaml: name a folder"),
        (("openapi", "--contract", "lots@9"), 2, "there is no contract 'lots@9'"),
        (("openapi", "--schema-format", "draft-07"), 2, "--schema-format says nothing to openapi: leave it out, it belongs to asyncapi"),
        (("asyncapi", "--schema-format", "draft-04"), 2, "--schema-format 'draft-04' is not understood: write 2020-12 or draft-07"),
        (("asyncapi", "--format", "xml"), 2, "--format 'xml' is not understood: write yaml or json"),
        (("asyncapi", "--format", "json", "-o", "out.yaml"), 2, "out.yaml is not named like json"),
        (("asyncapi", "--check"), 2, "say what to check with --output"),
        (("asyncapi", "-o", "file/out"), 2, "can't be written"),
        (("asyncapi", "-o", "theirs.yaml"), 2, "theirs.yaml was not written by Interlock and is left alone"),
        (("asyncapi", "-o", "link.yaml"), 2, "link.yaml was not written by Interlock and is left alone"),
        (("asyncapi", "-o", "theirs"), 2, "theirs/asyncapi.yaml was not written by Interlock"),
        (("asyncapi", "--package-version", "one"), 2, "is not a version"),
        (("asyncapi", "--module", "x"), 2, "--module says nothing to asyncapi"),
        (("python", "--format", "json", "-o", "out"), 2, "--format says nothing to python"),
        (("python",), 2, "say which folder the package goes to with --output"),
    ],
)  # fmt: skip
def test_a_mistake_is_one_sentence(
    capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], code: int, said: str
) -> None:
    """What was wrong, and what would mend it, on one line of stderr; nothing is written."""
    Path("file").write_text("")
    Path("theirs.yaml").write_text("asyncapi: 3.0.0\n")
    Path("theirs").mkdir()
    Path("theirs/asyncapi.yaml").write_text("asyncapi: 3.0.0\n")
    Path("link.yaml").symlink_to("theirs.yaml")
    before = sorted(Path().rglob("*"))
    assert run(("generate", *arguments)) == code
    error = capsys.readouterr().err
    assert said in error
    assert error.count("\n") == 1
    assert sorted(Path().rglob("*")) == before


def test_an_event_has_no_openapi_document(capsys: pytest.CaptureFixture[str]) -> None:
    """The contract is there, and another kind."""
    assert run(("--catalog", str(SMALL), "generate", "openapi", "--contract", "filling.batch-filled@2")) == 2
    assert "name an API product" in capsys.readouterr().err


@pytest.mark.parametrize("target", ["openapi", "asyncapi"])
def test_a_broken_catalog_is_reported_as_lint_would(capsys: pytest.CaptureFixture[str], target: str) -> None:
    """Each fault is a finding with its place, the run ends with 1, and nothing is written."""
    Path("contracts/teams.yaml").write_text("teams: [")
    assert run(("generate", target, "-o", "out")) == 1
    assert "teams.yaml" in capsys.readouterr().out
    assert run(("generate", target, "-o", "out", "--json")) == 1
    assert json.loads(capsys.readouterr().out)["findings"][0]["place"]["path"] == "teams.yaml"
    assert not Path("out").exists()
