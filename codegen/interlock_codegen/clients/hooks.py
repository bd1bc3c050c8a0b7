"""Webhooks and callbacks: what a service sends, as constants that read it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from interlock.compat.openapi.reading import of_item
from interlock.compat.openapi.sources import Cursor
from interlock_codegen.clients.api import ApiContent, ApiHook
from interlock_codegen.clients.constants import Constants, final, table
from interlock_codegen.clients.model import Constant
from interlock_codegen.code import Code, docstring, literal
from interlock_codegen.layout import Node, argument, call, subscript, union
from interlock_codegen.naming import constant

Contents = Callable[[Cursor, str], tuple[ApiContent, ...]]
"""Returns the contents of a body; the second argument hints at the name of what has none."""


def webhooks(root: Cursor, contents: Contents) -> Iterator[ApiHook]:
    """Yield what a document says that its service sends (OpenAPI 3.1.1 section 4.8.1.1)."""
    for name, item in root.members("webhooks"):
        yield from _of_item(name, item, contents)


def callbacks(operation: Cursor, contents: Contents) -> Iterator[ApiHook]:
    """Yield what a service sends to the address that a call named (OpenAPI 3.1.1 section 4.8.18)."""
    for name, callback in operation.members("callbacks"):
        items = {key: callback.member(key) for key in callback.value if not key.startswith("x-")}
        for number, item in enumerate(items.values()):
            if item is not None:
                yield from _of_item(f"{name} {number + 1}" if len(items) > 1 else name, item, contents)


def _of_item(name: str, item: Cursor, contents: Contents) -> Iterator[ApiHook]:
    """Yield what is sent to one address; by its own name, or by the method too where there are several."""
    found = of_item(name, item)
    for method, operation in found.items():
        at = operation.at
        named = at.text("operationId") or (name if len(found) == 1 else f"{name} {method}")
        body = at.member("requestBody")
        yield ApiHook(
            named, method.upper(), contents(body, f"{named}-sent") if body is not None else (),
            body is not None and body.flag("required"), at.text("summary") or at.text("description"),
        )  # fmt: skip


def hook_constants(constants: Constants) -> Iterator[Constant]:
    """Yield the constant of each hook."""
    desk = constants.desk
    for hook in desk.api.hooks:
        name = Code(desk.names.scope.claim(f"ON_{constant(hook.name)}"))
        kind = subscript(desk.runtime("clients.hooks", "Hook"), _type(constants, hook))
        doc = docstring(hook.text or f"Reads what the service sends as {hook.name}.", indent=0)
        yield final(name, kind, call("Hook", *_facts(constants, hook)), doc)


def _type(constants: Constants, hook: ApiHook) -> Node:
    """Return the type of what a hook reads."""
    kinds = [constants.desk.request_type(content) for content in hook.contents]
    return union(*kinds, *([] if kinds and hook.required else [Code("None")]))


def _facts(constants: Constants, hook: ApiHook) -> Iterator[Node]:
    """Yield the arguments that make a hook."""
    yield argument("name", literal(hook.name))
    yield argument("method", literal(hook.method))
    if hook.contents:
        yield argument("contents", table((content.media, constants.read_sent(content)) for content in hook.contents))
        yield argument("required", literal(hook.required))
