"""Tables that a test run prints at its end: what was expected, what was given, and counts."""

from __future__ import annotations

from collections import Counter


class Tables:
    """Rows and counts gathered while tests run."""

    def __init__(self) -> None:
        self.rows: dict[str, list[tuple[str, ...]]] = {}
        self.counts: Counter[str] = Counter()

    def add(self, table: str, *row: str) -> None:
        """Add a row: id, what, expected, given, and what else."""
        self.rows.setdefault(table, []).append(row)

    def lines(self) -> list[str]:
        """Return the tables as lines."""
        made: list[str] = []
        for name, rows in sorted(self.rows.items()):
            right = sum(row[2] == row[3] for row in rows)
            made += ["", f"{name}: {right} of {len(rows)} as expected"]
            made += [
                f"  {row[0]:6} {row[1]:58} {row[2]:10} {row[3]:10} {' '.join(row[4:])}".rstrip() for row in sorted(rows)
            ]
        made += [f"{name}: {count}" for name, count in sorted(self.counts.items())]
        return made


TABLES = Tables()
"""The tables of this process."""
