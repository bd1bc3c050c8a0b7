"""Patterns mean what ECMA-262 says: thousands of random ones against a real ECMAScript engine, where there is one."""

from __future__ import annotations

import json
import random
import shutil
import subprocess
from itertools import product

import pytest

from interlock_runtime.gate import Gate
from interlock_runtime.patterns import translated
from interlock_runtime.violations import UnsupportedSchema

ATOMS = [
    "a", "b", "Z", "0", "9", "_", "-", " ", ",", "&&", "~", "#", ":", "é", "\u2028", "😀", ".", "^", "$", "\\b", "\\B", "\\d", "\\D",
    "\\w", "\\W", "\\s", "\\S", "\\t", "\\n", "\\r", "\\v", "\\f", "\\0", "\\cJ", "\\x41", "\\u0041", "\\u{1F600}", "\\ud83d\\ude00",
    "\\.", "\\/", "\\-", "\\\\", "\\$", "\\p{L}", "\\P{Lu}", "\\p{Script=Greek}", "[a-c]", "[^a-c]", "[]", "[^]", "[\\w]", "[^\\d]",
    "[a[b]", "[&&]", "[a&&b]", "[a--b]", "[~~]", "[-a]", "[a-]", "[\\b]", "[\\]]", "[\\-a]", "[^\\S]", "[.$]", "[\\u0041-\\u0043]",
    "(a)", "(?:b)", "(?=a)", "(?!a)", "(?<=a)", "(?<!b)", "(?<n>a)", "(a|b)", "|", "\\1", "\\k<n>", "(", ")", "[", "]", "{", "}", "(?i)", "(?>a)",
    "\\A", "\\Z", "\\z", "\\h", "\\e", "\\a", "\\q", "\\_", "\\8", "\\u12", "\\x4", "\\p{Foo}", "(?#x)", "(?P<m>a)", "a{2}", "a{1,2}",
    "a{,2}", "a{2,1}", "a++", "[b-a]", "[\\d-z]", "[a-\\d]",
]  # fmt: skip
QUANTIFIERS = ["", "", "", "", "*", "+", "?", "{2}", "{1,}", "{0,2}", "*?", "+?", "??"]
TEXTS = [
    "", "a", "b", "ab", "ba", "aa", "abc", "A", "Z", "0", "9", "٣", "_", "-", " ", "a b", "a\n", "\n", "a\rb", "a\u2028b", "a\u0085b", "\r",
    "\u2028", "\u2029", "\u00a0", "\ufeff", "\u0085", "\u180e", "\t", "\v", "\x00", "\x08", "é", "É", "λ", "ß", "😀", ".", "$", "^", "&",
    "&&", "~", "~~", "#", ",", ":", "[", "]", "a]", "b]", "\\", "/", "J", "é\n", "aé", "İ", "\u017f", "\u212a",
]  # fmt: skip

PROGRAM = """
const {patterns, texts} = JSON.parse(require('fs').readFileSync(0, 'utf8'));
const answer = patterns.map(p => {
  let re;
  try { re = new RegExp(p, 'u'); } catch { return null; }
  return texts.map(t => re.test(t));
});
console.log(JSON.stringify(answer));
"""


def _random_patterns(count: int) -> list[str]:
    """Return patterns put together of what the dialects write differently."""
    source = random.Random(20260323)  # noqa: S311 - for tests, and to be repeated
    singles = [atom + quantifier for atom, quantifier in product(ATOMS, ("", "*"))]
    anchored = [f"^{atom}$" for atom in ATOMS]
    longer = [
        "".join(source.choice(ATOMS) + source.choice(QUANTIFIERS) for _ in range(source.randint(2, 5)))
        for _ in range(count)
    ]
    return singles + anchored + longer


def _ecmascript(patterns: list[str]) -> list[list[bool] | None]:
    """Return what an ECMAScript engine says of each pattern and text; None for a pattern that it refuses."""
    node = shutil.which("node")
    if node is None:
        pytest.skip("no ECMAScript engine: install nodejs to run this test")
    asked = json.dumps({"patterns": patterns, "texts": TEXTS})
    run = subprocess.run([node, "-e", PROGRAM], input=asked, capture_output=True, text=True, check=True)  # noqa: S603 - a fixed program
    answers: list[list[bool] | None] = json.loads(run.stdout)
    return answers


def _ours(pattern: str) -> list[bool] | None:
    """Return what the gate says; None for a pattern that it can't compile."""
    try:
        gate = Gate({"pattern": pattern})
    except UnsupportedSchema:
        return None
    return [gate.fits(text) for text in TEXTS]


def test_a_pattern_takes_what_ecmascript_takes() -> None:
    """No pattern that the gate compiles means another thing than in ECMA-262 with the `u` flag."""
    patterns = _random_patterns(3000)
    compiled = wrong = 0
    for pattern, expected in zip(patterns, _ecmascript(patterns), strict=True):
        found = _ours(pattern)
        if found is None or expected is None:
            continue
        compiled += 1
        differing = [text for text, left, right in zip(TEXTS, found, expected, strict=True) if left != right]
        assert not differing, (pattern, translated(pattern), differing)
    assert compiled > 800
    assert wrong == 0


def test_few_patterns_of_ecmascript_are_refused() -> None:
    """What can't be compiled exactly is refused and never guessed, and it is little: references to unset groups."""
    patterns = [pattern for pattern in _random_patterns(0) if "\\1" not in pattern and "\\k" not in pattern]
    refused = [
        pattern
        for pattern, expected in zip(patterns, _ecmascript(patterns), strict=True)
        if expected is not None and _ours(pattern) is None
    ]
    assert refused == []


@pytest.mark.parametrize(
    "pattern", ["\\A", "a++", "(?i)a", "[b-a]", "(", ")", "a{2,1}", "\\q", "(?P<m>a)", "x{", "*", "(a)\\1", "[a", "\\p"]
)
def test_what_ecma_262_does_not_know_is_refused(pattern: str) -> None:
    """A construct of another dialect is never given a meaning of its own."""
    with pytest.raises(UnsupportedSchema):
        Gate({"pattern": pattern})
