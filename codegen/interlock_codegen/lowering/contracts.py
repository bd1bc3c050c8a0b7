"""From events and shared types of a catalog to modules of the package."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from interlock.catalog import Catalog, CatalogSettings, Entry, EventContract, TypeContract
from interlock.invariants import declared_rows
from interlock.pointers import split
from interlock.references import Bundle
from interlock.validation.keys import dataschema_of, type_of
from interlock_codegen.code import Code, docstring, literal
from interlock_codegen.layout import Brackets, Named, Node, argument, call, listed, shown, value
from interlock_codegen.lowering.module import ModuleNames
from interlock_codegen.lowering.places import Places
from interlock_codegen.lowering.shapes import Root
from interlock_codegen.lowering.types import Lowering, Shared
from interlock_codegen.model import ContractValue, Module
from interlock_codegen.naming import all_order, pascal

FUNCTIONS = ("parse", "serialize", "new", "errors", "upcaster", "downcaster")
"""Methods of the contract that its module offers as functions."""
STATEFUL = "stateful"
"""The rule that no single event can break."""


@dataclass(frozen=True)
class Source:
    """What the modules of one package are lowered from."""

    catalog: Catalog
    bundles: Callable[[str], Bundle]
    """Returns the bundle of the contract in a file."""
    places: Places


def type_module(source: Source, entry: Entry[TypeContract]) -> Module:
    """Return the module of a shared type."""
    bundle = source.bundles(entry.path)
    lowering = Lowering(Root(bundle.schema), ModuleNames(".._runtime"), _shared(source, bundle, "."))
    lowering.root_type(pascal(entry.value.name), (entry.value.summary,))
    head = f"Shared type {entry.value.name}, version {entry.value.version}."
    return _module(lowering, docstring(head, indent=0))


def event_module(source: Source, entry: Entry[EventContract]) -> Module:
    """Return the module of an event at one major version."""
    contract, bundle = entry.value, source.bundles(entry.path)
    lowering = Lowering(Root(bundle.schema), ModuleNames("..._runtime"), _shared(source, bundle, "..._types"))
    name = pascal(contract.name.partition(".")[2])
    samples = tuple(_data(event) for event in accepted(source, entry))
    doc = (contract.summary, *_notices(contract))
    model = lowering.root_type(name, doc, samples)
    value = _contract_value(source, entry, model, lowering.names)
    head = f"Event {contract.name}, version {contract.version}."
    return _module(lowering, docstring(head, *_notices(contract), indent=0), value)


def accepted(source: Source, entry: Entry[EventContract]) -> list[Any]:
    """Return the events of a contract's accepted examples."""
    return [example.event for example in source.catalog.examples.get(entry.value.key, ()) if example.accepted]


def _data(event: Any) -> Any:
    """Return the data of an example."""
    return event.get("data") if isinstance(event, dict) else None


def _shared(source: Source, bundle: Bundle, package: str) -> Shared:
    """Return where the shared types of a bundle are defined, by pointer."""

    def find(pointer: str) -> tuple[str, str] | None:
        tokens = split(pointer)
        if len(tokens) != 2 or tokens[0] != "$defs" or tokens[1] not in bundle.files:  # noqa: PLR2004 - /$defs/<file>
            return None
        entry = source.catalog.by_path[tokens[1]]
        joint = "" if package == "." else "."
        return f"{package}{joint}{source.places.types[entry.value.key]}", annotation_name(source, entry)

    return find


def annotation_name(source: Source, entry: Entry[Any]) -> str:
    """Return what annotations call a shared type: of an enumeration its type, since the constants have its name."""
    name = pascal(entry.value.name)
    schema = source.bundles(entry.path).schema
    return f"{name}Value" if Root(schema).texts(schema) else name


def _module(lowering: Lowering, doc: Code, value: ContractValue | None = None) -> Module:
    """Put a module together."""
    names = [*lowering.exports, *((Code("CONTRACT"), *map(Code, FUNCTIONS)) if value else ())]
    exported = shown(listed(*(literal(name) for name in sorted(names, key=all_order))), before=10)
    return Module(doc, lowering.names.lines(), tuple(lowering.definitions), exported, value)


def _notices(contract: EventContract) -> tuple[str, ...]:
    """Return what a developer must know before using a contract: that it is a draft, deprecated or retired."""
    life = contract.lifecycle
    if life.status == "draft":
        return ("A draft: it may change without notice.",)
    if life.status in ("deprecated", "retired"):
        since = f" since {life.since}" if life.since else ""
        until = f" and published until {life.sunset}" if life.sunset else ""
        instead = f"; use {life.successor} instead" if life.successor else ""
        return (f"{life.status.capitalize()}{since}{until}{instead}.",)
    return ()


