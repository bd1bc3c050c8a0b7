"""The whole catalog judged as it stands: files, rules and examples, without a baseline."""

from __future__ import annotations

import datetime as dt
import time
from pathlib import Path

from interlock.findings import Level, in_order
from interlock.loading import load
from interlock.report import Report
from interlock.rules import RULES, lint
from interlock.trees import Tree, WorkTree
from interlock.validation import example_findings


def lint_catalog(folder: Path, *, today: dt.date, fail_on: Level = Level.ERROR) -> Report:
    """Return what is wrong with the working copy of a catalog; raise NoCatalogError when there is none."""
    return lint_tree(WorkTree(folder), today=today, fail_on=fail_on)


def lint_tree(tree: Tree, *, today: dt.date, fail_on: Level = Level.ERROR) -> Report:
    """Return what is wrong with the catalog of a tree, judged by its own settings."""
    started = time.perf_counter()
    loaded = load(tree)
    catalog = loaded.catalog
    levels = {rule: Level[level.upper()] for rule, level in catalog.settings.rules.items()}
    found = [*loaded.findings, *lint(catalog, levels=levels, today=today), *example_findings(catalog)]
    return Report(
        command="lint", catalog=catalog.settings.name, head=tree.name, findings=in_order(found),
        contracts=len(catalog.contracts), files=len(tree.blobs), rules=len(RULES),
        documents=sum(map(len, catalog.examples.values())), seconds=time.perf_counter() - started, fail_on=fail_on,
        reproduce="interlock lint",
    )  # fmt: skip
