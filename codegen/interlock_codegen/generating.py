"""Generating from a catalog: what is written, and what stands in the way, each as a value."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from interlock.catalog import Catalog, Entry
from interlock.errors import UsageError
from interlock.findings import Finding, Place, in_order
from interlock.loading import Loaded
from interlock.references import BadReference, bundle
from interlock_codegen.clients.files import product_findings
from interlock_codegen.depth import deeper
from interlock_codegen.package import Files, Settings, modules_in, package

RUNTIME = Path(__file__).parents[1] / "interlock_runtime"
"""The runtime's own modules, which are copied into each package."""

Unusable = Callable[[Any], "tuple[str, str] | None"]
"""Returns why no exact gate can be made of a schema, and where; None when one can."""


@dataclass(frozen=True)
class Generated:
    """The files of a package; none when findings stand in the way."""

    files: Files
    findings: tuple[Finding, ...] = ()


class NoTargetError(UsageError):
    """The catalog does not say what its Python package is called."""

    def __str__(self) -> str:
        """Say what to write."""
        return "catalog.yaml does not name a Python package: add targets: {python: {distribution: acme-contracts, module: acme_contracts}}"


def python_package(
    loaded: Loaded, unusable: Unusable, *, version: str = "0.0.0", upcasters: Path | None = None
) -> Generated:
    """Return the Python package of a catalog; raise NoTargetError when it has no name."""
    target = loaded.catalog.settings.targets.python
    unmade = (*_unusable(loaded.catalog, unusable), *product_findings(loaded.catalog, unusable))
    findings = in_order([*loaded.findings, *unmade])
    if findings:
        return Generated({}, findings)
    if target is None:
        raise NoTargetError
    reviewed = modules_in(upcasters) if upcasters is not None and upcasters.is_dir() else {}
    settings = Settings(target.distribution, target.module, version, modules_in(RUNTIME), reviewed)
    try:
        with deeper():
            return Generated(package(loaded.catalog, settings))
    except RecursionError:
        why = "no package can be made: schemas name each other in a chain of more than a thousand steps"
        return Generated({}, (Finding("generate/schema-is-exact", why, Place("catalog.yaml")),))


def _unusable(catalog: Catalog, unusable: Unusable) -> Iterator[Finding]:
    """Yield a finding for each contract of which no exact code can be made."""
    for entry in (*catalog.types.values(), *catalog.envelopes.values(), *catalog.events.values()):
        try:
            schema = bundle(entry.path, catalog.data).schema
        except BadReference as bad:
            yield _finding(entry, "generate/reference-resolves", "/schema", f"no code can be made: {bad}")
            continue
        why = unusable(schema)
        if why is not None:
            yield _finding(
                entry, "generate/schema-is-exact", f"/schema{why[1]}", f"no exact check can be made: {why[0]}"
            )


def _finding(entry: Entry[Any], rule: str, pointer: str, message: str) -> Finding:
    """Return a finding at a place of a contract."""
    return Finding(rule, message, entry.at(pointer), contract=entry.value.key)
