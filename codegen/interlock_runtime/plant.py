"""The catalog as services use it: consumers and publishers are made of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Unpack

from .catalog import Catalog

if TYPE_CHECKING:
    from .handling.consumer import Consumer, Settings
    from .handling.protocols import Inbox
    from .publishing import Publisher


class Plant(Catalog):
    """A catalog that makes consumers and publishers; what they need is imported when the first one is made."""

    def consumer(
        self,
        name: str,
        *,
        inbox: Inbox | None = None,
        dead_letters: Publisher | None = None,
        **settings: Unpack[Settings],
    ) -> Consumer:
        """
        Return the consumer for a service of the catalog; `settings` are those of `Consumer`.

        Without an inbox repetitions are recognised as long as the process lives. With `dead_letters`, a publisher with an
        outbox, whoever answers for an event is told when it goes to quarantine.
        """
        from .handling.consumer import Consumer
        from .stores.memory import MemoryInbox

        if dead_letters is not None:
            from .publishing.dead_letters import DeadLetters

            settings["letters"] = DeadLetters(self, dead_letters)
        return Consumer(self, self.reader(name), inbox=inbox or MemoryInbox(), **settings)

    def publisher(self, system: str, **settings: Any) -> Publisher:
        """Return the publisher for a system; `settings` are those of `Publisher`."""
        from .publishing import Publisher

        return Publisher(self, system, **settings)
