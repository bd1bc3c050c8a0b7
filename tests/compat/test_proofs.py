"""A proof is found for what is compatible, replayed by a checker of its own, and refused when anything in it is changed."""

from __future__ import annotations

import copy
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from schema_strategies import schemas

from interlock.compat import Verdict, compare
from interlock.compat.proofs import (
    OutOfReachError,
    Proof,
    Question,
    RefusedError,
    UnreadableProofError,
    prove,
    read,
    verify,
    written,
)
from interlock.compat.proofs.rules import RULES
from interlock_cli.__main__ import run
from support.tables import TABLES

CASES = sorted((Path(__file__).parent / "cases" / "jsonschema").glob("*.json"))
QUESTION = {"writer", "reader", "dialect", "formats", "documents"}

UNSUPPORTED = {
    "dynamic-ref": "dynamic-reference",
    "recursive-ref": "dynamic-reference",
    "min-contains": "no-proof-found",
    "unevaluated-items-by-branch": "no-proof-found",
}
"""The probes that are compatible and have no proof, and why: dynamic scopes, and items told apart by case."""

law = settings(max_examples=int(os.environ.get("INTERLOCK_LAW_EXAMPLES", "120")))


def asked(path: Path) -> dict[str, Any]:
    """The question of a case file."""
    case = json.loads(path.read_text(encoding="utf-8"))
    return {k: case[k] for k in QUESTION & case.keys()}


def verdict(path: Path) -> Verdict:
    """What the engine says of a case file."""
    return compare(**asked(path), seconds=20).verdict


def replayed(**question: Any) -> Proof:
    """A proof that went through its file and was verified."""
    proof = read(written(prove(**question, seconds=30)))
    assert verify(proof) > 0
    return proof


def probes() -> Iterator[tuple[str, Proof]]:
    """A proof of every probe that has one."""
    for path in CASES:
        try:
            yield path.stem, replayed(**asked(path))
        except OutOfReachError:
            continue


@pytest.fixture(scope="module")
def proofs() -> dict[str, Proof]:
    """Every proof of a probe, by its name."""
    return dict(probes())


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_every_yes_of_the_probes_is_replayed(path: Path) -> None:
    """A YES has a proof or is listed with the reason why not; anything else has none."""
    if verdict(path) is not Verdict.COMPATIBLE:
        with pytest.raises(OutOfReachError):
            prove(**asked(path), seconds=5)
        return
    TABLES.counts["proofs: YES answers of the probes"] += 1
    if path.stem in UNSUPPORTED:
        with pytest.raises(OutOfReachError, match=UNSUPPORTED[path.stem]):
            prove(**asked(path), seconds=30)
        TABLES.counts["proofs: YES answers of the probes, unsupported"] += 1
    else:
        replayed(**asked(path))
        TABLES.counts["proofs: YES answers of the probes, replayed"] += 1


def laws(a: Any, b: Any) -> dict[str, tuple[Any, Any]]:
    """Questions whose answer is yes for any two schemas, and one whose answer depends on them."""
    return {
        "any two": (a, b),
        "meet fits its part": ({"allOf": [a, b]}, b),
        "part fits the join": (a, {"anyOf": [b, a]}),
        "twice not": ({"not": {"not": a}}, a),
        "yes again": (a, {"title": "the same", "allOf": [a]}),
        "De Morgan": ({"not": {"anyOf": [a, b]}}, {"allOf": [{"not": a}, {"not": b}]}),
        "De Morgan, the other way": ({"not": {"allOf": [a, b]}}, {"anyOf": [{"not": a}, {"not": b}]}),
        "if": ({"if": a, "then": b, "else": False}, {"allOf": [a, b]}),
        "members": ({"properties": {"a": {"allOf": [a, b]}}}, {"properties": {"a": a}}),
        "items": ({"items": {"allOf": [a, b]}}, {"items": a}),
        "closed": ({"type": "object", "allOf": [a], "unevaluatedProperties": False}, a),
    }


