"""
Write what the docs take from the code: rule pages, schemas, the catalog's format, the command line, printed output.

`python tools/docs.py` writes what is stale, `--check` only says what is (exit 1). Pages with `console` blocks are run.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path

import api_rules
import catalog_format
import consoles
import package_page

from interlock import kinds
from interlock.authoring.pages import Page, pages
from interlock_cli.manual import manual
from interlock_cli.reports.schema import schema as report_schema

ROOT = Path(__file__).resolve().parents[1]
DOCS = ROOT / "docs"
MARK = "<!-- Written by tools/docs.py from the code: change it there, then run make docs. -->\n"


def generated() -> Iterator[tuple[str, str]]:
    """Yield each generated page by its path below docs/."""
    for page in pages().values():
        yield f"reference/rules/{page.id}.md", _rule(page)
    yield "reference/rules/README.md", _index()
    for name, kind in kinds.KINDS.items():
        if kind.model is not None:
            yield f"schemas/{name}.json", _json(kinds.schema(name))
    yield "schemas/report.json", _json(report_schema())
    yield "reference/openapi-compatibility.md", api_rules.page()
    yield "reference/cli.md", MARK + manual()
    yield "reference/catalog-format.md", MARK + catalog_format.page()
    yield "reference/package.md", MARK + package_page.page()


def _json(value: object) -> str:
    """Write JSON as editors like it."""
    return json.dumps(value, indent=2, ensure_ascii=False) + "\n"


def _rule(page: Page) -> str:
    """Write one rule's page."""
    also = f", also known as {', '.join(page.aliases)}" if page.aliases else ""
    return f"{MARK}# {page.id}\n\n*Level: {page.level}{also}.*\n\n{page.whole.strip()}\n"


def _index() -> str:
    """Write the list of all rules, by group."""
    lines = [MARK + "# Rules", "", "`interlock explain RULE` prints the same pages."]
    group = ""
    for page in pages().values():
        if page.id.split("/")[0] != group:
            group = page.id.split("/")[0]
            lines += ["", f"## {group}", "", "| rule | level | wants |", "|---|---|---|"]
        summary = page.summary.replace("|", "\\|")
        lines.append(f"| [{page.id}]({page.id}.md) | {page.level} | {summary} |")
    return "\n".join(lines) + "\n"


def stale() -> list[str]:
    """Return the generated pages that differ from what is on disk, and pages of rules that are no more."""
    wanted = dict(generated())
    changed = [
        path
        for path, text in wanted.items()
        if not (DOCS / path).is_file() or (DOCS / path).read_text(encoding="utf-8") != text
    ]
    here = (path.relative_to(DOCS).as_posix() for path in (DOCS / "reference" / "rules").rglob("*.md"))
    return sorted([*changed, *(path for path in here if path not in wanted)])


def stories() -> list[Path]:
    """Return the pages whose commands are run: the README and pages of docs/ that show some."""
    found = [ROOT / "README.md", *sorted(DOCS.rglob("*.md"))]
    return [path for path in found if consoles.has_commands(path.read_text(encoding="utf-8"))]


def write() -> Iterator[str]:
    """Write each stale page, remove pages of rules that are no more, and yield what changed."""
    wanted = dict(generated())
    for path in stale():
        target = DOCS / path
        if path in wanted:
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(wanted[path], encoding="utf-8")
        else:
            target.unlink()
        yield f"docs/{path}"
    for page, text in _retold():
        page.write_text(text, encoding="utf-8")
        yield page.relative_to(ROOT).as_posix()


def _retold() -> Iterator[tuple[Path, str]]:
    """Run the commands of each page; yield the pages on which something else is printed now, with their new text."""
    for page in stories():
        old = page.read_text(encoding="utf-8")
        new = consoles.recorded(old)
        if not consoles.same(old, new):
            yield page, new


def main() -> int:
    """Write what is stale, or with --check say it."""
    if "--check" not in sys.argv[1:]:
        print("\n".join([*(f"{path} is written anew" for path in write()), "the docs are fresh"]))
        return 0
    found = [f"docs/{path}" for path in stale()] + [page.relative_to(ROOT).as_posix() for page, _ in _retold()]
    for path in found:
        print(f"{path} is stale: run make docs")
    return 1 if found else 0


if __name__ == "__main__":
    raise SystemExit(main())
