"""The next major of a contract: a copy of the newest one beside it, as a draft, and what then becomes of the old one."""

from __future__ import annotations

import datetime as dt
import posixpath
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from interlock.authoring.editing import deprecation, with_block, with_scalar
from interlock.authoring.writing import write_new
from interlock.catalog import AnyContract, Catalog, Entry, EventContract, Example, ProductContract, TypeContract
from interlock.errors import UnknownContractError, UsageError
from interlock.rules.durations import after
from interlock.versions import Bump, Version

KINDS = {"event": EventContract, "type": TypeContract, "product": ProductContract}
"""The kinds of contract that have majors side by side."""


@dataclass(frozen=True, slots=True)
class NewMajor:
    """What was written, and how to deprecate the major before."""

    contract: str
    """`name@major` of the new one."""
    written: tuple[str, ...]
    old: str
    old_path: str
    advice: str
    """The `lifecycle` line for the old major's file once the new one is released."""


def new_major(folder: Path, catalog: Catalog, name: str, *, today: dt.date, kind: str | None = None) -> NewMajor:
    """Copy the newest major of a contract to the next; raise UnknownContractError, UsageError."""
    entry = _newest(catalog, name, kind)
    version = Version.parse(entry.value.version).bumped(Bump.MAJOR)
    contents = {_next_path(entry.path, version.major): _copy(entry, version)}
    if isinstance(entry.value, ProductContract):
        contents |= _openapi(catalog, entry.path, entry.value.openapi, version)
    for example in catalog.examples.get(entry.value.key, ()):
        contents[example.path.replace(f"/examples/v{entry.value.major}/", f"/examples/v{version.major}/")] = _example(
            example, version
        )
    written = write_new(folder, contents)
    return NewMajor(
        f"{name}@{version.major}", written, entry.value.key, entry.path, _advice(catalog, entry, version.major, today)
    )


def _newest(catalog: Catalog, name: str, kind: str | None) -> Entry[AnyContract]:
    """Return the newest major of a contract of a kind."""
    majors = catalog.majors(name)
    if not majors:
        raise UnknownContractError(name, {entry.value.name for entry in catalog.contracts.values()})
    if kind is not None and not isinstance(majors[-1].value, KINDS.get(kind, ())):
        raise UsageError(f"{name} is no {kind}: only {', '.join(KINDS)}s have majors side by side")
    return majors[-1]


def _next_path(path: str, major: int) -> str:
    """Return the path of the next major's file, beside the old one."""
    folder, file = posixpath.split(path)
    return f"{folder}/v{major}{file[file.index('.') :]}"


def _copy(entry: Entry[AnyContract], version: Version) -> str:
    """Return the text of the new major: the same contract at its first version, a draft."""
    document = with_scalar(entry.document, "/version", str(version))
    if "lifecycle" in document.data:
        document = with_block(document, "lifecycle", {"status": "draft"}, "{status: draft}")
    if isinstance(entry.value, ProductContract):
        document = with_scalar(document, "/openapi", f"v{version.major}.openapi.yaml")
    return document.text


def _openapi(catalog: Catalog, path: str, file: str, version: Version) -> dict[str, str]:
    """Return the copy of a product's OpenAPI document."""
    document = catalog.documents.get(posixpath.join(posixpath.dirname(path), file))
    if document is None:
        return {}
    return {
        f"{posixpath.dirname(path)}/v{version.major}.openapi.yaml": with_scalar(
            document, "/info/version", str(version)
        ).text
    }


def _example(example: Example, version: Version) -> str:
    """Return an example whose envelope names the new version."""
    text, event = example.document.text, example.event
    attributes: dict[str, Any] = event if isinstance(event, dict) else {}
    kind, schema, written = (attributes.get(name) for name in ("type", "dataschema", "schemaversion"))
    if isinstance(kind, str) and ".v" in kind:
        text = text.replace(f'"{kind}"', f'"{kind.rpartition(".v")[0]}.v{version.major}"')
    if isinstance(schema, str) and isinstance(written, str):
        text = text.replace(f'"{schema}"', f'"{schema.replace(f"/{written}.json", f"/{version}.json")}"')
        text = text.replace(f'"schemaversion": "{written}"', f'"schemaversion": "{version}"')
    return text


def _advice(catalog: Catalog, entry: Entry[AnyContract], major: int, today: dt.date) -> str:
    """Return the lifecycle line of the old major, with the earliest sunset that its tier allows."""
    tier = getattr(entry.value, "tier", None)
    policy = catalog.tier_policy(tier) if tier else None
    return deprecation(today, after(today, policy.notice) if policy else None, f"{entry.value.name}@{major}")
