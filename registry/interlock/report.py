"""What a check, a lint or a validation says, as one value that every report format renders."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from interlock.findings import Finding, Level, ReaderHit
from interlock.versions import Bump


@dataclass(frozen=True, slots=True)
class Change:
    """One contract that differs from the baseline."""

    contract: str
    """`name@major`."""
    path: str
    old: str | None
    """Version it is compared with; None for a new contract."""
    new: str | None
    """Version it has now; None for a removed contract."""
    verdict: str
    """`compatible`, `breaking`, `undecided`, `new`, `removed`, or `unchanged` where only lifecycle or examples differ."""
    declared: Bump = Bump.NONE
    needed: Bump = Bump.NONE
    differences: tuple[str, ...] = ()
    """What changed, one line each, for example `+ /data/shiftCode string, optional`."""
    compared: tuple[str, ...] = ()
    """Releases that were asked about, for example `1.0.0`."""
    mode: str = ""
    """The compatibility mode that judged it, in the registry world's word."""
    readers: tuple[ReaderHit, ...] = ()
    through: str = ""
    """The shared type through which it changed, if its own file did not."""

    @property
    def readers_hit(self) -> int:
        """How many reader contracts break."""
        return sum(1 for reader in self.readers if reader.breaks)


@dataclass(frozen=True, slots=True)
class Report:
    """Everything a run found, in a stable order."""

    command: str
    """`check`, `lint` or `validate`."""
    catalog: str
    """Name of the catalog."""
    head: str
    """What was judged, for example `working copy`."""
    base: str = ""
    """What it was judged against, for example `origin/main (9f31c2e)`; empty when nothing."""
    notes: tuple[str, ...] = ()
    """What a reader of the report should know, for example that the base has no catalog."""
    changes: tuple[Change, ...] = ()
    findings: tuple[Finding, ...] = ()
    contracts: int = 0
    """How many contracts the catalog holds."""
    files: int = 0
    """How many files were read."""
    rules: int = 0
    """How many rules were asked."""
    questions: int = 0
    """How many compatibility questions were asked."""
    decided: int = 0
    """How many of them were proved or refuted."""
    documents: int = 0
    """How many examples or recorded events were validated."""
    seconds: float = 0.0
    fail_on: Level = Level.ERROR
    reproduce: str = ""
    """The command that gives this report again."""
    root: str = ""
    """What stands before each path to make it relative to the repository, for example `contracts/`."""

    def count(self, level: Level) -> int:
        """How many findings gate at exactly this level."""
        return sum(1 for finding in self.findings if finding.counts is level)

    def verdicts(self, verdict: str) -> int:
        """How many changed contracts have this verdict."""
        return sum(1 for change in self.changes if change.verdict == verdict)

    @property
    def share_decided(self) -> float:
        """The share of questions that were decided, from 0 to 1; 1 when none was asked."""
        return self.decided / self.questions if self.questions else 1.0

    @property
    def passed(self) -> bool:
        """Whether no finding gates at or above `fail_on`."""
        return not any(finding.counts >= self.fail_on for finding in self.findings)

    @property
    def exit_code(self) -> int:
        """0 when passed, else 1."""
        return 0 if self.passed else 1

    def of(self, contract: str) -> Iterable[Finding]:
        """Return the findings about one contract."""
        return (finding for finding in self.findings if finding.contract == contract)
