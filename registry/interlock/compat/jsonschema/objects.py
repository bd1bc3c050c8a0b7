"""
Objects: how many members with names of one set have one property.

All object keywords come down to that. Names fall into classes; each class has one proposition that its values must
have. What remains is to choose members that meet every demand and exceed no limit: a search over few alternatives,
in which members are added only when something asks for them, so what is found is small.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from .nodes import Node
from .table import Answer

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator

    from .keys import Keys
    from .logic import Logic
    from .names import NameClass, NameClasses
    from .table import Found, Work


class Counted(NamedTuple):
    """So many members among the keys have the proposition."""

    keys: Keys
    node: Node
    number: int


class Member(NamedTuple):
    """A member that the object will have."""

    names: NameClass
    node: Node


class State(NamedTuple):
    """How far the search has come: demands met, limits kept, and for the one at hand what counts already."""

    members: tuple[Member, ...]
    demand: int = 0
    taken: frozenset[int] | None = None
    cursor: int = 0
    limit: int = 0
    looked: int = 0
    counted: int = 0


class View:
    """One conjunction of object atoms, sorted by the names they speak of."""

    def __init__(self, logic: Logic, atoms: list[Node]) -> None:
        """Sort the atoms."""
        self.logic = logic
        self.by_word: dict[str, list[Node]] = {}
        self.general: list[tuple[Keys, Node]] = []
        self.demands: list[Counted] = []
        self.limits: list[Counted] = []
        for atom in atoms:
            self._sort_in(atom)
        self._values: dict[NameClass | str, Node] = {}

    def _sort_in(self, atom: Node) -> None:
        if atom.op != "all-members":
            (self.demands if atom.op == "some-members" else self.limits).append(Counted(*atom.args))
            return
        keys, node = atom.args
        if not keys.is_words:
            self.general.append((keys, node))
            return
        for word in keys.words:
            self.by_word.setdefault(word, []).append(node)

    def word(self, word: str) -> Node:
        """What the value of the member of that name must be."""
        if word not in self._values:
            parts = [*self.by_word.get(word, ()), *(node for keys, node in self.general if word in keys)]
            self._values[word] = self.logic.conj(parts)
        return self._values[word]

    def value(self, names: NameClass) -> Node:
        """What the value of any member of the class must be."""
        if names.word is not None:
            return self.word(names.word)
        if names not in self._values:
            self._values[names] = self.logic.conj([node for keys, node in self.general if names.within(keys)])
        return self._values[names]

    def all_keys(self) -> Iterator[Keys]:
        """Every set of names that an atom speaks of."""
        yield from (keys for keys, _ in self.general)
        yield from (counted.keys for counted in (*self.demands, *self.limits))


class Objects:
    """The theory of objects."""

    def __init__(self, logic: Logic, classes: NameClasses) -> None:
        """A theory over one table."""
        self._logic = logic
        self._classes = classes

    def first_look(self, atoms: list[Node]) -> Callable[[Node], Node | None]:
        """A member that must be there needs a value that every atom about its name allows."""
        view = View(self._logic, atoms)

        def look(atom: Node) -> Node | None:
            if atom.op != "some-members" or not atom.args[0].is_words or len(atom.args[0].words) != 1:
                return None
            (name,) = atom.args[0].words
            return self._logic.both(view.word(name), atom.args[1])

        return look

    def work(self, atoms: list[Node]) -> Work:
        """An object that has all the atoms, with no member that nothing asks for."""
        view = View(self._logic, atoms)
        plan = Plan(self._logic, self._classes, view)
        for required in plan.required:
            if (yield required.node) is None:
                return None
        for demand in plan.demands:
            if demand.number > 1 and not (yield from plan.enough_names(demand)):
                return None
        return (yield from plan.search())


class Plan:
    """The search for the members of one object."""

    def __init__(self, logic: Logic, classes: NameClasses, view: View) -> None:
        """Find what is required by name; all else is left to the search."""
        self._logic = logic
        self._budget = classes.budget
        self._view = view
        self.limits = view.limits
        self.demands: list[Counted] = []
        wanted: dict[str, list[Node]] = {}
        for demand in view.demands:
            if demand.keys.is_words and len(demand.keys.words) == 1:
                wanted.setdefault(next(iter(demand.keys.words)), []).append(demand.node)
            else:
                self.demands.append(demand)
        self._words = self._spoken_of(wanted)
        patterns = frozenset(p for keys in view.all_keys() for p in keys.patterns)
        self.required = [
            Member(self._words[w], logic.conj([view.word(w), *nodes])) for w, nodes in sorted(wanted.items())
        ]
        rest = classes.rest(frozenset(self._words), patterns) if self.demands else []
        self._open = [c for c in self._words.values() if c.word not in wanted] + rest

    def _spoken_of(self, wanted: dict[str, list[Node]]) -> dict[str, NameClass]:
        from .names import NameClass

        words = {*wanted, *self._view.by_word, *(w for keys in self._view.all_keys() for w in keys.words)}
        return {w: NameClass(w) for w in sorted(words)}

    def enough_names(self, demand: Counted) -> Generator[Node, Found, bool]:
        """Whether the names that can have such a value are as many as the demand asks (the pigeonhole)."""
        total = 0
        for names, node in self._candidates(demand):
            if (yield node) is not None:
                total += names.capacity(self._budget)
            if total >= demand.number:
                return True
        return False

    def _candidates(self, demand: Counted) -> Iterator[Member]:
        for member in self.required:
            if member.names.within(demand.keys):
                yield Member(member.names, self._logic.both(member.node, demand.node))
        for names in self._open:
            if names.within(demand.keys):
                yield Member(names, self._logic.both(self._view.value(names), demand.node))

    def search(self) -> Work:
        """Depth first, smallest object first."""
        doubtful: Found = None
        stack: list[tuple[Node | None, State]] = [(None, State(tuple(self.required)))]
        while stack:
            self._budget.spend(1)
            asked, state = stack.pop()
            if asked is not None and (yield asked) is None:
                continue
            if state.demand < len(self.demands):
                stack += reversed(self._meet(state))
            elif state.limit < len(self.limits):
                stack += reversed(self._keep(state))
            else:
                found = yield from self._built(state.members)
                if found is not None and not found.doubts:
                    return found
                doubtful = doubtful or found
        return doubtful

    def _meet(self, state: State) -> list[tuple[Node | None, State]]:
        """Each way to come one member nearer to the demand at hand."""
        demand = self.demands[state.demand]
        taken = self._counting(demand, state.members) if state.taken is None else state.taken
        if len(taken) >= demand.number:
            return [(None, state._replace(demand=state.demand + 1, taken=None, cursor=0))]
        return [*self._refine(state, demand, taken), *self._add(state, demand, taken)]

    def _counting(self, counted: Counted, members: tuple[Member, ...]) -> frozenset[int]:
        return frozenset(
            i
            for i, m in enumerate(members)
            if m.names.within(counted.keys) and self._logic.both(m.node, counted.node) is m.node
        )

    def _refine(self, state: State, demand: Counted, taken: frozenset[int]) -> Iterator[tuple[Node, State]]:
        for position, member in enumerate(state.members):
            if position < state.cursor or position in taken or not member.names.within(demand.keys):
                continue
            node = self._logic.both(member.node, demand.node)
            members = (*state.members[:position], Member(member.names, node), *state.members[position + 1 :])
            yield node, state._replace(members=members, taken=taken | {position}, cursor=position + 1)

    def _add(self, state: State, demand: Counted, taken: frozenset[int]) -> Iterator[tuple[Node, State]]:
        size = len(state.members)
        for index, names in enumerate(self._open):
            place = _NEW + index
            if place < state.cursor or not names.within(demand.keys):
                continue
            used = sum(m.names is names for m in state.members)
            if used and used >= names.capacity(self._budget):
                continue
            node = self._logic.both(self._view.value(names), demand.node)
            members = (*state.members, Member(names, node))
            yield node, state._replace(members=members, taken=taken | {size}, cursor=place)

    def _keep(self, state: State) -> list[tuple[Node | None, State]]:
        """Decide for the next member whether it counts towards the limit at hand; rather not."""
        limit = self.limits[state.limit]
        if state.looked >= len(state.members):
            return [(None, state._replace(limit=state.limit + 1, looked=0, counted=0))]
        member = state.members[state.looked]
        onward = state._replace(looked=state.looked + 1)
        if not member.names.within(limit.keys):
            return [(None, onward)]
        ways: list[tuple[Node | None, State]] = []
        outside = self._logic.both(member.node, self._logic.neg(limit.node))
        ways.append((outside, onward._replace(members=_with(state, outside))))
        if state.counted < limit.number:
            inside = self._logic.both(member.node, limit.node)
            ways.append((inside, onward._replace(members=_with(state, inside), counted=state.counted + 1)))
        return ways

    def _built(self, members: tuple[Member, ...]) -> Work:
        value: dict[str, Any] = {}
        doubts: frozenset[Node] = frozenset()
        for names in dict.fromkeys(m.names for m in members):
            same = [m for m in members if m.names is names]
            for name, member in zip(names.names(len(same), self._budget), same, strict=True):
                found = yield member.node
                if found is None:
                    return None
                value[name] = found.value
                doubts |= found.doubts
        return Answer(value, doubts)


_NEW = 1 << 30
"""Cursor positions from here on stand for members to add."""


def _with(state: State, node: Node) -> tuple[Member, ...]:
    """The members with the one looked at refined."""
    at = state.looked
    return (*state.members[:at], Member(state.members[at].names, node), *state.members[at + 1 :])
