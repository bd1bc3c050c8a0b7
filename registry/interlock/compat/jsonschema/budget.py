"""How much one question may cost; a spent budget ends in *undecided*, never in a hang."""

from __future__ import annotations

import time

from interlock.regex import Budget as StateBudget

STEPS = 5_000_000
STATES = 2_000_000
"""More than two seconds pay for, so that the clock decides on slow machines and these on fast ones."""


class BudgetSpentError(Exception):
    """The question cost more than it may."""


class Budget:
    """Wall time and steps shared by everything that works on one question."""

    __slots__ = ("deadline", "states", "steps")

    def __init__(self, seconds: float) -> None:
        """A budget that starts to run now."""
        self.deadline = time.monotonic() + seconds
        self.steps = STEPS
        self.states = StateBudget(states=STATES, deadline=self.deadline)

    def extend(self, seconds: float) -> None:
        """Allow more time from now on, and steps and states in proportion."""
        self.deadline = time.monotonic() + seconds
        self.steps += STEPS // 2
        self.states = StateBudget(states=STATES // 2, deadline=self.deadline)

    def spend(self, cost: int = 1) -> None:
        """Pay for work; the clock is read at every payment."""
        self.steps -= cost
        if self.steps < 0 or time.monotonic() > self.deadline:
            raise BudgetSpentError
