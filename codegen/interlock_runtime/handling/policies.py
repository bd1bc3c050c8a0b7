"""What happens to a message that breaks its contract: by contract, by reason, and as this consumer overrides it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import get_args

from ..catalog import Catalog, Row
from ..facts import OnInvalid
from ..violations import REASONS as CORE
from ..violations import Stage, Violation
from .errors import Misuse
from .reasons import FACTS, REASONS

STRICTEST: tuple[OnInvalid, ...] = ("reject", "quarantine", "warn", "drop")
_READABLE = (Stage.PAYLOAD, Stage.INVARIANT, Stage.PROMISES)
"""Stages whose violations leave an event that a handler can be given with a warning."""


@dataclass(frozen=True)
class Policies:
    """
    Overrides by reason (`unknown-type`), by contract (`quality.lot-on-hold`), or by both (`quality.lot-on-hold/late`).

    The most precise one counts; a contract without an override follows its own `on-invalid`. A fact (`late`) is a
    violation only when a policy names it.
    """

    catalog: Catalog
    overrides: Mapping[str, OnInvalid] = field(default_factory=dict[str, OnInvalid])

    def __post_init__(self) -> None:
        """Refuse names that nothing has, and dropping what must not be lost."""
        for name, policy in self.overrides.items():
            self._check(name, policy)

    def _check(self, name: str, policy: str) -> None:
        """Raise Misuse for an override that can't be meant."""
        if policy not in get_args(OnInvalid):
            raise Misuse(
                f"there is no policy {policy!r} (for {name!r}): choose one of {', '.join(get_args(OnInvalid))}"
            )
        contract, slash, reason = name.partition("/")
        if not slash and not self.catalog.majors(contract):
            contract, reason = "", name
        if contract and not self.catalog.majors(contract):
            raise Misuse(f"the policy for {name!r} names no event of the catalog: write domain.event/reason")
        if reason and reason not in CORE and reason not in REASONS and reason not in FACTS:
            known = ", ".join(sorted({*CORE, *REASONS, *FACTS}))
            raise Misuse(
                f"the policy for {name!r} names neither an event of the catalog nor a reason; reasons are {known}"
            )
        if policy == "drop" and any(row.tier == "T1" for row in self.catalog.majors(contract)):
            raise Misuse(f"{contract} is T1 and must not be lost: quarantine it instead of dropping it")

    def named(self, row: Row | None, reason: str) -> OnInvalid | None:
        """Return the override for a reason, the most precise one; None when there is none."""
        precise = self.overrides.get(f"{row.name}/{reason}") if row else None
        return precise or self.overrides.get(reason)

    def of(self, row: Row | None, violations: Iterable[Violation], *, rejects: bool, critical: bool) -> OnInvalid:
        """Return what happens to a message; of several violations the strictest decides, and T1 is never dropped."""
        chosen = {self._one(row, each) for each in violations}
        policy: OnInvalid = next(policy for policy in STRICTEST if policy in chosen)
        kept = (policy == "reject" and not rejects) or (policy == "drop" and critical)
        return "quarantine" if kept else policy

    def _one(self, row: Row | None, violation: Violation) -> OnInvalid:
        """Return what happens for one violation."""
        policy = self.named(row, violation.reason) or (self.overrides.get(row.name) if row else None)
        policy = policy or (row.load().on_invalid if row else "quarantine")
        return "quarantine" if policy == "warn" and violation.stage not in _READABLE else policy
