"""Requests and responses as HTTP carries them: sent by one plan, read by another; nothing here knows of the engine."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import parse_qsl, quote, unquote, urlencode

import jsonschema
from openapi_plans import Answer, Part, Pick, Plan, Schema

DELIMITERS = {"form": ",", "spaceDelimited": "%20", "pipeDelimited": "%7C"}
_NUMBER = re.compile(r"-?(0|[1-9][0-9]*)([.][0-9]+)?([eE][+-]?[0-9]+)?")
_OTHERS = frozenset({"host", "content-type", "cookie"})


class RefusedError(Exception):
    """A reader does not take a message."""


@dataclass(frozen=True)
class Message:
    """A request (target) or a response (status)."""

    target: str = ""
    status: str = ""
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    media: str = ""
    body: str = ""
    credentials: frozenset[str] | None = None


# -- schemas


def fits(schema: Schema, value: Any, *, unsent: str, strict: bool) -> bool:
    """Whether a value fits, says jsonschema."""
    return bool(jsonschema.Draft202012Validator(_plain(schema, unsent, strict=strict)).is_valid(value))


def _plain(schema: Schema, unsent: str, *, strict: bool) -> dict[str, Any]:
    """A schema whose objects are closed or open, without the members that are not sent this way."""
    made = dict(schema)
    if made.get("format") == "int32":
        made |= {"minimum": -(2**31), "maximum": 2**31 - 1}
    if "items" in made:
        made["items"] = _plain(made["items"], unsent, strict=strict)
    if "anyOf" in made:
        made["anyOf"] = [_plain(branch, unsent, strict=strict) for branch in made["anyOf"]]
    if "properties" in made:
        gone = {name for name, part in made["properties"].items() if part.get(unsent)}
        made["properties"] = {
            name: not strict if name in gone else _plain(part, unsent, strict=strict)
            for name, part in made["properties"].items()
        }
        made["required"] = [name for name in made["required"] if name not in gone]
        if not strict and made.get("additionalProperties") is False:
            made["additionalProperties"] = True
        made.setdefault("additionalProperties", not strict)
    return made


_VALUES: Mapping[str, tuple[Any, ...]] = {
    "string": ("", "a", "bb", "ccc", "7", "42", "true", "a b", "a,b", "1.5", "/"),
    "integer": (0, 1, 7, 9, 10, -3, 3_000_000_000),
    "number": (0, 7, 1.5, -0.5, 12),
    "boolean": (True, False),
    "null": (None,),
}


def value(pick: Pick, schema: Schema, unsent: str) -> Any:
    """Some value that a schema may mean."""
    if "anyOf" in schema:
        return value(pick, pick(schema["anyOf"]), unsent)
    kind = pick(schema["type"]) if isinstance(schema["type"], list) else schema["type"]
    if kind == "array":
        return [value(pick, schema["items"], unsent) for _ in range(pick([0, 1, 2, 3]))]
    if kind != "object":
        return pick([*schema.get("enum", ()), *_VALUES[kind]])
    sent = {name: part for name, part in schema["properties"].items() if not part.get(unsent)}
    made = {
        name: value(pick, part, unsent)
        for name, part in sent.items()
        if name in schema["required"] or pick([True, False])
    }
    more = isinstance(schema.get("additionalProperties"), dict) and pick([True, False])
    return {**made, "other": 7} if more else made


def sampled(pick: Pick, schema: Schema, unsent: str) -> Any:
    """A value that a closed writer may send; a `RefusedError` when luck finds none."""
    for _ in range(20):
        made = value(pick, schema, unsent)
        if fits(schema, made, unsent=unsent, strict=True):
            return made
    raise RefusedError


# -- text


def text(one: Any) -> str:
    """A scalar as text."""
    return one if isinstance(one, str) else json.dumps(one)


def shape(one: Any) -> Any:
    """What a value is to a reader of text: a list of one is its item, and nothing in it is nothing."""
    if isinstance(one, dict):
        return {name: text(part) for name, part in one.items()} or None
    if isinstance(one, list):
        return shape(one[0]) if len(one) == 1 else tuple(text(item) for item in one) or None
    return text(one)


def typed(schema: Schema, said: str, unsent: str = "", *, strict: bool = True) -> Any:
    """The reading of a text that a schema takes."""
    readings: list[Any] = [said]
    if said in ("true", "false") or _NUMBER.fullmatch(said):
        readings.append(json.loads(said))
    for reading in readings:
        if fits(schema, reading, unsent=unsent, strict=strict):
            return reading
    raise RefusedError


def spelled(part: Part, one: Any) -> str:
    """A value as its style writes it, without a query's or cookie's name where nothing is repeated."""
    safe = str if part.place in ("header", "cookie") else lambda said: quote(said, safe="")
    between = "." if part.style == "label" and part.explode else DELIMITERS.get(part.style, ",")
    repeated = part.explode and part.style in ("matrix", "form")
    first = {"label": ".", "matrix": ";" if part.explode and not _is_scalar(one) else f";{part.name}="}.get(
        part.style, ""
    )
    if isinstance(one, dict):
        return first + _spelled_object(part, [(safe(key), safe(text(below))) for key, below in one.items()], between)
    if isinstance(one, list) and repeated:
        joint = "&" if part.style == "form" else ";"
        return first + joint.join(f"{part.name}={safe(text(item))}" for item in one)
    return first + between.join(safe(text(item)) for item in (one if isinstance(one, list) else [one]))


def _spelled_object(part: Part, pairs: list[tuple[str, str]], between: str) -> str:
    if part.style == "deepObject":
        return "&".join(f"{part.name}[{key}]={below}" for key, below in pairs)
    if part.explode:
        return {"matrix": ";", "form": "&"}.get(part.style, between).join(f"{key}={below}" for key, below in pairs)
    return between.join(token for pair in pairs for token in pair)


def _is_scalar(one: Any) -> bool:
    return not isinstance(one, dict | list)


def _named(part: Part, one: Any) -> str:
    """A value as it stands in a query or cookie."""
    said = spelled(part, one)
    whole = part.style == "deepObject" or (part.explode and not _is_scalar(one))
    return said if whole else f"{part.name}={said}"


def read(part: Part, said: str | None) -> Any:
    """What a parameter says by the raw text of its place; its shape, or None where it says nothing."""
    made = None if said is None else _read(part, said)
    if made is None and part.required:
        raise RefusedError
    return made


def _read(part: Part, said: str) -> Any:
    kind = part.schema["type"]
    plain = str if part.place in ("header", "cookie") else unquote
    if part.style == "label":
        said = _after(said, ".")
    if part.style == "matrix" and not (part.explode and kind in ("array", "object")):
        said = _after(said, f";{part.name}=")
    if kind == "array":
        return _checked(part, [typed(part.schema["items"], plain(item)) for item in _items(part, said)])
    if kind == "object":
        return _checked(part, _object(part, [(plain(k), plain(v)) for k, v in _pairs(part, said)]))
    return shape(typed(part.schema, plain(said)))


def _after(said: str, start: str) -> str:
    if not said.startswith(start):
        raise RefusedError
    return said.removeprefix(start)


def _items(part: Part, said: str) -> list[str]:
    if part.style == "matrix" and part.explode:
        return [_after(f";{item}", f";{part.name}=") for item in _after(said, ";").split(";")]
    if part.style == "form" and part.explode:
        return [item.partition("=")[2] for item in said.split("&")]
    between = "." if part.style == "label" and part.explode else DELIMITERS.get(part.style, ",")
    if between == "," and "%2C" in said:  # one server splits before it decodes, the next one after
        raise RefusedError
    return said.split(between)


def _pairs(part: Part, said: str) -> list[tuple[str, str]]:
    if part.style == "deepObject":
        return [(key.partition("[")[2].rstrip("]"), below) for key, _, below in _halves(said.split("&"))]
    if part.explode:
        said = _after(said, ";") if part.style == "matrix" else said
        joint = {"matrix": ";", "form": "&", "label": "."}.get(part.style, ",")
        return [(key, below) for key, _, below in _halves(said.split(joint))]
    tokens = said.split(DELIMITERS.get(part.style, ","))
    if len(tokens) % 2:
        raise RefusedError
    return list(zip(tokens[::2], tokens[1::2], strict=True))


def _halves(said: list[str]) -> Iterator[tuple[str, str, str]]:
    for one in said:
        if "=" not in one:
            raise RefusedError
        yield one.partition("=")


def _object(part: Part, pairs: list[tuple[str, str]], unsent: str = "") -> dict[str, Any]:
    members: Mapping[str, Schema] = part.schema["properties"]
    strange = {name for name, _ in pairs if name not in members}
    if (strange and part.name != "X-Total") or len(dict(pairs)) < len(pairs):
        raise RefusedError
    return {name: said if name in strange else typed(members[name], said, unsent) for name, said in pairs}


def _checked(part: Part, made: Any) -> Any:
    if not fits(part.schema, made, unsent="", strict=part.name != "X-Total"):
        raise RefusedError
    return shape(made)


# -- requests


def asked(pick: Pick, plan: Plan) -> Message:
    """A request that a client of the plan may send, and that the plan itself reads as it was meant."""
    texts: dict[str, list[str]] = {"path": [], "query": [], "header": [], "cookie": []}
    meant: dict[str, Any] = {}
    headers: dict[str, str] = {}
    for part in plan.parts:
        one = sampled(pick, part.schema, "readOnly") if part.required or pick([True, False]) else None
        meant[part.name] = None if one is None else shape(one)
        if meant[part.name] is not None:
            named = part.place in ("query", "cookie")
            texts[part.place].append(_named(part, one) if named else spelled(part, one))
    headers |= dict.fromkeys(["X-Site"], texts["header"][0]) if texts["header"] else {}
    headers |= {"Cookie": "; ".join(texts["cookie"])} if texts["cookie"] else {}
    query = "&".join(texts["query"])
    message = Message(
        f"/lots/{texts['path'][0] if texts['path'] else ''}" + (f"?{query}" if query else ""), headers=headers
    )
    if plan.bodies and (plan.needs_body or pick([True, False])):
        message = with_body(pick, message, plan.bodies, "readOnly")
    message = replace(message, credentials=pick(plan.security or (frozenset(),)))
    if reads(plan, message) | meant != reads(plan, message):
        raise RefusedError
    return message


def with_body(pick: Pick, message: Message, bodies: Mapping[str, Schema], unsent: str) -> Message:
    """The message with one of some bodies."""
    media = pick(sorted(bodies))
    made = sampled(pick, bodies[media], unsent)
    body = (
        urlencode({name: text(part) for name, part in made.items()})
        if media.endswith("urlencoded")
        else json.dumps(made)
    )
    return replace(message, media=media, body=made if media == "text/plain" else body)


def reads(plan: Plan, message: Message) -> dict[str, Any]:
    """What a server of the plan reads in a request, by parameter; a `RefusedError` when it does not take it."""
    path, _, query = message.target.partition("?")
    if path.endswith(("/.", "/..")):  # resolved away before anything reads it (RFC 3986 section 5.2.4)
        raise RefusedError
    fields = {name.lower(): said for name, said in message.headers.items() if name.lower() not in _OTHERS}
    left = query.split("&") if query else []
    cookies = {one.partition("=")[0]: one for one in message.headers.get("Cookie", "").split("; ") if one}
    made: dict[str, Any] = {}
    for part in plan.parts:
        if part.place == "path":
            made[part.name] = read(part, path.removeprefix("/lots/") or None)
        elif part.place == "header":
            made[part.name] = read(part, fields.pop(part.name.lower(), None))
        elif part.place == "cookie":
            said = cookies.pop(part.name, None)
            made[part.name] = read(part, None if said is None else said.partition("=")[2])
        else:
            mine = [one for one in left if _is_of(part, unquote(one.partition("=")[0]))]
            left = [one for one in left if one not in mine]
            made[part.name] = read(part, _query_text(part, mine))
    if left or fields or cookies:
        raise RefusedError
    _read_request_body(plan, message)
    if (
        message.credentials is not None
        and plan.security
        and not any(some <= message.credentials for some in plan.security)
    ):
        raise RefusedError
    return made


def _is_of(part: Part, name: str) -> bool:
    """Whether a query's name belongs to a parameter."""
    if part.schema["type"] == "object" and part.style == "deepObject":
        return name.startswith(f"{part.name}[")
    if part.schema["type"] == "object" and part.explode:
        return name in part.schema["properties"]
    return name == part.name


