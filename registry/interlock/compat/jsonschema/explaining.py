"""From a proved difference to refusals for people: causes that stand by themselves, each with its own confirmed witness."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from interlock.compat.answers import Refusal, Spot, Undecided
from interlock.regex import BudgetExceeded

from .budget import BudgetSpentError
from .causes import Leaf, Walk
from .confirming import Judges
from .cycles import cycle
from .documents import escaped
from .placing import Placing
from .shrinking import plausible, shrunk
from .steps import Way, pointer
from .values import external
from .wording import sentence

if TYPE_CHECKING:
    from .engine import Engine
    from .scopes import Here
    from .table import Answer
    from .translating import Translator

_SPENT = (BudgetSpentError, BudgetExceeded)


class Explanation:
    """The causes of one difference."""

    def __init__(
        self,
        engine: Engine,
        writer: Translator,
        reader: Translator,
        dialect: str | None,
        *,
        formats: bool,
    ) -> None:
        """Everything the causes are found and proved with."""
        self._engine = engine
        self._writer, self._reader = writer, reader
        self._sent = writer.node(writer.root())
        self._judges = Judges(
            writer.sources.root.schema,
            reader.sources.root.schema,
            {**writer.sources.used, **reader.sources.used},
            dialect,
            formats=formats,
            spend=engine.budget.spend,
        )
        self._placing = Placing(writer, engine.holding)
        self._cycle = cycle(writer) or cycle(reader)

    def causes(self, first: Answer) -> tuple[tuple[Refusal, ...], tuple[Undecided, ...]]:
        """Refusals, and what could not be told; `first` is a value already known to be refused."""
        refusals, undecided = list[Refusal](), list[Undecided]()
        for leaf, answer in self._independent(self._leaves()):
            refusal = self._refusal(leaf, answer)
            if refusal is None:
                undecided.append(self._unconfirmed(leaf, answer))
            else:
                refusals.append(refusal)
        if refusals:
            return tuple(_told_once(refusals)), ()
        whole, why = self.as_a_whole(first)
        return whole, () if whole else tuple(dict.fromkeys(undecided or why))

    def as_a_whole(self, first: Answer) -> tuple[tuple[Refusal, ...], tuple[Undecided, ...]]:
        """One refusal by the reader's schema as a whole, where no part of it can be named."""
        here = self._reader.root()
        leaf = Leaf("branch", here, "", Way(), self._engine.logic.neg(self._reader.node(here)))
        refusal = self._refusal(leaf, first)
        return ((refusal,), ()) if refusal is not None else ((), (self._unconfirmed(leaf, first),))

    def _leaves(self) -> list[Leaf]:
        walk = Walk(self._engine, self._sent, self._reader, self._writer.sources.declared_names())
        leaves: list[Leaf] = []
        try:
            leaves.extend(walk.leaves())
        except _SPENT:
            if not leaves:
                raise
        return leaves

    def _independent(self, leaves: list[Leaf]) -> list[tuple[Leaf, Answer]]:
        """Leaves that can be hit alone with a value that hits no other; one that never is alone goes."""
        logic, kept = self._engine.logic, list(leaves)
        found: list[tuple[Leaf, Answer]] = []
        broken = {id(leaf): leaf.way.lift(leaf.broken) for leaf in leaves}
        for leaf in leaves:
            hit = logic.both(self._sent, broken[id(leaf)])
            others = [logic.neg(broken[id(other)]) for other in kept if other is not leaf]
            alone = self._engine.find(logic.conj([hit, *others]))
            if alone is None and len(kept) > 1:
                kept.remove(leaf)
                continue
            answer = alone or self._engine.find(hit)
            if answer is not None:
                found.append((leaf, answer))
        return found

    # -- one refusal

    def _refusal(self, leaf: Leaf, answer: Answer) -> Refusal | None:
        """The refusal with its witness made small, or None when no validator confirms it."""
        proposition = self._engine.logic.both(self._sent, leaf.way.lift(leaf.broken))

        def proves(value: Any) -> bool:
            return self._engine.holding.holds(proposition, value) is True

        if self._cycle or any(node.args[0] not in _JUDGED_BY_OTHERS for node in answer.doubts):
            return None
        for value in self._candidates(answer.value, proves):
            if self._judges.confirm(value):
                return self._told(leaf, value)
        return None

    def _candidates(self, value: Any, proves: Any) -> list[Any]:
        if not proves(value):
            return [value]
        small = shrunk(value, proves)
        return [plausible(small, self._placing, proves), small, value]

    def _told(self, leaf: Leaf, value: Any) -> Refusal:
        tokens = leaf.way.follow(self._engine.holding, leaf.broken, value)
        at = value
        for token in tokens:
            at = at[token]
        spot, old = self._writer_says(leaf, value, tokens)
        return Refusal(
            cause=leaf.cause,
            message=sentence(leaf, at, old),
            reader=_spot(leaf.here, leaf.keyword),
            writer=spot,
            at=pointer(tokens),
            witness=external(value),
            old=old,
            new=_new(leaf),
        )

    def _writer_says(self, leaf: Leaf, value: Any, tokens: list[str | int]) -> tuple[Spot | None, Any]:
        """Where the writer's schema speaks of what is refused, and what it says there."""
        applying = self._placing.applying(value, tokens)
        if leaf.cause in _ABOUT_A_MEMBER and leaf.subject is not None:
            return self._member(applying, leaf)
        for keyword in _RELATED.get(leaf.keyword, (leaf.keyword,)):
            for here in applying:
                if keyword and isinstance(here.place.schema, dict) and keyword in here.place.schema:
                    return _spot(here, keyword), here.place.schema[keyword]
        return (_spot(applying[-1], ""), None) if applying else (None, None)

    def _member(self, applying: list[Here], leaf: Leaf) -> tuple[Spot | None, Any]:
        name = leaf.subject if isinstance(leaf.subject, str) else leaf.subject[1]
        for here in applying:
            properties = here.place.schema.get("properties") if isinstance(here.place.schema, dict) else None
            if isinstance(properties, dict) and name in properties:
                return _spot(here, f"properties/{escaped(name)}"), name if leaf.cause == "additional-member" else None
        return None, None

    def _unconfirmed(self, leaf: Leaf, answer: Answer) -> Undecided:
        """Why a witness does not stand: the opaque parts it relies on, or that no validator agreed."""
        if self._cycle:
            return self._cycle
        for node in sorted(answer.doubts, key=lambda n: n.ident):
            for side in (self._reader, self._writer):
                for known in (node, self._engine.logic.neg(node)):
                    if known in side.obstacles:
                        return side.obstacles[known]
        message = "no independent validator confirmed the counterexample that was found"
        return Undecided("witness-not-confirmed", message, _spot(leaf.here, leaf.keyword))


