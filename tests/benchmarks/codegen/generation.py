"""
How long generating takes and how long the result takes to import, beside datamodel-code-generator in the same run.

`python tests/benchmarks/codegen/generation.py`: catalogs of 50 and 500 events copied from the shipped ones are generated
by the command; the peer gets the same schemas, bundled, one file each (50 of them: it takes its time). Import times are
those of whole processes, less the start of Python.
"""

from __future__ import annotations

import json
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from interlock.loading import load
from interlock.references import bundle
from interlock.trees import WorkTree

ROOT = Path(__file__).resolve().parents[3]
SIZES = (50, 500)
RUNS = 5


def _catalog(folder: Path, size: int) -> None:
    """Write a catalog of so many events: the shipped ones under other names."""
    contracts = folder / "contracts"
    contracts.mkdir(parents=True)
    for name in ("catalog.yaml", "teams.yaml", "systems.yaml", "sites.yaml"):
        shutil.copy(ROOT / "contracts" / name, contracts / name)
    for name in ("types", "envelope"):
        shutil.copytree(ROOT / "contracts" / name, contracts / name)
    events = sorted((ROOT / "contracts" / "events").glob("*/*/v*.yaml"))
    for number in range(size):
        source = events[number % len(events)]
        domain, event, major = source.parts[-3], f"{source.parts[-2]}-{number}", source.stem
        target = contracts / "events" / domain / event / f"{major}.yaml"
        target.parent.mkdir(parents=True)
        text = source.read_text(encoding="utf-8")
        target.write_text(
            text.replace(f"name: {domain}.{source.parts[-2]}", f"name: {domain}.{event}", 1), encoding="utf-8"
        )


def _seconds(*command: str) -> float:
    """Run a command and return its seconds."""
    started = time.perf_counter()
    subprocess.run(command, check=True, capture_output=True)  # noqa: S603 - our own words
    return time.perf_counter() - started


def _import_seconds(folder: Path, code: str) -> float:
    """Return the median seconds that some code takes in a new process, less the start of Python."""
    run = f"import sys; sys.path.insert(0, {str(folder)!r}); {code}"
    bare = statistics.median(_seconds(sys.executable, "-c", "pass") for _ in range(RUNS))
    return statistics.median(_seconds(sys.executable, "-c", run) for _ in range(RUNS)) - bare


def _peer(folder: Path, size: int) -> float | None:
    """Return the seconds of datamodel-code-generator for as many schemas; None where it is not installed."""
    catalog = load(WorkTree(folder / "contracts")).catalog
    schemas = folder / "schemas"
    schemas.mkdir()
    for entry in list(catalog.events.values())[:size]:
        text = json.dumps(bundle(entry.path, catalog.data).schema)
        (schemas / f"{entry.value.name.replace('.', '_').replace('-', '_')}.json").write_text(text, encoding="utf-8")
    program = Path(sys.executable).with_name("datamodel-codegen")
    if not program.exists():
        return None
    options = ("--input-file-type", "jsonschema", "--output-model-type", "pydantic_v2.BaseModel")
    return _seconds(str(program), "--input", str(schemas), "--output", str(folder / "peer"), *options)


def main() -> None:
    """Print the seconds and the ratio."""
    for size in SIZES:
        with tempfile.TemporaryDirectory(prefix="interlock-bench-") as name:
            folder = Path(name)
            _catalog(folder, size)
            command = [
                sys.executable,
                "-m",
                "interlock_cli",
                "--catalog",
                str(folder / "contracts"),
                "generate",
                "python",
            ]
            ours = _seconds(*command, "-o", str(folder / "out"))
            print(f"{size} contracts: interlock generate python {ours:6.2f} s, the whole command")
            first = "import acme_contracts as a; a.contract(next(iter(a.CATALOG)))"
            for what, code in (("the package", "import acme_contracts"), ("and a contract", first)):
                print(f"{size} contracts: importing {what:14} {_import_seconds(folder / 'out', code) * 1000:6.0f} ms")
            if size == SIZES[0]:
                peer = _peer(folder, size)
                said = (
                    "is not installed: pip install datamodel-code-generator"
                    if peer is None
                    else f"{peer:6.2f} s, {peer / ours:.0f} x ours"
                )
                print(f"{size} contracts: datamodel-code-generator {said}")


if __name__ == "__main__":
    main()
