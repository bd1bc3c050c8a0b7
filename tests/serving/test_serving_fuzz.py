"""For every shipped product: requests drawn from its document are let through, and harmed ones never reach the service."""

from __future__ import annotations

import datetime as dt
import json
from collections import Counter
from typing import Any

import pytest
from serving_plant import SHIPPED, Given, Service, asked, mounted, run, shipped, unthrottled
from serving_requests import HARMS, Asking
from test_serving_products import Forgetful, operations

from exactness.exactness_documents import seeded
from support.tables import TABLES

NOW = dt.datetime(2026, 11, 23, 10, tzinfo=dt.UTC)
VALID, HARMED = 8, 30
"""Requests of each kind for each operation."""


@pytest.mark.parametrize("path", SHIPPED)
def test_valid_requests_pass_and_harmed_ones_do_not(path: str) -> None:
    """An independent judge and the middleware agree on whole requests, and no refusal quotes a value."""
    described, service = shipped(path), Service()
    known = json.dumps(described.document, ensure_ascii=False)
    serving = mounted(
        service, unthrottled(described), mode="pass", site_of=lambda _: None, idempotency=Forgetful(),
        clock=lambda: NOW,
    )  # fmt: skip
    verdicts: Counter[bool] = Counter()
    for method, at, said in operations(described):
        asking = Asking(described, method, at, said, seeded(f"{path} {said['operationId']}"))
        for number in range(VALID + HARMED):
            draft = asking.draft()
            assert asking.is_valid(draft), "a drawn request is valid before it is harmed"
            if number >= VALID:
                asking.random.choice(HARMS)(asking, draft)
            expected, request = asking.is_valid(draft), asking.sent(draft)
            service.reached.clear()
            given: Given = run(asked(serving, **request))
            assert bool(service.reached) is expected, (request, given.status, given.body)
            verdicts[expected] += 1
            if not expected:
                check_refusal(given, draft.said, known, request)
    assert min(verdicts.values()) > VALID, verdicts
    TABLES.counts["serving, drawn requests: valid and let through"] += verdicts[True]
    TABLES.counts["serving, drawn requests: invalid and never let through"] += verdicts[False]


def check_refusal(given: Given, said: set[str], known: str, request: Any) -> None:
    """A refusal is a problem of the client's, and quotes nothing but the contract."""
    assert 400 <= given.status < 500, (request, given.body)
    problem = given.json
    assert problem["status"] == given.status
    del problem["correlationId"]
    told = json.dumps(problem, ensure_ascii=False)
    quoted = [text for text in said if len(text) > 5 and text in told and text not in known]
    assert not quoted, (quoted, given.body)
