"""What a conversion returns: the schema, and what it no longer says."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Loss:
    """What a draft-07 schema no longer says."""

    at: str
    """JSON Pointer to the schema that said it, in the 2020-12 document."""
    keyword: str
    why: str
    weaker: bool = True
    """Whether more is taken now; False where only a note for people and tools is gone."""


@dataclass(frozen=True, slots=True)
class Converted:
    """A draft-07 schema, and what it no longer says."""

    schema: Any
    losses: tuple[Loss, ...] = ()

    @property
    def exact(self) -> bool:
        """Whether it takes the same values as the schema that it was made of."""
        return not any(loss.weaker for loss in self.losses)


def told(losses: tuple[Loss, ...]) -> Iterator[str]:
    """Yield a line for each loss, for people."""
    for loss in losses:
        yield f"{loss.at or 'the schema'}: {loss.keyword} is {'weaker' if loss.weaker else 'not said'}: {loss.why}"
