"""What `init` and `new` start from agrees with the catalog that ships, and its CI files run real commands."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from interlock.authoring.pages import pages
from interlock.authoring.writing import template, templates_below
from interlock_cli.app import SECTIONS

ROOT = Path(__file__).parents[2]
SHARED = [path for path in templates_below("init/contracts") if path.startswith(("envelope/", "types/"))]


@pytest.mark.parametrize("path", SHARED)
def test_a_new_catalog_starts_with_the_shipped_envelope_and_types(path: str) -> None:
    """One text in two places: only the owner differs."""
    shipped = (ROOT / "contracts" / path).read_text(encoding="utf-8")
    assert template(f"init/contracts/{path}") == shipped.replace("team-integration", "@team@")


@pytest.mark.parametrize("name", ["github.yml", "gitlab.yml"])
def test_ci_files_read_the_whole_history_and_run_the_gate(name: str) -> None:
    """They are YAML, fetch everything, and call commands that there are."""
    text = template(f"init/ci/{name}")
    yaml.safe_load(text.replace("@name@", "acme"))
    assert re.search("fetch-depth: 0|GIT_DEPTH: '0'", text)
    commands = {command for section in SECTIONS.values() for command in section}
    called = set(re.findall(r"^\s*(?:- |run: )?interlock ([a-z]+)", text, re.MULTILINE))
    assert {"lint", "check"} <= called <= commands


def test_every_rule_that_the_code_names_has_a_page() -> None:
    """A finding's rule is always explained."""
    named: set[str] = set()
    for path in (ROOT / "registry" / "interlock").rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        named |= set(
            re.findall(r'"((?:file|release|merge|governance|references|examples|validate|compat)/[a-z][a-z-]+)"', text)
        )
    assert named - set(pages()) == set()
