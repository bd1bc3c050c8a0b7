"""Whatever a catalog says at any place, exporting ends with documents that are sound, or with findings."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from typing import Any

from asyncapi_judge import faults
from exports_catalogs import api, event, loaded, product, type_
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from test_asyncapi_export import official

from interlock import openapi as trees
from interlock.pointers import lookup, split
from interlock_codegen.exports.exporting import asyncapi_document, openapi_documents

TAG = "../../types/tag/v1.yaml"
CHOICE = {"type": "object", "discriminator": {"propertyName": "kind", "mapping": {"x": TAG}}}
FILES: dict[str, Any] = {
    "products/lots/v1.yaml": product(),
    "products/lots/v1.openapi.yaml": api({"$ref": TAG}, components={"schemas": {"Choice": CHOICE}}),
    "types/tag/v1.yaml": type_("tag", {"type": "string", "format": "uuid"}),
    "events/line/stopped/v1.yaml": event(
        "line.stopped",
        {"type": "object", "properties": {"a": {"$ref": f"../{TAG}"}, "b": {"oneOf": [{"type": "string"}]}}},
    ),
}
STRANGE: list[Any] = [
    True, 7, "x\u202e", [], [1], {}, {"$ref": "#/paths"}, {"$ref": 5}, {"$ref": "#"}, {"$ref": "#/$defs/x"}, {"not": 5},
    {"$ref": "https://example.com/x"}, {"$id": "https://example.com/x"}, {"a": 1},
]  # fmt: skip


def places(value: Any, at: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The way to every value of a document below its top."""
    rows = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in rows:
        yield (*at, key)
        yield from places(item, (*at, key))


EDITS = st.sampled_from([(path, place) for path, document in FILES.items() for place in places(document)])


@settings(max_examples=100, suppress_health_check=[HealthCheck.too_slow])
@given(EDITS, st.sampled_from(STRANGE), st.sampled_from(["2020-12", "draft-07"]))
def test_sound_documents_or_findings(edit: tuple[str, tuple[Any, ...]], value: Any, schema_format: Any) -> None:
    """Nothing crashes; what is written refers to nothing outside of it and is taken by the official schema."""
    files = copy.deepcopy(FILES)
    path, (*above, last) = edit
    place = files[path]
    for token in above:
        place = place[token]
    place[last] = value
    found = loaded(files)
    products = openapi_documents(found, "json")
    assert bool(products.files) is not bool(products.findings)
    for content in products.files.values():
        document = json.loads(content)
        for _, ref in trees.references(document):
            assert ref.startswith("#")
            assert ref == "#" or lookup(document, ref[1:]) is not None, split(ref[1:])
    events = asyncapi_document(found, "json", version="1.0.0", schema_format=schema_format)
    assert bool(events.files) is not bool(events.findings)
    for content in events.files.values():
        document = json.loads(content)
        assert list(official().iter_errors(document)) == []
        assert faults(document) == []
