"""Reading a tree into a catalog: a bad file becomes a finding, the others are still read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import filterfalse
from typing import Any

import msgspec

from interlock._misfits import misfits
from interlock.catalog import (
    AnyContract,
    Catalog,
    CatalogSettings,
    Entry,
    EventContract,
    Example,
    Sites,
    Systems,
    Teams,
    Waivers,
    place_in,
)
from interlock.catalog.settings import Defaults
from interlock.documents import Document, parse
from interlock.errors import DocumentError, NoCatalogError
from interlock.findings import Finding, Place
from interlock.kinds import KINDS, Kind, kind_of, schema
from interlock.trees import Tree

CONTRACT_KINDS = frozenset({"envelope", "type", "event", "product"})
_STRAY = (".yaml", ".yml", ".json")
_FALLBACK = CatalogSettings(name="unnamed", type_prefix="com.example", base_uri="https://contracts.example.com")


@dataclass
class _Reading:
    """What has been read so far; becomes a frozen catalog at the end."""

    documents: dict[str, Document] = field(default_factory=dict[str, Document])
    values: dict[str, dict[str, Any]] = field(default_factory=lambda: {name: {} for name in KINDS})
    """Value by path, by kind."""
    findings: list[Finding] = field(default_factory=list[Finding])


@dataclass(frozen=True)
class Loaded:
    """A catalog, and what is wrong with the files it could not take."""

    catalog: Catalog
    findings: tuple[Finding, ...] = ()


def load(tree: Tree, parsed: Mapping[str, Document] | None = None, *, whole: bool = True) -> Loaded:
    """
    Read every file of a tree; the long ones, examples and OpenAPI documents, only when the whole is asked for.

    `parsed` gives documents by blob id that were read before, so that two trees which share files read them once.
    Raises NoCatalogError when the tree has no catalog.yaml.
    """
    if "catalog.yaml" not in tree.blobs and "catalog.yaml" not in tree.unread:
        raise NoCatalogError(tree.name)
    reading = _Reading()
    for path, why in sorted(tree.unread.items()):
        reading.findings.append(Finding("file/is-readable", why, Place(path)))
    wanted = [path for path in sorted(tree.blobs) if path.endswith(_STRAY) and not _hidden(path)]
    _read_documents(tree, wanted if whole else [*filterfalse(_is_long, wanted)], parsed or {}, reading)
    for path, document in reading.documents.items():
        _place(path, document, reading)
    return Loaded(_catalog(reading, tree), tuple(reading.findings))


def documents_by_blob(catalog: Catalog) -> dict[str, Document]:
    """Return a catalog's documents by blob id, for `load(parsed=...)`."""
    return {catalog.blobs[path]: document for path, document in catalog.documents.items()}


def _is_long(path: str) -> bool:
    """Say whether a file stands where examples or OpenAPI documents do."""
    return any(KINDS[kind].path.fullmatch(path) for kind in ("accepted", "rejected", "openapi"))


def _read_documents(tree: Tree, paths: Sequence[str], parsed: Mapping[str, Document], reading: _Reading) -> None:
    """Parse these files; reuse what was parsed before."""
    known = {path: parsed[tree.blobs[path]] for path in paths if tree.blobs[path] in parsed}
    contents = tree.read([path for path in paths if path not in known])
    for path in paths:
        document = known.get(path)
        if document is not None:
            reading.documents[path] = (
                document if document.path == path else Document(path, document.data, document.text)
            )
            continue
        try:
            reading.documents[path] = parse(path, contents[path])
        except DocumentError as error:
            place = Place(path, "", error.line, error.column)
            reading.findings.append(Finding("file/is-well-formed", error.message, place))


def _hidden(path: str) -> bool:
    """Say whether a file, or a folder on the way to it, is hidden: `.github/` is no part of a catalog."""
    return path.startswith(".") or "/." in path


def _place(path: str, document: Document, reading: _Reading) -> None:
    """Give a document its place by its path, and turn it into its kind's value."""
    found = kind_of(path)
    if found is None:
        reading.findings.append(_stray(path))
        return
    kind, match = found
    value = _value(kind, document, reading.findings) if kind.model is not None else document.data
    if value is None or not _matches_path(kind, match.groups(), value, document, reading.findings):
        return
    reading.values[kind.name][path] = value


