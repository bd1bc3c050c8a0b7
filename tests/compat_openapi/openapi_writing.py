"""A plan written as a document of OpenAPI 3.0 or 3.1, in one of the many ways that mean the same."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from openapi_plans import Answer, Part, Pick, Plan, Schema

PATH = "/lots/{lot}"
SCHEMES = {"key": {"type": "apiKey", "in": "header", "name": "X-Key"}, "basic": {"type": "http", "scheme": "basic"}}


@dataclass
class Writing:
    """One document being written."""

    pick: Pick
    is_3_0: bool
    components: dict[str, dict[str, Any]] = field(default_factory=dict[str, dict[str, Any]])

    def kept(self, kind: str, value: Any) -> Any:
        """A value in place, or as a component and a reference to it."""
        if self.pick([True, True, False]):
            return value
        section = self.components.setdefault(kind, {})
        name = f"C{len(section)}"
        section[name] = value
        return {"$ref": f"#/components/{kind}/{name}"}

    def schema(self, schema: Schema) -> Any:
        """A schema with all that is below it."""
        made: dict[str, Any] = dict(schema)
        if "items" in made:
            made["items"] = self.schema(made["items"])
        if "anyOf" in made:
            made["anyOf"] = [self.schema(branch) for branch in made["anyOf"]]
        if "properties" in made:
            made["properties"] = {name: self.schema(below) for name, below in made["properties"].items()}
        made = self.null(made)
        if self.is_3_0 and "exclusiveMinimum" in made:
            made |= {"minimum": made["exclusiveMinimum"], "exclusiveMinimum": True}
        if self.pick([False, False, False, True]):
            made |= {"description": "What it is.", "title": "It"}
        flags = {name: made.pop(name) for name in ("readOnly", "writeOnly") if name in made}
        made = self.kept("schemas", self.split(made))
        return {"allOf": [made], **flags} if flags else made

    def null(self, schema: dict[str, Any]) -> dict[str, Any]:
        """`null` beside another type."""
        types = schema.get("type")
        if not isinstance(types, list):
            return schema
        if self.is_3_0:
            return {**schema, "type": types[0], "nullable": True}
        if "enum" in schema or self.pick([True, False]):
            return schema
        return {"anyOf": [{**schema, "type": types[0]}, {"type": "null"}]}

    def split(self, schema: dict[str, Any]) -> dict[str, Any]:
        """An object in parts, or anything as the only part."""
        how = self.pick(["whole", "whole", "whole", "parts", "wrapped"])
        if how == "wrapped":
            return {"allOf": [schema]}
        if how == "parts" and "properties" in schema and "additionalProperties" not in schema:
            rest = {key: value for key, value in schema.items() if key != "required"}
            return {"allOf": [rest, {"type": "object", "required": schema["required"]}]}
        return schema

    def part(self, part: Part) -> Any:
        """A parameter; a default of style and explode may be left out."""
        made: dict[str, Any] = {"name": part.name, "in": part.place, "schema": self.schema(part.schema)}
        made |= {"required": True} if part.required else {}
        first = {"path": "simple", "query": "form", "header": "simple", "cookie": "form"}[part.place]
        if part.style != first or self.pick([True, False]):
            made["style"] = part.style
        if part.explode is not (part.style == "form") or self.pick([True, False]):
            made["explode"] = part.explode
        return self.kept("parameters", made)

    def content(self, bodies: Mapping[str, Schema]) -> dict[str, Any]:
        """Bodies by media type."""
        return {media: {"schema": self.schema(schema)} for media, schema in bodies.items()}

    def answer(self, answer: Answer) -> Any:
        """A response."""
        made: dict[str, Any] = {"description": "An answer."}
        made |= {"content": self.content(answer.bodies)} if answer.bodies else {}
        for header in answer.headers:
            said = {"schema": self.schema(header.schema), "explode": header.explode, "required": header.required}
            made.setdefault("headers", {})[header.name] = self.kept("headers", said)
        return self.kept("responses", made)

    def operation(self, plan: Plan) -> dict[str, Any]:
        """The operation without its parameters."""
        answers = {status: self.answer(answer) for status, answer in plan.answers.items()}
        made: dict[str, Any] = {"operationId": "changeLot", "responses": answers}
        if plan.bodies:
            body = {"required": plan.needs_body, "content": self.content(plan.bodies)}
            made["requestBody"] = self.kept("requestBodies", body)
        return made

    def document(self, plan: Plan) -> dict[str, Any]:
        """The whole document."""
        operation, parts = self.operation(plan), [self.part(part) for part in plan.parts]
        item: dict[str, Any] = {"post": operation}
        owner = item if self.pick([True, False, False]) else operation
        owner["parameters"] = parts if self.pick([True, False]) else parts[::-1]
        made: dict[str, Any] = {
            "openapi": "3.0.3" if self.is_3_0 else "3.1.0",
            "info": {"title": "Plant", "version": "1.0.0"},
            "paths": {PATH: item},
        }
        (made if self.pick([True, False]) else operation)["security"] = [
            {name: [] for name in sorted(some)} for some in plan.security
        ]
        return {**made, "components": {**self.components, "securitySchemes": SCHEMES}}


def written(pick: Pick, plan: Plan) -> dict[str, Any]:
    """A document that says what a plan means."""
    return Writing(pick, is_3_0=pick([True, False])).document(plan)
