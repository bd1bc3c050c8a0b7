"""Cases of rules: a small catalog, edits to its base and head, and what one rule finds in them."""

from __future__ import annotations

import copy
import datetime as dt
import functools
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from interlock.catalog import Catalog, Entry
from interlock.findings import Finding
from interlock.loading import load
from interlock.pointers import split
from interlock.rules import RULES, ContractChange, Scope, judge, judge_catalogs, lint
from interlock.trees import MemoryTree
from interlock.versions import Bump, Version

HERE = Path(__file__).parent
TODAY = dt.date(2028, 2, 1)
Edits = dict[str, dict[str, Any] | None]


def plant() -> dict[str, Any]:
    """Return the documents of the small catalog, by path."""
    return dict(json.loads(_plant()))


@functools.cache
def _plant() -> str:
    """Return the documents as JSON text, dates as they are written."""
    return json.dumps(yaml.safe_load((HERE / "plant.yaml").read_text()), default=str)


def catalog(edits: Edits | None = None) -> Catalog:
    """Return the small catalog with some edits; every file of it loads."""
    documents = plant()
    for path, changes in (edits or {}).items():
        edit(documents, path, changes)
    files = {path: json.dumps(document, indent=1).encode() for path, document in documents.items()}
    loaded = load(MemoryTree(files))
    assert not loaded.findings, loaded.findings
    return loaded.catalog


def edit(documents: dict[str, Any], path: str, changes: dict[str, Any] | None) -> None:
    """Remove a file (null), write it whole (the pointer ""), or set, insert into a list, and remove (null) what is in it."""
    if changes is None:
        documents.pop(path, None)
        return
    for pointer, written in changes.items():
        value = json.loads(json.dumps(written, default=str))
        if isinstance(value, dict) and set(value) == {"copy"}:
            value = copy.deepcopy(documents[written["copy"]])
        if not pointer:
            documents[path] = value
            continue
        *above, last = split(pointer)
        place = documents[path]
        for token in above:
            place = place[int(token)] if isinstance(place, list) else place[token]
        if value is None:
            del place[int(last) if isinstance(place, list) else last]
        elif isinstance(place, list):
            place.insert(int(last), value)
        else:
            place[last] = value


def found(rule: str, case: dict[str, Any]) -> list[Finding]:
    """Return what one rule finds in a case."""
    today = case.get("today", TODAY)
    head = catalog(case.get("head"))
    scope = RULES[rule].scope
    if scope in (Scope.CATALOG, Scope.ENTRY):
        findings = lint(head, today=today)
    elif scope is Scope.CATALOG_CHANGE:
        findings = judge_catalogs(catalog(case.get("base")), head, today=today)
    else:
        findings = [
            finding for change in changes(catalog(case.get("base")), head, case, today) for finding in judge(change)
        ]
    return [finding for finding in findings if finding.rule == rule]


def changes(base: Catalog, head: Catalog, case: dict[str, Any], today: dt.date) -> Iterator[ContractChange]:
    """Yield every contract of base and head that differs, with the bumps that a case states or that its version says."""
    for key in [case["only"]] if "only" in case else dict.fromkeys((*base.contracts, *head.contracts)):
        old, new = base.contracts.get(key), head.contracts.get(key)
        if old or new:
            before = old or _predecessor(base, key)
            declared = (
                Version.parse(new.value.version).bump_since(Version.parse(before.value.version))
                if new and before
                else Bump.NONE
            )
            needed = Bump[case.get("needed", "none").upper()]
            yield ContractChange(
                old, new, base, head, today, None if old else before, declared, needed if new and before else Bump.NONE
            )


def _predecessor(base: Catalog, key: str) -> Entry[Any] | None:
    """Return the newest major at the base that is lower than a new one."""
    name, _, major = key.rpartition("@")
    return max((e for e in base.majors(name) if e.value.major < int(major)), key=lambda e: e.value.major, default=None)


def cases() -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Yield rule, `fires` or `silent`, and the case, from one file a rule."""
    for path in sorted((HERE / "cases").rglob("*.yaml")):
        rule = f"{path.parent.name}/{path.stem}"
        for kind, listed in yaml.safe_load(path.read_text()).items():
            for case in listed:
                yield rule, kind, case
