"""The clients of the shipped products: every example and many made-up bodies go through them unchanged, both ways."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from codegen.generated import shipped
from interlock_runtime.testing.choosing import Least, Most, Seeded
from interlock_runtime.testing.values import Maker

PRODUCTS = sorted(shipped().products)
SEEDS = 12


def module_of(package: ModuleType, key: str) -> Any:
    """Return the module of a product."""
    name, _, major = key.partition("@")
    return getattr(getattr(package.products, name.replace("-", "_")), f"v{major}")


def operations(module: Any) -> dict[str, Any]:
    """Return a product's operations by their operationId."""
    return {value.name: value for value in vars(module).values() if type(value).__name__ == "Operation"}


def written(document: Any) -> Iterator[tuple[str, Any]]:
    """Yield the operations of a document, references resolved where bodies stand."""
    for item in document["paths"].values():
        for operation in item.values():
            if isinstance(operation, dict) and "operationId" in operation:
                yield operation["operationId"], operation


def examples(media: Any) -> Iterator[Any]:
    """Yield the examples of a body."""
    yield from (example["value"] for example in media.get("examples", {}).values())


def exactly(text: bytes) -> Any:
    """Return a JSON value whose numbers have the value that their digits say."""
    return json.loads(text, parse_float=Decimal, parse_int=Decimal)


def goes_through(content: Any, document: Any) -> None:
    """Read a body and write it again: it is the same JSON value."""
    text = json.dumps(document, default=float).encode()
    assert exactly(content.write(content.read(text))) == exactly(text)


@pytest.mark.parametrize("key", PRODUCTS)
def test_every_example_goes_through_its_client(acme: ModuleType, key: str) -> None:
    """Each example of a request is sent, and each of a response read, as it stands in the document."""
    module = module_of(acme, key)
    found, seen = operations(module), 0
    for name, said in written(module.PRODUCT.document):
        bodies = said.get("requestBody", {}).get("content", {})
        for media, body in bodies.items():
            for example in examples(body):
                goes_through(found[name].body[media], example)
                seen += 1
        for status, response in said["responses"].items():
            for media, body in response.get("content", {}).items():
                for example in examples(body):
                    goes_through(found[name].answers[status].contents[media], example)
                    seen += 1
    assert seen >= len(found)


@pytest.mark.parametrize("key", PRODUCTS)
def test_every_problem_that_is_declared_is_an_exception(acme: ModuleType, key: str) -> None:
    """For each problem type of each answer there is a class, and the examples of the problem are read into its body."""
    module = module_of(acme, key)
    schemas = module.PRODUCT.document["components"]["schemas"]
    declared = {
        schema["properties"]["type"]["const"]: schema
        for schema in schemas.values()
        if "const" in schema.get("properties", {}).get("type", {})
    }
    problems = {
        problem.uri: problem
        for operation in operations(module).values()
        for answer in operation.answers.values()
        for problem in answer.problems
    }
    assert set(problems) == set(declared)
    for uri, problem in problems.items():
        assert problem.error.__name__ in module.__all__
        assert problem.error.__doc__
        for example in declared[uri].get("examples", []):
            goes_through(problem.content, example)


@pytest.mark.parametrize("key", PRODUCTS)
def test_what_the_schemas_take_the_client_takes(acme: ModuleType, key: str) -> None:
    """Bodies made from the schemas, least, most and at random, are read and written again as the same JSON value."""
    module = module_of(acme, key)
    taken = 0
    for operation in operations(module).values():
        contents = list((operation.body or {}).values())
        contents += [content for answer in operation.answers.values() for content in answer.contents.values()]
        for content in contents:
            for chooser in (Least(), Most(), *(Seeded((key, operation.name, seed)) for seed in range(SEEDS))):
                schema = content.load_schema()
                document = Maker(schema, chooser).value(schema)
                if content.writer_gate.fits(document):
                    goes_through(content, document)
                    taken += 1
    assert taken > SEEDS


@pytest.mark.parametrize("key", PRODUCTS)
def test_promises_are_those_of_the_catalog(acme: ModuleType, key: str) -> None:
    """What the module says of its product is what the contract says."""
    product, contract = module_of(acme, key).PRODUCT, shipped().products[key].value
    assert (product.key, product.title, product.tier, product.classification) == (
        key,
        contract.title,
        contract.tier,
        contract.classification,
    )
    assert {name: access.scopes for name, access in product.authorization.items()} == {
        name: access.scopes for name, access in contract.authorization.items()
    }
    assert product.results_in == {name: found.events for name, found in contract.results_in.items()}
    assert product.base_path == product.document["servers"][0]["url"]
    assert product.lifecycle.sunset == (str(contract.lifecycle.sunset) if contract.lifecycle.sunset else None)


@pytest.mark.parametrize("key", PRODUCTS)
def test_what_goes_away_says_so(acme: ModuleType, key: str) -> None:
    """Every method of a deprecated product is marked for editors and type checkers, and tells what to use instead."""
    module, life = module_of(acme, key), shipped().products[key].value.lifecycle
    told = [
        getattr(getattr(module.Client, name), "__deprecated__", "")
        for name in dir(module.Client)
        if not name.startswith("_")
    ]
    if life.status == "released":
        assert not any(told)
        assert not any(operation.deprecated for operation in operations(module).values())
    else:
        assert life.successor
        assert all(life.successor in operation.deprecated for operation in operations(module).values())
        assert sum(life.successor in text for text in told) == len(operations(module))


def test_the_script_of_the_page_runs(shipped_folder: Path) -> None:
    """What the page says about calling a product works as it stands."""
    blocks = (shipped_folder / "README.md").read_text(encoding="utf-8").split("```python\n")[1:]
    script = next(block.partition("```")[0] for block in blocks if ".Client(" in block)
    subprocess.run([sys.executable, "-c", script], cwd=shipped_folder, check=True)  # noqa: S603
