"""The Python package of plain schema files: one module a file, named after its stem."""

from __future__ import annotations

import json
import keyword
from pathlib import Path

from interlock.findings import Finding, Place, in_order
from interlock_codegen import indexes
from interlock_codegen.code import Code, docstring, literal, toml_string
from interlock_codegen.generating import RUNTIME, Generated, Unusable
from interlock_codegen.layout import argument, call, listed, shown
from interlock_codegen.lowering.module import ModuleNames
from interlock_codegen.lowering.place import text
from interlock_codegen.lowering.places import OWN
from interlock_codegen.lowering.shapes import Root
from interlock_codegen.lowering.types import Lowering
from interlock_codegen.model import ContractValue, Module
from interlock_codegen.naming import Scope, all_order, pascal, snake
from interlock_codegen.package import Files, copied, modules_in
from interlock_codegen.plain import PlainSchema, read
from interlock_codegen.printing import MARKER, printed

_FUNCTIONS = ("parse", "errors", "serialize")


def documents_package(folder: Path, module: str, unusable: Unusable, version: str = "0.0.0") -> Generated:
    """Return the package of a folder's schemas: of the good ones, with a finding for each other. Raises UsageError."""
    schemas, findings = read(folder)
    scope, files = Scope(OWN), Files()
    names: dict[str, str] = {}
    for schema in schemas:
        why = unusable(schema.complete)
        if why is not None:
            findings.append(
                Finding("generate/schema-is-exact", f"no exact check can be made: {why[0]}", Place(schema.path, why[1]))
            )
            continue
        names[schema.path] = scope.claim(module_name(schema.path))
        name = names[schema.path]
        files[f"{module}/{name}.py"] = printed("types.py.j2", module=_module(schema, name))
        files[f"{module}/{name}.json"] = _schema_file(schema)
    files |= _around(module, version, sorted(names.values()))
    return Generated(dict(sorted(files.items())), in_order(findings))


def module_name(path: str) -> str:
    """
    Return the module of a schema file: its stem where Python can import that.

    >>> module_name("sales/Order_2.json"), module_name("order-line.v1.schema.json"), module_name("class.json")
    ('Order_2', 'order_line_v1', 'class_')
    """
    stem = path.rpartition("/")[2].rpartition(".")[0].removesuffix(".schema")
    plain = stem.isidentifier() and stem.isascii() and not stem.startswith("_") and not keyword.iskeyword(stem)
    return stem if plain else snake(stem, "schema")


def _module(schema: PlainSchema, name: str) -> Module:
    """Return the module of one schema."""
    names = ModuleNames("._runtime")
    root = Root(schema.complete, old=schema.old, ignored=schema.ignored, follows=schema.is_one_resource)
    lowering = Lowering(root, names)
    title, description = text(schema.written, "title"), text(schema.written, "description")
    called = lowering.root_type(pascal(name), tuple(line for line in (title, description) if line))
    names.use("Final")
    names.imports.setdefault("._runtime.documents", {})["Document"] = "Document"
    names.imports.setdefault("._lazy", {})["json_file"] = "json_file"
    made = call(
        "Document",
        argument("name", literal(schema.path)),
        argument("load_schema", call("json_file", Code("__package__"), literal(f"{name}.json"))),
        argument("load_type", Code(f"lambda: {called}")),
    )
    value = ContractValue(
        Code("DOCUMENT"), Code(f"Document[{called}]"), shown(made, before=len(called) + 29),
        docstring("Reading and writing documents of this schema.", indent=0),
        tuple((Code(function), Code(f"DOCUMENT.{function}")) for function in _FUNCTIONS),
    )  # fmt: skip
    offered = sorted([*lowering.exports, "DOCUMENT", *_FUNCTIONS], key=all_order)
    listing = shown(listed(*map(literal, offered)), before=10)
    doc = docstring(title or f"Documents of {schema.path}.", indent=0)
    return Module(doc, names.lines(), tuple(lowering.definitions), listing, value)


def _schema_file(schema: PlainSchema) -> bytes:
    """Return a schema as a file; `true` and `false` as the schema objects that say the same."""
    written = schema.complete if isinstance(schema.complete, dict) else {} if schema.complete else {"not": {}}
    marked = {"$comment": str(MARKER), **{key: value for key, value in written.items() if key != "$comment"}}
    return (json.dumps(marked, ensure_ascii=True, separators=(",", ":")) + "\n").encode()


def _around(module: str, version: str, names: list[str]) -> Files:
    """Return the files around the modules."""
    title = "Documents by their JSON Schemas, one module a file."
    inside: Files = {
        "__init__.py": indexes.index(title, ".", [(".", name, name) for name in names]),
        "_lazy.py": copied(Path(__file__).with_name("base").joinpath("lazy.py").read_bytes()),
        "py.typed": copied(b""),
        **{
            f"_runtime/{path}": copied(content)
            for path, content in modules_in(RUNTIME).items()
            if not path.startswith("testing/")
        },
    }
    project = printed(
        "pyproject.toml.j2", name=toml_string(module.replace("_", "-")), version=toml_string(version), summary=toml_string(title),
        module=Code(module), module_text=toml_string(module), dependencies=tuple(map(toml_string, indexes.DEPENDENCIES)), testing=False,
    )  # fmt: skip
    readme = printed("empty.md.j2", name=Code(module), text=Code(title))
    return {
        "pyproject.toml": project,
        "README.md": readme,
        **{f"{module}/{path}": content for path, content in inside.items()},
    }
