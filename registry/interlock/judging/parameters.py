"""What the rules take: one frozen value each, unknown parameters refused; paths are relative to the event, the type's value, or `each`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any, Literal

from msgspec import Meta, Struct, field

from .paths import FieldPath, OnePath

Paths = Annotated[tuple[FieldPath, ...], Meta(min_length=1)]

Tolerance = Annotated[
    str,
    Meta(
        pattern=r"\AP(?=.)([0-9]{1,6}W|([0-9]{1,6}D)?(T(?=.)([0-9]{1,9}H)?([0-9]{1,9}M)?([0-9]{1,9}(\.[0-9]{1,9})?S)?)?)\Z",
        description="A duration of weeks, days, hours, minutes and seconds, for example `PT5M`.",
    ),
]


class Parameters(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The parameters of one rule."""

    def paths(self) -> Iterator[tuple[str, str]]:
        """Yield the pointer of each path among the parameters, and the path in full."""
        yield from ()


class Condition(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Holds when some value at a path is one of these."""

    at: FieldPath
    values: Annotated[tuple[Any, ...], Meta(min_length=1)] = field(name="in")


class Judged(Parameters, frozen=True, kw_only=True):
    """What every rule that judges a value takes."""

    each: Annotated[
        FieldPath, Meta(description="Judge each of these elements by itself; the other paths start there.")
    ] = ""
    when: Annotated[Condition | None, Meta(description="Judge only when this holds.")] = None

    def named(self) -> Iterator[tuple[str, str]]:
        """Yield the pointer and the text of each path that is the rule's own."""
        for name in ("at", "left", "right", "than", "start", "end", "equals"):
            value = getattr(self, name, None)
            if isinstance(value, str):
                yield f"/{name}", value

    def paths(self) -> Iterator[tuple[str, str]]:
        """Yield the pointer of each path among the parameters, and the path in full."""
        if self.each:
            yield "/each", self.each
        if self.when is not None:
            yield "/when/at", self.each + self.when.at
        yield from ((pointer, self.each + path) for pointer, path in self.named())


class At(Judged, frozen=True, kw_only=True):
    """One path."""

    at: FieldPath


class Several(Judged, frozen=True, kw_only=True):
    """Some paths."""

    at: Paths

    def named(self) -> Iterator[tuple[str, str]]:
        """Yield each path."""
        yield from ((f"/at/{index}", path) for index, path in enumerate(self.at))


class Codes(At, frozen=True, kw_only=True):
    """A path and the codes that may stand there."""

    codes: Annotated[frozenset[str], Meta(min_length=1)]


class Pair(Judged, frozen=True, kw_only=True):
    """Two paths."""

    left: FieldPath
    right: FieldPath


class Unique(At, frozen=True, kw_only=True):
    """A path to an array (or, ending in `*`, to elements of several), and what each element is known by."""

    by: Annotated[FieldPath, Meta(description="Relative to the element; empty for the element itself.")] = ""

    def named(self) -> Iterator[tuple[str, str]]:
        """Yield the elements' path and that of what they are known by."""
        yield "/at", self.at
        if self.by:
            yield "/by", f"{self.at if self.at.endswith('/*') else self.at + '/*'}{self.by}"


class Term(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is added to a sum or taken from it."""

    at: FieldPath
    sign: Literal["plus", "minus"] = "plus"


class Terms(Judged, frozen=True, kw_only=True):
    """The terms of a sum: paths, or `{at, sign: minus}` for what is taken away."""

    terms: Annotated[tuple[FieldPath | Term, ...], Meta(min_length=1)]

    @property
    def signed(self) -> Iterator[tuple[str, int]]:
        """The paths with +1 or -1."""
        for term in self.terms:
            yield (term, 1) if isinstance(term, str) else (term.at, -1 if term.sign == "minus" else 1)

    def named(self) -> Iterator[tuple[str, str]]:
        """Yield each term's path, and the others."""
        for index, (path, _) in enumerate(self.signed):
            yield f"/terms/{index}{'' if isinstance(self.terms[index], str) else '/at'}", path
        yield from Judged.named(self)


class SumEquals(Terms, frozen=True, kw_only=True):
    """The terms of a sum, and where the sum stands."""

    equals: FieldPath


class Balance(At, frozen=True, kw_only=True):
    """An array of lines; in each, the amount, its side, and what is balanced by itself."""

    amount: FieldPath
    side: FieldPath
    per: Annotated[
        FieldPath | None, Meta(description="Lines are balanced for each value here, for example per currency.")
    ] = None

    def named(self) -> Iterator[tuple[str, str]]:
        """Yield the lines' path and those of each line's parts."""
        yield "/at", self.at
        parts = {"amount": self.amount, "side": self.side, "per": self.per}
        yield from ((f"/{name}", f"{self.at}/*{path}") for name, path in parts.items() if path)


class LinesTotal(At, frozen=True, kw_only=True):
    """An array of lines; in each, a quantity, a price and how much the price is for; and where the total stands."""

    quantity: FieldPath
    price: FieldPath
    per: Annotated[FieldPath | None, Meta(description="For how much the price is; 1 when absent.")] = None
    equals: FieldPath
    decimals: Annotated[int, Meta(ge=0, le=9, description="To how many decimals amounts are rounded.")] = 2

    def named(self) -> Iterator[tuple[str, str]]:
        """Yield the paths of lines and total, and those of each line's parts."""
        yield from Judged.named(self)
        parts = {"quantity": self.quantity, "price": self.price, "per": self.per}
        yield from ((f"/{name}", f"{self.at}/*{path}") for name, path in parts.items() if path)


class NotBefore(At, frozen=True, kw_only=True):
    """A moment and the earlier one."""

    than: FieldPath
    tolerance: Tolerance = "PT0S"


class DurationBetween(At, frozen=True, kw_only=True):
    """A duration and the two moments that it lies between."""

    start: FieldPath
    end: FieldPath
    tolerance: Tolerance = "PT0S"


class RequiredWhen(Judged, frozen=True, kw_only=True):
    """A condition and what must be there under it."""

    # All fields are keywords, so one may be required after others with a default.
    when: Condition  # pyright: ignore[reportGeneralTypeIssues]
    then: Paths

    def named(self) -> Iterator[tuple[str, str]]:
        """Yield each path that must be there."""
        yield from ((f"/then/{index}", path) for index, path in enumerate(self.then))


class PresentAny(Judged, frozen=True, kw_only=True):
    """The members of which one must be there."""

    of: Paths

    def named(self) -> Iterator[tuple[str, str]]:
        """Yield each path."""
        yield from ((f"/of/{index}", path) for index, path in enumerate(self.of))


class PointersResolve(At, frozen=True, kw_only=True):
    """Where the pointers stand, and the value that they point into."""

    within: OnePath = field(name="in", default="")

    def named(self) -> Iterator[tuple[str, str]]:
        """Yield both paths."""
        yield "/at", self.at
        if self.within:
            yield "/in", self.within


class Statement(Parameters, frozen=True, kw_only=True):
    """A sentence for people."""

    statement: Annotated[str, Meta(min_length=1, max_length=4000)]
