"""Run every benchmark: each prints ratios against named peers from its own run."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent


def main() -> int:
    """Run the scripts one after another, those named on the command line or all; 0 when every one ended well."""
    wanted = sys.argv[1:]
    scripts = [path for path in sorted(HERE.glob("*/*.py")) if not wanted or path.stem in wanted]
    codes: list[int] = []
    for script in scripts:
        print(f"== {script.relative_to(HERE)}", flush=True)
        codes.append(subprocess.run([sys.executable, str(script)], check=False).returncode)  # noqa: S603 - our own scripts
    return max(codes, default=0)


if __name__ == "__main__":
    raise SystemExit(main())
