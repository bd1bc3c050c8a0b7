r"""
ECMA-262 patterns (section 22.2.1), read as validators read `pattern`: `u` semantics, by code points.

What only the non-`u` grammar of Annex B takes is taken where its meaning is plain (`\-`, a lone `]` or `{`), and refused as
unsupported where engines differ. One loop over an explicit stack of open groups.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final

from .charsets import DOT
from .classes import ClassReader
from .errors import InvalidPattern, UnsupportedPattern
from .syntax import Choice, Edge, Item, Look, Loop, One, Parsed, Row

MAX_LENGTH: Final = 65_536
MAX_DEPTH: Final = 200
MAX_DIGITS: Final = 9

_BRACES = re.compile(r"\{([0-9]+)(?:(,)([0-9]*))?\}")
_NAME = re.compile(r"\?<([^>]*)>")
_ONLY_LEGACY: Final = frozenset({"bare-bracket", "bare-hyphen", "identity-escape", "repeated-lookahead"})
_LOOKS: Final = {"?=": (False, False), "?!": (False, True), "?<=": (True, False), "?<!": (True, True)}


@dataclass(slots=True)
class _Group:
    """An open group: the branches so far, the last one growing."""

    at: int
    look: tuple[bool, bool] | None = None
    branches: list[list[Item]] = field(default_factory=lambda: [[]])

    def closed(self) -> Item:
        rows = tuple([row[0] if len(row) == 1 else Row(tuple(row)) for row in self.branches])
        inner = rows[0] if len(rows) == 1 else Choice(rows)
        return inner if self.look is None else Look(inner, *self.look, self.at)


def parse(pattern: str) -> Parsed:
    """Read a pattern; raises `InvalidPattern` or `UnsupportedPattern`."""
    if len(pattern) > MAX_LENGTH:
        raise UnsupportedPattern(pattern, MAX_LENGTH, "too-large", f"it is longer than {MAX_LENGTH} characters")
    return _Parser(pattern).parsed()


class _Parser(ClassReader):
    """The state of reading: place, open groups, group names, notes."""

    def __init__(self, pattern: str) -> None:
        super().__init__(pattern)
        self.open = [_Group(0)]
        self.names: set[str] = set()
        self._group_end = self._loop_end = -1

    def parsed(self) -> Parsed:
        """The whole pattern."""
        while self.at < len(self.text):
            read = _READERS.get(self.text[self.at], _Parser.literal)
            read(self)
        if len(self.open) > 1:
            raise self.invalid("unclosed-group", "a group is not closed", self.open[-1].at)
        self._one_grammar()
        return Parsed(self.text, self.open[0].closed(), tuple(self.notes))

    def _one_grammar(self) -> None:
        """What only the `u` grammar reads so, beside what only the other takes: no engine reads both."""
        legacy = [note for note in self.notes if note.code in _ONLY_LEGACY]
        if legacy and self.only_unicode:
            detail = "it mixes `\\u{...}` or `\\p{...}` with what the `u` flag forbids"
            raise self.unsupported("mixed-grammars", detail, legacy[0].at)

    def _add(self, item: Item) -> None:
        self.open[-1].branches[-1].append(item)

    def literal(self) -> None:
        """Any character which means itself."""
        character = self.text[self.at]
        if character in "]}":
            self.note("bare-bracket", self.at)
        self.at += 1
        self._add(One(((ord(character), ord(character)),)))

    def dot(self) -> None:
        """`.`."""
        self.note("dot", self.at)
        self.at += 1
        self._add(One(DOT))

    def edge(self) -> None:
        """`^` or `$`."""
        sign = self.text[self.at]
        if sign == "$":
            self.note("dollar", self.at)
        self._add(Edge(sign, self.at))
        self.at += 1

    def bar(self) -> None:
        """`|`."""
        self.at += 1
        self.open[-1].branches.append([])

    def bracket(self) -> None:
        """`[`."""
        self._add(One(self.char_class()))

    def backslash(self) -> None:
        """A backslash."""
        sign = self.text[self.at + 1 : self.at + 2]
        if sign in ("b", "B"):
            self.note("word-boundary", self.at)
            self._add(Edge("\\" + sign, self.at))
            self.at += 2
            return
        if (sign.isdigit() and sign != "0") or self.text.startswith("k<", self.at + 1):
            raise self.unsupported("backreference", "a reference back to a group makes the language irregular")
        self._add(One(self.escape()))

    def opening(self) -> None:
        """`(`, with what makes it a group of a kind."""
        if len(self.open) > MAX_DEPTH:
            raise self.unsupported("too-deep", f"groups are nested deeper than {MAX_DEPTH}")
        start = self.at
        self.at += 1
        self.open.append(_Group(start, self._group_kind(start)))

    def _group_kind(self, start: int) -> tuple[bool, bool] | None:
        if not self.text.startswith("?", self.at):
            return None
        for sign, look in _LOOKS.items():
            if self.text.startswith(sign, self.at):
                self.note("lookbehind" if look[0] else "lookahead", start)
                self.at += len(sign)
                return look
        if self.text.startswith("?:", self.at):
            self.at += 2
            return None
        self._named(start)
        return None

    def _named(self, start: int) -> None:
        named = _NAME.match(self.text, self.at)
        if named is None:
            raise self._strange_group(start)
        name = named[1]
        if not name.replace("$", "_").isidentifier():
            raise self.invalid("group-name", f"{name!r} is not a name for a group", start)
        if name in self.names:
            raise self.unsupported("duplicate-name", f"two groups are called {name!r}", start)
        self.names.add(name)
        self.note("named-group", start)
        self.at = named.end()

    def _strange_group(self, start: int) -> InvalidPattern | UnsupportedPattern:
        if re.compile(r"\?(?=[ims-])[ims]*(-[ims]*)?:").match(self.text, self.at):
            return self.unsupported("flags", "a group which switches flags is not modelled", start)
        if re.compile(r"\?[a-zA-Z-]+[):]").match(self.text, self.at):
            return self.invalid("flags", "inline flags are not part of ECMA-262 patterns", start)
        return self.invalid("group-kind", "`(?` is not followed by a kind of group known to ECMA-262", start)

    def closing(self) -> None:
        """`)`."""
        if len(self.open) == 1:
            raise self.invalid("unopened-group", "`)` closes no group")
        self.at += 1
        group = self.open.pop()
        self._add(group.closed())
        if group.look is None:
            self._group_end = self.at

    def brace(self) -> None:
        """`{`, which may begin a counter."""
        found = _BRACES.match(self.text, self.at)
        if found is None:
            self.note("bare-bracket", self.at)
            self.literal()
            return
        if max(len(found[1]), len(found[3] or "")) > MAX_DIGITS:
            raise self.unsupported("too-large", f"a counter has more than {MAX_DIGITS} digits")
        least = int(found[1])
        most = least if found[2] is None else int(found[3]) if found[3] else None
        if most is not None and most < least:
            raise self.invalid("counter-order", f"the counter {found[0]} has its bounds the wrong way round")
        self._quantify(least, most, found.end())

    def sign(self) -> None:
        """`*`, `+` or `?`."""
        least, most = {"*": (0, None), "+": (1, None), "?": (0, 1)}[self.text[self.at]]
        self._quantify(least, most, self.at + 1)

    def _quantify(self, least: int, most: int | None, end: int) -> None:
        row = self.open[-1].branches[-1]
        start = self.at
        bare = row[-1] if row and self._group_end != start else None
        if not row or self._loop_end == start or isinstance(bare, Edge) or (isinstance(bare, Look) and bare.behind):
            raise self.invalid("nothing-to-repeat", f"there is nothing for `{self.text[start:end]}` to repeat")
        if isinstance(bare, Look):
            self.note("repeated-lookahead", start)
        self.at = end + self.text.startswith("?", end)
        self._loop_end = self.at
        row[-1] = Loop(row[-1], least, most, start)


_READERS: Final = {
    "(": _Parser.opening,
    ")": _Parser.closing,
    "[": _Parser.bracket,
    "|": _Parser.bar,
    ".": _Parser.dot,
    "^": _Parser.edge,
    "$": _Parser.edge,
    "\\": _Parser.backslash,
    "{": _Parser.brace,
    "*": _Parser.sign,
    "+": _Parser.sign,
    "?": _Parser.sign,
}
