"""From a pattern as written to the language of all strings in which it finds a match."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from .algebra import alt, cat, chars, heads, peek, recall, rep, sequence, words
from .charsets import WORD
from .errors import UnsupportedPattern
from .meets import conj, neg
from .nodes import ALL, ANY_CHAR, EMPTY, NOTHING, Cat, Chars, Node, Peek, Recall, Repeat, Union
from .parser import parse
from .syntax import Choice, Edge, Item, Look, Loop, One, Row, fold

if TYPE_CHECKING:
    from .syntax import Parsed

_KEPT = 1024
_SPREAD = 8

START = recall(EMPTY, negated=False)
END = peek(ANY_CHAR, negated=True)


@lru_cache(maxsize=_KEPT)
def compiled(pattern: str) -> Node:
    """The language of a JSON Schema `pattern`: a match anywhere in the text."""
    return searched(body_of(parse(pattern)))


def body_of(parsed: Parsed) -> Node:
    """The spans the pattern itself matches."""
    return compiled_items(parsed)[id(parsed.root)]


def compiled_items(parsed: Parsed) -> dict[int, Node]:
    """The spans each item of a pattern matches, by the item's `id`."""
    made: dict[int, Node] = {}

    def combine(item: Item, inner: list[Node]) -> Node:
        made[id(item)] = node = _compiled(parsed.pattern, item, inner)
        return node

    fold(parsed.root, combine)
    return made


def searched(body: Node) -> Node:
    """Whole texts with a match of `body` anywhere."""
    branches = body.parts if isinstance(body, Union) else frozenset((body,))
    inner = [branch for branch in branches if not _anchored(branch)]
    whole = [settled(cat(branch.right, ALL)) for branch in branches if isinstance(branch, Cat) and _anchored(branch)]
    found = settled(cat(alt(inner), ALL))
    return alt([*whole, cat(ALL, found)])


def _anchored(branch: Node) -> bool:
    return isinstance(branch, Cat) and branch.left is START and not branch.right.recalls


def settled(node: Node, spread: int = _SPREAD) -> Node:
    """
    The same whole text with look-ahead at its front, or before fixed parts, written as intersection.

    Only a shortcut: derivatives treat what is left.
    """
    if not node.peeks:
        return node
    parts = heads(node)
    done = parts.pop()
    if done.peeks and not isinstance(done, Cat):
        done = _settle_one(done, EMPTY, spread)
    while parts:
        done = _settle_one(parts.pop(), done, spread)
    return done


def _settle_one(head: Node, rest: Node, spread: int) -> Node:
    if isinstance(head, Peek):
        ahead = settled(cat(head.inner, ALL), spread - 1) if spread else cat(head.inner, ALL)
        return conj((neg(ahead) if head.negated else ahead, rest))
    if isinstance(head, Union) and head.peeks and 0 < len(head.parts) <= spread:
        return alt(settled(cat(part, rest), spread // 2) for part in head.parts)
    return cat(head, rest)


def _compiled(pattern: str, item: Item, inner: list[Node]) -> Node:
    if isinstance(item, One):
        return chars(item.ranges)
    if isinstance(item, Row):
        return sequence(inner)
    if isinstance(item, Choice):
        return _choice(item, inner)
    if isinstance(item, Loop):
        return _loop(pattern, item, inner[0])
    if isinstance(item, Look):
        return _look(pattern, item, inner[0])
    return _edge(item)


def _choice(item: Choice, inner: list[Node]) -> Node:
    texts = [_text(branch) for branch in item.branches]
    literal = words(text for text in texts if text is not None)
    return alt([literal, *(node for node, text in zip(inner, texts, strict=True) if text is None)])


def _text(item: Item) -> str | None:
    """The only string an item matches, if it is made of single characters."""
    items = item.items if isinstance(item, Row) else (item,)
    found = [
        chr(i.ranges[0][0])
        for i in items
        if isinstance(i, One) and len(i.ranges) == 1 and i.ranges[0][0] == i.ranges[0][1]
    ]
    return "".join(found) if len(found) == len(items) else None


def _loop(pattern: str, item: Loop, body: Node) -> Node:
    if body.pure or body.low:
        return rep(body, item.least, item.most)
    some, none = consuming(body), idle(body)
    if item.least == 0 or none is EMPTY:
        return rep(some, 0, item.most)
    if item.least > 1 and none is not NOTHING:
        raise UnsupportedPattern(
            pattern, item.at, "lookaround-in-loop", "a counted loop may only look around in a turn"
        )
    again = rep(some, item.least, item.most)
    return again if none is NOTHING else alt((none, again))


def consuming(node: Node) -> Node:
    """The spans of `node` which are not empty (an engine gives up a turn of a loop which consumed nothing)."""
    if node.low:
        return node
    if isinstance(node, Union):
        return alt(consuming(part) for part in node.parts)
    if isinstance(node, Repeat):
        return cat(consuming(node.body), rep(node.body, max(node.least - 1, 0), _less(node.most)))
    found: list[Node] = []
    before: Node = EMPTY
    parts = heads(node)
    for index, part in enumerate(parts):
        if isinstance(part, Chars):
            found.append(sequence([before, *parts[index:]]))
            break
        if isinstance(part, Union | Repeat):
            found.append(sequence([before, consuming(part), *parts[index + 1 :]]))
        before = cat(before, idle(part))
    return alt(found)


def idle(node: Node) -> Node:
    """The condition under which `node` matches without consuming: a looking node, EMPTY (always) or NOTHING (never)."""
    if isinstance(node, Peek | Recall) or node is EMPTY:
        return node
    if node.low or node is NOTHING:
        return NOTHING
    if isinstance(node, Union):
        return alt(idle(part) for part in node.parts)
    if isinstance(node, Repeat):
        return EMPTY if node.least == 0 else idle(node.body)
    return sequence([idle(part) for part in heads(node)])


def _less(most: int | None) -> int | None:
    return None if most is None else most - 1


def _look(pattern: str, item: Look, body: Node) -> Node:
    if not item.behind:
        return peek(body, negated=item.negated)
    if body.peeks:
        raise UnsupportedPattern(pattern, item.at, "lookbehind", "a lookbehind which looks ahead is not modelled")
    return recall(cat(ALL, body), negated=item.negated)


def _edge(item: Edge) -> Node:
    if item.sign == "^":
        return START
    if item.sign == "$":
        return END
    word = chars(WORD)
    after = {n: recall(cat(ALL, word), negated=n) for n in (False, True)}
    before = {n: peek(word, negated=n) for n in (False, True)}
    return alt(cat(after[n], before[n != (item.sign == "\\b")]) for n in (False, True))
