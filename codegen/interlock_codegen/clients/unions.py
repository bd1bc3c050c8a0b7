"""Unions that may grow: a newer server answers with a branch that this client does not know, and it is read as it came."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from interlock.references import mapped, subschemas
from interlock_codegen.lowering.shapes import OPEN_UNION, Root

_QUESTIONS = ("not", "if", "contains", "propertyNames")
"""Keywords whose schema asks something, so that to take more there is to take less."""

Schema = Mapping[str, Any]


def marked(root: Root, schema: Any) -> Any:
    """Return a schema in which each union that a member tells apart has a mark with the name of that member."""
    questions = [part for _, node in subschemas(schema) for keyword, part in node.items() if keyword in _QUESTIONS]
    asked = {id(node) for question in questions for _, node in subschemas(question)}

    def change(node: dict[str, Any]) -> dict[str, Any]:
        tag = None if id(node) in asked else _tag(root, node)
        kept = {keyword: value for keyword, value in node.items() if keyword != OPEN_UNION}
        return kept if tag is None else {**kept, OPEN_UNION: tag}

    return mapped(schema, change)


def _tag(root: Root, node: Schema) -> str | None:
    """Return the member that tells the branches apart: by constants, or as `discriminator` says."""
    branches = node.get("oneOf", node.get("anyOf"))
    if not isinstance(branches, list) or len(branches) < 2:  # noqa: PLR2004 - one branch is no choice
        return None
    said = node.get("discriminator")
    named = said.get("propertyName") if isinstance(said, dict) else None
    is_named = isinstance(named, str) and all(root.types(branch) == frozenset({"object"}) for branch in branches)
    return root.discriminator(branches) or (named if is_named else None)


def grown(root: Root, node: dict[str, Any]) -> dict[str, Any]:
    """Return a marked union that takes, beside its branches, objects whose tag is none of the known ones."""
    tag = node.get(OPEN_UNION)
    if not isinstance(tag, str):
        return node
    keyword = "oneOf" if "oneOf" in node else "anyOf"
    known = sorted(set(_known(root, node, node[keyword], tag)))
    other = {"type": "object", "required": [tag], "properties": {tag: {"type": "string", "not": {"enum": known}}}}
    kept = {name: value for name, value in node.items() if name not in (keyword, OPEN_UNION)}
    return {**kept, "allOf": [*node.get("allOf", []), {"anyOf": [{keyword: node[keyword]}, other]}]}


def _known(root: Root, node: Schema, branches: list[Any], tag: str) -> Iterator[str]:
    """Yield the tags of the branches: their constants, and the names by which `discriminator` knows them (OpenAPI 3.1.1 section 4.8.25)."""
    for branch in branches:
        values = root.values(root.properties(branch).get(tag))
        yield from (value for value in values or () if isinstance(value, str))
        if values is None and isinstance(branch, dict) and isinstance(branch.get("$ref"), str):
            yield branch["$ref"].rpartition("/")[2]
    mapping = node.get("discriminator", {}).get("mapping", {}) if isinstance(node.get("discriminator"), dict) else {}
    yield from mapping if isinstance(mapping, dict) else ()