LAWS = sorted(laws({}, {}))


@law
@given(schemas(), schemas(), st.sampled_from(LAWS))
def test_yes_answers_of_the_laws_are_replayed_and_others_never(a: Any, b: Any, name: str) -> None:
    """What the engine calls breaking has no proof; the share of YES that has one is counted."""
    writer, reader = laws(a, b)[name]
    answer = compare(writer=writer, reader=reader, seconds=30)
    try:
        proof = read(written(prove(writer=writer, reader=reader, seconds=10)))
    except OutOfReachError:
        TABLES.counts["proofs: YES answers of the laws, unsupported"] += answer.verdict is Verdict.COMPATIBLE
        return
    assert answer.verdict is not Verdict.BREAKING, answer.witness
    assert verify(proof) > 0
    TABLES.counts["proofs: YES answers of the laws, replayed"] += 1


SUITE = Path(__file__).parent / "suite" / "tests"
DRAFTS = {
    "draft4": "draft4", "draft6": "draft6", "draft7": "draft7",
    "draft2019-09": "2019-09", "draft2020-12": "2020-12",
}  # fmt: skip
NEEDS_DOCUMENTS = {"refRemote.json", "vocabulary.json"}
ONE_IN = 5
"""How many of the suite's instances are asked about."""


def instances(draft: str) -> Iterator[tuple[Any, Any, bool]]:
    """A schema of the official suite's required part, an instance, and whether the suite calls it valid."""
    for file in sorted((SUITE / draft).glob("*.json")):
        if file.name not in NEEDS_DOCUMENTS:
            for group in json.loads(file.read_text(encoding="utf-8")):
                yield from ((group["schema"], test["data"], test["valid"]) for test in group["tests"])


@pytest.mark.skipif(not SUITE.is_dir(), reason="run `python tests/compat/suite/fetch.py`")
@pytest.mark.parametrize("draft", DRAFTS)
def test_no_proof_contradicts_the_official_suite(draft: str) -> None:
    """An instance that it calls invalid is never proved to fit, nor one that it calls valid to be outside."""
    for schema, data, valid in [*instances(draft)][::ONE_IN]:
        constant = {"enum": [data]}
        for writer, reader, so in ((constant, schema, valid), (schema, {"not": constant}, not valid)):
            try:
                prove(writer=writer, reader=reader, dialect=DRAFTS[draft], seconds=10)
            except OutOfReachError:
                TABLES.counts["proofs: true of the official suite, unsupported"] += so
                continue
            assert so, (writer, reader)
            TABLES.counts["proofs: true of the official suite, replayed"] += 1


def mutations(tree: Any, claims: int, others: set[str]) -> Iterator[Any]:
    """Every way to change one thing in a tree of a proof."""
    if tree is None:
        yield {"rule": "values"}
        return
    yield None
    if "split" in tree:
        yield from ({**tree, "split": text} for text in [*others - {tree["split"]}, "any of ()", 0])
        yield {**tree, "ways": tree["ways"][:-1]}
        yield {**tree, "ways": [*tree["ways"], None]}
        for index, way in enumerate(tree["ways"]):
            for changed in mutations(way, claims, others):
                yield {**tree, "ways": [*tree["ways"][:index], changed, *tree["ways"][index + 1 :]]}
        return
    yield from ({**tree, "rule": rule} for rule in [*RULES, "trust-me"] if rule != tree["rule"])
    yield {**tree, "at": tree.get("at", -1) + 1}
    yield {**tree, "note": "trust me"}
    empty = tree.get("empty", {})
    yield {**tree, "empty": {**empty, "no such place": 0}}
    for label, number in empty.items():
        yield {**tree, "empty": {k: v for k, v in empty.items() if k != label}}
        yield from ({**tree, "empty": {**empty, label: n}} for n in ({*range(min(claims, 8)), claims, -1} - {number}))


