"""Witnesses: a request or response, as HTTP/1.1 text (RFC 9112) and as JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any
from urllib.parse import quote_plus, urlsplit

from .asking import Asking
from .clock import TimeIsUpError
from .media import essence, is_described, is_form
from .model import Key, Operation, Parameter, names
from .reading import headers
from .rules import REQUEST, RESPONSE
from .serializing import text, written
from .sources import Cursor

_HOST = "api.example.com"
"""Where the document names no host (RFC 2606 section 3)."""
_SEGMENT = {"pattern": "[^./]"}
"""What fills a segment of a path: neither nothing, nor the dots that are resolved away (RFC 3986 section 5.2.4)."""
_THERE = {"minItems": 1, "minProperties": 1}
"""What is seen in a text: an empty list or object is nothing at all."""
_LEAST: tuple[Mapping[str, Any], ...] = (_SEGMENT | _THERE | {"items": _SEGMENT}, _THERE)
_BOUNDARY = "part"
_MULTIPART = frozenset({"multipart/form-data", "multipart/mixed", "multipart/*"})


@dataclass(frozen=True, slots=True)
class Body:
    """A body and its media type."""

    media: str
    value: Any


@dataclass(frozen=True)
class Change:
    """What a witness has beside the least that its operation needs."""

    values: Mapping[Key, tuple[Parameter, Any]] = field(default_factory=dict[Key, tuple[Parameter, Any]])
    without: frozenset[Key] = frozenset()
    body: Body | None = None
    bare: bool = False
    """Whether it has no body even where one is needed."""
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    path: str = ""
    """Another path than the operation's template filled in."""


@dataclass
class Witnesses:
    """Writes witnesses, with values that the schemas permit."""

    asking: Asking

    def request(self, operation: Operation, change: Change = Change()) -> dict[str, Any]:
        """A request that the operation's document permits."""
        sent = self._values(operation, change)
        body = None if change.bare else change.body or self._least_body(operation)
        fields = {"Host": _host(operation)} | _fields(sent) | dict(change.headers)
        if body is not None:
            fields["Content-Type"] = _concrete(body.media)
        target = _target(operation, sent, change)
        made: dict[str, Any] = {"method": operation.method.upper(), "target": target, "headers": fields}
        if body is not None:
            made["body"] = body.value
        start = f"{made['method']} {target} HTTP/1.1"
        return {"http": _message(start, fields, body), "request": made}

    def response(
        self, operation: Operation, status: str, response: Cursor, change: Change = Change()
    ) -> dict[str, Any]:
        """A response that the document permits, and the request that it answers."""
        code = int(status)
        body = None if change.bare else change.body or self.body(response, RESPONSE)
        fields = self._headers(response, change)
        if body is not None:
            fields["Content-Type"] = _concrete(body.media)
        made: dict[str, Any] = {"status": code, "headers": fields}
        if body is not None:
            made["body"] = body.value
        request = {"method": operation.method.upper(), "target": self.request(operation)["request"]["target"]}
        return {
            "http": _message(f"HTTP/1.1 {code} {_phrase(code)}", fields, body),
            "request": request,
            "response": made,
        }

    def value(self, parameter: Parameter, leg: str) -> Any:
        """A value of a parameter; its name where none is known."""
        if parameter.schema is None:
            return parameter.name
        for having in _LEAST if parameter.place == "path" else _LEAST[1:]:
            found = self._sample(parameter.schema, leg, having=having)
            if found and found[0] is not None:
                return found[0]
        return parameter.name

    def _sample(self, schema: Cursor, leg: str, *, having: Any = True) -> list[Any]:
        try:
            return self.asking.sample(self.asking.extracted(schema), leg, having=having)
        except TimeIsUpError:
            return []

    def _values(self, operation: Operation, change: Change) -> dict[Key, tuple[Parameter, Any]]:
        """The parameters that must be there, and those that the change is about."""
        sent = dict(change.values)
        for key, parameter in operation.parameters.items():
            if parameter.required and key not in sent and key not in change.without:
                sent[key] = (parameter, self.value(parameter, REQUEST))
        return sent

    def _headers(self, response: Cursor, change: Change) -> dict[str, str]:
        made = dict(change.headers)
        for name, header in headers(response):
            if header.required and name not in {given.lower() for given in made} | {key for _, key in change.without}:
                made[header.name] = _line(written(header, self.value(header, RESPONSE)))
        return made

    def _least_body(self, operation: Operation) -> Body | None:
        """The body that an operation needs; None where it may be left out."""
        body = operation.at.member("requestBody")
        return self.body(body, REQUEST) if body is not None and body.flag("required") else None

    def body(self, owner: Cursor, leg: str, wanted: str = "") -> Body | None:
        """A body of a request or response, in the wanted media type or the first."""
        for media, entry in owner.members("content"):
            if wanted in ("", media):
                schema = entry.raw("schema")
                found = self._sample(schema, leg) if schema is not None and is_described(media) else []
                return Body(media, found[0] if found else None)
        return None


