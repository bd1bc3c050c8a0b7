"""
A judge that knows nothing of the engine says whether a witness fits one document and not the other.

It finds the operation by its request line, takes the schema of the body, parameter or header that the refusal points
to, resolves references with the `referencing` library and validates with `jsonschema`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

import jsonschema
from referencing import Registry
from referencing.jsonschema import DRAFT202012

HERE = "urn:document"


def proves(refusal: Any, old: dict[str, Any], new: dict[str, Any]) -> bool:
    """Whether the writer's document permits what the refusal points to, and the reader's does not."""
    writer, reader = (old, new) if refusal.part == "request" else (new, old)
    strict = "response" not in refusal.witness and refusal.part == "request"
    return judged(refusal, writer, strict=strict) and not judged(refusal, reader, strict=strict)


def judged(refusal: Any, document: dict[str, Any], *, strict: bool) -> bool:
    """Whether a document's schema takes the part of the witness."""
    side = "response" if "response" in refusal.witness else "request"
    operation = found_operation(document, refusal.witness["request"])
    where = refusal.at.split("/")
    if where[2] == "body":
        schema = body_schema(document, operation, refusal.witness, side)
        return valid(document, schema, refusal.witness[side]["body"], strict=strict, unsent=UNSENT[side])
    if where[2] == "headers":
        schema = status_of(document, operation, refusal.witness)["headers"][where[3]]["schema"]
        return valid(document, schema, refusal.witness[side]["headers"][where[3]], strict=strict, unsent="")
    return all(query_fits(document, parameter, refusal.witness) for parameter in operation.get("parameters", ()))


UNSENT = {"request": "readOnly", "response": "writeOnly"}


def found_operation(document: dict[str, Any], request: dict[str, Any]) -> dict[str, Any]:
    """The operation of a request line, be it a webhook or a callback."""
    path, method = urlsplit(request["target"]).path, request["method"].lower()
    for template, item in items(document):
        pattern = re.sub(r"\\\{[^}]*\\\}", "[^/]+", re.escape(template.strip("/")))
        if template == request["target"] or re.fullmatch(pattern, path.strip("/")):
            operation: dict[str, Any] = item[method]
            return operation
    raise LookupError(path)