def _query_text(part: Part, mine: list[str]) -> str | None:
    """What the style reads of the pairs of a parameter."""
    if not mine:
        return None
    if part.style == "deepObject" or (part.explode and part.schema["type"] in ("array", "object")):
        return "&".join(mine)
    if len(mine) > 1:
        raise RefusedError
    return mine[0].partition("=")[2]


def _read_request_body(plan: Plan, message: Message) -> None:
    if not message.media:
        if plan.needs_body and plan.bodies:
            raise RefusedError
        return
    schema = plan.bodies.get(message.media)
    if schema is None:
        raise RefusedError
    if message.media.endswith("urlencoded"):
        pairs = parse_qsl(message.body, keep_blank_values=True)
        made = _object(Part("body", "query", "form", True, True, schema), pairs, "readOnly")  # noqa: FBT003
    else:
        made = json.loads(message.body)
    if not fits(schema, made, unsent="readOnly", strict=True):
        raise RefusedError


# -- responses

STATUSES = ("200", "201", "202", "404", "500")


def _answer(plan: Plan, status: str) -> Answer | None:
    """What a plan says of a status."""
    return plan.answers.get(status) or plan.answers.get(f"{status[0]}XX") or plan.answers.get("default")


def answered(pick: Pick, server: Plan, client: Plan) -> Message:
    """A response that a server may send to a client, which asked for the media types that it knows."""
    status = pick(STATUSES)
    answer, known = _answer(server, status), _answer(client, status)
    if answer is None:
        raise RefusedError
    message = Message(status=status, headers=_fields(pick, answer))
    wanted = {media: schema for media, schema in answer.bodies.items() if known is None or media in known.bodies}
    offered = wanted or answer.bodies
    message = with_body(pick, message, offered, "writeOnly") if offered else message
    reads_answer(server, message)
    return message


def _fields(pick: Pick, answer: Answer) -> dict[str, str]:
    """The headers of a response."""
    made: dict[str, str] = {}
    for header in answer.headers:
        one = sampled(pick, header.schema, "writeOnly") if header.required or pick([True, False]) else None
        if one is not None and shape(one) is not None:
            made[header.name] = spelled(header, one)
            if read(header, made[header.name]) != shape(one):
                raise RefusedError
        elif header.required:
            raise RefusedError
    return made


def reads_answer(plan: Plan, message: Message) -> dict[str, Any]:
    """What a client of the plan reads in a response's headers; a `RefusedError` when it can't take it."""
    answer = _answer(plan, message.status)
    if answer is None:
        return {}
    made = {header.name: read(header, message.headers.get(header.name)) for header in answer.headers}
    if answer.bodies and message.media not in answer.bodies:
        raise RefusedError
    if not answer.bodies:
        return made
    body = message.body if message.media == "text/plain" else json.loads(message.body)
    if not fits(answer.bodies[message.media], body, unsent="writeOnly", strict=False):
        raise RefusedError
    return made
