"""Rules about API products end with findings, whatever an OpenAPI document says at any place."""

from __future__ import annotations

import contextlib
import json

import rule_cases
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from test_rule_laws import pointers

from interlock.loading import load
from interlock.rules import lint
from interlock.trees import MemoryTree

DOCUMENT = "products/execution/v1.openapi.yaml"
PLACES = [pointer for pointer in pointers(rule_cases.plant()[DOCUMENT]) if pointer]
STRANGE = [
    True,
    7,
    "x",
    "#/components",
    [],
    [1],
    ["x", {}],
    {},
    {"$ref": "#/paths"},
    {"$ref": 5},
    {"a": 1},
    {"200": []},
]


@settings(max_examples=120, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.tuples(st.sampled_from(PLACES), st.sampled_from(STRANGE)), min_size=1, max_size=3))
def test_no_document_is_too_strange(edits: list[tuple[str, object]]) -> None:
    """Every finding names a file of the catalog and says something."""
    documents = rule_cases.plant()
    for pointer, value in edits:
        with contextlib.suppress(LookupError, TypeError, ValueError, AttributeError):
            rule_cases.edit(documents, DOCUMENT, {pointer: value})
    found = load(MemoryTree({path: json.dumps(document).encode() for path, document in documents.items()})).catalog
    for finding in lint(found, today=rule_cases.TODAY):
        assert finding.message
        assert finding.place.path in found.documents
