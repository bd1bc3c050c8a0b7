"""Types that hold each other in a circle, which Python builds all at once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

MOST = 40
"""So many types in one circle are built well within Python's limit of calls in calls; each costs pydantic about a dozen."""


def circles(below: Mapping[str, Iterable[str]]) -> Iterator[frozenset[str]]:
    """
    Yield each set of names that lead to each other (R. Tarjan, Depth-first search and linear graph algorithms, 1972).

    >>> sorted(map(sorted, circles({"a": ["b"], "b": ["a", "c"], "c": ["c"], "d": []})))
    [['a', 'b'], ['c'], ['d']]
    """
    seen: dict[str, int] = {}
    lowest: dict[str, int] = {}
    open_: dict[str, None] = {}
    for start in below:
        path = [(start, iter(below[start]))] if start not in seen else []
        while path:
            name, following = path[-1]
            if name not in seen:
                seen[name] = lowest[name] = len(seen)
                open_[name] = None
            child = next(following, None)
            if child is None:
                path.pop()
                if path:
                    above = path[-1][0]
                    lowest[above] = min(lowest[above], lowest[name])
                if lowest[name] == seen[name]:
                    yield _closed(open_, name)
            elif child not in seen and child in below:
                path.append((child, iter(below[child])))
            elif child in open_:
                lowest[name] = min(lowest[name], seen[child])


def _closed(open_: dict[str, None], first: str) -> frozenset[str]:
    """Take the names from one on out of those whose circle is not known yet."""
    circle: set[str] = set()
    while first not in circle:
        circle.add(open_.popitem()[0])
    return frozenset(circle)
