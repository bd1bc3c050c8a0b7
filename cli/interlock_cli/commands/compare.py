"""`interlock compare`: one writer's schema and one reader's, or a batch of such pairs."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from interlock.errors import BadValueError, UsageError
from interlock_cli.console import heading, page, say
from interlock_cli.frame import globals_of
from interlock_cli.options import AsJson, Seconds

FORMATS = ("json-schema", "avro", "openapi")
DIALECTS = ("draft4", "draft6", "draft7", "2019-09", "2020-12")


def _one_of(what: str, metavar: str, text: str, *known: str) -> Any:
    """Return an option that takes one of some words."""

    def parse(word: str) -> str:
        if word not in known:
            raise BadValueError(f"--{what}", word, f"write one of {', '.join(known)}")
        return word

    return typer.Option(
        f"--{what}", metavar=metavar, parser=parse, help=text.format(", ".join(known)), show_default=False
    )


def compare(
    ctx: typer.Context,
    *,
    writer: Annotated[Path | None, typer.Option("--writer", metavar="FILE", help="Schema of who produces documents.", show_default=False)] = None,
    reader: Annotated[Path | None, typer.Option("--reader", metavar="FILE", help="Schema of who takes them.", show_default=False)] = None,
    format: Annotated[str | None, _one_of("format", "FORMAT", "One of {}.  [default: what the writer looks like]", *FORMATS)] = None,  # noqa: A002 - the option's name
    dialect: Annotated[str | None, _one_of("dialect", "DIALECT", "JSON Schema as {}.  [default: what $schema says, else the last]", *DIALECTS)] = None,
    formats: Annotated[str, _one_of("formats", "HOW", "The keyword format is one of {}.  [default: the first]", "annotation", "assertion")] = "annotation",
    views: Annotated[str | None, _one_of("views", "VIEWS", "{}: compare as the versions of an event are.", "contract")] = None,
    seconds: Seconds = 2.0,
    batch: Annotated[str | None, typer.Option("--batch", metavar="FILE", help="Answer each row of a JSON Lines file, or of - for stdin.", show_default=False)] = None,
    as_json: AsJson = False,
) -> int:  # fmt: skip
    """
    Ask what one schema sends that another refuses.

    The documents are taken as written; --views contract closes the writer and opens the reader as contracts are. A
    batch has rows {"id", "format", "writer", "reader"} and gets one answer a line, in order.
    """
    if batch is not None:
        if writer or reader:
            raise UsageError("--batch brings its own writers and readers: leave --writer and --reader out")
        from interlock_cli.batch import answer_rows

        return answer_rows(batch, sys.stdout, seconds=seconds)
    if writer is None or reader is None:
        raise UsageError("name both schemas, --writer FILE and --reader FILE, or a --batch FILE")
    from interlock.authoring.questions import Terms, ask
    from interlock_cli.answers import as_data, exact, lines

    answer = ask(writer=writer, reader=reader, terms=Terms(format, dialect, formats, views, seconds))
    if as_json:
        say(exact(as_data(answer)))
    elif not (globals_of(ctx).quiet and answer.verdict == "compatible"):
        here = page()
        verdict = here.paint(str(answer.verdict), str(answer.verdict).upper())
        say(f"{heading(f'writer {writer}, reader {reader}', here)}: {verdict}", *lines(answer, here))
    return 0 if answer.verdict == "compatible" else 1
