"""Every case file through every transport: what a client makes of what a service does."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from driving import PATIENT, TRANSPORTS, Watch, options, run
from plant_server import Plant, Wild
from stock_product import Movement

from interlock_runtime.clients.exchange import Timeout
from interlock_runtime.clients.replies import Reply
from interlock_runtime.clients.security import Basic
from interlock_runtime.violations import ContractViolation
from support.brokers.process import free_port

CASES = {path.stem: json.loads(path.read_text()) for path in sorted((Path(__file__).parent / "cases").glob("*.json"))}
SECRET = "pass-word-of-the-plant"  # noqa: S105 - looked for in every message


@pytest.mark.parametrize("transport", TRANSPORTS)
@pytest.mark.parametrize("name", CASES)
@pytest.mark.filterwarnings("ignore:stock@1 cancelMovement:DeprecationWarning")
def test_case(name: str, transport: str, plant: Plant) -> None:
    """Each transport ends in the same value or error, after the same attempts and waits."""
    case = CASES[name] | CASES[name].get("but", {}).get(transport, {})
    watch = Watch()
    plant.reset()
    plant.script = _with_url(case.get("server", []), plant.url)
    with _service(case, plant) as url:
        timeout = Timeout(PATIENT.connect, case.get("read", PATIENT.read), case.get("total", PATIENT.total))
        call = (case["call"], _arguments(case["with"]))
        credentials = {"basic": Basic("erp", SECRET)}
        outcome = run(transport, url, [call], given=options(watch, timeout=timeout), credentials=credentials)[0]
    _judge(outcome, case)
    assert watch.waits == pytest.approx(case.get("waits", []))
    if "requests" in case:
        assert len(plant.seen) == case["requests"]
    if case.get("one_key"):
        keys = {seen.header("idempotency-key") for seen in plant.seen}
        assert keys == {outcome.record.idempotency_key}
        assert len(plant.seen) == len(case["attempts"])


def _with_url(script: list[dict[str, Any]], url: str) -> list[dict[str, Any]]:
    """Return a script with another address of the service in it, which is another origin (RFC 9110 section 4.3.1)."""
    other = url.replace("127.0.0.1", "localhost")
    replaced: list[dict[str, Any]] = json.loads(json.dumps(script).replace("{other}", other))
    return replaced


class _service:  # noqa: N801 - used like a function
    """The address that a case calls: the service, a bare socket, or nothing at all."""

    def __init__(self, case: dict[str, Any], plant: Plant) -> None:
        self._wild = Wild(case["wild"]) if case.get("wild") else None
        self._url = plant.url if "wild" not in case else f"http://127.0.0.1:{free_port()}"

    def __enter__(self) -> str:
        return self._wild.__enter__().url if self._wild else self._url

    def __exit__(self, *_: object) -> None:
        if self._wild:
            self._wild.__exit__()


def _arguments(given: dict[str, Any]) -> dict[str, Any]:
    """Return a call's arguments, with its body as the class."""
    if "body" not in given:
        return given
    body = Movement(**given["body"])
    return {"body": body.model_copy(update=given.get("extra", {}))}


def _judge(outcome: Any, case: dict[str, Any]) -> None:
    """Compare an outcome with what a case expects."""
    if "value" in case:
        assert isinstance(outcome, Reply), outcome
        value = outcome.value
        assert (value if value is None else value.model_dump(mode="json", by_alias=True)) == case["value"]
    else:
        assert type(outcome).__name__ == case["error"], repr(outcome)
        _judge_error(outcome, case)
    if "attempts" in case:
        assert [attempt.status or "fault" for attempt in outcome.attempts] == case["attempts"]


def _judge_error(error: Any, case: dict[str, Any]) -> None:
    """Compare an error with what a case expects; a message never has the secret."""
    names = {kind.__name__ for kind in type(error).__mro__}
    assert names >= set(case.get("kinds", []))
    assert not names & set(case.get("not_kinds", []))
    assert case.get("said", "") in str(error)
    for text in (*case.get("unsaid", []), SECRET):
        assert text not in f"{error} {error!r} {error.args!r}"
    if "content" in case:
        assert error.content.decode() == case["content"]
    if "violations" in case:
        assert [fault.pointer for fault in error.violations] == case["violations"]
    if "problem" in case:
        members = error.problem.members
        assert {name: members[name] for name in case["problem"]} == case["problem"]
    assert isinstance(error, ContractViolation) == (case["error"] == "ContractViolation")
