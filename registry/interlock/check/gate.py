"""One run of the gate, from the base and the head to the report."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from interlock.cache import Cache
from interlock.catalog import Catalog
from interlock.check.baseline import Baseline, baseline
from interlock.check.cases import Case, case
from interlock.check.exemplars import payloads
from interlock.check.judging import Judgement, judge_contract
from interlock.check.questions import Asked
from interlock.check.releases import grouped, immutable, through_types, waived
from interlock.check.rows import removed, row
from interlock.findings import Finding, Level, in_order
from interlock.history import Blobs, History, history
from interlock.loading import documents_by_blob, load
from interlock.merging import merged
from interlock.report import Change, Report
from interlock.repository import Repository
from interlock.rules import RULES, ContractChange, judge, judge_catalogs, levels_of, lint
from interlock.snapshots import snapshots, touched
from interlock.trees import GitTree, Tree, WorkTree
from interlock.validation import example_findings
from interlock.versions import Bump

_VERDICTS = ("breaking", "undecided", "removed")
"""The order in which changed contracts are shown; others follow."""


@dataclass(frozen=True)
class Options:
    """What a check may be told."""

    against: str | None = None
    """The base; None for the remote's default branch, else main."""
    head: str | None = None
    """A commit to judge instead of the working copy."""
    today: dt.date = field(default_factory=dt.date.today)
    fail_on: Level = Level.ERROR
    seconds: float = 2.0
    """Budget of one compatibility question, in seconds."""
    cache: Cache = field(default_factory=Cache.of_user)


@dataclass
class _Run:
    """One check under way."""

    options: Options
    repository: Repository
    base: Baseline
    head: Catalog
    judge: Catalog
    """The catalog whose settings, waivers and readers judge: the base's, the head's own where there is no base."""
    changed: frozenset[str]
    """Paths whose content differs between base and head."""
    asked: Asked
    findings: list[Finding] = field(default_factory=list[Finding])
    changes: list[Change] = field(default_factory=list[Change])

    @property
    def levels(self) -> dict[str, Level]:
        """The rules' levels: the base's, which the head may only raise."""
        levels = levels_of(self.judge.settings)
        for rule, level in levels_of(self.head.settings).items():
            default = RULES[rule].level if rule in RULES else Level.ERROR
            levels[rule] = max(levels.get(rule, default), level)
        return levels


def check(folder: Path, options: Options | None = None) -> Report:
    """
    Judge the catalog in a folder of a git repository as it would be once merged into the base.

    Raises NoRepositoryError, NoBaselineError, UnknownRefError, ShallowCloneError and NoCatalogError (exit 3).
    """
    started = time.perf_counter()
    options = options or Options()
    repository = Repository.containing(folder)
    base = baseline(repository, folder, options.against)
    tree, commit = _head(repository, folder, base, options)
    joined = merged(repository, tree, base.tree, commit)
    loaded = load(joined.tree, documents_by_blob(base.catalog))
    judging = loaded.catalog if base.empty else base.catalog
    asked = Asked(options.seconds, payloads(loaded.catalog, base.catalog), judging, options.today)
    run = _Run(options, repository, base, loaded.catalog, judging, _changed(base, joined.tree), asked)
    run.findings += [*joined.conflicts, *loaded.findings]
    run.findings += lint(loaded.catalog, levels=run.levels, today=options.today)
    _judge_changes(run)
    if not base.empty:
        run.findings += judge_catalogs(base.catalog, loaded.catalog, levels=run.levels, today=options.today)
    found = list(waived(_leveled(grouped(run.findings), run.levels), run.judge, options.today))
    return _report(run, tree.name, in_order(found), len(joined.tree.blobs), time.perf_counter() - started)


def _leveled(found: list[Finding], levels: dict[str, Level]) -> Iterator[Finding]:
    """Apply the catalog's levels to what no rule function found (engine, loader, releases); drop what is off."""
    for finding in found:
        level = levels.get(finding.rule, finding.level) if finding.rule not in RULES else finding.level
        if level is not Level.OFF:
            yield finding.at_level(level)


