"""Versions of contracts (Semantic Versioning 2.0.0 without pre-releases), bumps between them, and ranges of readers."""

from __future__ import annotations

import enum
import re
from dataclasses import dataclass

from interlock.errors import BadValueError, BadVersionError

_VERSION = re.compile(r"(0|[1-9][0-9]{0,8})\.(0|[1-9][0-9]{0,8})\.(0|[1-9][0-9]{0,8})")
_BOUND = re.compile(r"(>=|<=|==|>|<)?([0-9]{1,9})(?:\.([0-9]{1,9}))?(?:\.([0-9]{1,9}))?")


class Bump(enum.IntEnum):
    """By how much a version rises; a larger one covers a smaller."""

    NONE = 0
    PATCH = 1
    MINOR = 2
    MAJOR = 3

    def __str__(self) -> str:
        """The word for people."""
        return self.name.lower()


@dataclass(frozen=True, slots=True, order=True)
class Version:
    """
    A released state of a contract.

    >>> Version.parse("1.2.0").bumped(Bump.MINOR)
    Version(major=1, minor=3, patch=0)
    """

    major: int
    minor: int
    patch: int

    @classmethod
    def parse(cls, text: str) -> Version:
        """Read `major.minor.patch`; raise BadVersionError on anything else."""
        match = _VERSION.fullmatch(text)
        if match is None:
            raise BadVersionError(text)
        return cls(*map(int, match.groups()))

    def __str__(self) -> str:
        """Write it as in the contract."""
        return f"{self.major}.{self.minor}.{self.patch}"

    def bumped(self, bump: Bump) -> Version:
        """Return the next version by this bump."""
        match bump:
            case Bump.MAJOR:
                return Version(self.major + 1, 0, 0)
            case Bump.MINOR:
                return Version(self.major, self.minor + 1, 0)
            case Bump.PATCH:
                return Version(self.major, self.minor, self.patch + 1)
            case Bump.NONE:
                return self

    def bump_since(self, older: Version) -> Bump:
        """
        Return the bump that leads from an older version here; NONE when this one is not newer.

        >>> Version.parse("2.0.0").bump_since(Version.parse("1.9.9")).name
        'MAJOR'
        """
        if self <= older:
            return Bump.NONE
        if self.major != older.major:
            return Bump.MAJOR
        return Bump.MINOR if self.minor != older.minor else Bump.PATCH


@dataclass(frozen=True, slots=True)
class VersionRange:
    """
    The versions that a reader takes: bounds separated by spaces, all of which hold.

    >>> Version.parse("1.4.0") in VersionRange.parse(">=1.1 <2")
    True
    """

    bounds: tuple[tuple[str, tuple[int, ...]], ...]

    @classmethod
    def parse(cls, text: str) -> VersionRange:
        """Read `>=1.1 <2`; a bare number means that version or any below it. Raise BadValueError on anything else."""
        bounds: list[tuple[str, tuple[int, ...]]] = []
        for part in text.split():
            match = _BOUND.fullmatch(part)
            if match is None:
                raise BadValueError("version range", text, "write bounds such as >=1.1 <2")
            bounds.append((match[1] or "==", tuple(int(n) for n in match.groups()[1:] if n is not None)))
        if not bounds:
            raise BadValueError("version range", text, "write bounds such as >=1.1 <2")
        return cls(tuple(bounds))

    def __contains__(self, version: Version) -> bool:
        """Say whether every bound holds."""
        parts = (version.major, version.minor, version.patch)
        return all(_holds(parts, operator, bound) for operator, bound in self.bounds)


def _holds(parts: tuple[int, ...], operator: str, bound: tuple[int, ...]) -> bool:
    """Compare as far as the bound is written, so that `==1` holds for 1.4.0."""
    head = parts[: len(bound)]
    if operator == "==":
        return head == bound
    padded = bound + (0,) * (3 - len(bound))
    if operator == ">=":
        return parts >= padded
    if operator == "<":
        return parts < padded
    return head > bound if operator == ">" else head <= bound