def splits(tree: Any) -> Iterator[str]:
    """Every disjunction that a tree of a proof splits."""
    if tree is not None and "split" in tree:
        yield tree["split"]
        for way in tree["ways"]:
            yield from splits(way)


def forged(table: list[Any]) -> Iterator[list[Any]]:
    """Every table with one thing changed."""
    yield table[:-1]
    yield [*table, table[-1]]
    for index, entry in enumerate(table):
        for changed in _entries(entry, len(table)):
            yield [*table[:index], changed, *table[index + 1 :]]


def _entries(entry: dict[str, Any], claims: int) -> Iterator[Any]:
    yield None
    yield {**entry, "claim": entry["claim"][:-1]}
    yield {**entry, "claim": [*entry["claim"], "not writer #"]}
    for kind, tree in entry["kinds"].items():
        yield {**entry, "kinds": {k: t for k, t in entry["kinds"].items() if k != kind}}
        for changed in mutations(tree, claims, set(splits(tree))):
            yield {**entry, "kinds": {**entry["kinds"], kind: changed}}


MOST_CHANGES = 150
"""Changes tried on one proof, spread over all of it; fewer on large ones."""


def test_a_changed_proof_is_refused(proofs: dict[str, Proof]) -> None:
    """
    Any rule, place, child, way or claim: the replay finds it without the seal, whichever one thing was changed.

    But for a branch that two disjunctions close alike: the one for the other gives another proof, and only the seal
    tells that it is not the one that was written.
    """
    for proof in proofs.values():
        tables = list(forged(proof.table)) if not proof.same else []
        for table in tables[:: 1 + len(tables) * (1 + len(proof.table) // 20) // MOST_CHANGES]:
            TABLES.counts["proofs: changed in one place"] += 1
            with pytest.raises(RefusedError):
                verify(Proof(proof.question, table, seal=proof.seal))
            if refused(Proof(proof.question, copy.deepcopy(table))):
                TABLES.counts["proofs: changed in one place, refused by the replay alone"] += 1
            else:
                assert without_splits(table) == without_splits(proof.table)
                TABLES.counts["proofs: changed in one place, to another proof of the same"] += 1


def refused(proof: Proof) -> bool:
    """Whether the replay finds a step that does not follow."""
    try:
        verify(proof)
    except RefusedError:
        return True
    return False


def without_splits(part: Any) -> Any:
    """A table without the names of the disjunctions that it splits."""
    if isinstance(part, dict):
        return {key: without_splits(item) for key, item in part.items() if key != "split"}
    return [without_splits(item) for item in part] if isinstance(part, list) else part


def test_a_proof_of_another_question_is_refused(proofs: dict[str, Proof]) -> None:
    """The table of a YES proves nothing once the reader wants more, and turned round only what is so."""
    for name, proof in proofs.items():
        question = proof.question
        narrower = Question(
            question.writer, {"allOf": [question.reader, {"not": {}}]}, question.dialect, question.formats,
            question.documents,
        )  # fmt: skip
        if compare(writer=question.writer, reader=False, seconds=20).verdict is Verdict.BREAKING:
            with pytest.raises(RefusedError):
                verify(Proof(narrower, proof.table, proof.same))
        turned = Question(question.reader, question.writer, question.dialect, question.formats, question.documents)
        asked_back = {k: getattr(turned, k) for k in QUESTION}
        if compare(**asked_back, seconds=20).verdict is Verdict.BREAKING:
            with pytest.raises(RefusedError):
                verify(Proof(turned, proof.table, proof.same))
            TABLES.counts["proofs: turned round, refused"] += 1
        assert verify(proof) > 0, name


def test_a_proof_is_the_same_in_every_process(proofs: dict[str, Proof], tmp_path: Path) -> None:
    """Nothing in a proof depends on how Python orders its sets today."""
    for name, proof in proofs.items():
        (tmp_path / f"{name}.json").write_text(written(proof), encoding="utf-8")
    code = (
        "import sys, pathlib; from interlock.compat.proofs import read, verify\n"
        "for p in sorted(pathlib.Path(sys.argv[1]).glob('*.json')): verify(read(p.read_text(encoding='utf-8')))"
    )
    for seed in ("1", "2"):
        subprocess.run(  # noqa: S603 - our own interpreter and code
            [sys.executable, "-c", code, str(tmp_path)], check=True, env={**os.environ, "PYTHONHASHSEED": seed}
        )


HOSTILE = {
    "no JSON": "{",
    "no proof": '{"type": "object"}',
    "a list": "[]",
    "deep": "[" * 100_000,
    "twice": '{"kind": "interlock-proof", "kind": "interlock-proof"}',
    "not a number": '{"kind": "interlock-proof", "version": NaN}',
    "another version": '{"kind": "interlock-proof", "version": 2}',
    "no table": '{"kind": "interlock-proof", "version": 1, "dialect": null, "formats": "annotation", "documents": {}, "same": false, "seal": "", "table": 1}',
    "a dialect of its own": '{"kind": "interlock-proof", "version": 1, "dialect": [], "formats": "annotation", "documents": {}, "same": false, "seal": "", "table": []}',
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=list(HOSTILE))
def test_what_is_no_proof_is_not_read(text: str) -> None:
    """One sentence says what is wrong with it."""
    with pytest.raises(UnreadableProofError):
        read(text)


BROKEN: dict[str, tuple[Any, Any, list[Any], bool]] = {
    "an empty table": (True, False, [], False),
    "equal without being so": (True, False, [], True),
    "a table that is none": (True, True, [1], False),
    "kinds that are none": (True, {"type": "string"}, [{"claim": ["not reader #"], "kinds": 7}], False),
    "a way that is none": (True, {"type": "string"}, [{"claim": ["not reader #"], "kinds": {"null": []}}], False),
    "a schema without end": (
        {"$ref": "#"},
        {"type": "string"},
        [{"claim": ["not reader #", "writer #"], "kinds": {}}],
        False,
    ),
    "a dynamic reference": ({"$dynamicRef": "#a"}, {}, [{"claim": [], "kinds": {}}], False),
}


@pytest.mark.parametrize(("writer", "reader", "table", "same"), BROKEN.values(), ids=list(BROKEN))
def test_what_proves_nothing_is_refused(writer: Any, reader: Any, table: list[Any], same: Any) -> None:
    """Whatever shape the table has."""
    with pytest.raises(RefusedError):
        verify(Proof(Question(writer, reader), table, same))


def test_the_commands_write_and_replay(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Exit code 0 verified, 1 not, 2 unreadable; no proof is written of what is not compatible."""
    narrow, wide, file = (tmp_path / name for name in ("narrow.json", "wide.json", "proof.json"))
    narrow.write_text('{"type": "object", "properties": {"n": {"multipleOf": 0.2, "minimum": 1e3}}}', encoding="utf-8")
    wide.write_text('{"properties": {"n": {"multipleOf": 0.1, "minimum": 7}}}', encoding="utf-8")
    sides = ("--writer", str(narrow), "--reader", str(wide))
    assert run(("compare", *sides, "--proof", str(file))) == 0
    assert run(("verify-proof", str(file))) == 0
    assert capsys.readouterr().out.splitlines()[-1].startswith("verified: ")
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("0.1", "0.3"), encoding="utf-8")
    assert run(("verify-proof", str(file))) == 1
    assert capsys.readouterr().out.startswith("not verified: ")
    file.write_text("{}", encoding="utf-8")
    assert run(("verify-proof", str(file))) == 2
    file.unlink()
    assert run(("compare", "--writer", str(wide), "--reader", str(narrow), "--proof", str(file))) == 1
    assert run(("verify-proof", str(file))) == 2
    assert run(("compare", "--batch", "-", "--proof", str(file))) == 2
    assert not file.exists()
