"""Recorded events in files, checked against one contract or, by their type, against the whole catalog."""

from __future__ import annotations

import datetime as dt
import io
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from interlock.catalog import Catalog
from interlock.errors import DocumentError
from interlock.findings import Finding, Place, in_order
from interlock.report import Report
from interlock.validation.lineage import Lineage
from interlock.validation.problems import Problem
from interlock.validation.reading import Record, records
from interlock.validation.validator import Validator

STDIN = "-"
MOST_FINDINGS = 1000
"""Further findings of a run are counted, not kept: a large file may be wrong on every line."""


def validate_files(
    catalog: Catalog,
    files: Sequence[str],
    *,
    contract: str | None = None,
    stdin: BinaryIO | None = None,
    today: dt.date | None = None,
    lineage: bool = False,
    closed: bool = False,
) -> Report:
    """
    Check every record of some files (`-` for standard input), streaming them.

    With a `contract` (`name` or `name@major`), records are its events or bare payloads; UsageError when there is none.
    `lineage` also asks whether each named cause is recorded, and whether causes go in a circle; `closed` also refuses
    what readers would ignore and a producer may not send: members that the contract does not declare.
    """
    run = _Run(Validator(catalog, today=today), contract, Lineage() if lineage else None, closed)
    if contract is not None:
        run.validator.names.find(contract)
    started = time.perf_counter()
    for file in files:
        run.read(file, stdin)
    for finding in run.lineage.findings() if run.lineage else ():
        run.keep(finding)
    return Report(
        "validate",
        catalog.settings.name,
        "recorded events",
        notes=run.notes(),
        findings=in_order(run.findings),
        contracts=len(catalog.contracts),
        files=len(files),
        documents=run.documents,
        seconds=time.perf_counter() - started,
    )


@dataclass
class _Run:
    """One call: what it checks with, and what it has found so far."""

    validator: Validator
    contract: str | None
    lineage: Lineage | None
    closed: bool
    findings: list[Finding] = field(default_factory=list[Finding])
    documents: int = 0
    unkept: int = 0
    unasked: Counter[tuple[str, ...]] = field(default_factory=Counter[tuple[str, ...]])
    """How many records an earlier stage refused, by the stages that were then not asked."""

    def read(self, file: str, stdin: BinaryIO | None) -> None:
        """Check the records of one file."""
        name = "standard input" if file == STDIN else file
        try:
            with nullcontext(stdin or io.BytesIO()) if file == STDIN else Path(file).open("rb") as stream:
                for record in records(name, stream):
                    self._check(record)
        except (OSError, ValueError) as error:  # ValueError: a path with a null character
            reason = error.strerror if isinstance(error, OSError) else None
            self.keep(Finding("file/is-readable", f"the file can't be read: {reason or error}", Place(name)))

    def _check(self, record: Record | DocumentError) -> None:
        """Check one record, or keep why it can't be read."""
        if isinstance(record, DocumentError):
            self.keep(
                Finding("file/is-well-formed", record.message, Place(record.path, "", record.line, record.column))
            )
            return
        self.documents += 1
        entry = self.validator.names.of(record.data)
        key = entry.value.key if entry is not None else ""
        judged = self.validator.judged(record.data, contract=self.contract, closed=self.closed)
        for problem in judged.problems:
            self.keep(_finding(problem, record, key))
        self.unasked.update([judged.unasked] if judged.unasked else [])
        if self.lineage is not None:
            self.lineage.add(record)

    def keep(self, finding: Finding) -> None:
        """Keep a finding, or count it when there are many."""
        if len(self.findings) < MOST_FINDINGS:
            self.findings.append(finding)
        else:
            self.unkept += 1

    def notes(self) -> tuple[str, ...]:
        """Return what a reader of the report should know."""
        more = (f"{self.unkept:,} more findings are not listed",) if self.unkept else ()
        return (*more, *(_left_out(stages, count) for stages, count in sorted(self.unasked.items())))


def _left_out(stages: tuple[str, ...], count: int) -> str:
    """
    Say that stages were not asked.

    >>> _left_out(("keys", "invariant"), 2)
    '2 events were not asked about keys and invariant, since an earlier stage refuses them: mend that and validate again'
    """
    *some, last = stages
    named = f"{', '.join(some)} and {last}" if some else last
    of_whom = "1 event was" if count == 1 else f"{count:,} events were"
    which = "it" if count == 1 else "them"
    return f"{of_whom} not asked about {named}, since an earlier stage refuses {which}: mend that and validate again"


def _finding(problem: Problem, record: Record, contract: str) -> Finding:
    """Return a problem as a finding at its place; an invariant is named, so that its page can be asked for."""
    named = f"{problem.rule}: " if problem.stage == "invariant" else ""
    return Finding(
        f"validate/{problem.stage}", f"{named}{problem.message}", record.place(problem.at), contract=contract
    )