def _head(repository: Repository, folder: Path, base: Baseline, options: Options) -> tuple[Tree, str | None]:
    """Return the tree to judge and the commit it stands on."""
    if options.head is None:
        return WorkTree(folder), repository.head()
    commit = repository.commit(options.head)
    return GitTree(repository, commit, base.tree.prefix, f"{options.head} ({repository.short(commit)})"), commit


def _changed(base: Baseline, tree: Tree) -> frozenset[str]:
    """Return the paths whose content differs."""
    before = {} if base.empty else base.tree.blobs
    return frozenset(path for path in {*before, *tree.blobs} if before.get(path) != tree.blobs.get(path))


def _judge_changes(run: _Run) -> None:
    """Judge each contract that the changed paths touch, by its own file or through a type."""
    keys = dict.fromkeys([*touched(run.head, run.changed), *touched(run.base.catalog, run.changed)])
    past = _history(run) if keys else History(Blobs(run.repository), (), tagged=False)
    rewritten: list[tuple[Case, Finding]] = []
    for key in keys:
        held = case(key, run.base.catalog, run.head, run.judge, past)
        if held is None:
            _judge_removed(run, key)
            continue
        judgement = judge_contract(held, run.asked)
        run.findings += judgement.findings
        run.findings += judge(_contract_change(run, held, judgement), levels=run.levels)
        run.changes.append(row(held, judgement, run.changed))
        rewritten += [(held, finding) for finding in immutable(held, judgement)]
    run.findings += through_types(rewritten, run.changed)
    run.findings += example_findings(run.head, only={*keys, *_with_changed_examples(run)})


def _history(run: _Run) -> History:
    """Return what was released up to the base."""
    if run.base.empty:
        return History(Blobs(run.repository), (), tagged=False)
    tree = run.base.tree
    return history(run.repository, tree.commit, tree.prefix, run.judge.settings, run.options.cache)


def _judge_removed(run: _Run, key: str) -> None:
    """Judge a contract whose file is gone; one that is there and does not load is a finding already."""
    old = snapshots(run.base.catalog, [key])[key]
    if old.path in run.head.blobs:
        return
    change = ContractChange(
        old=old.entry, new=None, predecessor=None, base=run.judge, head=run.head, today=run.options.today
    )
    run.findings += judge(change, levels=run.levels)
    run.changes.append(removed(key, old, run.judge))


def _with_changed_examples(run: _Run) -> set[str]:
    """Return the events of which an example changed."""
    return {
        key
        for catalog in (run.head, run.base.catalog)
        for key, examples in catalog.examples.items()
        if any(example.path in run.changed for example in examples)
    }


def _contract_change(run: _Run, held: Case, judgement: Judgement) -> ContractChange:
    """Describe a change to the rules that judge changes; a bump that another finding asks for is not asked for twice."""
    said = held.rewritten is not None or judgement.needed is Bump.MAJOR
    return ContractChange(
        old=held.old.entry if held.old else None,
        new=held.new.entry,
        predecessor=held.predecessor.entry if held.predecessor and held.old is None else None,
        base=run.judge,
        head=run.head,
        today=run.options.today,
        declared=max(judgement.declared, judgement.needed) if said else judgement.declared,
        needed=judgement.needed,
    )


def _report(run: _Run, head: str, found: tuple[Finding, ...], files: int, seconds: float) -> Report:
    """Write the report: what breaks first."""
    rank = {verdict: index for index, verdict in enumerate(_VERDICTS)}
    changes = sorted(run.changes, key=lambda change: (rank.get(change.verdict, len(rank)), change.contract))
    return Report(
        command="check",
        catalog=run.judge.settings.name,
        head=head,
        base=run.base.tree.name,
        notes=run.base.notes,
        changes=tuple(changes),
        findings=found,
        contracts=len(run.head.contracts),
        files=files,
        rules=len(RULES),
        questions=run.asked.questions,
        decided=run.asked.decided,
        seconds=seconds,
        fail_on=run.options.fail_on,
        reproduce=f"interlock check --against {run.base.tree.commit[:12]}",
    )
