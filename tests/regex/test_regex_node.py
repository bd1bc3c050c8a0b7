"""The same texts for V8, the engine whose semantics JSON Schema recommends, with the `u` flag."""

from __future__ import annotations

import json
import random
import shutil
import subprocess

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from regex_strategies import looking, texts

from interlock.regex import InvalidPattern, Language, PatternError, UnsupportedPattern

NODE = shutil.which("node")
SCRIPT = """
const rows = JSON.parse(require('fs').readFileSync(0, 'utf8'));
const answer = ({pattern, texts, flags}) => {
  let found;
  try { found = new RegExp(pattern, flags); } catch { return null; }
  return texts.filter((text) => found.test(text));
};
console.log(JSON.stringify(rows.map(answer)));
"""
ODD = ["\n", "a\n", "\r", "\u2028", "\u00e9", "\ufeff", "\U0001f600", "A", "7", "-", "\t", "\u0085", "[", "a-b"]
ASTRAL = {"\U0001f600"}
SYNTAX = ["a", "\\d", "\\w-", "-", "[", "]", "(", ")", "{", "}", "{2}", "{,2}", "|", "*", "+?", "^", "$", "\\b", ".", "\\-", "(?:",
          "(?=", "(?<n>", "(?<=", "[^", "\\s", "\\cA", "\\x41", "\\u{41}", "\\u0041", ",", "1", "\\/", "?"]  # fmt: skip


def ask(rows: list[dict[str, object]]) -> list[list[str] | None]:
    """One call of node for all rows: what each pattern matches, None where V8 refuses it."""
    assert NODE is not None
    done = subprocess.run([NODE, "-e", SCRIPT], input=json.dumps(rows), capture_output=True, text=True, check=True)  # noqa: S603
    answers: list[list[str] | None] = json.loads(done.stdout)
    return answers


pytestmark = pytest.mark.skipif(NODE is None, reason="node is not on PATH: install Node.js to compare with V8")


def collected(strategy: st.SearchStrategy[str], count: int) -> list[str]:
    """Examples of a strategy, for one batch."""
    found: list[str] = []

    @settings(max_examples=count, database=None, derandomize=True, suppress_health_check=list(HealthCheck))
    @given(strategy)
    def collect(pattern: str) -> None:
        found.append(pattern)

    collect()
    return sorted(set(found))


def test_matching_agrees_with_v8() -> None:
    """Every pattern we decide has, on every text tried, the answer of V8 with the `u` flag."""
    tried = [*texts(3), *ODD]
    mine: dict[str, list[str]] = {}
    for pattern in collected(looking, 400):
        try:
            language = Language.pattern(pattern)
        except UnsupportedPattern:
            continue
        mine[pattern] = [text for text in tried if language.matches(text)]
    answers = ask([{"pattern": pattern, "texts": tried, "flags": "u"} for pattern in mine])
    refused = [pattern for pattern, answer in zip(mine, answers, strict=True) if answer is None]
    assert all("(?=" in pattern or "(?!" in pattern for pattern in refused)  # a repeated lookahead
    compared = {p: set(a) for p, a in zip(mine, answers, strict=True) if a is not None}
    assert len(compared) > 100
    assert {p: a ^ set(mine[p]) for p, a in compared.items() if (a ^ set(mine[p])) - _excused(p)} == {}


def _excused(pattern: str) -> set[str]:
    """
    V8 looks for a bare `(?!...)` between the halves of a surrogate pair too.

    ECMA-262 does not: RegExpBuiltinExec goes on by AdvanceStringIndex (section 22.2.7.2), by whole code points.
    """
    return ASTRAL if "(?!" in pattern else set()


def test_what_is_refused_agrees_with_v8() -> None:
    """What we call invalid, V8 refuses with and without `u`; what V8 takes either way, we take or call unsupported."""
    chance = random.Random(20260101)  # noqa: S311 (a fixed draw)
    drawn = sorted({"".join(chance.choices(SYNTAX, k=chance.randint(1, 6))) for _ in range(3000)})
    unicode = ask([{"pattern": pattern, "texts": ODD, "flags": "u"} for pattern in drawn])
    legacy = ask([{"pattern": pattern, "texts": [], "flags": ""} for pattern in drawn])
    wrong: list[str] = []
    for pattern, strict, lenient in zip(drawn, unicode, legacy, strict=True):
        try:
            language = Language.pattern(pattern)
        except InvalidPattern:
            wrong += [pattern] if strict is not None or lenient is not None else []
        except PatternError:
            continue
        else:
            same = strict is None or [text for text in ODD if language.matches(text)] == strict
            wrong += [] if same and (strict is not None or lenient is not None) else [pattern]
    assert wrong == []
