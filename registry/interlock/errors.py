"""
The exceptions that Interlock raises for what a user can mend; each carries its values and phrases itself.

InterlockError
 ├─ UsageError (exit 2)
 │   ├─ UnknownContractError
 │   ├─ UnknownRuleError
 │   ├─ BadVersionError
 │   ├─ BadValueError
 │   └─ MissingExtraError
 ├─ DocumentError (exit 1)
 └─ NoCatalogError (exit 3)
     ├─ NoRepositoryError
     ├─ NoBaselineError
     ├─ UnknownRefError
     └─ ShallowCloneError
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable


def nearest(word: str, known: Iterable[str]) -> str:
    """
    Phrase a hint at the known word nearest to a mistyped one; empty when none is near.

    >>> nearest("ownr", ["owner", "tier"])
    "; did you mean 'owner'?"
    """
    close = difflib.get_close_matches(word, list(known), n=1, cutoff=0.6)
    return f"; did you mean {close[0]!r}?" if close else ""


class InterlockError(Exception):
    """Something a user can mend; `str()` of it is one sentence that says how."""

    exit_code = 1


class UsageError(InterlockError):
    """A command or a call was used in a way that can't work."""

    exit_code = 2


class UnknownContractError(UsageError):
    """No contract has this name."""

    def __init__(self, name: str, known: Iterable[str]) -> None:
        super().__init__(name)
        self.name, self.known = name, tuple(known)

    def __str__(self) -> str:
        """Name the contract and its nearest neighbour."""
        return f"there is no contract {self.name!r} in the catalog{nearest(self.name, self.known) or ', see interlock list'}"


class UnknownRuleError(UsageError):
    """No rule has this id."""

    def __init__(self, rule: str, known: Iterable[str]) -> None:
        super().__init__(rule)
        self.rule, self.known = rule, tuple(known)

    def __str__(self) -> str:
        """Name the rule and its nearest neighbour."""
        return f"there is no rule {self.rule!r}{nearest(self.rule, self.known) or ', see interlock explain --list'}"


class BadVersionError(UsageError):
    """A text that should be a version is none."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.text = text

    def __str__(self) -> str:
        """Show the text and the form it should have."""
        return f"{self.text!r} is not a version: write major.minor.patch, for example 1.4.0"


class BadValueError(UsageError):
    """An option's value is not one of those it takes."""

    def __init__(self, what: str, value: str, expected: str) -> None:
        super().__init__(what, value, expected)
        self.what, self.value, self.expected = what, value, expected

    def __str__(self) -> str:
        """Show the value and what is expected."""
        return f"{self.what} {self.value!r} is not understood: {self.expected}"


class MissingExtraError(UsageError):
    """A feature needs a package that is an extra and not installed."""

    def __init__(self, package: str, extra: str) -> None:
        super().__init__(package, extra)
        self.package, self.extra = package, extra

    def __str__(self) -> str:
        """Say which extra brings the package."""
        return f"this needs the package {self.package!r}: pip install 'interlock[{self.extra}]'"


class DocumentError(InterlockError):
    """A file that can't be read as a document: not there, not UTF-8, broken YAML or JSON, a key twice."""

    def __init__(self, path: str, message: str, line: int | None = None, column: int | None = None) -> None:
        super().__init__(path, message, line, column)
        self.path, self.message, self.line, self.column = path, message, line, column

    def __str__(self) -> str:
        """Say where and what."""
        place = self.path if self.line is None else f"{self.path}:{self.line}"
        return f"{place}: {self.message}"


class NoCatalogError(InterlockError):
    """There is no catalog, or nothing to compare it with."""

    exit_code = 3

    def __init__(self, place: str) -> None:
        super().__init__(place)
        self.place = place

    def __str__(self) -> str:
        """Say where the catalog was looked for."""
        return f"no catalog at {self.place}: a catalog is a folder with catalog.yaml; start one with interlock init"


class NoRepositoryError(NoCatalogError):
    """The catalog is not inside a git repository."""

    def __str__(self) -> str:
        """Say what needs git."""
        return (
            f"{self.place} is not inside a git repository, so there is no baseline: run git init and commit the catalog"
        )


class NoBaselineError(NoCatalogError):
    """Neither the remote's default branch nor main exists, perhaps since nothing is committed."""

    def __init__(self, place: str, *, unborn: bool = False) -> None:
        super().__init__(place)
        self.unborn = unborn

    def __str__(self) -> str:
        """Say how to name a baseline, or to make the first one."""
        if self.unborn:
            return f"{self.place} has no commit to compare with: commit the catalog first"
        return f"{self.place} has no branch to compare with (looked for origin/HEAD, main and master): name one with --against REF"


class UnknownRefError(NoCatalogError):
    """A git ref that does not exist."""

    def __init__(self, place: str, known: Iterable[str] = ()) -> None:
        super().__init__(place)
        self.known = tuple(known)

    def __str__(self) -> str:
        """Name the ref and its nearest neighbour; pipelines write zeros for what was before a branch's first push."""
        if not self.place.strip("0"):
            return f"{self.place} stands for no commit, since nothing was there before this push: compare with --against HEAD"
        hint = nearest(self.place, self.known) or ": fetch it first, or name another with --against REF"
        return f"git knows no commit {self.place!r}{hint}"


class ShallowCloneError(NoCatalogError):
    """The clone lacks the history that says what was released."""

    def __init__(self, place: str, command: str) -> None:
        super().__init__(place)
        self.command = command

    def __str__(self) -> str:
        """Give the exact command that mends it."""
        return f"{self.place} is a shallow clone, so released versions can't be known: run {self.command}"
