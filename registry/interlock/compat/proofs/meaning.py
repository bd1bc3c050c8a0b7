"""Both sides' schemas as formulas, read from what was written for the checker alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urldefrag, urlsplit

from interlock.compat.jsonschema.documents import Library, Place, joined
from interlock.regex import RegexError

from .formulas import NO, YES, Formula, every
from .reading import known
from .values import NotReadError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from .files import Question

    Says = Callable[["Meaning", Place, Any], Formula]

MARKS = ("x-interlock-undecided", "x-interlock-unknown")
"""A view writes these beside what it could not change soundly: nothing is known there."""

_WITHOUT_DYNAMIC = frozenset({"draft4", "draft6", "draft7"})
"""Drafts whose own metaschema may be referred to: later ones refer to themselves dynamically."""


class _NowhereError(NotReadError):
    """An absolute reference to something that was not given; whatever it is, it is the same for both sides."""


class Meaning:
    """Both sides' schemas; each is read once, when a proof first opens it."""

    def __init__(self, question: Question, keywords: Mapping[str, Says]) -> None:
        """Read both documents, with a table of keywords."""
        self._keywords = keywords
        self.formats = question.formats == "assertion"
        self._libraries = {
            side: Library(side, root, question.documents, question.dialect)
            for side, root in (("writer", question.writer), ("reader", question.reader))
        }
        self._given = {"", *(urldefrag(uri).url for uri in question.documents)}
        self._places: dict[Formula, Place] = {}
        self._opened: dict[Formula, Formula] = {}

    def root(self, side: str) -> Formula:
        """The schema asked about."""
        return self.schema(self._libraries[side].root)

    def schema(self, place: Place) -> Formula:
        """The formula that stands for a schema."""
        if isinstance(place.schema, bool):
            return YES if place.schema else NO
        formula = ("schema", place.sources.side, place.document, place.pointer)
        self._places[formula] = place
        return formula

    def child(self, place: Place, *tokens: str | int) -> Formula:
        """The formula of a schema below."""
        return self.schema(place.child(*tokens))

    def opened(self, formula: Formula) -> Formula:
        """What the schema says."""
        if formula not in self._opened:
            self._opened[formula] = self._read(self._places[formula])
        return self._opened[formula]

    def target(self, place: Place, reference: Any) -> Place:
        """Where a reference leads."""
        if not isinstance(reference, str):
            raise NotReadError
        found = place.sources.resolve(place.resource, reference)
        address = joined(place.resource.base, reference)
        if found is None and urlsplit(address).scheme:
            raise _NowhereError(address)
        if found is None or (found.document not in self._given and found.dialect.name not in _WITHOUT_DYNAMIC):
            raise NotReadError
        return found

    def _read(self, place: Place) -> Formula:
        schema = place.schema
        if not isinstance(schema, dict) or place.resource.unknown_dialect or any(mark in schema for mark in MARKS):
            return _unknown(place, "")
        return every(self._keyword(place, keyword) for keyword in known(place) if keyword in self._keywords)

    def _keyword(self, place: Place, keyword: str) -> Formula:
        try:
            return self._keywords[keyword](self, place, place.schema[keyword])
        except _NowhereError as nowhere:
            return ("unknown", str(nowhere))
        except (NotReadError, RegexError, TypeError, KeyError, AttributeError, ValueError):
            return _unknown(place, keyword)


def _unknown(place: Place, keyword: str) -> Formula:
    """Something of which nothing is known, but that it is the same when met again at the same place."""
    return ("unknown", place.sources.side, place.document, place.pointer, keyword)
