"""What is wrong with an AsyncAPI document that its JSON Schema can't say (AsyncAPI 3.0.0), judged without our exporter."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from jsonschema import Draft7Validator, Draft202012Validator

from interlock.pointers import lookup

_EXPRESSION = re.compile(r"\{([^{}]*)\}")
VALIDATORS = {
    "application/schema+json;version=draft-2020-12": Draft202012Validator,
    "application/schema+json;version=draft-07": Draft7Validator,
}


def faults(document: dict[str, Any]) -> list[str]:
    """Everything that is wrong, a line each."""
    found = list(_dangling(document, document))
    if not found:
        found = [*_parameters(document), *_servers(document), *_operations(document), *_examples(document)]
    return found


def _dangling(document: Any, value: Any) -> Iterator[str]:
    """References that leave the document or lead to nothing."""
    if isinstance(value, dict):
        ref = value.get("$ref")
        if isinstance(ref, str) and not (ref.startswith("#/") and _leads(document, ref)):
            yield f"{ref} leads to nothing"
    for part in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _dangling(document, part)


def _leads(document: Any, ref: str) -> bool:
    try:
        lookup(document, ref[1:])
    except LookupError:
        return False
    return True


def _followed(document: Any, value: Any) -> Any:
    while isinstance(value, dict) and isinstance(value.get("$ref"), str):
        value = lookup(document, value["$ref"][1:])
    return value


def _parameters(document: dict[str, Any]) -> Iterator[str]:
    """Each expression in an address is a parameter, each parameter an expression (Channel Object)."""
    for name, channel in document["channels"].items():
        said, meant = set(_EXPRESSION.findall(channel["address"])), set(channel.get("parameters", {}))
        yield from (f"{name}: {{{parameter}}} is no parameter" for parameter in sorted(said - meant))
        yield from (f"{name}: {parameter} is not in the address" for parameter in sorted(meant - said))


def _servers(document: dict[str, Any]) -> Iterator[str]:
    """Each expression in a host is a variable; channels refer to servers, and no two share an address on one."""
    for name, server in document["servers"].items():
        said, meant = set(_EXPRESSION.findall(server["host"])), set(server.get("variables", {}))
        yield from (f"{name}: {variable} is not both in the host and a variable" for variable in sorted(said ^ meant))
    seen: dict[tuple[str, str], str] = {}
    for name, channel in document["channels"].items():
        for server in channel["servers"]:
            if not server["$ref"].startswith("#/servers/"):
                yield f"{name}: {server['$ref']} is no server"
            other = seen.setdefault((server["$ref"], channel["address"]), name)
            if other != name:
                yield f"{name}: {other} has its address"


def _operations(document: dict[str, Any]) -> Iterator[str]:
    """An operation's messages are referred to through its channel (Operation Object)."""
    for name, operation in document["operations"].items():
        home = operation["channel"]["$ref"]
        if not home.startswith("#/channels/"):
            yield f"{name}: {home} is no channel"
        for message in operation["messages"]:
            if not message["$ref"].startswith(f"{home}/messages/"):
                yield f"{name}: {message['$ref']} is no message of its channel"


def merged(document: dict[str, Any], message: Any) -> dict[str, Any]:
    """A message with its traits, which it overrides (RFC 7386, as the traits merge mechanism says)."""
    whole: dict[str, Any] = {}
    target = _followed(document, message)
    for trait in target.get("traits", []):
        whole = patched(whole, _followed(document, trait))
    return patched(whole, target)


def patched(value: Any, patch: Any) -> Any:
    """A JSON Merge Patch applied."""
    if not isinstance(patch, dict):
        return patch
    made = dict(value) if isinstance(value, dict) else {}
    for name, part in patch.items():
        made[name] = patched(made.get(name), part)
    return {name: part for name, part in made.items() if part is not None}


def payload_validator(document: dict[str, Any], message: dict[str, Any]) -> Any:
    """A validator of a message's payload, whose references start at the document's root."""
    payload = _followed(document, message["payload"])
    kind = VALIDATORS[payload["schemaFormat"]]
    kind.check_schema(payload["schema"])
    whole = {"allOf": [payload["schema"]], "components": {"schemas": document["components"]["schemas"]}}
    return kind(exact(whole), format_checker=kind.FORMAT_CHECKER)


def exact(value: Any) -> Any:
    """A JSON value with decimals for floats, so that 312.4 is a multiple of 0.001."""
    return json.loads(json.dumps(value), parse_float=Decimal)


def _examples(document: dict[str, Any]) -> Iterator[str]:
    """Each example's payload is taken by the payload's schema; all protocols share it."""
    for name, message in document["components"]["messages"].items():
        if not name.endswith(".kafka"):
            continue
        whole = merged(document, message)
        validator = payload_validator(document, whole) if "examples" in whole else None
        for example in whole.get("examples", []) if validator is not None else ():
            error = next(validator.iter_errors(exact(example["payload"])), None)
            if error is not None:
                yield f"{name}: example {example['name']}: {error.message:.200}"
