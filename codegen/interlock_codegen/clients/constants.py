"""The values at the top of a client's module: schemas, problems, operations, pages, and what they are made of."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from interlock_codegen.clients.api import ApiAnswer, ApiContent, ApiOperation, ApiPaging, ApiParameter, ApiProblem
from interlock_codegen.clients.desk import Desk
from interlock_codegen.clients.model import Constant, ErrorClass
from interlock_codegen.clients.words import deprecation
from interlock_codegen.code import Code, docstring, literal
from interlock_codegen.layout import Brackets, Named, Node, argument, call, shown, subscript, value
from interlock_codegen.lowering.members import field_names
from interlock_codegen.naming import constant, pascal

_STYLES = {"path": "simple", "query": "form", "header": "simple", "cookie": "form", "form": "form"}
"""The style of each place where none is said (OpenAPI 3.1.1 section 4.8.12.2)."""
_FILLED = {
    "traceparent": "traceparent", "tracestate": "tracestate", "x-correlation-id": "correlationid",
    "correlation-id": "correlationid",
}  # fmt: skip
"""Headers that the base client knows how to fill, by their names in lower case."""
_KEY = "idempotency-key"


@dataclass
class Constants:
    """The constants of one module, made as operations need them."""

    desk: Desk
    requests: set[str] = field(default_factory=set[str])
    """Names of the schemas that judge what is sent."""
    responses: set[str] = field(default_factory=set[str])
    errors: list[ErrorClass] = field(default_factory=list[ErrorClass])
    problems: list[Constant] = field(default_factory=list[Constant])
    _errors: dict[str, Code] = field(default_factory=dict[str, Code])
    """The class of each problem, by its schema."""
    _problems: dict[ApiProblem, Code] = field(default_factory=dict[ApiProblem, Code])

    # Problems

    def error(self, problem: ApiProblem) -> Code:
        """Return the class that is raised for a problem."""
        if problem.schema not in self._errors:
            body = self.desk.problem_type(problem)
            name = Code(self.desk.names.scope.claim(_error_name(pascal(problem.schema))))
            self._errors[problem.schema] = name
            base = self.desk.runtime("clients.errors", self._base(problem.schema))
            said = self.desk.root.first(self.desk.api.ways.schemas[problem.schema], "description")
            doc = docstring(said if isinstance(said, str) else f"The problem {problem.type}.")
            self.errors.append(ErrorClass(name, Code(str(subscript(base, body))), doc))
        return self._errors[problem.schema]

    def _base(self, schema: str) -> str:
        """Return whose problem it is: the client's, the server's, or that of either."""
        found = {
            answer.status[:1]
            for operation in self.desk.api.operations
            for answer in operation.answers
            for problem in answer.problems
            if problem.schema == schema
        }
        return {"4": "ClientProblem", "5": "ServerProblem"}.get("".join(sorted(found)), "ProblemError")

    def _problem(self, problem: ApiProblem) -> Code:
        """Return the constant of a problem type."""
        if problem not in self._problems:
            error = self.error(problem)
            name = Code(self.desk.names.scope.claim(f"_{constant(error.removesuffix('Error'))}"))
            self._problems[problem] = name
            made = call(
                self.desk.runtime("clients.operations", "ProblemType"), literal(problem.type), error,
                self.read(ApiContent("", problem.schema)),
            )  # fmt: skip
            self.problems.append(final(name, None, made))
        return self._problems[problem]

    # Contents

    def read(self, content: ApiContent) -> Node:
        """Return what reads the body of a response."""
        return self._read(content.schema and self.desk.api.ways.response(content.schema))

    def read_sent(self, content: ApiContent) -> Node:
        """Return what reads the body of a request that the service sends."""
        return self._read(content.schema and self.desk.api.ways.request(content.schema))

    def _read(self, name: str | None) -> Node:
        """Return what reads the values of a schema, or bytes."""
        if name is None:
            return call(self.desk.runtime("clients.operations", "Opaque"))
        self.responses.add(name)
        return call("_RESPONSES.content", literal(name), Code(f"lambda: {self.desk.type_of(name)}"))

    def _write(self, content: ApiContent) -> Node:
        """Return what writes a body."""
        if content.schema is None:
            return call(self.desk.runtime("clients.operations", "Opaque"))
        name = self.desk.api.ways.request(content.schema)
        self.requests.add(name)
        return call("_REQUESTS.content", literal(name), Code(f"lambda: {self.desk.type_of(name)}"))

    # Operations

    def operation(self, operation: ApiOperation) -> Constant:
        """Return the constant of an operation."""
        result = self.desk.result_type(operation)
        name = Code(self.desk.names.scope.claim(f"_{constant(operation.id)}"))
        kind = subscript(self.desk.runtime("clients.operations", "Operation"), result)
        made = call("Operation", *self._facts(operation))
        return final(name, kind, made)

    def _facts(self, operation: ApiOperation) -> Iterator[Node]:
        """Yield the arguments that make an operation."""
        yield argument("name", literal(operation.id))
        yield argument("method", literal(operation.method))
        yield argument("path", literal(operation.path))
        yield argument("answers", table((answer.status, self._answer(answer)) for answer in operation.answers))
        if operation.parameters:
            yield argument("parameters", Brackets("(", tuple(map(self._parameter, operation.parameters)), ")"))
        if operation.parts:
            yield argument("form", Brackets("(", tuple(map(self._part, operation.parts)), ")"))
        elif operation.sent is not None:
            yield argument("body", table(iter([(operation.sent.media, self._write(operation.sent))])))
        if operation.sent is not None:
            yield argument("body_required", literal(operation.body_required))
        if operation.security:
            yield argument("security", value(tuple(dict(each) for each in operation.security)))
        told = deprecation(self.desk.contract, operation)
        if told is not None:
            yield argument("deprecated", literal(told))

    def _answer(self, answer: ApiAnswer) -> Node:
        """Return what may come with a status."""
        name = self.desk.runtime("clients.operations", "Answer")
        if answer.problems:
            return call(name, argument("problems", Brackets("(", tuple(map(self._problem, answer.problems)), ")")))
        contents = table((content.media, self.read(content)) for content in answer.contents)
        return call(name, contents) if answer.contents else call(name)

    def _parameter(self, parameter: ApiParameter) -> Node:
        """Return one parameter; what OpenAPI takes where nothing is said is left out."""
        name = self.desk.api.ways.request(parameter.schema)
        self.requests.add(name)
        said: dict[str, Any] = {
            "required": parameter.required or None,
            "style": parameter.style if parameter.style != _STYLES[parameter.place] else None,
            "explode": parameter.explode if parameter.explode != (parameter.style == "form") else None,
            "allow_reserved": parameter.allow_reserved or None,
            "as_json": parameter.as_json or None,
            "fill": self.filled(parameter),
        }
        facts = (argument(key, literal(item)) for key, item in said.items() if item is not None)
        return call(
            self.desk.runtime("clients.parameters", "Parameter"), literal(parameter.name), literal(parameter.place),
            call("_REQUESTS.schema", literal(name)), *facts,
        )  # fmt: skip

    def _part(self, part: ApiParameter) -> Node:
        """Return one part of a form; what is so where nothing is said is left out."""
        if part.files is None:
            kind = [] if part.media == "text/plain" else [argument("media_type", literal(part.media))]
            return call(self.desk.runtime("clients.forms", "ValuePart"), self._parameter(part), *kind)
        files = part.files
        said: dict[str, Any] = {
            "required": part.required or None,
            "media_types": files.media or None,
            "several": files.several or None,
            "least": files.least if files.least > 1 else None,
            "most": files.most,
            "largest": files.largest,
        }
        facts = (argument(key, value(item)) for key, item in said.items() if item is not None)
        return call(self.desk.runtime("clients.forms", "FilePart"), literal(part.name), *facts)

    def filled(self, parameter: ApiParameter) -> str | None:
        """Return what the base client says in a parameter that the caller leaves out; None where it knows nothing."""
        if parameter.place != "header":
            return None
        name = parameter.name.lower()
        return _KEY if name == self.desk.contract.idempotency.header.lower() else _FILLED.get(name)

    # Pages

    def pages(self, operation: ApiOperation, paging: ApiPaging, own: Code, page: Node, entry: Node | None) -> Constant:
        """Return the constant that says how the pages of an operation, whose constant is `own`, hang together."""
        fields = field_names(self.desk.root, self.desk.api.ways.schemas[self.page_schema(operation)])
        how = "LinkedPaging" if paging.is_linked else "Paging" if paging.first is None else "NumberedPaging"
        name = Code(self.desk.names.scope.claim(f"_{constant(operation.id)}_PAGES"))
        kind = subscript(self.desk.runtime("clients.paging", how), page, entry or self.desk.names.use("Any"))
        facts = {**_following(operation, paging, own, fields), "entries": Code(_entries(fields, paging.entries))}
        return final(name, kind, call(how, *(argument(key, node) for key, node in facts.items())))

    def page_schema(self, operation: ApiOperation) -> str:
        """Return the name of the schema of a page."""
        answer = next(answer for answer in operation.answers if answer.is_success)
        return self.desk.api.ways.response(answer.contents[0].schema or "")


def _following(operation: ApiOperation, paging: ApiPaging, own: Code, fields: Mapping[str, str]) -> dict[str, Code]:
    """Return what says how the next page is found."""
    if paging.is_linked:
        return {"path": Code(f"{own}.path"), "parameters": Code(f"{own}.parameters")}
    at = literal([parameter.name for parameter in operation.parameters].index(paging.parameter))
    if paging.first is not None:
        return {"cursor": at, "first": literal(paging.first)}
    return {"cursor": at, "next_cursor": Code(f"lambda page: page.{fields[paging.member]}")}


def _entries(fields: Mapping[str, str], member: str | None) -> str:
    """Return what gets the entries of a page: of its one list, or of the page that is a list itself."""
    if member is None:
        return "lambda _: ()"
    return f"lambda page: page.{fields[member]}" if member else "lambda page: page"


def _error_name(body: str) -> str:
    """
    Return what the error with a body is called.

    >>> _error_name("LotOnHoldProblem"), _error_name("Problem"), _error_name("BrokenError")
    ('LotOnHoldError', 'ProblemError', 'BrokenProblemError')
    """
    stem = body.removesuffix("Problem")
    return f"{stem or 'Problem'}Error" if not stem.endswith("Error") else f"{stem.removesuffix('Error')}ProblemError"


def final(name: Code, kind: Node | None, made: Node, doc: Code | None = None) -> Constant:
    """Return a constant, its type said where the value does not say it."""
    said = Code(f"Final[{kind}]" if kind is not None else "Final")
    return Constant(name, said, shown(made, before=len(name) + len(said) + 5), doc)


def table(rows: Iterator[tuple[str, Node]]) -> Node:
    """Return a dictionary."""
    return Brackets("{", tuple(Named(f"{literal(key)}: ", node) for key, node in rows), "}")
