"""A scratch git repository that holds a small catalog, for tests of the gate."""

from __future__ import annotations

import datetime as dt
import os
import subprocess
from pathlib import Path
from typing import Any

import yaml

from interlock.cache import Cache
from interlock.check import Options, check
from interlock.report import Report

TODAY = dt.date(2026, 3, 1)

SETTINGS: dict[str, Any] = {
    "name": "test-plant",
    "type-prefix": "com.example.mfg",
    "base-uri": "https://contracts.example.com",
    "tiers": {
        tier: {
            "summary": f"Tier {tier}.",
            "notice": notice,
            "ordered": True,
            "retry": {"attempts": 3, "first": "PT1S", "longest": "PT5M"},
            "dead-letter": "the owner within an hour",
            "edge-buffer": {"keep": "PT24H"},
            "replay-window": "P14D",
            "reconciliation": "daily",
            "recovery-point": "PT5M",
            "recovery-time": "PT1H",
            "waivable": tier != "T1",
        }
        for tier, notice in (("T1", "P180D"), ("T2", "P120D"), ("T3", "P60D"))
    },
}
TEAMS = {"teams": {"team-plant": {"name": "Plant", "contact": "mailto:plant@example.com"}}}
SYSTEMS = {
    "systems": {
        name: {"name": name.upper(), "level": 3, "owner": "team-plant", "summary": f"The {name} system."}
        for name in ("mes", "erp")
    }
}


def described(schema: Any, path: str = "value") -> Any:
    """Give each property a description, so that only what a test is about offends a rule."""
    if isinstance(schema, list):
        return [described(item, path) for item in schema]
    if not isinstance(schema, dict):
        return schema
    result = {key: described(value, path) if key in ("items", "oneOf") else value for key, value in schema.items()}
    if isinstance(schema.get("properties"), dict):
        result["properties"] = {
            name: {"description": f"What the shop floor reports as {name} in {path}.", **described(value, name)}
            for name, value in schema["properties"].items()
        }
    return result


def event(name: str, version: str, schema: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """Return an event contract that keeps every rule."""
    contract = {
        "contract": "event",
        "name": name,
        "version": version,
        "summary": "Something happened in the plant.",
        "lifecycle": {"status": "released"},
        "owner": "team-plant",
        "producers": ["mes"],
        "audience": ["internal"],
        "tier": "T2",
        "classification": "internal",
        "retention": "P1Y",
        "replay-window": "P14D",
        "sla": {"publish": "PT2S", "deliver": "PT30S"},
        "keys": {"partition": ["/source"], "idempotency": ["/id"], "order": "none", "order-reason": "one event a fact"},
        "on-invalid": "quarantine",
        "dead-letter": "team-plant",
        "lineage": {"trigger": {"signal": "an operator reports it"}},
        "reconciliation": "daily",
        "schema": described(schema),
    }
    contract.update({key.replace("_", "-"): value for key, value in changes.items()})
    return {key: value for key, value in contract.items() if value is not None}


class Plant:
    """A git repository with a catalog in `contracts/`."""

    def __init__(self, folder: Path) -> None:
        self.root = folder
        self.catalog = folder / "contracts"
        self.cache = Cache(folder.parent / f"{folder.name}-cache")
        self.catalog.mkdir(parents=True)
        self.git("init", "-q", "-b", "main")
        self.write(
            {"catalog.yaml": SETTINGS, "teams.yaml": TEAMS, "systems.yaml": SYSTEMS, "waivers.yaml": {"waivers": []}}
        )

    def git(self, *arguments: str, folder: Path | None = None) -> str:
        """Run git and return what it prints."""
        environment = {
            **os.environ, "GIT_AUTHOR_NAME": "t", "GIT_AUTHOR_EMAIL": "t@example.com", "GIT_COMMITTER_NAME": "t",
            "GIT_COMMITTER_EMAIL": "t@example.com", "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull,
        }  # fmt: skip
        command = ["git", *arguments]
        done = subprocess.run(  # noqa: S603 - git on the tests' own arguments
            command, cwd=folder or self.root, env=environment, check=True, capture_output=True, text=True
        )
        return done.stdout.strip()

    def write(self, files: dict[str, Any]) -> None:
        """Write catalog files: dictionaries as YAML, text and bytes as they are; None removes."""
        for name, content in files.items():
            path = self.catalog / name
            path.parent.mkdir(parents=True, exist_ok=True)
            if content is None:
                path.unlink()
            elif isinstance(content, bytes):
                path.write_bytes(content)
            else:
                text = (
                    content
                    if isinstance(content, str)
                    else yaml.safe_dump(content, sort_keys=False, allow_unicode=True)
                )
                path.write_text(text, encoding="utf-8")

    def write_event(self, contract: dict[str, Any]) -> str:
        """Write an event contract at its place and return the path."""
        domain, name = contract["name"].split(".")
        path = f"events/{domain}/{name}/v{contract['version'].split('.')[0]}.yaml"
        self.write({path: contract})
        return path

    def commit(self, message: str = "change") -> str:
        """Commit everything and return the commit."""
        self.git("add", "-A")
        self.git("commit", "-q", "--allow-empty", "-m", message)
        return self.git("rev-parse", "HEAD")

    def branch(self, name: str, start: str = "main") -> None:
        """Switch to a new branch."""
        self.git("switch", "-q", "-c", name, start)

    def check(self, against: str = "main", today: dt.date = TODAY, **options: Any) -> Report:
        """Run the gate."""
        return check(self.catalog, Options(against=against, today=today, cache=self.cache, **options))


def blocking(report: Report) -> set[str]:
    """Return the rules that block, apart from those about examples and full answers of APIs, which fixtures leave out."""
    left_out = ("examples/", "apis/")
    return {f.rule for f in report.findings if f.counts >= report.fail_on and not f.rule.startswith(left_out)}
