"""A catalog made of plain schema files: objects become draft events, what others refer to becomes a shared type."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urldefrag, urljoin

import yaml

from interlock.authoring.starting import init
from interlock.authoring.writing import write_new
from interlock.findings import Finding, Place, in_order
from interlock.loading import load
from interlock.references import BadReference, bundle, mapped, subschemas
from interlock.trees import MemoryTree
from interlock_codegen.importing.dialects import Renewal
from interlock_codegen.importing.names import kebab, name_of, version_of
from interlock_codegen.plain import PlainSchema, dialect, read, uri_of

ASSUMED: dict[str, Any] = {
    "tier": "T2",
    "retention": "P1Y",
    "replay-window": "P14D",
    "sla": {"publish": "PT5S", "deliver": "PT1M"},
    "keys": {
        "partition": ["/source"],
        "idempotency": ["/id"],
        "order": "none",
        "order-reason": "Imported. Say what orders the events of one entity.",
    },
    "lineage": {"trigger": {"signal": "Imported. Say what makes the producer publish this event."}},
}
"""What a schema does not say and an event must: a start, to be replaced by what is true."""
_SAMPLES = ("contracts/events/", "contracts/readers/", "contracts/README.md")


@dataclass(frozen=True, slots=True, order=True)
class Loss:
    """Something that a file said and the catalog does not."""

    path: str
    pointer: str
    text: str

    def __str__(self) -> str:
        """One line."""
        return f"{self.path}{f'#{self.pointer}' if self.pointer else ''}: {self.text}"


@dataclass(frozen=True)
class Imported:
    """What was made of a folder of schemas."""

    contracts: dict[str, str]
    """Path of the contract by path of the schema."""
    written: tuple[str, ...]
    losses: tuple[Loss, ...]
    findings: tuple[Finding, ...]
    """Files that could not be taken."""


@dataclass(frozen=True)
class Plan:
    """Where one schema goes."""

    schema: PlainSchema
    kind: str
    """`event` or `type`."""
    name: str
    version: str

    @property
    def path(self) -> str:
        """The contract's file."""
        folder = "types" if self.kind == "type" else "events"
        return f"{folder}/{self.name.replace('.', '/')}/v{self.version.partition('.')[0]}.yaml"

    @property
    def uri(self) -> str:
        """What other schemas call it."""
        return uri_of(self.schema.path, self.schema.written)


