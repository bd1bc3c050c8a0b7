"""One question's machinery put together: a table of propositions, the theories of each kind, and two translators."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .arrays import Arrays
from .atoms import Atoms
from .documents import Library
from .holding import Holding
from .keywords import KEYWORDS
from .logic import Logic
from .names import NameClasses
from .nodes import Table
from .objects import Objects
from .scalars import Numbers, Strings
from .splitting import Splitting, Theory
from .table import Solver
from .translating import Translator
from .values import ARRAY, NUMBER, OBJECT, STRING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .budget import Budget
    from .nodes import Node
    from .table import Found


class Engine:
    """Decides whether a proposition has a value; nothing outlives the question."""

    def __init__(self, budget: Budget) -> None:
        """An engine with an empty table."""
        self.budget = budget
        table = Table()
        self.logic = Logic(table)
        self.atoms = Atoms(table, self.logic)
        self.holding = Holding(self.atoms, budget.spend)
        theories: dict[int, Theory] = {
            NUMBER: Numbers(budget),
            STRING: Strings(budget),
            ARRAY: Arrays(self.atoms, budget),
            OBJECT: Objects(self.logic, NameClasses(budget)),
        }
        splitting = Splitting(self.logic, self.holding, theories, budget.spend)
        self._solver = Solver(splitting.work, budget)

    def find(self, node: Node) -> Found:
        """A value that has the proposition, or None."""
        return self._solver.find(node)

    def side(
        self, name: str, root: Any, documents: Mapping[str, Any] | None, dialect: str | None, *, formats: bool
    ) -> Translator:
        """The translator of the writer's or the reader's schemas."""
        return Translator(
            self.atoms, Library(name, root, documents, dialect), KEYWORDS, formats=formats, budget=self.budget
        )
