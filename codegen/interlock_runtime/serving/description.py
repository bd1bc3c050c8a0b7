"""An OpenAPI 3.1 document as the server needs it: operations with their parameters, bodies, replies and problems."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

import msgspec

from ..gate import Gate
from ..modes import is_json
from ..parsing import Limits
from ..products import SAFE, Access, Product, Throttle
from ..violations import UnsupportedSchema
from .problems import Declared
from .schemas import request_view, resolved, response_view, same_value
from .shapes import Shapes, shapes

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
"""Fixed fields of a path item that are operations (OpenAPI 3.1.1 section 4.8.9)."""
_encode = msgspec.json.Encoder(decimal_format="number").encode
_STYLES = {"query": "form", "cookie": "form", "path": "simple", "header": "simple"}
_IGNORED = frozenset({"accept", "content-type", "authorization"})
"""Headers that a parameter can't describe (OpenAPI 3.1.1 section 4.8.12.1)."""
_TEXT = frozenset({"string"})
_FREE = Access(site_claim=False)
_TRACED = frozenset({"traceparent", "tracestate"})
"""A trace that can't be read is begun anew and never a reason to refuse (W3C Trace Context section 3.2)."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter of an operation, and what judges its value."""

    name: str
    place: str
    """`path`, `query`, `header` or `cookie`."""
    required: bool
    style: str
    explode: bool
    gate: Gate
    shape: Shapes
    media: str | None = None
    """The media type of its text, where `content` says it instead of a style."""
    may_be_empty: bool = False
    is_plain: bool = False
    """Whether it is a string and nothing else, and stands outside the query: then its text is its value."""

    def __str__(self) -> str:
        """How people are told of it."""
        return f"{self.place} parameter `{self.name}`"


@dataclass(frozen=True, slots=True)
class Body:
    """What an operation takes as its body."""

    required: bool
    gates: Mapping[str, Gate | None]
    """By media type; None for content that is not JSON and passes unjudged."""


