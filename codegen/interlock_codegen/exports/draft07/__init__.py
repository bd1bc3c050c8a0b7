"""
JSON Schema 2020-12 as draft-07: what the older draft can't say is said more weakly, never differently.

A schema that is weakened takes all that it took, and more. Under `not`, `if` and `oneOf` a weaker schema would refuse
what was taken, so there the keyword around it goes, or becomes weaker itself.
"""

from __future__ import annotations

from typing import Any

from interlock.compat.jsonschema.dialects import DEFAULT, dialect_of
from interlock_codegen.exports.draft07.keywords import KEYWORDS
from interlock_codegen.exports.draft07.losses import Converted, Loss, told
from interlock_codegen.exports.draft07.resources import anchors, embedded
from interlock_codegen.exports.draft07.running import Run

__all__ = ["Converted", "Loss", "draft07", "told"]

URI = "http://json-schema.org/draft-07/schema#"


def draft07(schema: Any) -> Converted:
    """
    Return a self-contained 2020-12 schema as draft-07; its `$defs` are `definitions`.

    >>> draft07({"prefixItems": [{"type": "string"}], "items": False}).schema
    {'$schema': 'http://json-schema.org/draft-07/schema#', 'items': [{'type': 'string'}], 'additionalItems': False}
    """
    dialect = schema.get("$schema") if isinstance(schema, dict) else None
    if dialect is not None and dialect_of(dialect) is not DEFAULT:
        return Converted({"$schema": URI}, (Loss("", "$schema", f"schemas of {dialect} are not read here"),))
    inexact = frozenset[str]()
    while True:
        run = Run(schema, anchors(schema), embedded(schema), inexact, KEYWORDS)
        converted = run.whole()
        found = run.inexact()
        if found == inexact:
            break
        inexact = found
    made = {"$schema": URI, **converted} if isinstance(converted, dict) else converted
    return Converted(made, tuple(dict.fromkeys(run.losses)))
