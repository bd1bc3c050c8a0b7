"""Which path takes a request: a path without a parameter goes before one with (OpenAPI 3.1.1 section 4.8.8.2)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from interlock.compat.answers import Verdict

from .finding import Findings, Proof
from .model import Key, Operation, Parameter, erased
from .reading import Paths
from .witnesses import Change

_HOLE = "{}"


@dataclass
class _Branch:
    """The templates that go on from some segments."""

    below: dict[str, _Branch] = field(default_factory=dict[str, "_Branch"])
    ends: str | None = None

    def add(self, path: str) -> None:
        """Enter an erased path."""
        here = self
        for segment in path.split("/"):
            here = here.below.setdefault(segment, _Branch())
        here.ends = path


def compare(found: Findings, old: Paths, new: Paths) -> None:
    """Each path that was added must not take requests that an older, more general one took."""
    tree = _Branch()
    for path in old:
        tree.add(path)
    for path in new:
        found.asking.clock.check()
        taken = None if path in old else next(_general(tree, path.split("/")), None)
        added = next(iter(new.operations(path).values()), None) if taken is not None else None
        if taken is not None and added is not None:
            _compare_pair(found, old.operations(taken), added)


def _general(branch: _Branch, segments: list[str]) -> Iterator[str]:
    """Old paths that take what an added one does, the most particular first."""
    if not segments:
        if branch.ends is not None:
            yield branch.ends
        return
    for wanted in dict.fromkeys((segments[0], _HOLE)):
        if wanted in branch.below:
            yield from _general(branch.below[wanted], segments[1:])


def _compare_pair(found: Findings, general: Mapping[str, Operation], added: Operation) -> None:
    """Whether the fixed segments of the added path are values of the older one's parameters."""
    for operation in general.values():
        fixed = _fixed(operation, added)
        if not all(_fits(found, parameter, value) for _, parameter, value in fixed):
            continue
        words = ", ".join(f"{parameter.name} = {value}" for _, parameter, value in fixed)
        message = f"{added.path} was added and now takes the requests with {words}"
        found.add(
            "route-captured", message, of=operation, old=operation.item.spot, new=added.item.spot,
            says=(operation.path, added.path), proof=_taken(found, operation, fixed),
        )  # fmt: skip


def _taken(found: Findings, operation: Operation, fixed: list[tuple[Key, Parameter, str]]) -> Proof:
    """Prove by a request that now takes another way."""
    change = Change(values={key: (parameter, value) for key, parameter, value in fixed})
    return lambda: (found.witnesses.request(operation, change), "/request/target")


def _fixed(operation: Operation, added: Operation) -> list[tuple[Key, Parameter, str]]:
    """The segments that the added path fixes and the older one leaves open."""
    made: list[tuple[Key, Parameter, str]] = []
    position = 0
    for ours, theirs in zip(erased(operation.path).split("/"), erased(added.path).split("/"), strict=True):
        if ours == _HOLE and theirs != _HOLE:
            key = ("path", str(position))
            made.append((key, operation.parameters[key], theirs))
        position += ours.count(_HOLE)
    return made


def _fits(found: Findings, parameter: Parameter, text: str) -> bool:
    """Whether a text is a value of a parameter, as text or as the number or boolean that it spells; no text is none."""
    if parameter.schema is None or not text:
        return bool(text)
    schema = found.asking.extracted(parameter.schema)
    spelled = {"true": [True], "false": [False]}.get(
        text, [int(text)] if text.lstrip("-").isdecimal() and len(text) < _LONG else []
    )
    values = [text, *spelled]
    return any(found.asking.plain({"const": value}, schema.schema).verdict is not Verdict.BREAKING for value in values)


_LONG = 19
"""Numbers of so many digits are not read as numbers here."""