def items(document: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every path item."""
    yield from document.get("webhooks", {}).items()
    for template, item in document["paths"].items():
        for operation in item.values():
            for callback in operation.get("callbacks", {}).values() if isinstance(operation, dict) else ():
                yield from callback.items()
        yield template, item


def status_of(document: dict[str, Any], operation: dict[str, Any], witness: dict[str, Any]) -> dict[str, Any]:
    """What a document says of the witness's status."""
    status = str(witness["response"]["status"])
    responses = operation["responses"]
    found = responses.get(status) or responses.get(f"{status[0]}XX") or responses.get("default")
    return resolved(document, found)


def body_schema(document: dict[str, Any], operation: dict[str, Any], witness: dict[str, Any], side: str) -> Any:
    """The schema of the body, by its media type."""
    owner = operation["requestBody"] if side == "request" else status_of(document, operation, witness)
    media = witness[side]["headers"]["Content-Type"].partition(";")[0]
    return resolved(document, owner)["content"][media]["schema"]


def resolved(document: dict[str, Any], value: dict[str, Any]) -> dict[str, Any]:
    """What a reference leads to."""
    while "$ref" in value:
        inner: Any = document
        for token in value["$ref"][2:].split("/"):
            inner = inner[token.replace("~1", "/").replace("~0", "~")]
        value = inner
    return value


def query_fits(document: dict[str, Any], parameter: dict[str, Any], witness: dict[str, Any]) -> bool:
    """Whether what the query says of a parameter can be read as its schema wants it, in some reading of the text."""
    texts = [
        v
        for k, v in parse_qsl(urlsplit(witness["request"]["target"]).query, keep_blank_values=True)
        if k == parameter["name"]
    ]
    if not texts:
        return not parameter.get("required", False)
    whole: list[Any] = texts if len(texts) == 1 else []
    readings = [
        *whole,
        *(json.loads(text) for text in whole if text in ("true", "false") or re.fullmatch("-?[0-9]+", text)),
    ]
    many = parameter.get("explode", True) is not False
    readings.append(texts if many else unquote(texts[0]).split(","))
    said = parameter["schema"].get("type")
    kinds = str if said == "string" else (int, list) if said else (str, int, list)
    return any(
        isinstance(r, kinds) and valid(document, parameter["schema"], r, strict=False, unsent="") for r in readings
    )


def valid(document: dict[str, Any], schema: Any, value: Any, *, strict: bool, unsent: str) -> bool:
    """Whether a value fits a schema; strictly, members that no schema declares are refused."""
    plain = prepared(schema, document, strict=strict, unsent=unsent)
    whole = prepared(document, document, strict=strict, unsent=unsent)
    registry = Registry().with_resource(HERE, DRAFT202012.create_resource(whole))
    checker = jsonschema.Draft202012Validator.FORMAT_CHECKER
    return jsonschema.Draft202012Validator(plain, registry=registry, format_checker=checker).is_valid(value)


def prepared(node: Any, document: dict[str, Any], *, strict: bool, unsent: str) -> Any:
    """A copy with references made absolute, objects closed or opened, and members that this side does not send left out."""
    if isinstance(node, list):
        return [prepared(item, document, strict=strict, unsent=unsent) for item in node]
    if not isinstance(node, dict):
        return node
    made = {key: prepared(value, document, strict=strict, unsent=unsent) for key, value in node.items()}
    if isinstance(node.get("$ref"), str):
        made["$ref"] = HERE + node["$ref"]
    if isinstance(node.get("discriminator"), dict) and "oneOf" in node:
        made["oneOf"] = [tagged(node["discriminator"], branch) for branch in made["oneOf"]]
    properties = node.get("properties")
    if isinstance(properties, dict):
        gone = {name for name, part in properties.items() if isinstance(part, dict) and part.get(unsent) is True}
        made["properties"] = {
            name: False if name in gone and strict else part for name, part in made["properties"].items()
        }
        made["required"] = [name for name in node.get("required", []) if name not in gone]
        made["additionalProperties"] = not strict
    if node.get("type") == "integer" and node.get("format") in ("int32", "int64"):
        bits = int(node["format"][3:]) - 1
        made |= {"minimum": -(2**bits), "maximum": 2**bits - 1}
    return made


def tagged(discriminator: dict[str, Any], branch: dict[str, Any]) -> dict[str, Any]:
    """A variant that is recognised by its tag: what the mapping calls it, else the schema's own name."""
    own = branch.get("$ref", "").rpartition("/")[2]
    mapping = discriminator.get("mapping", {})
    names = [key for key, value in mapping.items() if value.rpartition("/")[2] == own] or [own]
    tag = {"required": [discriminator["propertyName"]], "properties": {discriminator["propertyName"]: {"enum": names}}}
    return {"allOf": [branch, tag]} if own else branch


# -- whole requests


def accepts(document: dict[str, Any], request: dict[str, Any]) -> bool:
    """Whether a document takes a request: its path and method, parameters, media type and body, read strictly."""
    operation, item, values = routed(document, request)
    if operation is None:
        return False
    parameters = [resolved(document, p) for p in (*item.get("parameters", ()), *operation.get("parameters", ()))]
    return (
        all(parameter_fits(document, parameter, request, values) for parameter in parameters)
        and {name for name, _ in query(request)} <= {p["name"] for p in parameters if p["in"] == "query"}
        and body_fits(document, operation, request)
    )


def routed(
    document: dict[str, Any], request: dict[str, Any]
) -> tuple[dict[str, Any] | None, dict[str, Any], dict[str, str]]:
    """The operation that takes a request, its path item, and the values in the path."""
    path = below_server(document, request)
    for template in sorted(document.get("paths", {}), key=lambda template: "{" in template):
        names = re.findall(r"\{([^}]*)\}", template)
        found = re.fullmatch(re.sub(r"\\\{[^}]*\\\}", "([^/]+)", re.escape(template)), path)
        if found:
            item = document["paths"][template]
            return (
                item.get(request["method"].lower()),
                item,
                dict(zip(names, map(unquote, found.groups()), strict=True)),
            )
    return None, {}, {}


def below_server(document: dict[str, Any], request: dict[str, Any]) -> str:
    """The path below the server that the request is sent to; empty where no server of the document is."""
    path: str = urlsplit(request["target"]).path
    for server in document.get("servers", [{"url": "/"}]):
        address = urlsplit(server["url"])
        base = address.path.rstrip("/")
        if address.netloc in ("", request["headers"]["Host"]) and path.startswith(base):
            return path.removeprefix(base)
    return ""


def query(request: dict[str, Any]) -> list[tuple[str, str]]:
    """Names and values of the query."""
    return parse_qsl(urlsplit(request["target"]).query, keep_blank_values=True)


def parameter_fits(
    document: dict[str, Any], parameter: dict[str, Any], request: dict[str, Any], values: dict[str, str]
) -> bool:
    """Whether a parameter is there where it must be, and has a value where it may not be empty."""
    name, place = parameter["name"], parameter["in"]
    if place == "query":
        empty = any(key == name and not value for key, value in query(request))
        refused = empty and "allowEmptyValue" in parameter and not parameter["allowEmptyValue"]
        return not refused and query_fits(document, parameter, {"request": request})
    fields = {key.lower(): value for key, value in request["headers"].items()}
    there = name in values if place == "path" else name.lower() in fields
    schema = parameter["schema"] if place == "path" else {}
    return (there or not parameter.get("required")) and (
        not there or valid(document, schema, values.get(name, ""), strict=False, unsent="")
    )


def body_fits(document: dict[str, Any], operation: dict[str, Any], request: dict[str, Any]) -> bool:
    """Whether a body is there where it must be, of a media type that is taken, and fits its schema."""
    owner = resolved(document, operation.get("requestBody", {}))
    if "Content-Type" not in request["headers"]:
        return not owner.get("required", False)
    sent = request["headers"]["Content-Type"].partition(";")[0]
    for media, entry in owner.get("content", {}).items():
        wide = media.partition(";")[0]
        if wide in (sent, "*/*", f"{sent.partition('/')[0]}/*"):
            return valid(document, entry["schema"], request["body"], strict=True, unsent="readOnly")
    return False
