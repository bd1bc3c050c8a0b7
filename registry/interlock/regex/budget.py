"""How much work a question about languages may cost."""

from __future__ import annotations

import time

from .errors import BudgetExceeded

_STRIDE = 64


class Budget:
    """
    States left to explore and a deadline, shared by all the questions it is given to.

    `deadline` is a value of `time.monotonic()`. The states a question costs do not depend on what was asked before;
    the deadline is the net below.
    """

    __slots__ = ("_ticks", "deadline", "left", "states")

    def __init__(self, states: int = 20_000, deadline: float | None = None) -> None:
        self.states = states
        self.left = states
        self.deadline = deadline
        self._ticks = 0

    def spend(self, amount: int = 1) -> None:
        """Take `amount` states off the budget, or raise `BudgetExceeded`."""
        self.left -= amount
        if self.left < 0:
            raise BudgetExceeded("states", self.states)
        self.tick()

    def tick(self) -> None:
        """Look at the clock every 64 calls: for work inside one state."""
        self._ticks += 1
        if self.deadline is not None and self._ticks % _STRIDE == 0 and time.monotonic() > self.deadline:
            raise BudgetExceeded("deadline", self.deadline)
