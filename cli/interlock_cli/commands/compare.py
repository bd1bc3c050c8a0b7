"""`interlock compare`: one writer's schema and one reader's, or a batch of such pairs."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from interlock.errors import BadValueError, UsageError
from interlock_cli.console import heading, page, say, tell
from interlock_cli.frame import globals_of
from interlock_cli.options import AsJson, Seconds

if TYPE_CHECKING:
    from interlock.authoring.questions import Terms
    from interlock.compat import Comparison

FORMATS = ("json-schema", "avro", "openapi")
MORE_TO_PROVE = 10
"""A proof is looked for this many times longer than an answer."""

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
    proof: Annotated[Path | None, typer.Option("--proof", metavar="FILE", help="Write why the answer is compatible, for verify-proof.", show_default=False)] = None,
    as_json: AsJson = False,
) -> int:  # fmt: skip
    """
    Ask what one schema sends that another refuses.

    The documents are taken as written; --views contract closes the writer and opens the reader as contracts are. A
    batch has rows {"id", "format", "writer", "reader"} and gets one answer a line, in order. Exit code 1 also where
    --proof asks for a proof that can't be given.
    """
    if batch is not None:
        if writer or reader or proof:
            raise UsageError("--batch brings its own writers and readers: leave --writer, --reader and --proof out")
        from interlock_cli.batch import answer_rows

        return answer_rows(batch, sys.stdout, seconds=seconds)
    if writer is None or reader is None:
        raise UsageError("name both schemas, --writer FILE and --reader FILE, or a --batch FILE")
    from interlock.authoring.questions import Terms, ask
    from interlock_cli.answers import as_data, exact, lines

    terms = Terms(format, dialect, formats, views, seconds)
    answer = ask(writer=writer, reader=reader, terms=terms)
    proved = proof is None or _prove(proof, answer, writer=writer, reader=reader, terms=terms)
    if as_json:
        say(exact(as_data(answer)))
    elif not (globals_of(ctx).quiet and answer.verdict == "compatible"):
        here = page()
        verdict = here.paint(str(answer.verdict), str(answer.verdict).upper())
        say(f"{heading(f'writer {writer}, reader {reader}', here)}: {verdict}", *lines(answer, here))
    return 0 if answer.verdict == "compatible" and proved else 1


def _prove(file: Path, answer: Comparison, *, writer: Path, reader: Path, terms: Terms) -> bool:
    """Write the proof of an answer, or say why there is none."""
    from interlock.authoring.questions import question
    from interlock.compat.proofs import OutOfReachError, prove, written

    asked = question(writer=writer, reader=reader, terms=terms)
    if asked.pop("format") != "json-schema":
        raise UsageError("--proof is about JSON Schema: leave it out for other formats")
    if answer.verdict != "compatible":
        tell(f"no proof is written to {file}: the answer is {answer.verdict}")
        return False
    try:
        found = prove(**asked, seconds=MORE_TO_PROVE * terms.seconds)
        file.write_text(written(found), encoding="utf-8")
    except OutOfReachError as reason:
        tell(f"no proof is written to {file}: unsupported: {reason}; the answer stands without one")
        return False
    except OSError as error:
        raise UsageError(f"{file} can't be written: {error.strerror or 'unknown error'}") from None
    tell(f"proof written to {file}: {len(found.table)} claims; replay it with interlock verify-proof {file}")
    return True
