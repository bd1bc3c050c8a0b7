"""The options and arguments that several commands share, so that one word means one thing everywhere."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Annotated, TypeAlias

import typer

from interlock.errors import BadValueError
from interlock_cli.completion import contract_names

if TYPE_CHECKING:
    from interlock.findings import Level


LEVELS = ("info", "warning", "error")
"""Levels of findings that can gate, lowest first."""


def _day(text: str) -> dt.date:
    """Read a date; raise BadValueError."""
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise BadValueError("--today", text, "write a date such as 2026-11-30") from None


def _level(word: str) -> str:
    """Read the name of a level of findings; raise BadValueError."""
    if word.lower() not in LEVELS:
        raise BadValueError("--fail-on", word, f"write one of {', '.join(LEVELS)}")
    return word.lower()


def _seconds(text: str) -> float:
    """Read a positive time; raise BadValueError."""
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not 0 < value < float("inf"):
        raise BadValueError("--seconds", text, "write a number of seconds above 0, for example 0.5")
    return value


AsJson: TypeAlias = Annotated[bool, typer.Option("--json", help="Print the data as JSON.")]
Today: TypeAlias = Annotated[
    dt.date | None,
    typer.Option(
        "--today",
        metavar="YYYY-MM-DD",
        parser=_day,
        help="Judge dates as of this day.  [default: today]",
        show_default=False,
    ),
]
FailOn: TypeAlias = Annotated[
    str,
    typer.Option(
        "--fail-on",
        metavar="LEVEL",
        parser=_level,
        help="Exit with 1 from this level: info, warning or error.  [default: error]",
        show_default=False,
    ),
]
Against: TypeAlias = Annotated[
    str | None,
    typer.Option(
        "--against",
        metavar="REF",
        help="Git ref of the base.  [default: the remote's default branch, else main]",
        show_default=False,
    ),
]
Seconds: TypeAlias = Annotated[
    float,
    typer.Option(
        "--seconds",
        metavar="S",
        parser=_seconds,
        help="Budget of one compatibility question.  [default: 2]",
        show_default=False,
    ),
]
Reports: TypeAlias = Annotated[
    list[str] | None,
    typer.Option(
        "--report", metavar="FORMAT[=FILE]", show_default=False,
        help="Write text, json, markdown, github, gitlab, sarif or junit to stdout or to a file; repeatable.  [default: text]",
    ),
]  # fmt: skip
ContractName: TypeAlias = Annotated[
    str,
    typer.Argument(
        metavar="CONTRACT[@VERSION]", autocompletion=contract_names, help="Name, name@major or name@version."
    ),
]


def on(today: dt.date | None) -> dt.date:
    """Return the day that dates are judged on."""
    return today or dt.date.today()  # noqa: DTZ011 - a date on the user's own calendar


def level_of(word: str) -> Level:
    """Return the level that a word names."""
    from interlock.findings import Level

    return Level[word.upper()]
