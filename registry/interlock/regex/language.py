"""The value the rest of the program handles: a set of strings, closed under the Boolean operations."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, final

from . import algebra, counting, meets, members
from .budget import Budget
from .compiling import compiled
from .nodes import ALL, Node
from .nodes import NOTHING as NO_MEMBERS

if TYPE_CHECKING:
    from collections.abc import Iterable


@final
class Language:
    """
    A regular set of strings of Unicode code points.

    Equal structure is the same object, so `==` and `hash` cost nothing; equal languages of different structure are
    told by `issubset` both ways. Questions take a `Budget` and get a fresh one if they are given none.

    >>> code = Language.pattern("^[A-Z]{3}$")
    >>> code.shortest(), code.size(limit=20_000), code.issubset(Language.length(1, 10))
    ('AAA', 17576, True)
    >>> (code - Language.pattern("^A")).samples(2)
    ['BAA', 'BAB']
    """

    __slots__ = ("__weakref__", "_node")
    _node: Node

    def __new__(cls, node: Node) -> Language:
        """The language of a node; each node has one."""
        owner = node.owner
        if not isinstance(owner, Language):
            owner = node.owner = object.__new__(cls)
            owner._node = node
        return owner

    @classmethod
    def pattern(cls, pattern: str) -> Language:
        """All strings in which an ECMA-262 pattern finds a match, as JSON Schema's `pattern` means it."""
        return cls(compiled(pattern))

    @classmethod
    def literal(cls, text: str) -> Language:
        """This string only."""
        return cls(algebra.words((text,)))

    @classmethod
    def words(cls, texts: Iterable[str]) -> Language:
        """Exactly these strings."""
        return cls(algebra.words(texts))

    @classmethod
    def length(cls, least: int, most: int | None) -> Language:
        """All strings of `least` to `most` code points; no upper bound if `most` is None."""
        return cls(algebra.window(max(least, 0), most))

    def __and__(self, other: Language) -> Language:
        """Members of both."""
        return Language(meets.conj((self._node, other._node)))

    def __or__(self, other: Language) -> Language:
        """Members of either."""
        return Language(algebra.alt((self._node, other._node)))

    def __sub__(self, other: Language) -> Language:
        """Members which are none of `other`."""
        return Language(meets.conj((self._node, meets.neg(other._node))))

    def __invert__(self) -> Language:
        """All strings which are no members."""
        return Language(meets.neg(self._node))

    def __repr__(self) -> str:
        """Not the language itself: that may be large."""
        first = (
            "nothing" if self is NOTHING else "everything" if self is EVERYTHING else f"state at {id(self._node):#x}"
        )
        return f"<Language: {first}>"

    def matches(self, text: str) -> bool:
        """Whether `text` is a member."""
        return members.member(self._node, text)

    def is_empty(self, budget: Budget | None = None) -> bool:
        """Whether there is no member."""
        return not members.has_member(self._node, budget or Budget())

    def issubset(self, other: Language, budget: Budget | None = None) -> bool:
        """Whether every member is a member of `other`."""
        return (self - other).is_empty(budget)

    def isdisjoint(self, other: Language, budget: Budget | None = None) -> bool:
        """Whether no member is a member of `other`."""
        return (self & other).is_empty(budget)

    def shortest(self, budget: Budget | None = None) -> str | None:
        """A shortest member, of plausible characters where there is a choice; None if there is no member."""
        return members.shortest(self._node, budget or Budget())

    def samples(self, count: int, budget: Budget | None = None) -> list[str]:
        """Up to `count` members by length, then by plausibility; fewer only if there are no more."""
        return members.samples(self._node, count, budget or Budget())

    def size(self, limit: int, budget: Budget | None = None) -> int | None:
        """The number of members if it is at most `limit`, else None."""
        return counting.size(self._node, limit, budget or Budget())

    def lengths(self, budget: Budget | None = None) -> tuple[int, int | None]:
        """Shortest and longest length, None for no longest; `(0, -1)`, an empty range, if there is no member."""
        return members.lengths(self._node, budget or Budget())


NOTHING: Final = Language(NO_MEMBERS)
EVERYTHING: Final = Language(ALL)
