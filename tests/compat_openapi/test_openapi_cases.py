"""Each file under `cases`, and beside the rules, is a pair of documents and what must be found between them, or nothing."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
import yaml
from openapi_judge import accepts, proves

import interlock.compat.openapi as package
from interlock.compat import Verdict
from interlock.compat.openapi import API_RULES, ApiComparison, refusals

CASES = Path(__file__).parent / "cases"
PAIRS = Path(package.__path__[0]) / "pairs"
"""What fires and what looks alike, by rule: `interlock explain` shows the same files."""
SECONDS = 60.0


def named(folder: Path) -> list[Any]:
    """The files of a folder, each as a parameter."""
    return [pytest.param(path, id=path.stem) for path in sorted(folder.glob("*.yaml"))]


def read(path: Path) -> dict[str, Any]:
    """A case."""
    content: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return content


def asked(case: dict[str, Any], earliest_sunset: str | None = None) -> ApiComparison:
    """The answer about a case."""
    earliest = dt.date.fromisoformat(earliest_sunset) if earliest_sunset else None
    return refusals(writer=case["old"], reader=case["new"], seconds=SECONDS, earliest_sunset=earliest)


def told(answer: ApiComparison) -> list[dict[str, str]]:
    """What an answer says, as the files say it."""
    found = (*answer.refusals, *answer.notes)
    return [{name: getattr(refusal, name) for name in ("cause", "level", "part", "at")} for refusal in found]


@pytest.mark.parametrize("path", named(PAIRS))
def test_a_rule_fires(path: Path) -> None:
    """Every rule finds its pair, at its place in a witness that proves it, and nothing else."""
    case = read(path)["fires"]
    answer = asked(case, read(path).get("earliest-sunset"))
    assert told(answer) == case["finds"], case["why"]
    assert case["finds"][0]["cause"] == path.stem
    assert answer.verdict is (Verdict.BREAKING if case["finds"][0]["level"] == "wire" else Verdict.COMPATIBLE)
    assert all(refusal.witness["http"] for refusal in answer.refusals)


@pytest.mark.parametrize("path", named(PAIRS))
def test_its_look_alike_is_silent(path: Path) -> None:
    """What looks like the pair and breaks nobody is compatible."""
    case = read(path)["silent"]
    answer = asked(case, read(path).get("earliest-sunset"))
    assert answer.verdict is Verdict.COMPATIBLE, (case["why"], told(answer), answer.undecided)
    assert told(answer) == case.get("finds", []), case["why"]


OTHER_THAN_REFUSED = {
    "route-captured": "another operation takes the request",
    "parameter-style": "the value is read as another one",
    "empty-value-refused": "an empty text is a text, to every schema",
    "default-changed": "what is left out means something else",
    "known-value-removed": "the pattern still takes it",
    "content-encoding-changed": "the text is decoded in another way",
    "encoding-changed": "the part is decoded in another way",
    "xml-mapping-changed": "the part is another element",
    "security-tightened": "the judge checks no credentials",
    "security-scheme-changed": "the judge checks no credentials",
}
"""Wire rules about requests that are not refused as such, with what happens to them."""


@pytest.mark.parametrize("path", named(PAIRS))
def test_the_request_is_refused(path: Path) -> None:
    """The old document takes the witness and the new one does not, says a judge that knows nothing of the engine."""
    case = read(path)["fires"]
    for refusal in asked(case).refusals:
        if refusal.part == "request":
            assert accepts(case["old"], refusal.witness["request"]), refusal
            assert accepts(case["new"], refusal.witness["request"]) is (path.stem in OTHER_THAN_REFUSED), refusal


def test_every_rule_has_its_pair_and_its_mirror() -> None:
    """No rule without a file, no file without a rule; each mirror is a rule, or the reason why there is none."""
    assert {path.stem for path in PAIRS.glob("*.yaml")} == set(API_RULES)
    for rule in API_RULES.values():
        first = rule.mirror.partition(",")[0].partition(":")[0]
        assert first in {"none", "itself", *API_RULES}, rule
        assert first != "none" or len(rule.mirror) > len("none: "), rule


@pytest.mark.parametrize("path", named(CASES / "schemas"))
def test_what_schemas_refuse(path: Path) -> None:
    """Bodies, parameters and headers are asked in their own direction; the independent judge confirms each witness."""
    case = read(path)
    answer = asked(case)
    assert told(answer) == case["finds"], (case["why"], answer)
    assert answer.verdict is (Verdict.BREAKING if case["finds"] else Verdict.COMPATIBLE)
    for refusal in (refusal for refusal in answer.refusals if refusal.cause not in API_RULES):
        assert proves(refusal, case["old"], case["new"]), refusal


@pytest.mark.parametrize("path", named(CASES / "equal"))
def test_equivalent_documents(path: Path) -> None:
    """A document that says the same in other words breaks nobody."""
    case = read(path)
    answer = asked(case)
    assert (answer.verdict, answer.undecided) == (Verdict.COMPATIBLE, ()), (case["why"], told(answer))
    assert [note.cause for note in answer.notes] == case.get("notes", [])


@pytest.mark.parametrize("path", named(CASES / "undecided"))
def test_faulty_documents(path: Path) -> None:
    """A fault is reported at its place; it makes nothing crash, and never a yes."""
    case = read(path)
    answer = asked(case)
    assert answer.verdict is Verdict.UNDECIDED, (case["why"], answer)
    assert case["undecided"] in [{"code": gap.code, "side": gap.side} for gap in answer.undecided], answer.undecided


@pytest.mark.parametrize(
    ("document", "says"),
    [
        ({"swagger": "2.0"}, "Swagger 2.0 is not compared: convert the document to OpenAPI 3.0 first"),
        ({"openapi": "3.2.0"}, "OpenAPI 3.2.0 is not compared yet: write the document as 3.1"),
        ({"openapi": 3.1}, "only OpenAPI 3.0 and 3.1 are compared, and this document says 3.1"),
        ([], "this document says None"),
    ],
)
def test_other_versions_are_told_plainly(document: Any, says: str) -> None:
    """What is not read is named, with what would mend it."""
    answer = refusals(writer=document, reader={"openapi": "3.1.1", "paths": {}})
    assert answer.verdict is Verdict.UNDECIDED
    assert says in answer.undecided[0].message


def every_document() -> list[Any]:
    """Each document of every case."""
    found: list[Any] = []
    for path in sorted([*CASES.glob("*/*.yaml"), *PAIRS.glob("*.yaml")]):
        content = read(path)
        for part in (content.get("fires"), content.get("silent"), content):
            found += [
                pytest.param(part[side], id=f"{path.stem}-{side}") for side in ("old", "new") if part and side in part
            ]
    return found


@pytest.mark.parametrize("document", every_document())
def test_a_document_fits_itself(document: dict[str, Any]) -> None:
    """Whatever else is wrong with it."""
    answer = refusals(writer=document, reader=document, seconds=SECONDS)
    is_read = document.get("openapi", "").startswith(("3.0", "3.1"))
    expected = Verdict.COMPATIBLE if is_read else Verdict.UNDECIDED
    assert (answer.verdict, answer.notes) == (expected, ())