def _told_once(refusals: list[Refusal]) -> list[Refusal]:
    """One refusal for what two ways lead to, such as a type that two members share."""
    once = {(r.cause, r.reader, r.writer, str(r.new)): r for r in reversed(refusals)}
    return list(reversed(once.values()))


_JUDGED_BY_OTHERS = frozenset({"unsupported-pattern", "format-not-modelled", "opaque-names", "number-too-large"})
"""What an independent validator may know although the engine does not; its word makes a witness."""

_ABOUT_A_MEMBER = frozenset({"required", "additional-member", "dependent"})

_RELATED = {
    "enum": ("enum", "const", "x-extensible-enum", "pattern", "type"),
    "const": ("const", "enum", "pattern", "type"),
    "pattern": ("pattern", "enum", "const", "format", "type"),
    "format": ("format", "pattern", "enum", "const", "type"),
    "type": ("type", "enum", "const"),
    "minimum": ("minimum", "exclusiveMinimum", "enum", "type"),
    "exclusiveMinimum": ("exclusiveMinimum", "minimum", "enum", "type"),
    "maximum": ("maximum", "exclusiveMaximum", "enum", "type"),
    "exclusiveMaximum": ("exclusiveMaximum", "maximum", "enum", "type"),
}
"""Keywords of the writer that speak of the same thing, nearest first."""


def _spot(here: Here, keyword: str) -> Spot:
    return Spot(f"{here.place.pointer}/{keyword}" if keyword else here.place.pointer, here.place.document)


def _new(leaf: Leaf) -> Any:
    if leaf.cause == "required":
        return [leaf.subject]
    if leaf.cause == "dependent":
        return list(leaf.subject)
    schema = leaf.here.place.schema
    return schema.get(leaf.keyword) if isinstance(schema, dict) else schema
