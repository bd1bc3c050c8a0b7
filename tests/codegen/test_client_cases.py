"""Clients of hostile and unusual documents: what they send, what they make of answers, and that nothing in them runs."""

from __future__ import annotations

import ast
import asyncio
import inspect
import json
from collections.abc import Mapping
from decimal import Decimal
from email.parser import BytesParser
from email.policy import HTTP
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import Any, get_args, get_origin, get_type_hints

import pytest
from pydantic import TypeAdapter

from codegen.hostile_products import BASE, CASES, AsyncServer, Server, case_of, line
from interlock_codegen.clients.lowering import RESERVED
from interlock_codegen.clients.naming import BASE_MEMBERS
from interlock_runtime.testing.choosing import Seeded
from interlock_runtime.testing.values import Maker
from interlock_runtime.wire import encoded, wire_of

CALLS = [
    pytest.param(case, call, id=f"{case.stem}-{number}-{call['call']}")
    for case in CASES
    for number, call in enumerate(case_of(case).get("calls", []))
]


def module_of(package: ModuleType, case: Path) -> Any:
    """Return the module that a case became."""
    return getattr(package.products, case.stem.replace("-", "_")).v1


def options(package: ModuleType) -> Any:
    """Return options under which nothing is sent twice."""
    return package.clients.Options(retry=package.clients.Retry(attempts=1))


