"""The page about serving says what is so: its service runs, and its statuses are those of the middleware."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from serving_plant import BODY, HOLD, asked, json_request, run

from interlock_runtime.serving.problems import WAYS
from support.brokers.process import Broker

PAGE = (Path(__file__).parents[2] / "docs" / "reference" / "serving.md").read_text(encoding="utf-8")


@pytest.mark.usefixtures("acme")
def test_the_pages_service_runs(redis_server: Broker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The block of Python on the page is a service that carries a command out once."""
    monkeypatch.chdir(tmp_path)
    (block,) = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    names: dict[str, Any] = {}
    exec(compile(block.replace("port=6379", f"port={redis_server.port}"), "serving.md", "exec"), names)  # noqa: S102 - our own page

    async def twice() -> list[Any]:
        request = json_request(BODY, Idempotency_Key="a-key-of-the-page")
        async with names["client"]:
            return [await asked(names["app"], "POST", HOLD, **request) for _ in range(2)]

    first, again = run(twice())
    assert (first.status, first.json) == (201, {"holdId": f"HD-{BODY['scope']}-a-key-of-the-page"})
    assert first.messages == again.messages


@pytest.mark.parametrize("kind", sorted(WAYS))
def test_the_page_names_each_status(kind: str) -> None:
    """Whatever a request is refused with stands on the page."""
    status, name = WAYS[kind][0]
    assert re.search(rf"\b{status}\b", PAGE), (kind, name)
