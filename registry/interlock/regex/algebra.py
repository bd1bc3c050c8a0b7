"""
Sequence, repetition and union of languages, written the simplest way.

Simplification is not for beauty: derivatives stay few only when equal languages become equal nodes ("similarity" in
Brzozowski, Derivatives of Regular Expressions, 1964).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from .charsets import normal
from .nodes import ALL, ANY_CHAR, EMPTY, NOTHING, Cat, Chars, Complement, Node, Peek, Recall, Repeat, Union, once

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from .charsets import Ranges


def chars(ranges: Ranges) -> Node:
    """One character of the set."""
    return once(Chars, ranges) if ranges else NOTHING


def window(least: int, most: int | None) -> Node:
    """All strings of these lengths."""
    if most is not None and least > most:
        return NOTHING
    return rep(ANY_CHAR, least, most)


def peek(inner: Node, *, negated: bool) -> Node:
    """What follows begins (or does not begin) with `inner`."""
    if inner is NOTHING:
        return EMPTY if negated else NOTHING
    return once(Peek, inner, negated)


def recall(inner: Node, *, negated: bool) -> Node:
    """The text before this place is (or is not) a member of `inner`."""
    if inner is NOTHING or inner is ALL:
        return EMPTY if (inner is ALL) != negated else NOTHING
    return once(Recall, inner, negated)


def sequence(parts: Sequence[Node]) -> Node:
    """One after the other."""
    node: Node = EMPTY
    for part in reversed(parts):
        node = cat(part, node)
    return node


def heads(node: Node) -> list[Node]:
    """The parts of a sequence, in order."""
    found: list[Node] = []
    while isinstance(node, Cat):
        found.append(node.left)
        node = node.right
    found.append(node)
    return found


def cat(left: Node, right: Node) -> Node:
    """
    `left` then `right`.

    >>> cat(chars(((97, 97),)), EMPTY) is chars(((97, 97),))
    True
    """
    if isinstance(left, Cat):
        for part in reversed(heads(left)):
            right = _prepend(part, right)
        return right
    return _prepend(left, right)


def _prepend(left: Node, right: Node) -> Node:
    if left is NOTHING or right is NOTHING:
        return NOTHING
    if left is EMPTY:
        return right
    if right is EMPTY:
        return left
    merged = _merged(left, right)
    if merged is not None:
        return merged
    if right is ALL and left.pure:
        return _before_all(left)
    return _after_all(right) if left is ALL else once(Cat, left, right)


def _before_all(left: Node) -> Node:
    """`b{m,n}` before anything at all need only come m times."""
    if left.nullable:
        return ALL
    if isinstance(left, Repeat) and left.most != left.least:
        return cat(rep(left.body, left.least, left.least), ALL)
    return once(Cat, left, ALL)


def _after_all(right: Node) -> Node:
    """`b{m,n}` after anything at all need only come m times."""
    head, rest = split(right)
    while head.pure and head.nullable and right is not EMPTY:
        right = rest
        head, rest = split(right)
    if right is EMPTY:
        return ALL
    if head.pure and isinstance(head, Repeat) and head.most != head.least:
        return once(Cat, ALL, cat(rep(head.body, head.least, head.least), rest))
    return once(Cat, ALL, right)


def _merged(left: Node, right: Node) -> Node | None:
    """`bb*`, `b*b` and `b*b*` are one repetition of b."""
    head, rest = split(right)
    body, least, most = times(left)
    other, low, high = times(head)
    if body is not other or not body.pure:
        return None
    return cat(rep(body, least + low, None if most is None or high is None else most + high), rest)


def split(node: Node) -> tuple[Node, Node]:
    """The first part of a sequence, and what follows."""
    return (node.left, node.right) if isinstance(node, Cat) else (node, EMPTY)


def times(node: Node) -> tuple[Node, int, int | None]:
    """A part as a repetition."""
    return (node.body, node.least, node.most) if isinstance(node, Repeat) else (node, 1, 1)


def rep(body: Node, least: int, most: int | None) -> Node:
    """`body{least,most}`; a body which looks around must consume something, or be met no more than once."""
    if body is EMPTY or most == 0:
        return EMPTY
    if body is NOTHING:
        return EMPTY if least == 0 else NOTHING
    if body.pure and body.nullable:
        body, least = _without_empty(body), 0
    if most is None and least == 0 and isinstance(body, Union):
        body = _unlooped(body)
    if (least, most) == (1, 1):
        return body
    if isinstance(body, Repeat):
        return _nested(body, least, most)
    return once(Repeat, body, least, most)


def _without_empty(body: Node) -> Node:
    if isinstance(body, Union) and EMPTY in body.parts:
        return alt(body.parts - {EMPTY})
    if isinstance(body, Repeat) and body.least == 0 and not body.body.nullable:
        return rep(body.body, 1, body.most)
    return body


def _unlooped(body: Union) -> Node:
    """`(x*|y+)*` is `(x|y)*`."""
    return alt(part.body if isinstance(part, Repeat) and part.least <= 1 and part.pure else part for part in body.parts)


def _nested(inner: Repeat, least: int, most: int | None) -> Node:
    """`(b{p,q}){m,n}` is `b{pm,qn}` when no count between is left out."""
    low, high = inner.least, inner.most
    gap = low > 1 and least == 0 if high is None else least != most and low * (least + 1) > high * least + 1
    if gap or not inner.pure:
        return once(Repeat, inner, least, most)
    bound = None if most is None or high is None else most * high
    return rep(inner.body, least * low, bound)


def alt(parts: Iterable[Node]) -> Node:
    """A member of any part."""
    flat: set[Node] = set()
    for part in parts:
        if isinstance(part, Union):
            flat |= part.parts
        elif part is not NOTHING:
            flat.add(part)
    if len(flat) > 1:
        flat = set(_gathered(flat))
    if ALL in flat or any(isinstance(part, Complement) and part.inner in flat for part in flat):
        return ALL
    if EMPTY in flat and any(part.nullable and part.pure and part is not EMPTY for part in flat):
        flat.discard(EMPTY)
    if len(flat) <= 1:
        return flat.pop() if flat else NOTHING
    return once(Union, frozenset(flat))


def _gathered(parts: set[Node]) -> list[Node]:
    """Parts which differ only in their first set or counter are one part."""
    by_tail: dict[Node, list[Node]] = {}
    for part in _optional(parts):
        head, tail = split(part)
        by_tail.setdefault(tail, []).append(head)
    done: list[Node] = []
    for tail, group in by_tail.items():
        done += [cat(head, tail) for head in (_heads_gathered(group) if len(group) > 1 else group)]
    return done


def _optional(parts: set[Node]) -> set[Node]:
    """`b{1,n}k` and `k` are `b{0,n}k`."""
    left = set(parts)
    for part in parts:
        head, tail = split(part)
        if isinstance(head, Repeat) and head.least <= 1 and tail in left:
            left -= {part, tail}
            left.add(cat(rep(head.body, 0, head.most), tail))
    return left


def _heads_gathered(group: list[Node]) -> list[Node]:
    """The heads before one tail."""
    union = chars(normal(r for head in group if isinstance(head, Chars) for r in head.ranges))
    singles = {head for head in group if not isinstance(head, Chars | Repeat)} | ({union} - {NOTHING})
    spans: dict[Node, list[tuple[int, int | None]]] = {}
    for head in group:
        if isinstance(head, Repeat):
            spans.setdefault(head.body, []).append((head.least, head.most))
    for body in spans.keys() & singles:
        spans[body].append((1, 1))
    counted = [rep(body, least, most) for body, several in spans.items() for least, most in _joined(several)]
    return [*(singles - spans.keys()), *counted]


def _joined(spans: list[tuple[int, int | None]]) -> list[tuple[int, int | None]]:
    """Counters which touch are one counter."""
    done: list[tuple[int, int | None]] = []
    for least, most in sorted(spans, key=lambda span: span[0]):
        high = done[-1][1] if done else -2
        if done and (high is None or least <= high + 1):
            done[-1] = (done[-1][0], None if high is None or most is None else max(high, most))
        else:
            done.append((least, most))
    return done


def words(texts: Iterable[str]) -> Node:
    """Exactly these strings, sharing their common beginnings; their common endings are one node anyway."""
    root: _Trie = {}
    for text in texts:
        place = root
        for character in text:
            place = place.setdefault(character, {})
        place[""] = {}
    stack, order = [root], []
    while stack:
        order.append(stack.pop())
        stack.extend(child for key, child in order[-1].items() if key)
    made: dict[int, Node] = {}
    for place in reversed(order):
        made[id(place)] = _branches(place, made)
    return made[id(root)]


_Trie = dict[str, "_Trie"]


def _branches(place: _Trie, made: dict[int, Node]) -> Node:
    by_tail: dict[Node, list[tuple[int, int]]] = {}
    for character, child in place.items():
        if character:
            by_tail.setdefault(made[id(child)], []).append((ord(character), ord(character)))
    branches = [cat(chars(normal(ranges)), tail) for tail, ranges in by_tail.items()]
    return alt([*branches, EMPTY] if "" in place else branches)
