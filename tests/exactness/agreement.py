"""
The agreement table: which engine answers the edge suite as the standards do.

Run it with `python tests/exactness/agreement.py [--quick]`; `--quick` leaves out the engines that generate code, which
take minutes. An engine that can't compile a schema counts its texts as unsupported, one that raises anything but its
own refusal as crashed. `changed` counts texts that were rightly taken and come out as another JSON value.
"""

from __future__ import annotations

import json
import sys
import types
import warnings
from collections import Counter
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), *(str(HERE.parents[1] / folder) for folder in ("registry", "codegen"))]

import jsonschema  # noqa: E402
from exactness_edge import Case, cases  # noqa: E402
from exactness_oracle import document  # noqa: E402

from interlock_runtime import Gate, UnsupportedSchema, loads  # noqa: E402
from interlock_runtime.wire import encoded  # noqa: E402

Judge = Callable[[bytes], "bytes | bool"]
"""Takes a text: True or what comes out for one that is taken, False for one that is refused."""


class Unsupported(Exception):  # noqa: N818 - says what happened
    """An engine can't compile a schema."""


def ours(schema: Any) -> Judge:
    """Return the gate."""
    try:
        gate = Gate(schema)
    except UnsupportedSchema as why:
        raise Unsupported from why
    return lambda text: gate.accepts(text) and encoded(loads(text))


def library(schema: Any) -> Judge:
    """Return python-jsonschema with its format checker."""
    kind = jsonschema.validators.validator_for(schema, default=jsonschema.Draft202012Validator)
    validator = kind(schema, format_checker=kind.FORMAT_CHECKER)
    return lambda text: validator.is_valid(json.loads(text)) and json.dumps(json.loads(text)).encode()


def rust(schema: Any) -> Judge:
    """Return jsonschema-rs as its documentation shows it."""
    import jsonschema_rs

    try:
        validator = jsonschema_rs.validator_for(schema, validate_formats=True)
    except ValueError as why:
        raise Unsupported from why
    return lambda text: validator.is_valid(json.loads(text)) and json.dumps(json.loads(text)).encode()


def fast(schema: Any) -> Judge:
    """Return fastjsonschema."""
    import fastjsonschema

    try:
        check = fastjsonschema.compile(json.loads(json.dumps(schema)))
    except Exception as why:
        raise Unsupported from why

    def judge(text: bytes) -> bytes | bool:
        value = json.loads(text)
        try:
            check(value)
        except fastjsonschema.JsonSchemaValueException:
            return False
        return json.dumps(json.loads(text)).encode()

    return judge


def _generated(schema: Any, kind: str) -> Any:
    """Return the class that datamodel-code-generator makes of a schema."""
    from datamodel_code_generator import DataModelType, InputFileType, PythonVersion, generate

    try:
        code = generate(
            json.dumps(schema),
            input_file_type=InputFileType.JsonSchema,
            output_model_type=DataModelType(kind),
            target_python_version=PythonVersion("3.11"),
            class_name="Root",
            disable_timestamp=True,
        )
        module = types.ModuleType(f"generated_{abs(hash(str(code)))}")
        sys.modules[module.__name__] = module
        exec(compile(str(code), module.__name__, "exec"), module.__dict__)  # noqa: S102 - that is what the generator is for
    except (Exception, SystemExit) as why:
        raise Unsupported from why
    return module.Root


def plain_pydantic(schema: Any) -> Judge:
    """Return a pydantic model as datamodel-code-generator writes it."""
    from pydantic import TypeAdapter, ValidationError

    try:
        adapter: Any = TypeAdapter(_generated(schema, "pydantic_v2.BaseModel"))
    except Exception as why:
        raise Unsupported from why

    def judge(text: bytes) -> bytes | bool:
        try:
            return bytes(adapter.dump_json(adapter.validate_json(text), by_alias=True, exclude_unset=True))
        except ValidationError:
            return False

    return judge


def structs(schema: Any) -> Judge:
    """Return msgspec structs as datamodel-code-generator writes them."""
    import msgspec

    try:
        decoder = msgspec.json.Decoder(_generated(schema, "msgspec.Struct"))
    except Exception as why:
        raise Unsupported from why

    def judge(text: bytes) -> bytes | bool:
        try:
            return msgspec.json.encode(decoder.decode(text))
        except (msgspec.DecodeError, UnicodeDecodeError):
            return False

    return judge


ENGINES: dict[str, Callable[[Any], Judge]] = {
    "interlock's gate": ours,
    "python-jsonschema, json.loads": library,
    "jsonschema-rs, json.loads": rust,
    "fastjsonschema, json.loads": fast,
}
GENERATED: dict[str, Callable[[Any], Judge]] = {
    "pydantic by datamodel-code-generator": plain_pydantic,
    "msgspec by datamodel-code-generator": structs,
}


def counted(engine: Callable[[Any], Judge], suite: list[Case]) -> Counter[str]:
    """Return how an engine did."""
    counts: Counter[str] = Counter()
    for case in suite:
        try:
            judge = engine(case.schema)
        except Unsupported:
            counts["unsupported"] += len(list(case.texts()))
            continue
        for text, right in case.texts():
            counts[_verdict(judge, text, right=right)] += 1
    return counts


def _verdict(judge: Judge, text: bytes, *, right: bool) -> str:
    """Return the column that one answer counts for."""
    try:
        answer = judge(text)
    except (ValueError, UnicodeError):
        answer = False
    except Exception:  # noqa: BLE001 - whatever an engine lets out
        return "crashed"
    if (answer is not False) != right:
        return "wrongly taken" if answer is not False else "wrongly refused"
    return "changed" if isinstance(answer, bytes) and not _same(answer, text) else "right"


def _same(answer: bytes, text: bytes) -> bool:
    """Say whether what came out is the JSON value that came in, numbers by their digits."""
    try:
        return _plain(document(answer)) == _plain(document(text))
    except (ValueError, RecursionError):
        return False


def _plain(value: Any) -> Any:
    """Return a value in which true is not 1."""
    if isinstance(value, dict):
        return {name: _plain(item) for name, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return (isinstance(value, bool), Decimal(value) if isinstance(value, int) else value)


COLUMNS = ("right", "changed", "wrongly taken", "wrongly refused", "crashed", "unsupported")


def main() -> None:
    """Print the table."""
    warnings.simplefilter("ignore")
    suite = cases()
    engines = ENGINES if "--quick" in sys.argv else {**ENGINES, **GENERATED}
    show = sys.stdout.write
    show(f"{len(suite)} schemas, {sum(len(list(case.texts())) for case in suite)} texts\n\n")
    show(f"{'engine':40}" + "".join(f"{column:>17}" for column in COLUMNS) + "\n")
    for name, engine in engines.items():
        counts = counted(engine, suite)
        show(f"{name:40}" + "".join(f"{counts[column]:>17}" for column in COLUMNS) + "\n")


if __name__ == "__main__":
    main()
