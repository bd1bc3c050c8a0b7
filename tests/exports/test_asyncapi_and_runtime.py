"""The document and the runtime of generated packages speak of the same addresses and the same headers."""

from __future__ import annotations

import json
from pathlib import Path

from asyncapi_judge import merged
from exports_catalogs import ROOT, shipped
from jsonschema import Draft7Validator

from codegen.generated import importable, written
from interlock_cli.commands.generate import unusable
from interlock_codegen.exports.asyncapi import asyncapi
from interlock_codegen.generating import python_package
from interlock_runtime.modes import packed


def test_addresses(tmp_path: Path) -> None:
    """Where the generated catalog sends an event, the document has its channel, with dots and with slashes."""
    channels = asyncapi(shipped().catalog).document["channels"]
    written(python_package(shipped(), unusable, upcasters=ROOT / "upcasters").files, tmp_path)
    with importable(tmp_path) as package:
        for entry in shipped().catalog.events.values():
            contract = package.catalog.contract(entry.value.key)
            name = f"{entry.value.name}.v{entry.value.major}"
            for suffix, slashes in (("", False), (".mqtt", True)):
                address = channels[f"{name}{suffix}"]["address"]
                assert package.catalog.channel(contract, "muc1", slashes=slashes) == address.format(site="muc1")


def test_headers() -> None:
    """What the runtime writes into the headers of a record, the document takes."""
    document = asyncapi(shipped().catalog).document
    for key, examples in shipped().catalog.examples.items():
        name, _, major = key.rpartition("@")
        message = merged(document, document["components"]["messages"][f"{name}.v{major}.kafka"])
        for example in (example for example in examples if example.accepted and "data" in example.event):
            record = packed(example.event, b"", json.dumps(example.event["data"]).encode(), "binary")
            headers = {str(header): (value or b"").decode() for header, value in record.headers}
            assert list(Draft7Validator(message["headers"]).iter_errors(headers)) == [], example.path
            assert Draft7Validator(message["bindings"]["kafka"]["key"]).is_valid((record.key or b"").decode())