@dataclass
class Import:
    """An import under way."""

    plans: dict[str, Plan]
    """By URI."""
    team: str
    losses: list[Loss] = field(default_factory=list[Loss])
    findings: list[Finding] = field(default_factory=list[Finding])

    def contracts(self) -> dict[str, dict[str, Any]]:
        """Return the contract of each schema by the schema's path, without those that can't be taken."""
        return {plan.schema.path: made for plan in self.plans.values() if (made := self._contract(plan)) is not None}

    def _contract(self, plan: Plan) -> dict[str, Any] | None:
        """Return a schema's contract; note what it loses, or why it can't be made."""
        if not plan.schema.is_one_resource:
            self._refuse(plan, "parts of it have identifiers of their own: put each into its own file")
            return None
        written = (
            plan.schema.written if isinstance(plan.schema.written, dict) else {} if plan.schema.written else {"not": {}}
        )
        renewal = Renewal(dialect(written))
        try:
            schema = mapped(renewal.renewed(written), lambda node: self._referring(node, plan))
        except BadReference as bad:
            self._refuse(plan, str(bad))
            return None
        self.losses += [Loss(plan.schema.path, pointer, text) for pointer, text in renewal.losses]
        return self._promises(plan, written, schema)

    def _refuse(self, plan: Plan, why: str) -> None:
        """Note that a file can't be taken."""
        self.findings.append(Finding("import/schema-fits-a-catalog", why, Place(plan.schema.path)))

    def _referring(self, node: dict[str, Any], plan: Plan) -> dict[str, Any]:
        """Return a schema object whose reference is written as a catalog writes it; raise BadReference."""
        ref = node.get("$ref")
        if not isinstance(ref, str):
            return node
        document, fragment = urldefrag(urljoin(plan.uri, ref))
        target = self.plans.get(document)
        here = (plan.schema.path, "", ref)
        if target is None:
            raise _bad(here, "names no file of the folder: put what it names beside the others")
        if fragment and not fragment.startswith("/"):
            raise _bad(here, "names an anchor: write a JSON Pointer after the #")
        place = f"#{unquote(fragment)}" if fragment or target is plan else ""
        if target is plan:
            return {**node, "$ref": place}
        return {**node, "$ref": f"{'../' * plan.path.count('/')}{target.path}{place}"}

    def _promises(self, plan: Plan, written: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
        """Return the contract around a schema."""
        title, description = (
            written.get(key) if isinstance(written.get(key), str) else "" for key in ("title", "description")
        )
        summary = " ".join(str(description or title or f"Imported from {plan.schema.path}.").split())[:4000]
        contract: dict[str, Any] = {
            "contract": plan.kind,
            "name": plan.name,
            "version": plan.version,
            "summary": summary,
        }
        contract["lifecycle"] = {"status": "deprecated" if written.get("deprecated") is True else "draft"}
        contract["owner"] = self.team
        if plan.kind == "event":
            contract |= ASSUMED
            self.losses.append(
                Loss(
                    plan.schema.path,
                    "",
                    "tier, retention, keys, SLA and lineage are not said: what stands in the contract is a start",
                )
            )
        return {**contract, "schema": schema}


def _bad(here: tuple[str, str, str], why: str) -> BadReference:
    """Return the error for a reference that can't be followed."""
    from interlock.references import Reference

    return BadReference(Reference(*here), why, "references/resolve")


def import_schemas(
    source: Path, folder: Path, *, name: str | None = None, prefix: str | None = None, domain: str = "imported"
) -> Imported:
    """Write a catalog of the schemas in a folder; raise UsageError when there is none, or a catalog is there already."""
    schemas, findings = read(source)
    frame = _frame(folder, name, prefix)
    under_way = Import(
        {plan.uri: plan for plan in _plans(schemas, kebab(domain))}, "team-integration", findings=findings
    )
    taken = _loadable(under_way, frame)
    paths = {plan.schema.path: plan.path for plan in under_way.plans.values()}
    contents = frame | {f"contracts/{paths[path]}": _text(path, contract) for path, contract in taken.items()}
    written = write_new(folder, contents)
    losses = tuple(sorted(loss for loss in set(under_way.losses) if loss.path in taken))
    return Imported({path: paths[path] for path in taken}, written, losses, in_order(under_way.findings))


def _frame(folder: Path, name: str | None, prefix: str | None) -> dict[str, str]:
    """Return the files that every catalog starts with, without the sample contracts."""
    with tempfile.TemporaryDirectory() as scratch:
        place = Path(scratch) / folder.resolve().name
        place.mkdir()
        written = init(place, name=name, prefix=prefix).written
        return {path: (place / path).read_text(encoding="utf-8") for path in written if not path.startswith(_SAMPLES)}


def _plans(schemas: list[PlainSchema], domain: str) -> Iterator[Plan]:
    """Yield where each schema goes; two that would be one contract are told apart by a number."""
    referred = {target for schema in schemas for target in _targets(schema)}
    taken: set[str] = set()
    for schema in schemas:
        is_object = isinstance(schema.written, dict) and schema.written.get("type") == "object"
        kind = "event" if is_object and uri_of(schema.path, schema.written) not in referred else "type"
        folder = kebab(schema.path.rpartition("/")[0].rpartition("/")[2]) if "/" in schema.path else domain
        base = f"{folder}.{name_of(schema.path)}" if kind == "event" else name_of(schema.path)
        plan, number = Plan(schema, kind, base, version_of(schema.path, schema.written)), 1
        while plan.path in taken or plan.path in _GIVEN:
            number += 1
            plan = Plan(schema, kind, f"{base}-{number}", plan.version)
        taken.add(plan.path)
        yield plan


_GIVEN = frozenset(f"types/{name}/v1.yaml" for name in ("id", "instant", "quantity", "unit-code"))
"""Shared types that every new catalog has."""


def _targets(schema: PlainSchema) -> Iterator[str]:
    """Yield the URIs of the other files that a schema refers to."""
    base = uri_of(schema.path, schema.written)
    for _, node in subschemas(schema.written):
        target = urldefrag(urljoin(base, node["$ref"]))[0] if isinstance(node.get("$ref"), str) else base
        if target != base:
            yield target


def _loadable(under_way: Import, frame: dict[str, str]) -> dict[str, dict[str, Any]]:
    """Return the contracts that a catalog takes; each of the others becomes a finding."""
    contracts = under_way.contracts()
    paths = {plan.path: plan.schema.path for plan in under_way.plans.values()}
    while True:
        by_path = {under_way_path: contracts[schema] for under_way_path, schema in paths.items() if schema in contracts}
        refused = dict(_refused(frame, by_path))
        if not refused:
            return contracts
        for path, why in refused.items():
            under_way.findings.append(Finding("import/schema-fits-a-catalog", why, Place(paths[path])))
            del contracts[paths[path]]


def _refused(frame: dict[str, str], contracts: dict[str, dict[str, Any]]) -> Iterator[tuple[str, str]]:
    """Yield the contracts that a catalog does not take, and why."""
    files = {
        path.removeprefix("contracts/"): text.encode() for path, text in frame.items() if path.startswith("contracts/")
    }
    loaded = load(MemoryTree(files | {path: _text("", contract).encode() for path, contract in contracts.items()}))
    yield from ((finding.place.path, finding.message) for finding in loaded.findings if finding.place.path in contracts)
    for path in contracts:
        try:
            bundle(path, loaded.catalog.data)
        except BadReference as bad:
            yield path, str(bad)
        except LookupError:
            continue


def _text(source: str, contract: dict[str, Any]) -> str:
    """Return a contract's file."""
    body = yaml.safe_dump(contract, sort_keys=False, allow_unicode=True, width=118)
    return f"# Imported from {' '.join(source.split())}.\n{body}" if source else body
