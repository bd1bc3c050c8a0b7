"""Where each contract stands in the package: worked out before any module, so that each can name the others."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from interlock.catalog import Catalog
from interlock_codegen.naming import Scope, snake

OWN = frozenset({
    "annotations", "catalog", "clients", "contract", "import_module", "lazy", "observing", "products", "services", "testing",
    "transports", "types", "upcasters",
})  # fmt: skip
"""Names in the package's own module that are no domain."""


@dataclass(frozen=True, slots=True)
class EventPlace:
    """The place of one event at one major version."""

    domain: str
    """Package of the domain."""
    event: str
    """Package of the event in it."""
    module: str
    """Module of the major version in it: `v2`."""
    alias: str
    """Short name of the module at the top of the package."""
    upcasters: str
    """Module of the functions from and to other majors, seen from the event's package; empty when there is none."""

    @property
    def schema(self) -> str:
        """The schema's file beside the module."""
        return f"{self.module}.json"

    @property
    def invariants(self) -> str:
        """The file beside the module that has what is declared beyond the schema."""
        return f"{self.module}.invariants.json"

    @property
    def examples(self) -> str:
        """The file beside the module that has accepted examples, for samples that keep the invariants."""
        return f"{self.module}.examples.json"

    @property
    def dotted(self) -> str:
        """The module below the package."""
        return f"{self.domain}.{self.event}.{self.module}"


@dataclass(frozen=True, slots=True)
class ProductPlace:
    """The place of one API product at one major version."""

    product: str
    """Package below `products`."""
    module: str
    """Module of the major version in it: `v2`."""

    @property
    def dotted(self) -> str:
        """The module below the package."""
        return f"products.{self.product}.{self.module}"


@dataclass(frozen=True)
class Places:
    """The places of all contracts, by `name@major`."""

    events: dict[str, EventPlace]
    types: dict[str, str]
    """Module below `_types`."""
    products: dict[str, ProductPlace]


def places(catalog: Catalog, upcasters: Collection[str] = ()) -> Places:
    """Return the place of each contract; `upcasters` has the modules there are, as `production.work_order_released`."""
    domains, events = _domains(catalog), _event_names(catalog)
    short = _short_names(catalog)
    found: dict[str, EventPlace] = {}
    for key, entry in sorted(catalog.events.items(), key=lambda pair: (pair[1].value.name, pair[1].value.major)):
        name, major = entry.value.name, entry.value.major
        domain, event = domains[entry.value.domain], events[name]
        bridge = f"...upcasters.{domain}.{event}" if f"{domain}.{event}" in upcasters else ""
        found[key] = EventPlace(domain, event, f"v{major}", f"{short[name]}_v{major}", bridge)
    scope = Scope()
    types = {
        key: scope.claim(f"{snake(entry.value.name)}_v{entry.value.major}")
        for key, entry in sorted(catalog.types.items())
    }
    return Places(found, types, _products(catalog))


def _products(catalog: Catalog) -> dict[str, ProductPlace]:
    """Return the place of each product."""
    scope = Scope()
    names = {name: scope.claim(snake(name)) for name in sorted({each.value.name for each in catalog.products.values()})}
    majors = sorted((each.value.name, each.value.major, key) for key, each in catalog.products.items())
    return {key: ProductPlace(names[name], f"v{major}") for name, major, key in majors}


def _domains(catalog: Catalog) -> dict[str, str]:
    """Return the package of each domain."""
    scope = Scope(OWN)
    return {
        domain: scope.claim(snake(domain))
        for domain in sorted({entry.value.domain for entry in catalog.events.values()})
    }


def _event_names(catalog: Catalog) -> dict[str, str]:
    """Return the package of each event within its domain."""
    scopes: dict[str, Scope] = {}
    found: dict[str, str] = {}
    for name in sorted({entry.value.name for entry in catalog.events.values()}):
        domain, _, event = name.partition(".")
        found[name] = scopes.setdefault(domain, Scope()).claim(snake(event))
    return found


def _short_names(catalog: Catalog) -> dict[str, str]:
    """Return a name of each event that is unique in the catalog: without its domain where that is enough."""
    names = sorted({entry.value.name for entry in catalog.events.values()})
    bare = [snake(name.partition(".")[2]) for name in names]
    scope = Scope(OWN | frozenset(_domains(catalog).values()))
    return {
        name: scope.claim(short if bare.count(short) == 1 else snake(name))
        for name, short in zip(names, bare, strict=True)
    }
