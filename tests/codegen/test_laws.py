"""A law over all schemas: the class takes whatever the gate takes, and writes the same JSON value again."""

from __future__ import annotations

import importlib
import itertools
import json
import tempfile
from decimal import Decimal
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from codegen.generated import importable, written
from interlock_cli.commands.generate import unusable
from interlock_codegen.documents import documents_package
from interlock_runtime.testing.choosing import Least, Most, Seeded
from interlock_runtime.testing.texts import CannotSample
from interlock_runtime.testing.values import Maker
from interlock_runtime.wire import encoded

NUMBER = itertools.count()
NAMES = st.sampled_from(
    [
        "a",
        "b",
        "orderNo",
        "order_no",
        "class",
        "__class__",
        "kind",
        "str",
        "model_fields",
        '"""',
        "\\",
        "{{ x }}",
        "ä",
        "",
    ]
)
TEXTS = st.sampled_from(["x", "A", "", '"""', "\\", "None", "2026-01-01"])
DIALECTS = st.sampled_from(
    [None, None, "http://json-schema.org/draft-04/schema#", "http://json-schema.org/draft-07/schema#"]
)
ANYTHING = [
    None,
    True,
    0,
    1,
    1.0,
    -1.5,
    10**20,
    "",
    "x",
    "2026-01-01",
    "2026-01-01T00:00:00Z",
    [],
    [1, "x"],
    {},
    {"a": 1},
    {"kind": "A"},
]


def scalars() -> st.SearchStrategy[Any]:
    """Return schemas of single values."""
    plain = st.sampled_from(["string", "integer", "number", "boolean", "null"]).map(lambda kind: {"type": kind})
    several = st.lists(
        st.sampled_from(["string", "integer", "number", "boolean", "null", "object", "array"]), min_size=1, unique=True
    )
    return st.one_of(
        plain,
        several.map(lambda kinds: {"type": kinds}),
        st.lists(TEXTS, min_size=1, unique=True).map(lambda values: {"enum": values}),
        st.lists(st.sampled_from([None, 1, True, "x", 1.5]), min_size=1, unique_by=repr).map(
            lambda values: {"enum": values}
        ),
        st.sampled_from([None, 1, 1.0, False, "x", {"a": 1}]).map(lambda value: {"const": value}),
        st.lists(TEXTS, min_size=1, unique=True).map(lambda values: {"type": "string", "x-extensible-enum": values}),
        st.sampled_from(["date", "date-time", "uuid", "uri", "time"]).map(
            lambda name: {"type": "string", "format": name}
        ),
        st.sampled_from(
            [{}, True, False, {"minimum": 1}, {"type": "string", "pattern": r"^-?[0-9]{1,3}(\.[0-9]{1,2})?$"}]
        ),
        st.sampled_from(
            [{"$ref": "#"}, {"$ref": "#/definitions/part"}, {"$ref": "#/definitions/part", "type": "integer"}]
        ),
    )


def compound(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Return schemas made of others."""
    members = st.dictionaries(NAMES, inner, max_size=4)
    objects = st.builds(
        lambda properties, required, more: {"type": "object", "properties": properties, "required": sorted(required & set(properties)), **more},
        members, st.sets(NAMES), st.sampled_from([{}, {"additionalProperties": False}, {"additionalProperties": {"type": "integer"}}]),
    )  # fmt: skip
    tagged = st.tuples(members, members).map(lambda pair: {"oneOf": [_tagged("A", pair[0]), _tagged("B", pair[1])]})
    lists = st.lists(inner, min_size=1, max_size=3)
    return st.one_of(
        objects, objects, tagged,
        inner.map(lambda items: {"type": "array", "items": items}),
        inner.map(lambda values: {"type": "object", "additionalProperties": values}),
        lists.map(lambda branches: {"anyOf": branches}),
        lists.map(lambda branches: {"oneOf": branches}),
        lists.map(lambda branches: {"allOf": branches}),
        st.tuples(inner, inner).map(lambda pair: {"if": pair[0], "then": pair[1]}),
        inner.map(lambda negated: {"not": negated}),
    )  # fmt: skip


def _tagged(kind: str, properties: dict[str, Any]) -> dict[str, Any]:
    """Return an object that a constant member tells from others."""
    return {"type": "object", "required": ["kind"], "properties": {**properties, "kind": {"const": kind}}}


def schemas() -> st.SearchStrategy[Any]:
    """Return whole documents."""
    whole = st.recursive(scalars(), compound, max_leaves=8)
    return st.builds(_document, whole, whole, DIALECTS)


def _document(schema: Any, part: Any, dialect: str | None) -> Any:
    """Return a schema with a part that it may refer to."""
    if not isinstance(schema, dict):
        return schema
    return {**({"$schema": dialect} if dialect else {}), **schema, "definitions": {"part": part}}


def documents(schema: Any) -> list[bytes]:
    """Return documents that the schema may take, and some of every kind."""
    made = [json.dumps(value).encode() for value in ANYTHING]
    for chooser in (Least(), Most(), Seeded(1), Seeded(2), Seeded(3)):
        try:
            made.append(encoded(Maker(schema, chooser).value(schema)))
        except CannotSample:
            continue
    return made


def exactly(text: bytes) -> Any:
    """Return a JSON value whose numbers have the value that their digits say."""
    return json.loads(text, parse_float=Decimal, parse_int=Decimal)


@given(st.lists(schemas(), min_size=10, max_size=25))
@settings(max_examples=25, suppress_health_check=list(HealthCheck))
def test_classes_take_what_the_gate_takes(drawn: list[Any]) -> None:
    """Over drawn schemas of several dialects and documents of every kind: no value is refused by its class, none changed."""
    name = f"drawn{next(NUMBER)}"
    with tempfile.TemporaryDirectory() as scratch:
        source = written(
            {f"s{number}.json": json.dumps(schema).encode() for number, schema in enumerate(drawn)},
            Path(scratch) / "in",
        )
        generated = documents_package(source, name, unusable)
        with importable(written(generated.files, Path(scratch) / "out"), name):
            for path in (path for path in generated.files if path.startswith(f"{name}/s") and path.endswith(".py")):
                module = importlib.import_module(f"{name}.{Path(path).stem}")
                for text in documents(module.DOCUMENT.schema):
                    if not module.errors(text):
                        assert exactly(module.serialize(module.parse(text))) == exactly(text)
