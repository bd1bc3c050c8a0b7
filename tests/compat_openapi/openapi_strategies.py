"""Small OpenAPI documents, values for their schemas, and documents that say the same in other words."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st

NAMES = ("lot", "site", "count")

strings = st.fixed_dictionaries(
    {"type": st.just("string")},
    optional={"maxLength": st.integers(0, 3), "minLength": st.integers(0, 2), "enum": st.just(["a", "bb"])},
)
integers = st.fixed_dictionaries(
    {"type": st.just("integer")},
    optional={"minimum": st.integers(-2, 2), "maximum": st.integers(0, 4), "format": st.just("int32")},
)
scalars = strings | integers | st.just({"type": "boolean"})


def objects(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Objects with some of the names."""
    properties = st.dictionaries(st.sampled_from(NAMES), inner, max_size=3)
    return properties.flatmap(
        lambda members: st.fixed_dictionaries(
            {"type": st.just("object"), "properties": st.just(members)},
            optional={"required": st.lists(st.sampled_from(sorted(members) or ["lot"]), unique=True)},
        )
    )


def arrays(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Lists."""
    return st.fixed_dictionaries({"type": st.just("array"), "items": inner}, optional={"maxItems": st.integers(0, 2)})


schemas = objects(scalars | arrays(scalars) | objects(scalars))
values = st.recursive(
    st.booleans() | st.integers(-3, 5) | st.sampled_from(["", "a", "bb", "ccc", "dddd"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from((*NAMES, "other")), inner, max_size=3),
    max_leaves=6,
)


def document(request: Any, response: Any, version: str = "3.1.1") -> dict[str, Any]:
    """A document with one operation."""
    return {
        "openapi": version,
        "info": {"title": "Plant", "version": "1.0.0"},
        "paths": {
            "/lots/{lot}": {
                "post": {
                    "operationId": "changeLot",
                    "parameters": [{"name": "lot", "in": "path", "required": True, "schema": {"type": "string"}}],
                    "requestBody": {"required": True, "content": {"application/json": {"schema": request}}},
                    "responses": {
                        "200": {"description": "Done.", "content": {"application/json": {"schema": response}}}
                    },
                }
            }
        },
    }


documents = st.builds(document, schemas, schemas)


def operation(made: dict[str, Any]) -> dict[str, Any]:
    """The one operation of a document."""
    found: dict[str, Any] = made["paths"]["/lots/{lot}"]["post"]
    return found


def contents(made: dict[str, Any]) -> list[dict[str, Any]]:
    """The media types of its request and response."""
    found = operation(made)
    return [owner["content"]["application/json"] for owner in (found["requestBody"], found["responses"]["200"])]


def referred(made: dict[str, Any]) -> dict[str, Any]:
    """Schemas as references to components."""
    components: dict[str, Any] = {}
    for index, content in enumerate(contents(made)):
        components[f"Body{index}"] = content["schema"]
        content["schema"] = {"$ref": f"#/components/schemas/Body{index}"}
    return {**made, "components": {"schemas": components}}


def split(made: dict[str, Any]) -> dict[str, Any]:
    """Each object as two parts of an `allOf`."""
    for content in contents(made):
        schema = content["schema"]
        names = sorted(schema["properties"])
        halves = names[:1], names[1:]
        parts: list[Any] = [
            {"type": "object", "properties": {n: schema["properties"][n] for n in some}} for some in halves
        ]
        content["schema"] = {"type": "object", "allOf": [*parts, {"required": schema.get("required", [])}]}
    return made


def nullable(made: dict[str, Any]) -> dict[str, Any]:
    """Nothing is nullable and all is said so."""
    return made | {"openapi": "3.0.4"}


def path_wide(made: dict[str, Any]) -> dict[str, Any]:
    """The operation's parameters as the path's."""
    made["paths"]["/lots/{lot}"]["parameters"] = operation(made).pop("parameters")
    return made


def component_wide(made: dict[str, Any]) -> dict[str, Any]:
    """Body, response and parameter as components."""
    found = operation(made)
    parts = {
        "requestBodies": {"Body": found["requestBody"]},
        "responses": {"Done": found["responses"]["200"]},
        "parameters": {"Lot": found["parameters"][0]},
    }
    found["requestBody"] = {"$ref": "#/components/requestBodies/Body"}
    found["responses"] = {"200": {"$ref": "#/components/responses/Done"}}
    found["parameters"] = [{"$ref": "#/components/parameters/Lot"}]
    return {**made, "components": made.get("components", {}) | parts}


def reversed_keys(made: dict[str, Any]) -> dict[str, Any]:
    """Members in another order."""

    def turned(value: Any) -> Any:
        if isinstance(value, list):
            return [turned(item) for item in value]
        return {k: turned(v) for k, v in reversed(value.items())} if isinstance(value, dict) else value

    turned_made: dict[str, Any] = turned(made)
    return turned_made


def described(made: dict[str, Any]) -> dict[str, Any]:
    """Texts and examples, which nobody observes."""
    for content in contents(made):
        content["schema"] = {
            **content["schema"],
            "description": "What is known of it.",
            "title": "It",
            "examples": [{}],
        }
    return made


def one_of_one(made: dict[str, Any]) -> dict[str, Any]:
    """Each schema as the only branch of a choice."""
    for content in contents(made):
        content["schema"] = {"anyOf": [content["schema"]]}
    return made


REFACTORINGS: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
    function.__name__: function for function in (split, described, nullable, path_wide, reversed_keys, one_of_one)
}
"""Each gives an equivalent document; `referred` and `component_wide` come last, since they move what others look for."""
LAST = {"none": lambda made: made, "referred": referred, "component_wide": component_wide}


@st.composite
def refactorings(draw: st.DrawFn) -> tuple[dict[str, Any], dict[str, Any], list[str]]:
    """A document, an equivalent one, and what was done."""
    made = draw(documents)
    names = draw(st.lists(st.sampled_from(sorted(REFACTORINGS)), unique=True, max_size=4).filter(_in_reach))
    changed = copy.deepcopy(made)
    for name in sorted(names, key=list(REFACTORINGS).index):
        changed = REFACTORINGS[name](changed)
    last = draw(st.sampled_from(sorted(LAST)))
    if last != "component_wide" or "path_wide" not in names:
        changed = LAST[last](changed)
    return made, changed, [*names, last]


def _in_reach(names: list[str]) -> bool:
    """OpenAPI 3.0 has no `examples` in schemas, which is all that the two have to say to each other."""
    return not {"nullable", "described"} <= set(names)
