"""The entry point, `interlock` and `python -m interlock_cli`: every way a run can end, as an exit code and a sentence."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Sequence
from typing import TextIO

import typer

from interlock.errors import InterlockError
from interlock_cli.app import application
from interlock_cli.console import complain

BUG = 70
"""Exit code of a fault of ours: EX_SOFTWARE of sysexits.h."""
INTERRUPTED = 130
"""Exit code after Ctrl-C, as shells give it: 128 + SIGINT."""
PIPE_CLOSED = 141
"""Exit code when nobody reads our output any more: 128 + SIGPIPE."""


def main() -> None:
    """Run the command of this process and leave with its exit code."""
    sys.exit(run(sys.argv[1:]))


def run(arguments: Sequence[str]) -> int:
    """Run a command and return its exit code; whatever goes wrong ends in one sentence on stderr."""
    for stream in (sys.stdout, sys.stderr):
        _tolerate(stream)
    try:
        app = application(next(iter(arguments), ""))
        returned = app(args=list(arguments) or ["--help"], prog_name="interlock", standalone_mode=False)
        sys.stdout.flush()
    except (Exception, KeyboardInterrupt, SystemExit) as error:  # noqa: BLE001 - never a traceback on the terminal
        return _ended(error)
    return returned if isinstance(returned, int) else 0


def _ended(error: BaseException) -> int:
    """Say why a run ends early, as far as that helps, and return its exit code."""
    code = 0
    match error:
        case InterlockError():
            code = complain(str(error), error.exit_code)
        case typer.TyperException():
            code = complain(_usage(error), error.exit_code)
        case KeyboardInterrupt() | typer.Abort():
            code = INTERRUPTED
        case BrokenPipeError():
            _drop_output()
            code = PIPE_CLOSED
        case SystemExit():  # of completion, and what typer makes of a closed pipe
            code = PIPE_CLOSED if isinstance(error.__context__, BrokenPipeError) else int(error.code or 0)
        case _:
            code = _bug(error)
    return code


def _tolerate(stream: TextIO) -> None:
    """Let a terminal that can't show a character show its escape instead of failing."""
    reconfigure = getattr(stream, "reconfigure", None)
    if reconfigure is not None:
        reconfigure(errors="backslashreplace")


def _usage(error: typer.TyperException) -> str:
    """Phrase a fault of the command's own words as one sentence that names the help to read."""
    context = getattr(error, "ctx", None)
    text = " ".join(error.format_message().split()).rstrip(".").replace(". Did you mean", "; did you mean")
    text = re.sub(r" \(Possible options: (.*)\)", r"; did you mean \1?", text)
    text = text[:1].lower() + text[1:] or "the command is not understood"
    return f"{text} (see {context.command_path if context else 'interlock'} --help)"


def _drop_output() -> None:
    """Point stdout nowhere, so that the interpreter's last flush finds no closed pipe."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _bug(error: BaseException) -> int:
    """Write what is needed to mend our bug to a file and name it."""
    import tempfile
    import traceback

    with tempfile.NamedTemporaryFile(
        "w", prefix="interlock-bug-", suffix=".txt", delete=False, encoding="utf-8"
    ) as file:
        file.write(f"interlock {' '.join(sys.argv[1:])}\nPython {sys.version}\n\n")
        file.writelines(traceback.format_exception(error))
    return complain(
        f"this is a bug in Interlock ({type(error).__name__}): please report it with the file {file.name}", BUG
    )


if __name__ == "__main__":
    main()
