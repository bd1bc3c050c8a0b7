"""`interlock validate`: recorded events against their contracts."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from interlock.errors import UsageError
from interlock_cli.completion import contract_names
from interlock_cli.frame import globals_of
from interlock_cli.options import AsJson, FailOn, Reports, Today, level_of, on
from interlock_cli.places import working_copy


def validate(
    ctx: typer.Context,
    *,
    words: Annotated[
        list[str],
        typer.Argument(
            metavar="[CONTRACT] FILE...", autocompletion=contract_names,
            help="A contract for payloads without an envelope, then files: JSON, JSON Lines, or - for stdin.",
        ),
    ],
    fail_on: FailOn = "error",
    report: Reports = None,
    lineage: Annotated[bool, typer.Option("--lineage", help="Also ask whether each named cause is among the records.")] = False,
    producer: Annotated[bool, typer.Option("--producer", help="Also refuse what a producer may not send: undeclared members.")] = False,
    today: Today = None,
    as_json: AsJson = False,
) -> int:  # fmt: skip
    """Check recorded events. Each is judged by the contract that its type names, or all by one."""
    import dataclasses

    from interlock_cli.writing import targets, write

    chosen = targets(report, as_json=as_json)
    from interlock.validation import validate_files

    contract, files = _parted(words)
    stdin = sys.stdin.buffer if "-" in files else None
    found = validate_files(
        working_copy(ctx).catalog,
        files,
        contract=contract,
        stdin=stdin,
        today=on(today),
        lineage=lineage,
        closed=producer,
    )
    return write(dataclasses.replace(found, fail_on=level_of(fail_on)), chosen, quiet=globals_of(ctx).quiet)


def _parted(words: list[str]) -> tuple[str | None, list[str]]:
    """Tell the contract from the files: the first word, unless it is a file or looks like one."""
    first, *rest = words
    if first == "-" or Path(first).exists() or "/" in first or first.endswith((".json", ".jsonl", ".ndjson")):
        return None, words
    if not rest:
        raise UsageError(f"there is no file {first}: name the files to validate, or - for stdin")
    return first, rest
