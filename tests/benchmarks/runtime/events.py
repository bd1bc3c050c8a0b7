"""
How fast events are read and written, as ratios to named peers from the same run.

Run it with `python tests/benchmarks/runtime/events.py [EXAMPLE]`. The candidates take turns in short rounds on the
process's own clock, and each keeps its best round, so that a busy machine troubles all alike. Peers that are not
installed are left out and named.
"""

from __future__ import annotations

import dataclasses
import importlib
import json
import sys
import tempfile
import time
import timeit
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import jsonschema
import jsonschema_rs
import msgspec

HERE = Path(__file__).resolve()
ROOT = HERE.parents[3]
sys.path[:0] = [str(ROOT / folder) for folder in ("registry", "codegen", "cli")]

ROUNDS = 100
CALLS = 30
WARM = 15
DEFAULT = "events/quality/lot-on-hold/examples/v2/accepted/b2-lot-on-hold.json"


@dataclass
class Race:
    """Candidates that do the same work."""

    title: str
    base: str
    runners: dict[str, Callable[[], Any]] = field(default_factory=dict[str, Callable[[], Any]])

    def add(self, name: str, run: Callable[[], Any]) -> None:
        """Add a candidate that works; one that raises is a mistake of this script."""
        run()
        self.runners[name] = run

    def lines(self) -> list[str]:
        """Run all and return a table: time relative to the base, and events in the time that the base needs for 100."""
        best = dict.fromkeys(self.runners, float("inf"))
        for _ in range(ROUNDS):
            for name, run in self.runners.items():
                timeit.timeit(run, number=WARM)  # the candidate before it has filled the caches with its own things
                best[name] = min(best[name], timeit.timeit(run, timer=time.process_time, number=CALLS) / CALLS)
        head = f"{self.title} ({best[self.base] * 1e6:.1f} us for {self.base} on this machine)"
        rows = [f"  {name:58} {best[name] / best[self.base]:8.2f} x" for name in self.runners]
        return ["", head, *rows]


def generated(example: Path) -> Any:
    """Return the generated module of the contract that an example belongs to."""
    from interlock.loading import load
    from interlock.trees import WorkTree
    from interlock_codegen.package import Settings, modules_in, package

    catalog = load(WorkTree(ROOT / "contracts")).catalog
    folder = Path(tempfile.mkdtemp(prefix="interlock-bench-"))
    runtime = modules_in(ROOT / "codegen" / "interlock_runtime")
    for name, content in package(catalog, Settings("bench-contracts", "bench_contracts", runtime=runtime)).items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    sys.path.insert(0, str(folder))
    domain, event = example.parts[-6:-4] if example.parts[-4] == "examples" else ("", "")
    return importlib.import_module(f"bench_contracts.{domain}.{event.replace('-', '_')}.{example.parts[-3]}")


def struct(schema: dict[str, Any], root: dict[str, Any], name: str) -> Any:
    """Return a msgspec type of a schema with its constraints, as a service developer would write it."""
    while "$ref" in schema:
        target: Any = root
        for token in schema["$ref"].split("/")[1:]:
            target = target[token.replace("~1", "/").replace("~0", "~")]
        schema = target
    kind = schema.get("type")
    if kind == "object" and "properties" in schema:
        needed = schema.get("required", [])
        members = sorted(schema["properties"], key=lambda member: member not in needed)
        fields: list[Any] = [
            (f"m_{index}", struct(schema["properties"][member], root, f"{name}_{index}"))
            if member in needed
            else (
                f"m_{index}",
                struct(schema["properties"][member], root, f"{name}_{index}") | msgspec.UnsetType,
                msgspec.UNSET,
            )
            for index, member in enumerate(members)
        ]
        return msgspec.defstruct(name, fields, rename={f"m_{index}": member for index, member in enumerate(members)})
    if kind == "array":
        return list[struct(schema.get("items", {}), root, name)]  # type: ignore[misc]
    limits = {
        "pattern": schema.get("pattern"),
        "min_length": schema.get("minLength"),
        "max_length": schema.get("maxLength"),
    }
    plain: dict[Any, Any] = {"string": str, "number": float, "integer": int, "boolean": bool}
    if kind == "string":
        from typing import Annotated

        return Annotated[str, msgspec.Meta(**limits)]
    return plain.get(kind, dict[str, Any] if kind == "object" else Any)


def confluent(schema: dict[str, Any], data: bytes) -> Callable[[], Any] | None:
    """Return confluent-kafka's JSON deserializer on a framed message, or None when it is not installed."""
    try:
        import warnings

        warnings.simplefilter("ignore")
        from confluent_kafka.schema_registry import Schema, SchemaRegistryClient
        from confluent_kafka.schema_registry.json_schema import JSONDeserializer
        from confluent_kafka.serialization import MessageField, SerializationContext
    except ImportError:
        return None
    registry = SchemaRegistryClient.new_client({"url": "mock://bench"})
    text = json.dumps(schema)
    number = registry.register_schema("bench-value", Schema(text, "JSON"))
    read = JSONDeserializer(text, schema_registry_client=registry)
    context = SerializationContext("bench", MessageField.VALUE)
    framed = b"\x00" + number.to_bytes(4, "big") + data
    return lambda: read(framed, context)


