"""A file that can't be read ends in one sentence with its line, and never in a traceback."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interlock.documents import parse
from interlock.errors import DocumentError

BOMB = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{chr(98 + n)}: &{chr(98 + n)} [{', '.join(['*' + chr(97 + n)] * 9)}]\n" for n in range(9)
)

BROKEN = {
    "unclosed list": ("a.yaml", "a: 1\nb: [1\n", 3, "this is not YAML"),
    "key twice": ("a.yaml", "a: 1\nb:\n  c: 1\n  c: 2\n", 4, "the key 'c' stands here a second time"),
    "member twice": ("a.json", '{"a": 1,\n "a": 2}', 2, "the member 'a' stands in an object twice"),
    "not UTF-8": ("a.yaml", b"a: 1\nb: \xff\n", 2, "byte 0xff is not UTF-8"),
    "number as key": ("a.yaml", "a:\n  1: 2\n", 1, "the key 1 is no string"),
    "list as key": ("a.yaml", "? [a]\n: 1\n", None, "a key is a list or a map"),
    "infinity": ("a.yaml", "a: .inf\n", 1, "inf is no JSON number"),
    "not-a-number": ("a.json", "[NaN]", None, "NaN is no JSON number"),
    "two documents": ("a.yaml", "a: 1\n---\nb: 1\n", None, "more than one YAML document"),
    "alias bomb": ("a.yaml", BOMB, None, "aliases or nesting go beyond"),
    "alias to itself": ("a.yaml", "a: &a [*a]\n", 1, "aliases or nesting go beyond"),
    "deep YAML": ("a.yaml", "[" * 100_000, 1, "aliases or nesting go beyond"),
    "deep JSON": ("a.json", "[" * 100_000, None, "nesting goes beyond"),
    "a number of many digits": ("a.json", "1" * 10_000, None, "this is not JSON"),
    "a number of 30 digits": ("a.yaml", f"a: {'9' * 30}\n", 1, "larger than 64 bits"),
    "too large": ("a.yaml", "a: " + "x" * 9_000_000, None, "more than the"),
    "empty JSON": ("a.json", "", 1, "this is not JSON"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_broken(name: str) -> None:
    """Each kind of broken file names its fault and, where it is known, its line."""
    path, content, line, said = BROKEN[name]
    with pytest.raises(DocumentError) as error:
        parse(path, content.encode() if isinstance(content, str) else content)
    assert said in str(error.value)
    assert error.value.line == line
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("a: yes", {"a": "yes"}),
        ("a: 012", {"a": "012"}),
        ("a: 2026-01-01", {"a": "2026-01-01"}),
        ("a: 0.001", {"a": 0.001}),
        ("a: !!str 1", {"a": "1"}),
        ("a: ~", {"a": None}),
        ("\ufeffa: 1", {"a": 1}),
        ("", None),
    ],
)
def test_yaml_is_1_2(text: str, value: Any) -> None:
    """YAML 1.2's core schema: no yes/no booleans, leading zeros kept, no dates."""
    assert parse("a.yaml", text.encode()).data == value


def test_positions() -> None:
    """A value's line is known by its pointer, and a missing one's is that of what would hold it."""
    document = parse("a.yaml", b"a:\n  b:\n    - c: 1\n    - d~/e: 2\n")
    assert [document.line(p) for p in ("", "/a", "/a/b/1/d~0~1e", "/a/b/7/x", "/nowhere")] == [1, 1, 4, 2, 1]


def refusal(path: str, content: bytes) -> str:
    """Return why a file is refused; empty when it is read."""
    try:
        parse(path, content)
    except DocumentError as error:
        return str(error)
    return ""


@given(st.text() | st.text("[]{}:&*!|>'\"%@`#-? \n\tab1,", max_size=60), st.sampled_from(["a.yaml", "a.json"]))
def test_any_text(text: str, path: str) -> None:
    """Any text is read or refused with a sentence; nothing else is raised."""
    assert "\n" not in refusal(path, text.encode("utf-8", "surrogatepass"))


@given(st.binary(max_size=80), st.sampled_from(["a.yaml", "a.json"]))
def test_any_bytes(content: bytes, path: str) -> None:
    """Any bytes are read or refused with a sentence; nothing else is raised."""
    assert "\n" not in refusal(path, content)
