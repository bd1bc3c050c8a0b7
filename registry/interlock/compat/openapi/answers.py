"""What the comparison of two OpenAPI documents finds: refusals that know their level and their part."""

from __future__ import annotations

from dataclasses import dataclass

from interlock.compat.answers import Comparison, Refusal


@dataclass(frozen=True, slots=True)
class ApiRefusal(Refusal):
    """
    One cause for which an old client and the new document no longer fit.

    `writer` is a place in the old document and `reader` one in the new, whoever sends; `old` and `new` are what they
    say there. The witness is `{"http": ..., "request": ...}`, with a `response` where that is what does not fit.
    """

    level: str = "wire"
    """`wire`: something sent is refused or means something else; `source`: generated code; `policy`: worth knowing."""
    part: str = "request"
    """`request`: an old client sends, the new document takes; `response`: the new document sends, an old client takes."""
    because: str = ""
    """The message without the operations that it is about."""


@dataclass(frozen=True, slots=True)
class ApiComparison(Comparison):
    """The answer about two OpenAPI documents; `refusals` are those on the wire, which decide the verdict."""

    notes: tuple[ApiRefusal, ...] = ()
    """What breaks nobody on the wire: sources that use generated code, and policy."""
