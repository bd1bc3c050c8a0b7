"""
The shapes a language is written in, each stored once.

A node stands for a set of spans of a text: most shapes consume characters, `Peek` and `Recall` consume none and look at
what comes or came. Two nodes of equal structure are one object, so comparing and hashing cost nothing; the table holds
them weakly and forgets what nobody uses. Build nodes with `algebra` and `meets`, which simplify; never here.
"""

from __future__ import annotations

import weakref
from typing import TYPE_CHECKING, Any, Final, TypeVar

from .charsets import ANY, Ranges

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

N = TypeVar("N", bound="Node")

LARGE: Final = 8
"""A counter above this is worth solving by length rather than by unrolling."""


class Node:
    """
    What every shape knows about itself, computed once from its parts.

    `nullable`: it matches nothing at the very end of the text. `peeks`, `recalls`: it looks ahead, or behind.
    `plain`: no look-around, intersection or complement, so it has a member and `low` and `high` are exact.
    `low`, `high`: bounds of the length of a member. `counts`: a large counter is inside. `weight`: how many parts one step
    looks at.
    """

    __slots__ = ("__weakref__", "counts", "high", "low", "nullable", "owner", "peeks", "plain", "recalls", "weight")

    peeks: bool
    recalls: bool
    plain: bool
    counts: bool
    nullable: bool
    low: int
    high: int | None

    def __init__(self, *parts: Node) -> None:
        self.peeks = any(part.peeks for part in parts)
        self.recalls = any(part.recalls for part in parts)
        self.plain = all(part.plain for part in parts)
        self.counts = any(part.counts for part in parts)
        self.weight = 1
        self.owner: object = None

    @property
    def pure(self) -> bool:
        """Whether only the characters consumed matter, not what stands around them."""
        return not (self.peeks or self.recalls)


class Nothing(Node):
    """No member at all."""

    __slots__ = ()

    def __init__(self) -> None:
        super().__init__()
        self.nullable, self.low, self.high = False, 0, 0


class Empty(Node):
    """The empty string only."""

    __slots__ = ()

    def __init__(self) -> None:
        super().__init__()
        self.nullable, self.low, self.high = True, 0, 0


class Chars(Node):
    """One character of a set."""

    __slots__ = ("ranges",)

    def __init__(self, ranges: Ranges) -> None:
        super().__init__()
        self.ranges = ranges
        self.nullable, self.low, self.high = False, 1, 1


class Cat(Node):
    """`left` then `right`; `left` is never a `Cat`, so a sequence is a list."""

    __slots__ = ("left", "right")

    def __init__(self, left: Node, right: Node) -> None:
        super().__init__(left, right)
        self.left, self.right = left, right
        self.nullable = left.nullable and right.nullable
        self.low = left.low + right.low
        self.high = None if left.high is None or right.high is None else left.high + right.high
        self.weight = left.weight + (0 if left.low else right.weight)


class Repeat(Node):
    """`body`, from `least` to `most` times; `most` is None without a bound."""

    __slots__ = ("body", "least", "most")

    def __init__(self, body: Node, least: int, most: int | None) -> None:
        super().__init__(body)
        self.body, self.least, self.most = body, least, most
        self.weight = body.weight
        self.nullable = least == 0 or body.nullable
        self.low = body.low * least
        self.high = 0 if body.high == 0 else None if most is None or body.high is None else body.high * most
        self.counts = self.counts or least > LARGE or (most or 0) > LARGE


class Union(Node):
    """A member of any part."""

    __slots__ = ("parts",)

    def __init__(self, parts: frozenset[Node]) -> None:
        super().__init__(*parts)
        self.parts = parts
        self.nullable = any(part.nullable for part in parts)
        self.low = min([part.low for part in parts])
        highs = [part.high for part in parts if part.high is not None]
        self.high = max(highs) if len(highs) == len(parts) else None
        self.weight = sum([part.weight for part in parts])


class Meet(Node):
    """A member of every part; only as the whole of what is left of the text."""

    __slots__ = ("parts",)

    def __init__(self, parts: frozenset[Node]) -> None:
        super().__init__(*parts)
        self.parts = parts
        self.plain = False
        self.nullable = all(part.nullable for part in parts)
        self.low = max([part.low for part in parts])
        self.high = min([part.high for part in parts if part.high is not None], default=None)
        self.weight = sum([part.weight for part in parts])


class Complement(Node):
    """Not a member of `inner`; only as the whole of what is left of the text."""

    __slots__ = ("inner",)

    def __init__(self, inner: Node) -> None:
        super().__init__(inner)
        self.inner = inner
        self.plain = False
        self.nullable, self.low, self.high = not inner.nullable, int(inner.nullable and not inner.recalls), None
        self.weight = inner.weight


class Peek(Node):
    """`(?=inner)` or `(?!inner)`: what follows begins, or does not begin, with `inner`."""

    __slots__ = ("inner", "negated")

    def __init__(self, inner: Node, negated: bool) -> None:  # noqa: FBT001 (a field of the table's key)
        super().__init__(inner)
        self.inner, self.negated = inner, negated
        self.weight = inner.weight
        self.peeks, self.plain = True, False
        self.nullable, self.low, self.high = inner.nullable != negated, 0, 0


class Recall(Node):
    """`inner` is what remains of a language to be met by the text before this place (or not met)."""

    __slots__ = ("inner", "negated")

    def __init__(self, inner: Node, negated: bool) -> None:  # noqa: FBT001 (a field of the table's key)
        super().__init__(inner)
        self.inner, self.negated = inner, negated
        self.recalls, self.plain = True, False
        self.nullable, self.low, self.high = inner.nullable != negated, 0, 0


class _Entry(weakref.ref[Node]):
    """A weak reference which can find its row in the table again."""

    __slots__ = ("key",)
    key: Hashable


_table: dict[Hashable, _Entry] = {}


def _forget(entry: weakref.ref[Node]) -> None:
    if isinstance(entry, _Entry) and _table.get(entry.key) is entry:
        del _table[entry.key]


def once(shape: Callable[..., N], *fields: Any) -> N:
    """The one node of this shape with these fields."""
    key = (shape, *fields)
    entry = _table.get(key)
    node = entry() if entry is not None else None
    if node is None:
        node = shape(*fields)
        entry = _Entry(node, _forget)
        entry.key = key
        _table[key] = entry
    return node  # type: ignore[return-value]  # the key begins with the shape


NOTHING: Final = once(Nothing)
EMPTY: Final = once(Empty)
ANY_CHAR: Final = once(Chars, ANY)
ALL: Final = once(Repeat, ANY_CHAR, 0, None)
