"""Starting a catalog of one's own: small, working, and gated in CI from its first commit."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import msgspec

from interlock.authoring.writing import filled, template, templates_below, write_new
from interlock.catalog import CatalogSettings
from interlock.errors import BadValueError

CI = {"github.yml": ".github/workflows/contracts.yml", "gitlab.yml": ".gitlab-ci.yml"}
"""Where each CI file goes."""
_NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")


@dataclass(frozen=True, slots=True)
class Started:
    """What `init` wrote, and which CI files were there and stayed as they are."""

    folder: Path
    written: tuple[str, ...]
    kept: tuple[str, ...]


def init(
    folder: Path, *, name: str | None = None, prefix: str | None = None, team: str = "team-integration"
) -> Started:
    """
    Write a catalog into `contracts/` below a folder, with CI files that run the gate beside it.

    Raises BadValueError for a bad name, and UsageError when a file of a catalog is there already.
    """
    values = _values(folder, name, prefix, team)
    contents = {
        f"contracts/{path}": filled(template(f"init/contracts/{path}"), values)
        for path in templates_below("init/contracts")
    }
    kept = tuple(target for target in CI.values() if (folder / target).exists())
    for source, target in CI.items():
        if target not in kept:
            contents[target] = filled(template(f"init/ci/{source}"), values)
    return Started(folder, write_new(folder, contents), kept)


def _values(folder: Path, name: str | None, prefix: str | None, team: str) -> dict[str, str]:
    """Check what was given, and choose what was not by the folder's name."""
    name = name or "-".join(re.findall("[a-z0-9]+", folder.resolve().name.lower())).lstrip("0123456789-") or "contracts"
    for what, value in (("--name", name), ("--team", team)):
        if not _NAME.fullmatch(value) or len(value) > 80:  # noqa: PLR2004 - as `Name` of the catalog's values
            raise BadValueError(what, value, "write lower-case words joined by hyphens, for example acme-plants")
    prefix = prefix or f"com.example.{name}"
    base = "https://contracts.example.com"
    try:
        msgspec.convert({"name": name, "type-prefix": prefix, "base-uri": base}, CatalogSettings)
    except msgspec.ValidationError:
        raise BadValueError("--prefix", prefix, "write a reversed domain name, for example com.acme") from None
    title = team.replace("-", " ").capitalize()
    return {"name": name, "prefix": prefix, "base-uri": base, "team-title": title, "team": team}