def _stray(path: str) -> Finding:
    """Say that a file has no place in a catalog, and the places that are nearest."""
    top = path.partition("/")[0]
    places = [kind.shown for kind in KINDS.values() if kind.shown.startswith(top + "/")] or [
        kind.shown for kind in KINDS.values()
    ]
    message = f"this file has no place in a catalog: it would be read as {' or '.join(places)}, all names in kebab-case"
    return Finding("file/has-a-place", message, Place(path))


def _value(kind: Kind, document: Document, findings: list[Finding]) -> Any:
    """Convert a document to its kind's value; on a misfit, add each fault as a finding and return None."""
    try:
        return msgspec.convert(document.data, kind.model)
    except msgspec.ValidationError as error:
        faults = misfits(schema(kind.name), document.data)
        for pointer, message in faults or [("", str(error))]:
            findings.append(Finding("file/fits-its-kind", message, place_in(document, pointer)))
        return None


def _matches_path(kind: Kind, parts: tuple[str, ...], value: Any, document: Document, findings: list[Finding]) -> bool:
    """Say whether the name and the major in a file agree with its path (L10: the key is name and version, not the folder)."""
    if kind.name in CONTRACT_KINDS:
        name, major = parts[0].replace("/", "."), int(parts[1])
        wrong = [("/name", value.name, name)] if value.name != name else []
        wrong += [("/version", value.version, f"{major}.x.y")] if value.major != major else []
    elif kind.name in ("reader", "workflow"):
        member = {"reader": "service", "workflow": "workflow"}[kind.name]
        wrong = [(f"/{member}", getattr(value, member), parts[0])] if getattr(value, member) != parts[0] else []
    else:
        return True
    for pointer, written, expected in wrong:
        message = f"{pointer[1:]} says {written!r} and the path says {expected!r}: make them agree"
        findings.append(Finding("file/name-matches-path", message, place_in(document, pointer)))
    return not wrong


def _catalog(reading: _Reading, tree: Tree) -> Catalog:
    """Build the frozen catalog."""
    values, documents = reading.values, reading.documents
    settings = values["catalog"].get("catalog.yaml", _FALLBACK)
    contracts = {
        value.key: Entry(with_defaults(value, documents[path], settings.defaults), documents[path])
        for path, value in sorted((path, value) for kind in CONTRACT_KINDS for path, value in values[kind].items())
    }
    return Catalog(
        settings=settings,
        teams=values["teams"].get("teams.yaml", Teams(teams={})).teams,
        systems=values["systems"].get("systems.yaml", Systems(systems={})).systems,
        sites=values["sites"].get("sites.yaml", Sites(sites={})).sites,
        contracts=contracts,
        readers={value.service: Entry(value, documents[path]) for path, value in values["reader"].items()},
        workflows={value.workflow: Entry(value, documents[path]) for path, value in values["workflow"].items()},
        waivers=values["waivers"].get("waivers.yaml", Waivers()),
        examples=_examples(reading),
        documents=documents,
        blobs=dict(tree.blobs),
        unloaded=_unloaded(reading, tree),
    )


def with_defaults(value: AnyContract, document: Document, defaults: Defaults) -> AnyContract:
    """Return a contract with the catalog's defaults where it is silent."""
    if not isinstance(value, EventContract):
        return value
    silent = {
        name: getattr(defaults, name)
        for name in ("on_invalid", "readers")
        if name.replace("_", "-") not in document.data
    }
    return msgspec.structs.replace(value, **silent) if silent else value


def _unloaded(reading: _Reading, tree: Tree) -> frozenset[str]:
    """Return what is there and did not load, so that nothing else is blamed for its absence."""
    loaded = {path for values in reading.values.values() for path in values}
    found: set[str] = set()
    for path in {*tree.blobs, *tree.unread} - loaded:
        placed = kind_of(path)
        if placed is not None:
            found.add(placed[1][1].replace("/", ".") if placed[0].name in CONTRACT_KINDS else path)
    return frozenset(found)


def _examples(reading: _Reading) -> dict[str, tuple[Example, ...]]:
    """Return the examples by contract."""
    found: dict[str, list[Example]] = {}
    for accepted in (True, False):
        for path in sorted(reading.values["accepted" if accepted else "rejected"]):
            event, major = _event_of(path)
            found.setdefault(f"{event}@{major}", []).append(
                Example(f"{event}@{major}", accepted, reading.documents[path])
            )
    return {key: tuple(examples) for key, examples in found.items()}


def _event_of(path: str) -> tuple[str, int]:
    """Return name and major of the event that an example's path names."""
    _, domain, event, _, version, *_ = path.split("/")
    return f"{domain}.{event}", int(version[1:])
