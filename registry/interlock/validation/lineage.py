"""Whether the causes that recorded events name are recorded too, and lead back to a beginning."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from interlock.findings import Finding, Level, Place
from interlock.judging.words import shown
from interlock.validation.reading import Record

RULE = "validate/lineage"


@dataclass
class Lineage:
    """The events of a recording by `id`, and the direct cause that each names."""

    causes: dict[str, str] = field(default_factory=dict[str, str])
    places: dict[str, Place] = field(default_factory=dict[str, Place])
    ids: set[str] = field(default_factory=set[str])

    def add(self, record: Record) -> None:
        """Note one event; a repeated delivery changes nothing."""
        event: Any = record.data
        if not isinstance(event, dict) or not isinstance(event.get("id"), str):
            return
        self.ids.add(event["id"])
        cause = event.get("causationid")
        if isinstance(cause, str) and event["id"] not in self.causes:
            self.causes[event["id"]] = cause
            self.places[event["id"]] = record.place("/causationid")

    def findings(self) -> Iterator[Finding]:
        """Yield an error for each circle of causes, then a warning for each cause that is not recorded."""
        for circle in self._circles():
            path = " <- ".join(shown(event) for event in (*circle[:5], circle[0]))
            yield Finding(RULE, f"an event is its own cause in the end: {path}", self.places[circle[0]])
        for event, cause in self.causes.items():
            if cause not in self.ids:
                message = f"no recorded event has the id {shown(cause)}, which is named as the cause"
                yield Finding(RULE, message, self.places[event], Level.WARNING)

    def _circles(self) -> Iterator[list[str]]:
        """Yield each circle once: every event names one cause, so a walk either ends or meets itself."""
        done: set[str] = set()
        for start in self.causes:
            walk: dict[str, None] = {}
            event: str | None = start
            while event is not None and event not in walk and event not in done:
                walk[event] = None
                event = self.causes.get(event)
            if event is not None and event in walk:
                circle = list(walk)
                yield circle[circle.index(event) :]
            done.update(walk)
