"""What the parts of a client are lowered with: the product's values, and the way from schemas to types."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

from interlock.catalog import ProductContract
from interlock_codegen.clients.api import Api, ApiContent, ApiOperation, ApiParameter, ApiProblem
from interlock_codegen.code import Code
from interlock_codegen.layout import Node, subscript, union
from interlock_codegen.lowering.module import ModuleNames
from interlock_codegen.lowering.place import Place
from interlock_codegen.lowering.shapes import Root
from interlock_codegen.lowering.types import Lowering, Shared
from interlock_codegen.naming import pascal

RUNTIME = "..._runtime"
"""The package's runtime, as the module of a product imports it."""
_PLAIN = frozenset({"string", "integer", "number", "boolean"})


@dataclass
class Desk:
    """What the parts of one client are made with."""

    api: Api
    contract: ProductContract
    names: ModuleNames
    shared: Shared
    lowering: Lowering = field(init=False)

    def __post_init__(self) -> None:
        """Begin with no type."""
        self.lowering = Lowering(self.root, self.names, self.shared)

    @cached_property
    def root(self) -> Root:
        """The schemas."""
        return Root({"$defs": dict(self.api.ways.schemas)})

    def runtime(self, module: str, name: str) -> Code:
        """Import a name from a module of the runtime."""
        self.names.imports.setdefault(f"{RUNTIME}.{module}", {})[name] = name
        return Code(name)

    # Types

    def type_of(self, schema: str) -> Node:
        """Return the type of a schema's values, by its name."""
        return self.lowering.annotation({"$ref": f"#/$defs/{schema}"}, self._place(schema))

    def parameter_type(self, parameter: ApiParameter) -> Node:
        """Return the type of a parameter: a plain one as it is, any other by a name in the module."""
        if parameter.files is not None:
            file = self.runtime("clients.forms", "FormFile")
            return subscript("tuple", file, Code("...")) if parameter.files.several else file
        name = self.api.ways.request(parameter.schema)
        schema = self.api.ways.schemas[name]
        plain = self.root.types(schema) <= _PLAIN and not self.root.texts(schema)
        own = self.shared(f"/$defs/{name}") is None
        if own and plain and not schema.keys() & {"$ref", "oneOf", "anyOf", "allOf"}:
            return self.lowering.annotation(schema, self._place(name))
        return self.type_of(name)

    def request_type(self, content: ApiContent) -> Node:
        """Return the type of what is sent."""
        return Code("bytes") if content.schema is None else self.type_of(self.api.ways.request(content.schema))

    def response_type(self, content: ApiContent) -> Node:
        """Return the type of what comes back."""
        return Code("bytes") if content.schema is None else self.type_of(self.api.ways.response(content.schema))

    def problem_type(self, problem: ApiProblem) -> Node:
        """Return the class of a problem's body."""
        return self.type_of(self.api.ways.response(problem.schema))

    def result_type(self, operation: ApiOperation) -> Node:
        """Return the type of what an operation gives when it succeeds."""
        answers = [answer for answer in operation.answers if answer.is_success]
        answers = answers or [answer for answer in operation.answers if answer.status == "default"]
        kinds = [self.response_type(content) for answer in answers for content in answer.contents]
        empty = not answers or any(not answer.contents for answer in answers)
        return union(*kinds, *([Code("None")] if empty else []))

    def _place(self, schema: str) -> Place:
        """Return the place at the top of the module at which a schema would be defined."""
        return Place(f"/$defs/{schema}", pascal(schema), self.names.scope, self.lowering.definitions.append, 0)
