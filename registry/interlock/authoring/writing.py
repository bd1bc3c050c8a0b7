"""New files from templates, written all or none, and never over a file that is there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

from interlock.errors import UsageError


def template(name: str) -> str:
    """Return a template's text."""
    return files("interlock.authoring").joinpath("templates", name).read_text(encoding="utf-8")


def templates_below(name: str) -> Iterator[str]:
    """Yield the path of each template below a folder, relative to it, in order."""
    yield from sorted(_below(files("interlock.authoring").joinpath("templates", name), ""))


def _below(folder: Traversable, at: str) -> Iterator[str]:
    """Yield the files of a folder and its folders."""
    for item in folder.iterdir():
        if item.is_dir():
            yield from _below(item, f"{at}{item.name}/")
        else:
            yield at + item.name


def filled(text: str, values: Mapping[str, str]) -> str:
    """
    Return a text with each `@name@` replaced.

    >>> filled("name: @name@", {"name": "acme"})
    'name: acme'
    """
    for name, value in values.items():
        text = text.replace(f"@{name}@", value)
    return text


def write_new(folder: Path, contents: Mapping[str, str]) -> tuple[str, ...]:
    """Write these files below a folder and return their paths; raise UsageError, writing nothing, when one is there."""
    there = [path for path in contents if (folder / path).exists() or (folder / path).is_symlink()]
    if there:
        raise UsageError(
            f"{_listed(there)} already there in {folder}, and nothing is overwritten, so nothing was written: "
            "move them away first"
        )
    try:
        for path, text in contents.items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            with (folder / path).open("x", encoding="utf-8", newline="\n") as file:
                file.write(text)
    except OSError as error:
        raise UsageError(f"{error.filename or folder} can't be written: {error.strerror or error}") from None
    return tuple(contents)


def rewrite(path: Path, text: str) -> None:
    """Write a changed file, its line ends as they are in the text; raise UsageError when that fails."""
    try:
        path.write_bytes(text.encode("utf-8"))
    except OSError as error:
        raise UsageError(f"{path} can't be written: {error.strerror or error}") from None


def _listed(paths: Iterable[str]) -> str:
    """Name files as the subject of a sentence."""
    names = list(paths)
    few = ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")  # noqa: PLR2004 - three are a few
    return f"{few} {'is' if len(names) == 1 else 'are'}"
