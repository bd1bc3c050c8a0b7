"""The edge suite as data: schemas, and JSON texts that each of them takes or refuses."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "edge"


@dataclass(frozen=True)
class Case:
    """One schema with its texts."""

    file: str
    name: str
    why: str
    schema: Any
    accepts: tuple[bytes, ...]
    refuses: tuple[bytes, ...]
    words: str | None
    """What the standard says, where python-jsonschema answers differently."""

    def texts(self) -> Iterator[tuple[bytes, bool]]:
        """Yield each text and whether it is taken."""
        yield from ((text, True) for text in self.accepts)
        yield from ((text, False) for text in self.refuses)


def _text(written: Any) -> bytes:
    """Return the bytes of a text: as it is, as `hex`, or as `parts` of which each is repeated."""
    if isinstance(written, str):
        return written.encode()
    if "hex" in written:
        return bytes.fromhex(written["hex"])
    return "".join(part * times for part, times in written["parts"]).encode()


def cases() -> list[Case]:
    """Return every case of the suite."""
    return [
        Case(
            path.stem,
            case["name"],
            case["why"],
            case["schema"],
            tuple(map(_text, case["accepts"])),
            tuple(map(_text, case["refuses"])),
            case.get("words"),
        )
        for path in sorted(FOLDER.glob("*.json"))
        for case in json.loads(path.read_text())["cases"]
    ]
