"""
Why nothing was published, beside what breaks the contract itself.

    InterlockError
    └── NotPublished            base
        ├── NotAProducer        the contract names other systems
        ├── NoLongerPublished   the major version is retired, or its sunset has passed
        └── CannotProject       a member above the grant is required, so it can't be taken out
"""

from __future__ import annotations

from collections.abc import Iterable

from ..violations import InterlockError


class NotPublished(InterlockError):  # noqa: N818 - the name says what happened
    """Nothing was published."""


class NotAProducer(NotPublished):
    """The contract names other systems as its producers."""

    def __init__(self, system: str, contract: str, producers: Iterable[str]) -> None:
        self.system = system
        self.contract = contract
        self.producers = tuple(producers)
        super().__init__(system, contract, self.producers)

    def __str__(self) -> str:
        """Say it in a sentence."""
        return (
            f"{self.system} is no producer of {self.contract}: its contract names {', '.join(self.producers) or 'none'}"
        )


class NoLongerPublished(NotPublished):
    """The major version is retired, or its sunset has passed."""

    def __init__(self, contract: str, since: str | None, successor: str | None) -> None:
        self.contract = contract
        self.since = since
        self.successor = successor
        super().__init__(contract, since, successor)

    def __str__(self) -> str:
        """Say it in a sentence."""
        since = f" since {self.since}" if self.since else ""
        return f"{self.contract} is not published any more{since}: publish {self.successor or 'its successor'}"


class CannotProject(NotPublished):
    """A member above a reader's grant is required, so the event can't be given to that reader at all."""

    def __init__(self, contract: str, pointer: str, label: str, grant: str) -> None:
        self.contract = contract
        self.pointer = pointer
        self.label = label
        self.grant = grant
        super().__init__(contract, pointer, label, grant)

    def __str__(self) -> str:
        """Say it in a sentence."""
        return (
            f"{self.contract} can't be published for the grant {self.grant!r}: "
            f"{self.pointer} is {self.label}, and the contract requires it"
        )
