"""Patterns drawn for laws: small alphabet, every construct, and the texts to try them on."""

from __future__ import annotations

from itertools import product

from hypothesis import strategies as st

ALPHABET = "ab_ "
ATOMS = ("a", "b", "_", ".", "[ab]", "[^a]", r"\w", r"\W", r"\s", r"\S", "[^]", "ab", "")
EDGES = ("^", "$", r"\b", r"\B")
QUANTIFIERS = ("*", "+", "?", "{2}", "{1,2}", "{0,3}", "{2,}", "*?", "{0,12}")

plain = st.recursive(
    st.sampled_from(ATOMS),
    lambda inner: st.one_of(
        st.tuples(inner, inner).map("".join),
        st.tuples(inner, inner).map(lambda two: f"(?:{two[0]}|{two[1]})"),
        st.tuples(inner, st.sampled_from(QUANTIFIERS)).map(lambda two: f"(?:{two[0]}){two[1]}"),
    ),
    max_leaves=6,
)
looking = st.recursive(
    st.sampled_from((*ATOMS, *EDGES)),
    lambda inner: st.one_of(
        st.tuples(inner, inner).map("".join),
        st.tuples(inner, inner).map(lambda two: f"(?:{two[0]}|{two[1]})"),
        st.tuples(inner, st.sampled_from(QUANTIFIERS[:7])).map(lambda two: f"(?:{two[0]}){two[1]}"),
        inner.map(lambda one: f"(?={one})"),
        inner.map(lambda one: f"(?!{one})"),
        st.sampled_from(("(?<=a)", "(?<!b)", "(?<=^a)", r"(?<!\w)", "(?<=a|b_)")),
    ),
    max_leaves=6,
)


def texts(longest: int) -> list[str]:
    """Every text over the alphabet up to a length."""
    return ["".join(text) for length in range(longest + 1) for text in product(ALPHABET, repeat=length)]


TEXTS = texts(4)