def steps_of(call: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Return the exchanges of a call: none where nothing may leave."""
    return call.get("steps") or ([call] if "sends" in call else [])


def arguments(module: Any, method: Any, call: Mapping[str, Any]) -> tuple[list[Any], dict[str, Any]]:
    """Return what a call is given, each value as its annotation says."""
    hints = get_type_hints(method, vars(module), include_extras=True)
    named = {name: typed(hints[name], value) for name, value in call.get("with", {}).items()}
    return [typed(hints["body"], call["body"])] if "body" in call else [], named


def typed(kind: Any, value: Any) -> Any:
    """Return a JSON value as a type has it; bytes stand under `$bytes`."""
    if isinstance(value, dict) and "$bytes" in value:
        return value["$bytes"].encode()
    return TypeAdapter(kind).validate_python(value, by_alias=True, by_name=False)


def plain(value: Any) -> Any:
    """Return a value as JSON has it."""
    if isinstance(value, bytes):
        return {"$bytes": value.decode()}
    return json.loads(encoded(wire_of(TypeAdapter(Any))(value)))


def judge(call: Mapping[str, Any], server: Server, outcome: Any) -> None:
    """Compare what was sent and what came of it with what the case says."""
    steps = steps_of(call)
    assert [line(request) for request in server.sent] == [step["sends"] for step in steps]
    for step, request in zip(steps, server.sent, strict=True):
        assert dict(request.headers).items() >= step.get("headers", {}).items()
        if "sent" in step:
            assert json.loads(request.body) == step["sent"]
        if "form" in step:
            assert parts_of(dict(request.headers)["Content-Type"], request.body) == step["form"]
    if "raises" not in call:
        assert not isinstance(outcome, Exception), outcome
        assert outcome == call["gives"]
        return
    assert call["raises"] in {kind.__name__ for kind in type(outcome).__mro__}, repr(outcome)
    if "body_of_error" in call:
        assert plain(outcome.reply.value) == call["body_of_error"]


def parts_of(content_type: str, body: bytes) -> list[list[str | None]]:
    """Return the parts of a form as another reader has them: name, file name, media type, content."""
    message = BytesParser(policy=HTTP).parsebytes(f"Content-Type: {content_type}\r\n\r\n".encode() + body)
    assert not message.defects
    return [
        [
            part.get_param("name", header="content-disposition"),
            part.get_filename(),
            part.get_content_type(),
            part.get_payload(decode=True).decode(),
        ]
        for part in message.iter_parts()
    ]


@pytest.mark.parametrize(("case", "call"), CALLS)
def test_calls_send_and_give_what_the_document_says(hostile: ModuleType, case: Path, call: dict[str, Any]) -> None:
    """Each call of a case puts the expected request on the wire and ends in the expected value or error."""
    module = module_of(hostile, case)
    server = Server(hostile, steps_of(call))
    client = module.Client(BASE, transport=server, options=options(hostile))
    method = getattr(client, call["call"])
    try:
        positional, named = arguments(module, method, call)
        value = method(*positional, **named)
        outcome = [plain(item) for item in value] if inspect.isgenerator(value) else plain(value)
    except Exception as error:  # noqa: BLE001 - which one is what the case is about
        outcome = error
    judge(call, server, outcome)


@pytest.mark.parametrize(("case", "call"), CALLS)
def test_tasks_call_the_same(hostile: ModuleType, case: Path, call: dict[str, Any]) -> None:
    """The async client does the same as the sync one."""
    module = module_of(hostile, case)
    server = AsyncServer(hostile, steps_of(call))

    async def called() -> Any:
        method = getattr(module.AsyncClient(BASE, transport=server, options=options(hostile)), call["call"])
        positional, named = arguments(module, method, call)
        value = method(*positional, **named)
        return plain(await value) if inspect.isawaitable(value) else [plain(item) async for item in value]

    try:
        outcome = asyncio.run(called())
    except Exception as error:  # noqa: BLE001 - which one is what the case is about
        outcome = error
    judge(call, server, outcome)


@pytest.mark.parametrize(
    ("case", "said"),
    [
        pytest.param(case, said, id=f"{case.stem}-{number}-{said['hook']}")
        for case in CASES
        for number, said in enumerate(case_of(case).get("hooks", []))
    ],
)
def test_hooks_read_what_the_service_sends(hostile: ModuleType, case: Path, said: dict[str, Any]) -> None:
    """A receiver gets the typed value of what was sent to it, read openly, or each reason why it breaks the contract."""
    module = module_of(hostile, case)
    assert said["hook"] in module.__all__
    read = partial(getattr(module, said["hook"]).parse, said["media"], said["text"].encode())
    if "refused" not in said:
        value = read()
        assert (plain(value), type(value).__name__) == (said["gives"], said["kind"])
        return
    with pytest.raises(hostile.ContractViolation) as refused:
        read()
    assert [f"{fault.reason} {fault.pointer}" for fault in refused.value.violations] == said["refused"]


def test_what_is_served_of_a_3_0_document_is_3_1(hostile: ModuleType) -> None:
    """Servers judge by the document that clients were made of, in the words of 3.1."""
    document = module_of(hostile, next(case for case in CASES if case.stem == "openapi-3-0")).PRODUCT.document
    assert document["openapi"] == "3.1.1"
    assert document["components"]["schemas"]["Gauge"]["properties"]["value"]["type"] == ["number", "null"]


def test_a_hook_reads_no_more_than_it_is_told(hostile: ModuleType) -> None:
    """A body that is larger than a receiver wants is not looked into."""
    hook = module_of(hostile, next(case for case in CASES if case.stem == "hooks")).ON_LOT_MOVED
    with pytest.raises(hostile.ContractViolation, match="more than 10 bytes"):
        hook.parse("application/json", b'{"lotId": "L1"}', most_bytes=10)


@pytest.mark.parametrize("case", CASES, ids=lambda path: path.stem)
def test_every_operation_has_its_methods(hostile: ModuleType, case: Path) -> None:
    """No operation is lost to a name: each has a method, sync and async, plain and with the whole response."""
    module = module_of(hostile, case)
    operations = [value for name, value in vars(module).items() if type(value).__name__ == "Operation"]
    document = module.PRODUCT.document
    written = [
        path.get(method)
        for path in resolved(document)
        for method in ("get", "put", "post", "delete", "head", "options")
    ]
    assert len(operations) == len([each for each in written if each])
    base = {*dir(hostile._runtime.clients.BaseClient), *BASE_MEMBERS}  # noqa: SLF001 - what a client has of it
    methods = {name for name in dir(module.Client) if name not in base}
    assert len([name for name in methods if not name.endswith(("_pages", "_entries"))]) == len(operations)
    for other in (module.AsyncClient, module.RawClient, module.RawAsyncClient):
        assert all(
            inspect.isfunction(getattr(other, name)) for name in methods if not name.endswith(("_pages", "_entries"))
        )


def resolved(document: Any) -> list[Any]:
    """Return the path items, behind their references."""
    items = document["components"].get("pathItems", {}) if "components" in document else {}
    return [items[item["$ref"].rpartition("/")[2]] if "$ref" in item else item for item in document["paths"].values()]


@pytest.mark.parametrize(("case", "name", "said"), [
    pytest.param(case, name, said, id=f"{case.stem}-{name}")
    for case in CASES for name, said in case_of(case).get("types", {}).items()
])  # fmt: skip
def test_each_way_has_its_model(hostile: ModuleType, case: Path, name: str, said: list[str]) -> None:
    """What a method takes and gives are the models that the case names, and they are two where the ways differ."""
    module = module_of(hostile, case)
    hints = get_type_hints(getattr(module.Client, name), vars(module))
    assert [hints["body"].__name__, hints["return"].__name__] == said


def test_whole_responses_have_the_type_of_the_value(hostile: ModuleType) -> None:
    """The raw client's method gives a reply of what the plain one gives."""
    module = module_of(hostile, next(case for case in CASES if case.stem == "read-only-and-write-only"))
    plainly = get_type_hints(module.Client.create_user, vars(module))["return"]
    wholly = get_type_hints(module.RawClient.create_user, vars(module))["return"]
    assert get_origin(wholly).__name__ == "Reply"
    assert get_args(wholly) == (plainly,)


def test_nothing_of_a_document_runs(hostile: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Importing and using a client whose texts are code leaves no trace of them."""
    monkeypatch.chdir(tmp_path)
    module = module_of(hostile, next(case for case in CASES if case.stem == "texts-that-are-code"))
    repr(vars(module))
    help_text = inspect.getdoc(module.Client)
    assert help_text is not None
    assert "CANARY" in help_text
    assert not list(tmp_path.iterdir())


def test_no_method_hides_one_of_the_base_client(hostile: ModuleType) -> None:
    """The names that methods may not have are all that the base clients offer."""
    clients = hostile._runtime.clients  # noqa: SLF001 - the names come from there
    offered = {
        name for base in (clients.BaseClient, clients.BaseAsyncClient) for name in dir(base) if not name.startswith("_")
    }
    assert offered <= BASE_MEMBERS


@pytest.mark.parametrize("case", CASES, ids=lambda path: path.stem)
def test_every_imported_name_is_kept_free(hostile: ModuleType, case: Path) -> None:
    """No class of a document can take a name that the module imports, since each of those is reserved from the start."""
    tree = ast.parse(Path(str(module_of(hostile, case).__file__)).read_bytes())
    imports = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    used = {alias.asname or alias.name for node in imports if "_types" not in str(node.module) for alias in node.names}
    assert used <= RESERVED | {"DecimalText", "Instant", "LocalDate"}


@pytest.mark.parametrize("case", CASES, ids=lambda path: path.stem)
def test_what_a_schema_takes_goes_through_its_model(hostile: ModuleType, case: Path) -> None:
    """Bodies made from the schemas of a case are read into its models and written again as the same JSON value."""
    for operation in [
        value for value in vars(module_of(hostile, case)).values() if type(value).__name__ == "Operation"
    ]:
        contents = [*(operation.body or {}).values()]
        contents += [content for answer in operation.answers.values() for content in answer.contents.values()]
        for content in (each for each in contents if hasattr(each, "load_schema")):
            schema = content.load_schema()
            for seed in range(8):
                document = Maker(schema, Seeded((case.stem, operation.name, seed))).value(schema)
                text = json.dumps(document, default=float).encode()
                if content.writer_gate.fits(document):
                    assert exactly(content.write(content.read(text))) == exactly(text)


def exactly(text: bytes) -> Any:
    """Return a JSON value whose numbers have the value that their digits say."""
    return json.loads(text, parse_float=Decimal, parse_int=Decimal)
