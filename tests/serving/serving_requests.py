"""Requests of the shipped operations: drawn from their schemas, harmed in one place, and judged by jsonschema."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from random import Random
from typing import Any
from urllib.parse import quote

from test_serving_laws import inlined
from test_serving_products import examples

from exactness.exactness_documents import OTHER_VALUES, TWEAKS, Sampler, hostile, mutated, written
from exactness.exactness_oracle import exact
from interlock.compat.openapi.rules import REQUEST
from interlock.compat.openapi.sides import takes_strictly
from interlock_runtime.products import Product
from interlock_runtime.serving.schemas import resolved

TEXTS = [value for value in OTHER_VALUES if isinstance(value, str)]
TRACED = ("traceparent", "tracestate")
"""Never a reason to refuse (W3C Trace Context section 3.2)."""
Place = tuple[str, str]


@dataclass
class Draft:
    """A request in its parts."""

    texts: dict[Place, list[str]] = field(default_factory=dict[Place, list[str]])
    """Of its parameters, by place and name."""
    body: bytes | None = None
    media: str | None = None
    said: set[str] = field(default_factory=set[str])
    """Texts of its values, which no refusal may quote."""


@dataclass(frozen=True)
class Drawn:
    """A parameter or body: what draws a value of it, and what judges one."""

    sampler: Sampler
    accepts: Callable[[bytes], bool]

    @classmethod
    def of(cls, described: Product, schema: Any, random: Random) -> Drawn:
        """Read a schema of a product's document naively, as a request is read: strictly."""
        strict = takes_strictly(inlined(described.document, schema), REQUEST)
        return cls(Sampler(strict, random), exact(strict))

    def value(self) -> Any:
        """Return a value that is valid, or None where chance finds none."""
        for _ in range(20):
            value = self.sampler.value(self.sampler.root)
            if self.accepts(written(value).encode("utf-8", "surrogatepass")):
                return value
        return None

    def takes(self, text: str) -> bool:
        """Say whether a text of a parameter is valid in one of its readings: as a string, or as a JSON literal."""
        readings = [json.dumps(text), *([text] if text == text.strip() else [])]
        return any(self.accepts(reading.encode()) for reading in readings)


class Asking:
    """Draws requests of one operation."""

    def __init__(self, described: Product, method: str, path: str, said: dict[str, Any], random: Random) -> None:
        self.described, self.method, self.path, self.said, self.random = described, method, path, said, random
        nodes = [resolved(described.document, node) for node in said.get("parameters", ())]
        self.parameters = {(node["in"], node["name"]): node for node in nodes}
        self.drawn = {place: Drawn.of(described, node["schema"], random) for place, node in self.parameters.items()}

    @cached_property
    def content(self) -> dict[str, Any]:
        """What the operation takes as its body, by media type."""
        found: dict[str, Any] = self.said.get("requestBody", {}).get("content", {})
        return found

    @cached_property
    def bodies(self) -> Drawn:
        """What draws and judges a body."""
        return Drawn.of(self.described, next(iter(self.content.values()))["schema"], self.random)

    def draft(self) -> Draft:
        """Return a valid request: a body of the schema or one of the examples, optional parameters now and then."""
        made = Draft()
        for place, node in self.parameters.items():
            if node.get("required") or self.random.random() < 0.5:
                value = self.drawn[place].value()
                made.texts[place] = [value if isinstance(value, str) else written(value)]
        if self.content:
            value = self.bodies.value() if self.random.random() < 0.5 else None
            value = self.random.choice(examples(self.content)) if value is None else value
            self.write(made, value)
        made.said |= {texts[0] for place, texts in made.texts.items() if place[1] != "X-Correlation-Id"}
        return made

    def write(self, draft: Draft, value: Any) -> None:
        """Give a request a body."""
        draft.body = written(value).encode("utf-8", "surrogatepass")
        draft.media = next(iter(self.content))
        draft.said |= set(leaves(value))

    def is_valid(self, draft: Draft) -> bool:
        """Judge a request by what the document says, with nothing of the middleware."""
        for place, node in self.parameters.items():
            texts = draft.texts.get(place, [])
            if place[1] in TRACED:
                continue
            if len(texts) != 1:
                if texts or node.get("required"):
                    return False
            elif not self.drawn[place].takes(texts[0].strip(" \t") if place[0] == "header" else texts[0]):
                return False
        return draft.texts.keys() <= self.parameters.keys() and self._takes(draft)

    def _takes(self, draft: Draft) -> bool:
        """Judge a body."""
        if not draft.body:
            return not self.said.get("requestBody", {}).get("required")
        return draft.media in self.content and self.bodies.accepts(draft.body)

    def sent(self, draft: Draft) -> dict[str, Any]:
        """Return a request as its client writes it."""
        path, query, headers = self.path, list[str](), list[tuple[str, str]]()
        for (place, name), texts in draft.texts.items():
            if place == "path":
                path = path.replace(f"{{{name}}}", quote(texts[0], safe=""))
            elif place == "query":
                query += [f"{name}={quote(text, safe='')}" for text in texts]
            else:
                headers += [(name, text) for text in texts]
        if draft.body is not None:
            headers += [("content-length", str(len(draft.body)))]
            headers += [("content-type", draft.media)] if draft.media else []
        target = self.described.base_path + path + ("?" + "&".join(query) if query else "")
        return {"method": self.method, "target": target, "headers": headers, "chunks": [draft.body or b""]}