@dataclass(frozen=True, slots=True)
class ReplyHeader:
    """A header of a reply."""

    name: str
    required: bool
    explode: bool
    gate: Gate
    shape: Shapes
    style: str = "simple"
    """The only one that headers have (OpenAPI 3.1.1 section 4.8.21)."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What an operation may answer with one status."""

    gates: Mapping[str, Gate | None]
    headers: tuple[ReplyHeader, ...] = ()


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation of a product."""

    id: str
    method: str
    path: str
    """The template, for example `/holds/{holdId}/dispositions`."""
    parameters: tuple[Parameter, ...] = ()
    body: Body | None = None
    replies: Mapping[str, Reply] = field(default_factory=lambda: MappingProxyType({}))
    """By status, by range such as `4XX`, or `default`."""
    problems: Declared = field(default_factory=lambda: MappingProxyType({}))
    access: Access = field(default_factory=Access)
    throttle: Throttle | None = None
    throttle_group: str = ""
    """Operations of one group are counted together."""
    key: Parameter | None = None
    """The header that carries the idempotency key, where the operation takes one."""

    @property
    def is_command(self) -> bool:
        """Whether it changes something (RFC 9110 section 9.2.1)."""
        return self.method not in SAFE


@dataclass(frozen=True)
class Description:
    """The operations of one product, read once."""

    product: Product
    limits: Limits
    asks: bool = True
    """Whether callers are asked for scopes and sites."""
    gates: dict[tuple[bytes, bool], Gate] = field(default_factory=dict[tuple[bytes, bool], Gate], repr=False)
    """The judges made so far: most operations share their parameters and problems."""

    def _gate(self, view: Any, *, closed: bool) -> Gate:
        """Return the judge of a schema, made once for all that read alike."""
        key = (_encode(view), closed)
        if key not in self.gates:
            self.gates[key] = Gate(view, closed=closed, limits=self.limits)
        return self.gates[key]

    def operations(self) -> tuple[Operation, ...]:
        """Return every operation; raise UnsupportedSchema for what can't be judged exactly."""
        return tuple(self._each())

    def _each(self) -> Iterator[Operation]:
        """Yield the operations of each path."""
        for template, shared in self.product.document.get("paths", {}).items():
            item = resolved(self.product.document, shared)
            for method in METHODS:
                if method in item:
                    try:
                        yield self._operation(template, method, item)
                    except UnsupportedSchema as bad:
                        place = f"{self.product.key}, {method.upper()} {template}"
                        raise UnsupportedSchema(f"{place}: {bad.why}", bad.pointer) from None

    def _operation(self, template: str, method: str, item: dict[str, Any]) -> Operation:
        """Return one operation with what the product promises for it."""
        said, product = item[method], self.product
        identity = said.get("operationId", f"{method} {template}")
        parameters = tuple(self._parameters(item, said))
        reads = method.upper() in SAFE
        wanted = product.idempotency.header.lower()
        key = next((p for p in parameters if p.place == "header" and p.name.lower() == wanted), None)
        return Operation(
            identity,
            method.upper(),
            template,
            tuple(p for p in parameters if p is not key),
            self._body(said),
            {str(status): self._reply(reply) for status, reply in said.get("responses", {}).items()},
            MappingProxyType(problem_types(product.document, said)),
            product.authorization.get(identity, _FREE) if self.asks else _FREE,
            *_throttle(product, identity, reads=reads),
            None if reads else key,
        )

    def _parameters(self, item: dict[str, Any], said: dict[str, Any]) -> Iterator[Parameter]:
        """Yield the parameters of an operation; its own replace those of the path (section 4.8.10)."""
        found: dict[tuple[str, str], dict[str, Any]] = {}
        for node in (*item.get("parameters", ()), *said.get("parameters", ())):
            parameter = resolved(self.product.document, node)
            found[parameter["in"], parameter["name"]] = parameter
        for (place, name), parameter in found.items():
            if place != "header" or name.lower() not in _IGNORED | _TRACED:
                yield self._parameter(place, name, parameter)

    def _parameter(self, place: str, name: str, said: dict[str, Any]) -> Parameter:
        """Return a parameter with its gate."""
        media, content = _only_content(said)
        view = request_view(self.product.document, content.get("schema", said.get("schema", True)))
        style, shape = said.get("style", _STYLES[place]), shapes(view)
        return Parameter(
            name,
            place,
            bool(said.get("required", place == "path")),
            style,
            bool(said.get("explode", style == "form")),
            self._gate(view, closed=True),
            shape,
            media,
            empty := bool(said.get("allowEmptyValue")),
            not empty and media is None and place != "cookie" and style == _STYLES[place] and shape.types == _TEXT,
        )

    def _body(self, said: dict[str, Any]) -> Body | None:
        """Return what an operation takes as its body."""
        if "requestBody" not in said:
            return None
        body = resolved(self.product.document, said["requestBody"])
        gates = {
            media.partition(";")[0].strip().lower(): self._request_gate(media, content)
            for media, content in body.get("content", {}).items()
        }
        return Body(bool(body.get("required")), MappingProxyType(gates))

    def _request_gate(self, media: str, content: dict[str, Any]) -> Gate | None:
        """Return the strict judge of a request's body; None when it is not JSON."""
        if not is_json(media):
            return None
        view = request_view(self.product.document, content.get("schema", True))
        return self._gate(view, closed=True)

    def _reply(self, said: Any) -> Reply:
        """Return what may be answered with one status."""
        document = self.product.document
        reply = resolved(document, said)
        gates = {
            media.partition(";")[0].strip().lower(): self._gate(
                response_view(document, content.get("schema", True)), closed=False
            )
            if is_json(media)
            else None
            for media, content in reply.get("content", {}).items()
        }
        headers = (
            self._reply_header(name, resolved(document, header))
            for name, header in reply.get("headers", {}).items()
            if name.lower() != "content-type"
        )
        return Reply(MappingProxyType(gates), tuple(headers))

    def _reply_header(self, name: str, said: dict[str, Any]) -> ReplyHeader:
        """Return a header of a reply with its gate."""
        schema = response_view(self.product.document, said.get("schema", True))
        return ReplyHeader(
            name,
            bool(said.get("required")),
            bool(said.get("explode")),
            self._gate(schema, closed=False),
            shapes(schema),
        )


def _only_content(said: dict[str, Any]) -> tuple[str | None, dict[str, Any]]:
    """Return the media type of a parameter that is written as a document, and what is said of it."""
    for media, content in said.get("content", {}).items():
        return str(media), dict(content)
    return None, {}


def _throttle(product: Product, identity: str, *, reads: bool) -> tuple[Throttle | None, str]:
    """Return how many requests one client may send, and with which operations an operation shares them."""
    promised = product.throttling
    if promised is None:
        return None, ""
    if identity in promised.operations:
        return promised.operations[identity], f"{product.key} {identity}"
    return (promised.reads, f"{product.key} reads") if reads else (promised.commands, f"{product.key} commands")


def problem_types(document: Any, said: dict[str, Any]) -> dict[tuple[int, str], str]:
    """Return the problem types that an operation declares: URIs by status and last segment."""
    found: dict[tuple[int, str], str] = {}
    responses: dict[Any, Any] = said.get("responses", {})
    for status, node in responses.items():
        for media, content in resolved(document, node).get("content", {}).items():
            if str(status).isdigit() and media.partition(";")[0].strip() == "application/problem+json":
                for uri in _types(document, content.get("schema")):
                    found.setdefault((int(status), uri.rstrip("/").rpartition("/")[2]), uri)
    return found


def _types(document: Any, schema: Any) -> Iterator[str]:
    """Yield the values that a problem's `type` may have, in each form that the schema lists."""
    for node in same_value(document, schema, ("oneOf", "anyOf", "allOf")):
        for kind in same_value(document, node.get("properties", {}).get("type")):
            yield from (uri for uri in (kind.get("const"), *kind.get("enum", ())) if isinstance(uri, str))
