"""Docs are run: what comes from the code is fresh, what a page prints was printed, every link leads somewhere."""

from __future__ import annotations

import difflib
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tools"))

import consoles  # noqa: E402 - it lies in tools/

import docs as generator  # noqa: E402

PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
FRAGMENTS = sorted((ROOT / "changelog.d").iterdir())


def name_of(path: Path) -> str:
    """Name a page in a test's id."""
    return path.relative_to(ROOT).as_posix()


def test_generated_pages_are_fresh() -> None:
    """`make docs` would change nothing."""
    assert generator.stale() == []


@pytest.mark.parametrize("page", generator.stories(), ids=name_of)
def test_what_a_page_prints_was_printed(page: Path) -> None:
    """Its commands, run from the top in a scratch copy of the catalog, print what the page says."""
    said = page.read_text(encoding="utf-8")
    printed = consoles.recorded(said)
    changed = "\n".join(difflib.unified_diff(said.splitlines(), printed.splitlines(), lineterm="", n=0))
    assert consoles.same(said, printed), f"run make docs and read what changed:\n{changed}"


def test_the_three_users_and_the_readme_are_told_by_running() -> None:
    """The pages that people read first are among those that are run."""
    told = {name_of(page) for page in generator.stories()}
    pages = {name_of(page) for page in (ROOT / "docs" / "tutorials").glob("*.md")}
    assert told >= {"README.md", *pages} - {"docs/tutorials/README.md"}


def test_a_reader_can_make_the_repository_of_the_tutorials(tmp_path: Path) -> None:
    """The command that the tutorials name makes what they start from, and writes over nothing."""
    command = [sys.executable, str(ROOT / "tools" / "plant.py"), str(tmp_path / "try")]
    said = subprocess.run(command, check=True, capture_output=True, text=True).stdout  # noqa: S603 - a script of ours
    made = Path(said.strip().removeprefix("made it; now: cd "))
    git = ["git", "-C", str(made), "describe", "--tags", "origin/main"]
    assert subprocess.run(git, check=True, capture_output=True, text=True).stdout == "catalog/v1.0.0\n"  # noqa: S603 - git
    assert subprocess.run(command, check=False, capture_output=True).returncode == 2  # noqa: S603 - as above


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_links_lead_somewhere(page: Path) -> None:
    """Each relative link of a page names a file or folder that is there, and its anchor a heading."""
    text = re.sub(r"```.*?```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    for target, anchor in re.findall(r"\]\(([^)#\s]*)#?([^)\s]*)\)", text):
        if "://" in target or target.startswith("mailto:"):
            continue
        path = page.parent / target if target else page
        assert path.exists(), target
        assert not anchor or anchor in anchors(path), f"{target}#{anchor}"


def anchors(page: Path) -> set[str]:
    """Return the anchors that a forge makes of a page's headings."""
    headings = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_files_that_are_named_exist(page: Path) -> None:
    """A path in the repository that a page names is there, or the page's own story writes it."""
    text = page.read_text(encoding="utf-8")
    written = {match["more"] for match in consoles.BLOCK.finditer(text)}
    for path in re.findall(r"`((?:contracts|registry|codegen|cli|tests|docs|tools)/[\w./-]*)`", text):
        assert path in written or (ROOT / path).exists(), path


def test_the_layers_are_the_ones_that_the_linter_holds() -> None:
    """The page about the architecture names each layer of the library, in the order that is enforced."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    inside = next(one for one in settings["tool"]["importlinter"]["contracts"] if one.get("containers"))
    page = (ROOT / "docs" / "explanation" / "architecture.md").read_text(encoding="utf-8")
    table = page.partition("## The layers")[2].partition("\n## ")[0]
    rows = [set(re.findall(r"`(\w+)`", line.split("|")[1])) for line in table.splitlines() if line.startswith("| `")]
    assert rows == [set(re.findall(r"\w+", layer)) for layer in inside["layers"]]


def test_decisions_are_short_and_numbered() -> None:
    """A decision record has a number of its own, a date, and about ten lines."""
    records = sorted((ROOT / "docs" / "decisions").glob("*.md"))
    numbers = [path.name[:4] for path in records]
    assert len(set(numbers)) == len(numbers) > 0
    for path in records:
        text = path.read_text(encoding="utf-8")
        assert "Decided 20" in text, path.name
        prose = [line for line in text.splitlines() if line.strip() and not line.startswith("|")]
        assert len(prose) <= 16, path.name


def test_commands_exist() -> None:
    """What a page tells to type is a command that there is."""
    from interlock_cli.app import SECTIONS

    known = {name for commands in SECTIONS.values() for name in commands}
    for page in PAGES:
        for command in re.findall(r"`interlock ([a-z][a-z-]*)", page.read_text(encoding="utf-8")):
            assert command in known, (page.name, command)


@pytest.mark.parametrize("fragment", FRAGMENTS, ids=lambda path: path.name)
def test_changelog_fragments_have_the_known_form(fragment: Path) -> None:
    """A fragment is named by topic and kind, and is one sentence on one line."""
    assert re.fullmatch(r"[a-z][a-z0-9-]*\.(added|changed|fixed|removed)\.md", fragment.name)
    assert re.fullmatch(r"\S[^\n]*\.\n", fragment.read_text(encoding="utf-8"))