def leaves(value: Any) -> Iterator[str]:
    """Yield the texts in a value that are long enough to be known again."""
    if isinstance(value, str) and len(value) > 5:
        yield value
    for item in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from leaves(item)


def _text(asking: Asking, draft: Draft) -> None:
    """Change the text of a parameter."""
    if not draft.texts:
        return
    place = asking.random.choice(list(draft.texts))
    text = asking.random.choice(TWEAKS)(draft.texts[place][0]) if asking.random.random() < 0.5 else ""
    text = text or asking.random.choice(TEXTS)
    if place[0] != "header" or (text.isascii() and text.isprintable()):  # what a server lets through as a header
        draft.texts[place] = [text]
        draft.said |= set() if place[1] == "X-Correlation-Id" else set(leaves(text))


def _without(asking: Asking, draft: Draft) -> None:
    """Leave a parameter out."""
    places = [place for place in draft.texts if place[0] != "path"]
    if places:
        del draft.texts[asking.random.choice(places)]


def _twice(asking: Asking, draft: Draft) -> None:
    """Say a parameter twice."""
    places = [place for place in draft.texts if place[0] != "path"]
    if places:
        draft.texts[asking.random.choice(places)] *= 2


def _undeclared(asking: Asking, draft: Draft) -> None:
    """Say a parameter that nobody declared."""
    draft.texts["query", asking.random.choice(["dryRun", "Site", "limit ", "force"])] = ["true"]


def _changed(asking: Asking, draft: Draft) -> None:
    """Change up to three places of the body."""
    value = asking.random.choice(examples(asking.content)) if asking.content else {"a": 1}
    for _ in range(asking.random.choice([1, 1, 2, 3])):
        value = mutated(value, asking.random)
    if asking.content:
        asking.write(draft, value)


def _broken(asking: Asking, draft: Draft) -> None:
    """Cut the body, or put bytes into it."""
    if draft.body:
        draft.body = hostile(draft.body.decode("utf-8", "replace").encode(), asking.random)


def _no_body(_: Asking, draft: Draft) -> None:
    """Leave the body out."""
    draft.body = draft.media = None


def _media(asking: Asking, draft: Draft) -> None:
    """Call the body something else."""
    if draft.body:
        draft.media = asking.random.choice(
            [None, "text/plain", "application/xml", "application/json-patch+json", "json"]
        )


def _a_body(_: Asking, draft: Draft) -> None:
    """Send a body where the operation takes none."""
    if draft.body is None:
        draft.body, draft.media = b'{"force":true}', "application/json"


HARMS = (_text, _text, _without, _twice, _undeclared, _changed, _changed, _changed, _broken, _no_body, _media, _a_body)
"""What is done to a request; most of it, not all, makes it invalid."""