def reading(contract: Any, event: bytes, data: bytes) -> list[Race]:
    """Return the races of reading valid events."""
    from interlock_runtime.composing import event_schema

    whole = event_schema(contract.envelope.schema, contract.schema)
    kind = jsonschema.Draft202012Validator
    oracle = kind(whole, format_checker=kind.FORMAT_CHECKER)
    compiled = jsonschema_rs.Draft202012Validator(whole, validate_formats=True)
    model = contract.model.__pydantic_validator__
    typed = msgspec.json.Decoder(struct(contract.schema, contract.schema, "Data"))
    first = Race("A whole event, valid: bytes to ...", "json.loads")
    first.add("json.loads", lambda: json.loads(event))
    first.add("ours: parse, typed event with envelope", lambda: contract.parse(event))
    bare = dataclasses.replace(contract, load_invariants=None)
    first.add("ours: parse, invariants left out", lambda: bare.parse(event))
    first.add("ours: the gate alone", lambda: contract.event_gate.load(event))
    first.add("jsonschema-rs on json.loads, dictionary, inexact", lambda: compiled.is_valid(json.loads(event)))
    first.add("python-jsonschema on json.loads, dictionary", lambda: oracle.is_valid(json.loads(event)))
    second = Race("The data alone, valid: bytes to ...", "json.loads")
    second.add("json.loads", lambda: json.loads(data))
    second.add("ours: the gate alone", lambda: contract.reader_gate.load(data))
    second.add("ours: parse_data, typed", lambda: contract.parse_data(data))
    second.add(
        "plain pydantic: the same class without the gate",
        lambda: model.validate_json(data, by_alias=True, by_name=False),
    )
    second.add("msgspec: struct with patterns and lengths", lambda: typed.decode(data))
    peer = confluent(contract.schema, data)
    if peer is not None:
        second.add("confluent-kafka JSONDeserializer, dictionary, no formats", peer)
    return [first, second]


def refusing(contract: Any, event: bytes) -> Race:
    """Return the race of invalid events: one wrong member, all that is wrong reported."""
    from interlock_runtime.composing import event_schema

    document = json.loads(event)
    name = next(name for name, value in document["data"].items() if isinstance(value, str))
    wrong = json.dumps({**document, "data": {**document["data"], name: "\n"}}).encode()
    kind = jsonschema.Draft202012Validator
    whole = event_schema(contract.envelope.schema, contract.schema)
    oracle = kind(whole, format_checker=kind.FORMAT_CHECKER)
    race = Race("A whole event, invalid: bytes to the list of what is wrong", "json.loads")
    race.add("json.loads", lambda: json.loads(wrong))
    race.add("ours: errors, with places and words", lambda: contract.errors(wrong))
    race.add("python-jsonschema: iter_errors", lambda: list(oracle.iter_errors(json.loads(wrong))))
    return race


def writing(contract: Any, event: bytes) -> Race:
    """Return the race of writing."""
    read = contract.parse(event)
    document = json.loads(event)
    kind = jsonschema.Draft202012Validator
    from interlock_runtime.closing import closed
    from interlock_runtime.composing import event_schema

    whole = event_schema(contract.envelope.schema, closed(contract.schema))
    oracle = kind(whole, format_checker=kind.FORMAT_CHECKER)
    race = Race("A whole event: typed value to bytes", "json.dumps")
    race.add("json.dumps", lambda: json.dumps(document))
    race.add("ours: serialize, closed and checked", lambda: contract.serialize(read))
    bare = dataclasses.replace(contract, load_invariants=None)
    race.add("ours: serialize, invariants left out", lambda: bare.serialize(read))
    race.add(
        "plain pydantic: model_dump_json of the data, nothing checked", lambda: read.data.model_dump_json(by_alias=True)
    )
    race.add("python-jsonschema, then json.dumps", lambda: (oracle.is_valid(document), json.dumps(document)))
    return race


def main() -> None:
    """Print the tables."""
    example = ROOT / "contracts" / (sys.argv[1] if len(sys.argv) > 1 else DEFAULT)
    contract = generated(example).CONTRACT
    value = json.loads(example.read_text())
    for layout, separators in (("compact", (",", ":")), ("as json.dumps writes it", (", ", ": "))):
        event = json.dumps(value, separators=separators).encode()
        data = json.dumps(value["data"], separators=separators).encode()
        sys.stdout.write(f"\n{example.stem}: {len(event)} bytes, {layout}; data {len(data)} bytes\n")
        for race in (*reading(contract, event, data), refusing(contract, event), writing(contract, event)):
            sys.stdout.write("\n".join(race.lines()) + "\n")


if __name__ == "__main__":
    main()