def _host(operation: Operation) -> str:
    return urlsplit(_server(operation)).netloc or _HOST


def _server(operation: Operation) -> str:
    for server in operation.at.source.root.elements("servers"):
        return server.text("url")
    return ""


def _fields(sent: Mapping[Key, tuple[Parameter, Any]]) -> dict[str, str]:
    """The header fields of the parameters sent."""
    made = {p.name: _line(written(p, value)) for (place, _), (p, value) in sent.items() if place == "header"}
    cookies = [_line(written(p, value)) for (place, _), (p, value) in sent.items() if place == "cookie"]
    return made | ({"Cookie": "; ".join(cookies)} if cookies else {})


def _target(operation: Operation, sent: Mapping[Key, tuple[Parameter, Any]], change: Change) -> str:
    """Path and query."""
    base = "" if "{" in (url := _server(operation)) else urlsplit(url).path.rstrip("/")
    path = change.path or _filled(operation, sent)
    query = "&".join(filter(None, (written(p, value) for (place, _), (p, value) in sent.items() if place == "query")))
    start = base + path if operation.path.startswith("/") else path
    return start + (f"?{query}" if query else "")


def _filled(operation: Operation, sent: Mapping[Key, tuple[Parameter, Any]]) -> str:
    """The path template with its values; a callback's expression stays as it is."""
    path = operation.path
    if not path.startswith("/"):
        return path if "{" in path or "://" in path else f"/{path}"
    for index, name in enumerate(names(path)):
        if ("path", str(index)) in sent:
            path = path.replace(f"{{{name}}}", written(*sent["path", str(index)]), 1)
    return path


def _concrete(media: str) -> str:
    """A media type of a range, with the boundary that its form needs."""
    plain = essence(media)
    if plain in _MULTIPART:
        return f"{plain.replace('*', 'form-data')}; boundary={_BOUNDARY}"
    return plain.replace("*/*", "application/json").replace("/*", "/json")


def _line(value: str) -> str:
    """A field value, in which no line may end."""
    return value.replace("\r", " ").replace("\n", " ")


def _phrase(code: int) -> str:
    try:
        return HTTPStatus(code).phrase
    except ValueError:
        return ""


def _message(start: str, fields: Mapping[str, str], body: Body | None) -> str:
    """The message as text; lines end as people's editors have them."""
    lines = [start.rstrip(), *(f"{name}: {value}" for name, value in fields.items())]
    if body is None:
        return "\n".join(lines) + "\n"
    return "\n".join([*lines, "", _payload(body)])


def _payload(body: Body) -> str:
    if is_form(body.media) and isinstance(body.value, dict):
        return (_multipart if essence(body.media) in _MULTIPART else _urlencoded)(body.value)
    if isinstance(body.value, str) and not essence(body.media).endswith("json"):
        return body.value
    return json.dumps(body.value, ensure_ascii=False, default=str)


def _urlencoded(parts: Mapping[str, Any]) -> str:
    return "&".join(f"{quote_plus(name)}={quote_plus(text(value))}" for name, value in parts.items())


def _multipart(parts: Mapping[str, Any]) -> str:
    """The parts of a form (RFC 7578)."""
    lines = [
        f'--{_BOUNDARY}\nContent-Disposition: form-data; name="{_line(name)}"\n\n{text(value)}\n'
        for name, value in parts.items()
    ]
    return "".join([*lines, f"--{_BOUNDARY}--\n"])
