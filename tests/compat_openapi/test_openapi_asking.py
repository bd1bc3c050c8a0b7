"""Documents as people name them on the command line: what is a product's, what is of two kinds, what is no schema."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from interlock.authoring.diffing import diff, format_of
from interlock.authoring.questions import Terms, ask
from interlock.authoring.sides import side
from interlock.compat import Verdict
from interlock.errors import UsageError

PRODUCTS = Path(__file__).parents[2] / "contracts" / "products"
API = {"openapi": "3.1.1", "info": {"title": "Plant", "version": "1"}, "paths": {}}


def _file(folder: Path, name: str, content: Any) -> Path:
    path = folder / name
    path.write_text(json.dumps(content), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("writer", "reader", "terms", "says"),
    [
        (API, {"type": "object"}, Terms(), "looks like openapi and"),
        ({"type": "object"}, {"swagger": "2.0"}, Terms(), "like openapi: name two of a kind, or say --format"),
        ([1], [1], Terms(), "is no schema: a JSON Schema is an object, true or false"),
        (API, API, Terms(dialect="draft7"), "--dialect and --formats are about JSON Schema"),
        (API, API, Terms(formats="assertion"), "--dialect and --formats are about JSON Schema"),
    ],
)
def test_what_can_not_be_asked_is_said(tmp_path: Path, writer: Any, reader: Any, terms: Terms, says: str) -> None:
    """A question that makes no sense has no answer, least of all a yes."""
    with pytest.raises(UsageError) as caught:
        ask(writer=_file(tmp_path, "writer.json", writer), reader=_file(tmp_path, "reader.json", reader), terms=terms)
    assert says in str(caught.value)


def test_swagger_is_told_to_be_converted(tmp_path: Path) -> None:
    """An older OpenAPI is recognised, and not taken for a JSON Schema that lets everything through."""
    path = _file(tmp_path, "api.json", {"swagger": "2.0"})
    answer = ask(writer=path, reader=_file(tmp_path, "new.json", API))
    assert (answer.verdict, answer.undecided[0].side) == (Verdict.UNDECIDED, "writer")
    assert format_of({"type": "object", "swagger": {"type": "string"}}) == "json-schema"


def test_a_products_document_is_its_product() -> None:
    """Named by its OpenAPI document, a product is compared with the types that it refers to, and may be mixed with itself."""
    document, contract = (side(str(PRODUCTS / "quality" / f"v1{ending}")) for ending in (".openapi.yaml", ".yaml"))
    assert document.snapshot is not None
    assert document.snapshot.api is not None
    answers = diff(old=document, new=contract).answers
    assert [answer.comparison.verdict for answer in answers] == [Verdict.COMPATIBLE] * 2
    assert [answer.asks for answer in answers] == ["old clients x new responses", "new servers x old requests"]
