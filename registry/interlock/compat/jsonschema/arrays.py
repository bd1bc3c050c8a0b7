"""
Arrays: what the item at each place must be, how many items have a property, and whether items may repeat.

Places that an atom speaks of are told apart; all later ones are alike. Lengths are tried from the shortest on, up to
the one at which every demand has a place of its own, so the array found is as short as can be.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from .budget import BudgetSpentError
from .matching import distinct_choice
from .nodes import Node
from .table import Answer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from .atoms import Atoms
    from .budget import Budget
    from .logic import Logic
    from .table import Found, Work

LONGEST = 20_000
"""No array longer than this is built."""

ENDLESS = 1 << 62
"""A length that no array has."""

LONGEST_DISTINCT = 300
"""No longer array of pairwise different items is built."""


class Count(NamedTuple):
    """So many items from a place on have the proposition."""

    start: int
    node: Node
    number: int


class Cell(NamedTuple):
    """Places that carry one value."""

    places: tuple[int, ...]
    node: Node

    def weight(self, start: int) -> int:
        """How many of its places count from the start on."""
        return sum(place >= start for place in self.places)


class Layout:
    """One conjunction of array atoms, sorted."""

    def __init__(self, logic: Logic, atoms: list[Node]) -> None:
        """Sort the atoms."""
        self.logic = logic
        self.by_place: dict[int, list[Node]] = {}
        self.tails: list[tuple[int, Node]] = []
        self.demands: list[Count] = []
        self.limits: list[Count] = []
        self.shortest, self.longest = 0, ENDLESS
        self.unique = self.repeats = False
        for atom in atoms:
            getattr(self, "_" + atom.op.replace("-", "_"))(*atom.args)
        starts = [count.start for count in (*self.demands, *self.limits)]
        self.told_apart = max([0, *(p + 1 for p in self.by_place), *(s for s, _ in self.tails), *starts])
        self._values: dict[int, Node] = {}

    def _all_items(self, start: int, node: Node) -> None:
        self.tails.append((start, node))

    def _some_items(self, start: int, node: Node, least: int) -> None:
        self.shortest = max(self.shortest, start + least)
        if node is not self.logic.table.true:
            self.demands.append(Count(start, node, least))

    def _few_items(self, start: int, node: Node, most: int) -> None:
        if node is self.logic.table.true:
            self.longest = min(self.longest, start + most)
        else:
            self.limits.append(Count(start, node, most))

    def _item(self, place: int, node: Node) -> None:
        self.by_place.setdefault(place, []).append(node)

    def _item_fails(self, place: int, node: Node) -> None:
        self.shortest = max(self.shortest, place + 1)
        self._item(place, node)

    def _unique(self) -> None:
        self.unique = True

    def _repeats(self) -> None:
        self.repeats = True
        self.shortest = max(self.shortest, 2)

    def value(self, place: int) -> Node:
        """What the item at the place must be."""
        place = min(place, self.told_apart)
        if place not in self._values:
            parts = [*self.by_place.get(place, ()), *(node for start, node in self.tails if start <= place)]
            self._values[place] = self.logic.conj(parts)
        return self._values[place]

    @property
    def enough(self) -> int:
        """A length at which a longer array is no easier to find."""
        asked = sum(demand.number for demand in self.demands)
        return max(self.shortest, self.told_apart if asked or self.repeats else 0) + asked + 2 * self.repeats


class Arrays:
    """The theory of arrays."""

    def __init__(self, atoms: Atoms, budget: Budget) -> None:
        """A theory over one table."""
        self._atoms, self._logic = atoms, atoms.logic
        self._budget = budget

    def first_look(self, atoms: list[Node]) -> Callable[[Node], Node | None]:
        """An item that must be there needs a value that every atom about its place allows."""
        layout = Layout(self._logic, atoms)

        def look(atom: Node) -> Node | None:
            if atom.op == "item-fails":
                return self._logic.both(layout.value(atom.args[0]), atom.args[1])
            if atom.op == "some-items" and atom.args[0] >= layout.told_apart:
                return self._logic.both(layout.value(layout.told_apart), atom.args[1])
            return None

        return look

    def work(self, atoms: list[Node]) -> Work:
        """The shortest array that has all the atoms."""
        layout = Layout(self._logic, atoms)
        if layout.unique and layout.repeats:
            return None
        for place in range(min(layout.enough, layout.told_apart + 1)):
            if (yield layout.value(place)) is None:
                layout.longest = min(layout.longest, place)
                break
        if layout.shortest > layout.longest:
            return None
        if layout.shortest > LONGEST:
            raise BudgetSpentError
        doubtful: Found = None
        for length in range(layout.shortest, min(layout.enough, layout.longest) + 1):
            found = yield from self._of_length(layout, length)
            if found is not None and not found.doubts:
                return found
            doubtful = doubtful or found
        return doubtful

    def _of_length(self, layout: Layout, length: int) -> Work:
        if length and layout.unique and length > LONGEST_DISTINCT:
            raise BudgetSpentError
        plain = tuple(Cell((place,), layout.value(place)) for place in range(length))
        doubtful: Found = None
        for cells in self._twins(layout, plain) if layout.repeats else (plain,):
            found = yield from self._search(layout, cells)
            if found is not None and not found.doubts:
                return found
            doubtful = doubtful or found
        return doubtful

    def _twins(self, layout: Layout, cells: tuple[Cell, ...]) -> Iterator[tuple[Cell, ...]]:
        """Each way to make two places carry the same value; places that are alike are tried once."""
        alike: set[tuple[int, int]] = set()
        for j, right in enumerate(cells):
            for i, left in enumerate(cells[:j]):
                shape = (min(i, layout.told_apart), min(j, layout.told_apart))
                if shape not in alike:
                    alike.add(shape)
                    joined = Cell((i, j), self._logic.both(left.node, right.node))
                    yield (*cells[:i], joined, *cells[i + 1 : j], *cells[j + 1 :])

    def _search(self, layout: Layout, cells: tuple[Cell, ...]) -> Work:
        doubtful: Found = None
        stack: list[tuple[Node | None, State]] = [(None, State(cells))]
        search = Search(self._logic, layout)
        while stack:
            self._budget.spend()
            asked, state = stack.pop()
            if asked is not None and (yield asked) is None:
                continue
            further = search.onward(state)
            if further is not None:
                stack += reversed(further)
                continue
            found = yield from self._built(layout, state.cells)
            if found is not None and not found.doubts:
                return found
            doubtful = doubtful or found
        return doubtful

    def _built(self, layout: Layout, cells: tuple[Cell, ...]) -> Work:
        if layout.unique:
            found = yield from distinct_choice(self._atoms, [cell.node for cell in cells])
            if found is None:
                return None
            values, doubts = found.value, found.doubts
        else:
            values, doubts = [], frozenset[Node]()
            for cell in cells:
                answer = yield cell.node
                if answer is None:
                    return None
                values.append(answer.value)
                doubts |= answer.doubts
        placed = {place: value for cell, value in zip(cells, values, strict=True) for place in cell.places}
        return Answer([placed[place] for place in sorted(placed)], doubts)


class State(NamedTuple):
    """How far the search has come: demands met, limits kept, and for the one at hand what counts already."""

    cells: tuple[Cell, ...]
    demand: int = 0
    cursor: int = 0
    met: int = 0
    limit: int = 0
    looked: int = 0
    counted: int = 0


Ways = list[tuple["Node | None", State]]


class Search:
    """Decides item by item which of them meet a demand and which count towards a limit."""

    def __init__(self, logic: Logic, layout: Layout) -> None:
        """A search for one layout."""
        self._logic = logic
        self._layout = layout

    def onward(self, state: State) -> Ways | None:
        """The next states; None when all is decided."""
        if state.demand < len(self._layout.demands):
            return self._meet(state, self._layout.demands[state.demand])
        if state.limit < len(self._layout.limits):
            return self._keep(state, self._layout.limits[state.limit])
        return None

    def _meet(self, state: State, demand: Count) -> Ways:
        if state.met >= demand.number:
            return [(None, state._replace(demand=state.demand + 1, cursor=0, met=0))]
        ways: Ways = []
        alike: set[Node] = set()
        for position, cell in enumerate(state.cells[state.cursor :], state.cursor):
            weight = cell.weight(demand.start)
            late = len(cell.places) == 1 and cell.places[0] >= self._layout.told_apart
            if not weight or (late and cell.node in alike):
                continue
            if late:
                alike.add(cell.node)
            node = self._logic.both(cell.node, demand.node)
            cells = (*state.cells[:position], Cell(cell.places, node), *state.cells[position + 1 :])
            ways.append((node, state._replace(cells=cells, cursor=position + 1, met=state.met + weight)))
        return ways

    def _keep(self, state: State, limit: Count) -> Ways:
        if state.looked >= len(state.cells):
            return [(None, state._replace(limit=state.limit + 1, looked=0, counted=0))]
        at, cell = state.looked, state.cells[state.looked]
        onward = state._replace(looked=at + 1)
        weight = cell.weight(limit.start)
        if not weight:
            return [(None, onward)]
        outside = self._logic.both(cell.node, self._logic.neg(limit.node))
        cells = (*state.cells[:at], Cell(cell.places, outside), *state.cells[at + 1 :])
        ways: Ways = [(outside, onward._replace(cells=cells))]
        if state.counted + weight <= limit.number:
            inside = self._logic.both(cell.node, limit.node)
            cells = (*state.cells[:at], Cell(cell.places, inside), *state.cells[at + 1 :])
            ways.append((inside, onward._replace(cells=cells, counted=state.counted + weight)))
        return ways
