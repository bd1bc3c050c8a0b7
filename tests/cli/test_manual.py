"""The reference page is what the commands say of themselves."""

from __future__ import annotations

from pathlib import Path

from interlock_cli.app import SECTIONS
from interlock_cli.manual import manual

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "cli.md"


def test_every_command_is_documented_and_the_page_is_fresh() -> None:
    """`make docs` writes the page; whoever changes a command runs it."""
    text = PAGE.read_text(encoding="utf-8")
    for commands in SECTIONS.values():
        for name in commands:
            assert f"### interlock {name}\n" in text
    assert text.endswith(manual()), "docs/reference/cli.md is stale: run make docs"
