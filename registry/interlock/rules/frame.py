"""What a rule is: a small function with its level, and what it is asked about; the frame turns violations into findings."""

from __future__ import annotations

import enum
import inspect
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from interlock.findings import Finding, Level, Place, ReaderHit
from interlock.versions import Bump


@dataclass(frozen=True, slots=True)
class Violation:
    """What a rule found: where, what, and what would mend it."""

    place: Place
    message: str
    fix: str = ""
    contract: str = ""
    """`name@major`, where the rule is not asked about a contract but speaks of one."""
    level: Level | None = None
    """How grave this case is, where it differs from the rule's own level."""
    bump: Bump = Bump.NONE
    old: Any = None
    new: Any = None
    readers: tuple[ReaderHit, ...] = ()


Violations: TypeAlias = Iterator[Violation]


class Scope(enum.Enum):
    """What a rule is asked about, once for each."""

    CATALOG = "the catalog"
    ENTRY = "a contract, reader or workflow"
    CHANGE = "a contract that was added, changed or removed"
    KEPT = "a contract at base and head"
    CATALOG_CHANGE = "the catalog at base and head"


@dataclass(frozen=True, slots=True)
class Rule:
    """One row of the table."""

    check: Callable[[Any], Violations]
    level: Level
    scope: Scope
    kinds: tuple[type, ...] = ()
    """The values it is asked about, for example events; none for the catalog."""
    aliases: tuple[str, ...] = ()
    """Other names: the dossier's number, names it had before."""
    authoring: bool = False
    """Whether it asks how a contract is written, so that old majors (deprecated, retired) are passed over."""
    eases: bool = False
    """Whether a draft is told one level lower."""

    @property
    def id(self) -> str:
        """`group/rule-name`, from the module and the function, so that `ownership.contract_has_owner` is `ownership/contract-has-owner`."""
        return f"{self.group}/{self.check.__name__.replace('_', '-')}"

    @property
    def group(self) -> str:
        """The part before the slash: the module or package directly below this one."""
        return self.check.__module__.removeprefix(f"{__package__}.").partition(".")[0].replace("_", "-")

    @property
    def page(self) -> str:
        """The rule's page, Markdown: the function's docstring."""
        return inspect.getdoc(self.check) or ""

    @property
    def summary(self) -> str:
        """The first sentence of the page: the fact that the rule wants."""
        return self.page.partition("\n\n")[0].replace("\n", " ")

    def level_in(self, levels: Mapping[str, Level]) -> Level | None:
        """Return the level that a catalog sets for this rule by its id or an alias; None when it sets none."""
        return next((levels[name] for name in (self.id, *self.aliases) if name in levels), None)

    def finding(
        self, violation: Violation, contract: str, levels: Mapping[str, Level], *, eased: bool = False
    ) -> Finding:
        """Return the finding that a violation is, at the catalog's level, else the violation's, else the rule's."""
        chosen = self.level_in(levels)
        level = chosen if chosen is not None else self.level if violation.level is None else violation.level
        return Finding(
            rule=self.id,
            message=violation.message,
            place=violation.place,
            level=max(Level.INFO, Level(level - 1)) if eased and level > Level.INFO else level,
            contract=violation.contract or contract,
            bump=violation.bump,
            readers=violation.readers,
            fix=violation.fix,
            old=violation.old,
            new=violation.new,
        )
