"""
How long one question takes, ours beside jsonschema_rs and jsonsubschema, where these are installed.

`python tests/benchmarks/compat/bench_jsonschema.py`: event contracts of about 60 members with one change each, and the
capability probes. Prints how many each tool decides, how many it gets wrong, and the median and 99th percentile.
"""

from __future__ import annotations

import json
import signal
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

from interlock.compat import compare
from interlock.compat.views import VIEWS, applied

CASES = Path(__file__).parents[2] / "compat" / "cases" / "jsonschema"
LONGEST = 5
"""Seconds after which a question counts as undecided."""

Row = tuple[str, Any, Any, bool]
Tool = Callable[[Any, Any], bool | None]


def event(members: int) -> dict[str, Any]:
    """An event of the shape that the catalog has: ids, instants, quantities, open codes, lines of items."""
    kinds: list[dict[str, Any]] = [
        {"type": "string", "pattern": "^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$"},
        {"type": "string", "format": "date-time", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}Z$"},
        {"$ref": "#/$defs/quantity"},
        {"type": "string", "pattern": "^[A-Z][A-Z0-9_]*$", "maxLength": 40},
        {"type": "array", "items": {"$ref": "#/$defs/line"}, "minItems": 1, "maxItems": 500},
        {"type": "integer", "minimum": 0, "maximum": 2147483647},
    ]
    names = [f"member{i}" for i in range(members)]
    quantity = {
        "type": "object",
        "properties": {"value": {"type": "number", "multipleOf": 0.001}, "unit": {"enum": ["KG", "EA", "M"]}},
        "required": ["value", "unit"],
    }
    line = {"type": "object", "properties": {n: kinds[i % 4] for i, n in enumerate(names[:8])}, "required": names[:3]}
    return {
        "type": "object",
        "properties": {name: kinds[i % len(kinds)] for i, name in enumerate(names)},
        "required": names[::2],
        "$defs": {"quantity": quantity, "line": line},
    }


def contract_rows() -> Iterator[Row]:
    """Contract pairs, seen as the gate sees them, with their certain answer."""
    old = event(60)
    safe, narrowed, needy = deepcopy(old), deepcopy(old), deepcopy(old)
    safe["properties"]["added"] = {"type": "string"}
    narrowed["properties"]["member5"]["maximum"] = 1000
    needy["required"].append("member1")
    for name, new, fits in (("safe", safe, True), ("narrowed", narrowed, False), ("needy", needy, False)):
        yield name, applied(old, VIEWS["contract-writer"]), applied(new, VIEWS["contract-reader"]), fits


def probe_rows() -> Iterator[Row]:
    """The capability probes of 2020-12 without further documents."""
    for path in sorted(CASES.glob("*.json")):
        case = json.loads(path.read_text(encoding="utf-8"))
        if not {"dialect", "documents", "formats", "undecided"} & case.keys():
            yield path.stem, case["writer"], case["reader"], not case["finds"]


def ours(writer: Any, reader: Any) -> bool | None:
    """Interlock."""
    return {"compatible": True, "breaking": False}.get(compare(writer=writer, reader=reader).verdict)


def rust() -> Tool:
    """jsonschema_rs."""
    import jsonschema_rs

    def covers(writer: Any, reader: Any) -> bool | None:
        wide, narrow = jsonschema_rs.canonicalize(reader), jsonschema_rs.canonicalize(writer)
        return {"yes": True, "no": False}.get(str(wide.covers(narrow)))

    return covers


def subschema() -> Tool:
    """The ISSTA'21 tool."""
    from jsonsubschema import isSubschema  # type: ignore[import-not-found]

    def contained(writer: Any, reader: Any) -> bool | None:
        return bool(isSubschema(writer, reader))

    return contained


def measured(tool: Tool, rows: list[Row]) -> str:
    """Counts and times of one tool."""
    seconds, right, wrong, undecided = [], 0, 0, 0
    for _, writer, reader, fits in rows:
        started = time.perf_counter()
        signal.alarm(LONGEST)
        try:
            answer = tool(writer, reader)
        except Exception:  # noqa: BLE001 - a tool that fails has not decided
            answer = None
        signal.alarm(0)
        seconds.append(time.perf_counter() - started)
        right, wrong, undecided = right + (answer is fits), wrong + (answer is (not fits)), undecided + (answer is None)
    median, p99 = statistics.median(seconds) * 1000, sorted(seconds)[int(len(seconds) * 0.99)] * 1000
    return f"right {right:4} wrong {wrong:3} undecided {undecided:3}  median {median:7.2f} ms  p99 {p99:8.2f} ms"


def give_up(*_: object) -> None:
    """A tool that hangs has not decided."""
    raise TimeoutError


def main() -> None:
    """Print the table."""
    signal.signal(signal.SIGALRM, give_up)
    tools: list[tuple[str, Callable[[], Tool]]] = [
        ("interlock", lambda: ours), ("jsonschema_rs", rust), ("jsonsubschema", subschema)
    ]  # fmt: skip
    for label, rows in (("contracts of 60 members", list(contract_rows()) * 20), ("probes", list(probe_rows()))):
        sys.stdout.write(f"{label}: {len(rows)} questions\n")
        for name, make in tools:
            try:
                tool = make()
            except ImportError:
                sys.stdout.write(f"  {name:14} not installed\n")
                continue
            measured(tool, rows[:3])
            sys.stdout.write(f"  {name:14} {measured(tool, rows)}\n")


if __name__ == "__main__":
    main()
