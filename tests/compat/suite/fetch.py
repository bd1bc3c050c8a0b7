"""
Fetch the official JSON-Schema-Test-Suite, as the source archive of `jsonschema` carries it, into this folder.

Run by the install step of the tests: `python tests/compat/suite/fetch.py`. What it fetches is ignored by git.
"""

from __future__ import annotations

import subprocess
import sys
import tarfile
import tempfile
from importlib.metadata import version
from pathlib import Path, PurePosixPath

HERE = Path(__file__).parent


def fetch() -> int:
    """Download the archive of the installed version and unpack its tests and remote schemas; how many files."""
    with tempfile.TemporaryDirectory() as folder:
        wanted = f"jsonschema=={version('jsonschema')}"
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--no-binary", "jsonschema"]
        subprocess.run([*command, wanted, "--dest", folder], check=True)  # noqa: S603 - our own words only
        return sum(unpacked(archive) for archive in Path(folder).glob("*.tar.gz"))


def unpacked(archive: Path) -> int:
    """Write the suite's JSON files below this folder, by the path they have in the archive."""
    written = 0
    with tarfile.open(archive) as content:
        for member in content:
            path = PurePosixPath(*PurePosixPath(member.name).parts[2:])
            top = PurePosixPath(member.name).parts[1:2]
            file = content.extractfile(member) if member.isfile() and top == ("json",) else None
            if (
                file is None
                or path.suffix != ".json"
                or ".." in path.parts
                or path.parts[0] not in {"tests", "remotes"}
            ):
                continue
            target = HERE.joinpath(*path.parts)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(file.read())
            written += 1
    return written


if __name__ == "__main__":
    count = fetch()
    sys.stdout.write(f"{count} files of the JSON-Schema-Test-Suite\n")
