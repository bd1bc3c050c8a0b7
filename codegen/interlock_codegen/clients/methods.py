"""The classes of a client and their methods: one signature, printed for each way to call."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from interlock_codegen.clients.api import ApiOperation, ApiParameter
from interlock_codegen.clients.constants import Constants
from interlock_codegen.clients.desk import Desk
from interlock_codegen.clients.model import Argument, ClientClass, Constant, Method
from interlock_codegen.clients.naming import MethodNames, argument_names
from interlock_codegen.clients.words import deprecation, of_operation, of_product
from interlock_codegen.code import Code, docstring, literal
from interlock_codegen.layout import Brackets, Named, Node, argument, call, shown, subscript, union

_INDENT = 8
_TIMEOUT = Argument(Code("timeout: Timeout | None = None,"))


@dataclass(frozen=True)
class Call:
    """One operation with all that its methods have in common."""

    operation: ApiOperation
    names: MethodNames
    constant: Constant
    arguments: tuple[Argument, ...]
    values: Node
    """The values of the parameters, in their order."""
    result: Node
    doc: Code
    deprecated: Code | None
    pages: Constant | None
    entry: Node | None

    @property
    def items(self) -> tuple[Node, ...]:
        """What is given to the base client."""
        body = (Code("body"),) if self.operation.body and not self.operation.parts else ()
        return Code(self.constant.name), self.values, *body, Named("timeout=", Code("timeout"))


def calls(desk: Desk, constants: Constants, names: list[MethodNames]) -> list[Call]:
    """Return the calls of a client."""
    return [_call(desk, constants, operation, each) for operation, each in zip(desk.api.operations, names, strict=True)]


def _call(desk: Desk, constants: Constants, operation: ApiOperation, names: MethodNames) -> Call:
    """Return the call of one operation."""
    result = desk.result_type(operation)
    inputs = argument_names(operation.inputs)
    errors = [
        (str(constants.error(problem)), answer.status) for answer in operation.answers for problem in answer.problems
    ]
    texts = {"body": operation.body_description} | {
        str(name): _text(parameter) for name, parameter in zip(inputs, operation.inputs, strict=True)
    }
    told = deprecation(desk.contract, operation)
    constant = constants.operation(operation)
    entry = (
        desk.type_of(desk.api.ways.response(operation.paging.entry))
        if operation.paging and operation.paging.entry
        else None
    )
    return Call(
        operation, names, constant,
        tuple(_arguments(desk, constants, operation, inputs)),
        Brackets("(", tuple(inputs), ")"),
        result,
        docstring(*of_operation(desk.contract, operation, texts, errors), indent=_INDENT),
        None if told is None else _decorator(told),
        constants.pages(operation, operation.paging, constant.name, result, entry) if operation.paging else None,
        entry,
    )  # fmt: skip


def _text(parameter: ApiParameter) -> str:
    """Return what is said about a parameter."""
    return f"Deprecated. {parameter.description}" if parameter.deprecated else parameter.description


def _decorator(told: str) -> Code:
    """Return what marks a method for editors and type checkers (PEP 702); the base client warns, once."""
    return shown(call("deprecated", literal(told), argument("category", Code("None"))), 4, before=1)


def _arguments(desk: Desk, constants: Constants, operation: ApiOperation, names: list[Code]) -> Iterator[Argument]:
    """Yield the arguments: the body, then by name what is required, then what is not."""
    if operation.sent is not None and not operation.parts:
        kind = desk.request_type(operation.sent)
        missing = desk.names.use("MISSING") if not operation.body_required else None
        yield _argument(Code("body"), kind if missing is None else union(kind, missing), missing)
    yield Argument(Code("*,"))
    optional: list[Argument] = []
    for name, parameter in zip(names, operation.inputs, strict=True):
        kind = desk.parameter_type(parameter)
        left_out = parameter.place == "form" and not operation.body_required
        if parameter.required and not left_out and constants.filled(parameter) is None:
            yield _argument(name, kind, None)
        else:
            optional.append(_argument(name, union(kind, Code("None")), Code("None")))
    yield from (*optional, _TIMEOUT)


def _argument(name: Code, kind: Node, default: Code | None) -> Argument:
    """Return an argument, with a default where it may be left out."""
    ending = "," if default is None else f" = {default},"
    return Argument(Code(f"{name}: {shown(kind, _INDENT, before=len(name) + 2, after=len(ending))}{ending}"))


def classes(desk: Desk, made: list[Call]) -> Iterator[ClientClass]:
    """Yield the four classes of a client."""
    about = list(of_product(desk.contract, desk.api))
    for is_async, base in ((False, "BaseClient"), (True, "BaseAsyncClient")):
        parent = desk.runtime("clients.asynchronous" if is_async else "clients.synchronous", base)
        plain = Code("AsyncClient" if is_async else "Client")
        whole = Code(f"Raw{plain}")
        raw = tuple(_raw(desk, each, is_async=is_async) for each in made)
        doc = docstring(f"The calls of `{plain}` with whole responses: status, headers, body, attempts.")
        yield ClientClass(whole, parent, doc, None, raw)
        methods = tuple(method for each in made for method in _plain(desk, each, is_async=is_async))
        yield ClientClass(plain, parent, docstring(*about), whole, methods)


def _raw(desk: Desk, made: Call, *, is_async: bool) -> Method:
    """Return the method that gives the whole response."""
    returns = subscript(desk.runtime("clients.replies", "Reply"), made.result)
    text = f"As `{'AsyncClient' if is_async else 'Client'}.{made.names.call}`, with the whole response."
    start = f"return {'await ' if is_async else ''}"
    return _method(
        made, made.names.call, returns, _short(text), _statement(start, "_call", made.items), is_async=is_async
    )


def _plain(desk: Desk, made: Call, *, is_async: bool) -> Iterator[Method]:
    """Yield the methods that give the value alone: one call, all pages, all entries."""
    start = f"reply = {'await ' if is_async else ''}"
    body = Code(f"{_statement(start, '_call', made.items)}\n{' ' * _INDENT}return reply.value")
    yield _method(made, made.names.call, made.result, made.doc, body, is_async=is_async)
    if made.pages is None:
        return
    items = (made.items[0], Code(made.pages.name), *made.items[1:])
    iterator = desk.names.use("AsyncIterator" if is_async else "Iterator")
    text = f"Yield the pages of `{made.names.call}`, each fetched when it is asked for."
    body = _statement("return ", "_pages", items)
    yield _method(made, made.names.pages, subscript(iterator, made.result), _short(text), body)
    if made.entry is not None:
        text = f"Yield what is in the pages of `{made.names.call}`, one entry after the other."
        body = _statement("return ", "_entries", items)
        yield _method(made, made.names.entries, subscript(iterator, made.entry), _short(text), body)


def _short(text: str) -> Code:
    """Return a docstring of one sentence."""
    return docstring(text, indent=_INDENT)


def _statement(start: str, function: str, items: tuple[Node, ...]) -> Code:
    """Return a statement that calls the base client."""
    return Code(start + shown(call(f"self.{function}", *items), _INDENT, before=len(start)))


def _method(made: Call, name: Code, returns: Node, doc: Code, body: Code, *, is_async: bool = False) -> Method:
    """Return a method."""
    start = Code("async def" if is_async else "def")
    return Method(name, made.arguments, shown(returns, 4, before=5, after=1), doc, body, start, made.deprecated)
