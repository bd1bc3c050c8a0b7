"""The API products of the shipped catalog: each fits itself in any form, and the steps between majors break as they should."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from openapi_judge import accepts

from interlock.compat import Verdict
from interlock.compat.openapi import ApiComparison, refusals
from interlock.documents import parse
from interlock.references import ApiBundle, bundle_api

CONTRACTS = Path(__file__).parents[2] / "contracts"
DOCUMENTS = sorted(path.relative_to(CONTRACTS).as_posix() for path in CONTRACTS.glob("products/*/v*.openapi.yaml"))
STEPS = sorted({path.rpartition("/")[0] for path in DOCUMENTS if path.endswith("/v2.openapi.yaml")})
SECONDS = 60.0


@cache
def read(path: str) -> Any:
    """A file of the catalog."""
    file = CONTRACTS / path
    if not file.is_file():
        raise LookupError(path)
    return parse(path, file.read_bytes()).data


def bundled(path: str) -> ApiBundle:
    """A product's document with its types."""
    return bundle_api(path, read)


@cache
def step(product: str) -> tuple[ApiBundle, ApiBundle, ApiComparison]:
    """Both majors of a product and what is between them."""
    old, new = bundled(f"{product}/v1.openapi.yaml"), bundled(f"{product}/v2.openapi.yaml")
    return old, new, refusals(writer=old.document, reader=new.document, seconds=SECONDS)


@pytest.mark.parametrize("path", DOCUMENTS)
def test_a_shipped_document_fits_itself(path: str) -> None:
    """Bundled, and with the types handed over beside it."""
    whole = bundled(path)
    types = {f"../../{file}": read(file)["schema"] for file in whole.files}
    assert refusals(writer=whole.document, reader=bundled(path).document, seconds=SECONDS).verdict is Verdict.COMPATIBLE
    answer = refusals(writer=whole.document, reader=read(path), documents=types, seconds=SECONDS)
    assert (answer.verdict, answer.undecided, answer.notes) == (Verdict.COMPATIBLE, (), ())


@pytest.mark.parametrize("product", STEPS)
def test_a_major_breaks_as_the_dossier_says(product: str) -> None:
    """V24: the key is required and plant is gone; every request that shows it is taken by v1 and not by v2."""
    old, new, answer = step(product)
    assert (answer.verdict, answer.undecided) == (Verdict.BREAKING, ())
    causes = {(refusal.cause, refusal.part) for refusal in answer.refusals}
    assert {
        ("parameter-required", "request"),
        ("additional-member", "request"),
        ("server-removed", "request"),
    } <= causes
    shown = [refusal for refusal in answer.refusals if refusal.cause in ("parameter-required", "additional-member")]
    for refusal in shown:
        request = refusal.witness["request"]
        assert accepts(plain(old), request), refusal
        assert not accepts({**plain(new), "servers": plain(old)["servers"]}, request), refusal


@pytest.mark.parametrize("product", STEPS)
def test_every_place_is_in_a_file(product: str) -> None:
    """Each spot leads to a value in the product's document or in a type, never into the bundle."""
    _, new, answer = step(product)
    for refusal in answer.refusals:
        path, pointer = new.place(refusal.reader.pointer)
        value = read(path)
        for token in pointer.split("/")[1:]:
            key = token.replace("~1", "/").replace("~0", "~")
            value = value[int(key)] if isinstance(value, list) else value[key]
        assert path in {new.path, *new.files}


@pytest.mark.parametrize("product", STEPS)
def test_no_two_causes_look_alike(product: str) -> None:
    """What a fingerprint is made of tells each cause from every other."""
    _, _, answer = step(product)
    made = [
        (r.cause, r.part, r.reader, json.dumps([r.old, r.new], default=str)) for r in (*answer.refusals, *answer.notes)
    ]
    assert len(set(made)) == len(made)


def plain(bundle: ApiBundle) -> dict[str, Any]:
    """A bundled document for a judge that knows no `x-bundled`: types as components."""
    text = json.dumps(bundle.document).replace("#/x-bundled/", "#/components/schemas/")
    made: dict[str, Any] = json.loads(text)
    made.setdefault("components", {}).setdefault("schemas", {}).update(made.pop("x-bundled", {}))
    return made
