"""What a service of a scenario remembers between cause and effect, in a file, since the plant's driver looks into it."""

from __future__ import annotations

import datetime as dt
import json
import sqlite3
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

Whose = Literal["handler", "later", "command"]
"""Who does a task: the handler that planned it and waits for its time, the service at that time, or a command."""


@dataclass(frozen=True, slots=True)
class Task:
    """A step that a service has to do."""

    step: int
    due: dt.datetime
    whose: Whose
    context: dict[str, Any]
    """What was being handled when it was planned: correlation, cause and trace follow from it."""
    event: str | None
    """The number of what was published; empty when something else was done; None while the task is open."""


class State:
    """The tasks of one service; each is planned once and done once."""

    def __init__(self, folder: Path) -> None:
        self._connection = sqlite3.connect(folder / "state.db", isolation_level=None, check_same_thread=False)
        self._connection.execute("PRAGMA busy_timeout = 10000")
        self._connection.execute("PRAGMA journal_mode = WAL")
        self._connection.execute(
            "CREATE TABLE IF NOT EXISTS tasks (step INTEGER PRIMARY KEY, due TEXT, whose TEXT, context TEXT, event TEXT)"
        )

    def plan(self, step: int, due: dt.datetime, whose: Whose, context: dict[str, Any]) -> None:
        """Remember a task; a second time changes nothing."""
        self._connection.execute(
            "INSERT OR IGNORE INTO tasks VALUES (?, ?, ?, ?, NULL)", (step, due.isoformat(), whose, json.dumps(context))
        )

    def done(self, step: int, event: str) -> None:
        """Remember that a task is done."""
        self._connection.execute("UPDATE tasks SET event = ? WHERE step = ?", (event, step))

    def task(self, step: int) -> Task | None:
        """Return the task of a step, open or done."""
        return next((task for task in self.tasks() if task.step == step), None)

    def open(self, *whose: Whose) -> list[Task]:
        """Return open tasks, the earliest first."""
        found = [task for task in self.tasks() if task.event is None and task.whose in whose]
        return sorted(found, key=lambda task: (task.due, task.step))

    def published(self) -> list[str]:
        """Return the numbers of the events that were published."""
        return [task.event for task in self.tasks() if task.event]

    def tasks(self) -> list[Task]:
        """Return all tasks."""
        rows = self._connection.execute("SELECT step, due, whose, context, event FROM tasks").fetchall()
        return [
            Task(step, dt.datetime.fromisoformat(due), whose, json.loads(context), event)
            for step, due, whose, context, event in rows
        ]

    def close(self) -> None:
        """Close the file."""
        self._connection.close()
