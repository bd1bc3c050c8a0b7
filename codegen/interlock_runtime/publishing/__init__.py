"""Publishing: what a system says, in every major that lives, never anything that breaks its contract."""

from __future__ import annotations

from .buffers import buffers_of
from .projecting import projected
from .publisher import Publisher
from .refusals import CannotProject, NoLongerPublished, NotAProducer, NotPublished

__all__ = [
    "CannotProject",
    "NoLongerPublished",
    "NotAProducer",
    "NotPublished",
    "Publisher",
    "buffers_of",
    "projected",
]