def _contract_value(source: Source, entry: Entry[EventContract], model: Code, names: ModuleNames) -> ContractValue:
    """Build the contract value of an event's module."""
    contract, settings = entry.value, source.catalog.settings
    for name in ("Contract", "Keys", "Lifecycle", "Sla", "Bridges"):
        names.imports.setdefault("..._runtime", {})[name] = name
    names.use("Final")
    names.imports.setdefault("..._envelope", {})["ENVELOPE"] = "ENVELOPE"
    names.imports.setdefault("..._lazy", {})["json_file"] = "json_file"
    functions = tuple((Code(name), Code(f"CONTRACT.{name}")) for name in FUNCTIONS)
    facts = {**_identity(settings, contract), **_promises(contract), **_loads(source, entry, model, names)}
    made = call("Contract", *(argument(name, node) for name, node in facts.items()))
    text = docstring("The contract as a value: promises, reading and writing.", indent=0)
    return ContractValue(
        Code("CONTRACT"), Code(f"Contract[{model}]"), shown(made, before=len(model) + 29), text, functions
    )


def _identity(settings: CatalogSettings, contract: EventContract) -> dict[str, Node]:
    """Return the arguments that name the contract."""
    said = {
        "name": contract.name,
        "type": type_of(settings, contract),
        "version": contract.version,
        "dataschema": dataschema_of(settings, contract, contract.version),
        "subject": contract.subject,
    }
    return _values(said)


def _values(said: dict[str, Any]) -> dict[str, Node]:
    """Return values as expressions, without those that are not said."""
    return {name: value(item) for name, item in said.items() if item is not None}


def _built(name: str, said: dict[str, Any]) -> Node:
    """Return the construction of a value with named parts."""
    return call(name, *(argument(key, node) for key, node in _values(said).items()))


def _promises(contract: EventContract) -> dict[str, Node]:
    """Return the arguments that say what the contract promises."""
    keys, life = contract.keys, contract.lifecycle
    return {
        "keys": _built("Keys", {"partition": keys.partition, "idempotency": keys.idempotency, "order": None if keys.order == "none" else keys.order}),
        "classification": value(contract.classification or "restricted"),
        "tier": value(contract.tier),
        "on_invalid": value(contract.on_invalid),
        "retention": value(contract.retention),
        "replay_window": value(contract.replay_window),
        "sla": _built("Sla", {"publish": contract.sla.publish, "deliver": contract.sla.deliver}),
        "lifecycle": _built("Lifecycle", {
            "status": life.status,
            "since": life.since and str(life.since),
            "sunset": life.sunset and str(life.sunset),
            "successor": life.successor,
            "migration": life.migration,
        }),
    }  # fmt: skip


def _loads(source: Source, entry: Entry[EventContract], model: Code, names: ModuleNames) -> dict[str, Node]:
    """Return the arguments that load what is needed later: schema, class, other majors and the way to them."""
    home = source.places.events[entry.value.key]
    names.imports.setdefault("..._lazy", {})["contract_of"] = "contract_of"
    majors = {
        other.value.major: f".{source.places.events[other.value.key].module}"
        for other in source.catalog.majors(entry.value.name)
    }
    table = Brackets("{", tuple(Named(f"{major}: ", literal(module)) for major, module in sorted(majors.items())), "}")
    package = Code("__package__")
    bridges: list[Node] = [call("contract_of", package, table)]
    if home.upcasters:
        names.imports["..._lazy"]["importing"] = "importing"
        bridges.append(call("importing", package, literal(home.upcasters)))
    judged: dict[str, Node] = {}
    if invariants(source, entry):
        names.imports["..._lazy"] |= {"invariants_of": "invariants_of", "examples_of": "examples_of"}
        judged["load_invariants"] = call("invariants_of", package, literal(home.invariants))
        judged["load_examples"] = call("examples_of", package, literal(home.examples))
    return {
        "envelope": Code("ENVELOPE"),
        "bridges": call("Bridges", *bridges),
        "load_schema": call("json_file", package, literal(home.schema)),
        **judged,
        "load_model": Code(f"lambda: {model}"),
    }


def invariants(source: Source, entry: Entry[EventContract]) -> dict[str, Any]:
    """Return the rows of what a contract and the types that it uses declare and one event can break; empty for nothing."""
    rows = declared_rows(source.catalog, entry.value, source.bundles(entry.path))
    own = [row for row in rows["event"] if row["rule"] != STATEFUL]
    return {"event": own, "types": rows["types"]} if own or rows["types"] else {}
