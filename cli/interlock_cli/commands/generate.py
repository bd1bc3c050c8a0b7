"""`interlock generate`: code from contracts."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from interlock.errors import BadValueError, UsageError
from interlock_cli.completion import contract_names
from interlock_cli.console import say, say_json, tell
from interlock_cli.frame import globals_of
from interlock_cli.options import AsJson
from interlock_cli.places import catalog_folder, working_copy

if TYPE_CHECKING:
    from interlock_codegen.generating import Generated

TARGETS = ("python", "upcaster", "openapi", "asyncapi")
"""What can be generated."""
_TAKEN = {
    "--output": TARGETS,
    "--contract": ("upcaster", "openapi"),
    "--from": ("python",),
    "--module": ("python",),
    "--check": ("python", "openapi", "asyncapi"),
    "--package-version": ("python", "asyncapi"),
    "--format": ("openapi", "asyncapi"),
    "--schema-format": ("asyncapi",),
}
"""Which option says something to which target."""


def _targets() -> list[str]:
    """Return what can be generated, for completion."""
    return list(TARGETS)


def generate(
    ctx: typer.Context,
    *,
    target: Annotated[str, typer.Argument(metavar="TARGET", autocompletion=_targets, help="What to generate: python for a package, upcaster for the start of a function between two majors, openapi for API products, asyncapi for events.", show_default=False)],
    output: Annotated[Path | None, typer.Option("--output", "-o", metavar="PATH", help="Folder to write to; asyncapi and one openapi document also take a file.  [default: stdout, for one document]", show_default=False)] = None,
    contract: Annotated[str | None, typer.Option("--contract", metavar="NAME@MAJOR", autocompletion=contract_names, help="The newer major, for upcaster; the only product, for openapi.", show_default=False)] = None,
    source: Annotated[Path | None, typer.Option("--from", metavar="DIR", help="Generate from plain JSON Schema files, without a catalog.", show_default=False)] = None,
    module: Annotated[str | None, typer.Option("--module", metavar="NAME", help="Name to import, with --from.  [default: the folder's]", show_default=False)] = None,
    form: Annotated[str | None, typer.Option("--format", metavar="FORM", help="Write documents as yaml or json.  [default: as the file is named, else yaml]", show_default=False)] = None,
    schema_format: Annotated[str | None, typer.Option("--schema-format", metavar="DRAFT", help="Draft of the schemas in asyncapi: 2020-12, or draft-07, which every AsyncAPI tool reads.  [default: 2020-12]", show_default=False)] = None,
    check: Annotated[bool, typer.Option("--check", help="Write nothing; exit with 1 when what is there is not up to date.")] = False,
    package_version: Annotated[str | None, typer.Option("--package-version", metavar="VERSION", help="Version of the package, or of the asyncapi document.  [default: 0.0.0]", show_default=False)] = None,
    as_json: AsJson = False,
) -> int:  # fmt: skip
    """Write what others import or read: a typed Python package, OpenAPI, AsyncAPI. Other people's files are never touched."""
    if target not in TARGETS:
        raise BadValueError("target", target, f"write {', '.join(TARGETS[:-1])} or {TARGETS[-1]}")
    given = {
        "--output": output, "--contract": contract, "--from": source, "--module": module, "--format": form,
        "--schema-format": schema_format, "--check": check or None, "--package-version": package_version,
    }  # fmt: skip
    _refuse_idle(target, [option for option, value in given.items() if value is not None])
    version = _version(package_version or "0.0.0")
    if output is not None and source is None and target != "upcaster":
        _refuse_inside(output, catalog_folder(ctx))
    if target in ("openapi", "asyncapi"):
        from interlock_cli.exporting import Export, export

        quiet = globals_of(ctx).quiet
        asked = Export(target, output, form, schema_format, contract, version, check, as_json, quiet)
        return export(asked, working_copy(ctx))
    if output is None:
        raise UsageError(
            f"say which folder the {'package' if target == 'python' else 'function'} goes to with --output"
        )
    if target == "upcaster":
        return _upcaster(ctx, contract, output)
    generated = _generated(ctx, version) if source is None else _from_files(source, module, version)
    return _package(generated, output, check=check, as_json=as_json, quiet=globals_of(ctx).quiet)


def _refuse_idle(target: str, given: list[str]) -> None:
    """Raise UsageError for an option that would say nothing."""
    idle = next((option for option in given if target not in _TAKEN[option]), None)
    if idle is not None:
        raise UsageError(f"{idle} says nothing to {target}: leave it out, it belongs to {' and '.join(_TAKEN[idle])}")


def _refuse_inside(output: Path, catalog: Path) -> None:
    """Raise UsageError for a place inside the catalog, whose files would be read as contracts from then on."""
    if output.resolve().is_relative_to(catalog.resolve()):
        raise UsageError(
            f"--output {output} lies in the catalog, which holds contracts only: name a place outside of it"
        )


def _version(text: str) -> str:
    """Return a version as it is written; raise BadVersionError."""
    from interlock.versions import Version

    return str(Version.parse(text))


def _package(generated: Generated, output: Path, *, check: bool, as_json: bool, quiet: bool) -> int:
    """Write a package, or with `check` say what differs, and return the exit code."""
    from interlock_cli.drifting import lists, report_findings, tell_drift
    from interlock_codegen.writing import drift, write

    if generated.findings:
        report_findings(generated.findings, as_json=as_json, quiet=quiet)
    if not generated.files:
        return 1
    found = drift(generated.files, output) if check else write(generated.files, output)
    if as_json:
        say_json({"folder": str(output), "files": len(generated.files), "written": not check, **lists(found)})
    else:
        again = f"interlock generate python -o {output}"
        tell_drift(found, output, len(generated.files), again=again, check=check, quiet=quiet)
    return 1 if generated.findings or (check and found) else 0


def _upcaster(ctx: typer.Context, contract: str | None, folder: Path) -> int:
    """Write the start of a function between two majors, never over one that is there."""
    from interlock.authoring.writing import write_new
    from interlock_codegen.stubs import upcaster_stub

    if contract is None:
        raise UsageError("say which major the function leads to, for example --contract production.lot-scrapped@2")
    path, text = upcaster_stub(working_copy(ctx).catalog, contract)
    say(*write_new(folder, {path: text.decode()}))
    if not globals_of(ctx).quiet:
        tell("next: fill each gap, or let it refuse the event; then interlock generate python packages the function")
    return 0


def _generated(ctx: typer.Context, version: str) -> Generated:
    """Return the package of the catalog in the working copy."""
    from interlock.loading import load
    from interlock.trees import WorkTree
    from interlock_codegen.generating import python_package

    folder = catalog_folder(ctx)
    upcasters = folder.resolve().parent / "upcasters"
    return python_package(load(WorkTree(folder)), unusable, version=version, upcasters=upcasters)


def _from_files(folder: Path, module: str | None, version: str) -> Generated:
    """Return the package of the schema files in a folder."""
    from interlock_codegen.documents import documents_package
    from interlock_codegen.naming import snake

    name = module or snake(folder.resolve().name, "documents")
    if snake(name) != name:
        raise BadValueError("--module", name, f"write a name that Python can import, for example {snake(name)}")
    return documents_package(folder, name, unusable, version)


def unusable(schema: Any) -> tuple[str, str] | None:
    """Return why no exact gate can be made of a schema, and where; None when one can."""
    from interlock_runtime.gate import Gate
    from interlock_runtime.violations import UnsupportedSchema

    try:
        Gate(schema)
    except UnsupportedSchema as unsupported:
        return unsupported.why, unsupported.pointer
    return None
