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
    from interlock.report import Report
    from interlock_codegen.generating import Generated
    from interlock_codegen.writing import Drift

TARGETS = ("python", "upcaster")
"""What can be generated."""


def _targets() -> list[str]:
    """Return what can be generated, for completion."""
    return list(TARGETS)


def generate(
    ctx: typer.Context,
    *,
    target: Annotated[str, typer.Argument(metavar="TARGET", autocompletion=_targets, help="What to generate: python, or upcaster for the start of a function between two majors.", show_default=False)],
    output: Annotated[Path, typer.Option("--output", "-o", metavar="DIR", help="Folder of the package.", show_default=False)],
    contract: Annotated[str | None, typer.Option("--contract", metavar="NAME@MAJOR", autocompletion=contract_names, help="The newer major, for upcaster.", show_default=False)] = None,
    source: Annotated[Path | None, typer.Option("--from", metavar="DIR", help="Generate from plain JSON Schema files, without a catalog.", show_default=False)] = None,
    module: Annotated[str | None, typer.Option("--module", metavar="NAME", help="Name to import, with --from.  [default: the folder's]", show_default=False)] = None,
    check: Annotated[bool, typer.Option("--check", help="Write nothing; exit with 1 when the folder is not up to date.")] = False,
    package_version: Annotated[str, typer.Option("--package-version", metavar="VERSION", help="Version of the package.")] = "0.0.0",
    as_json: AsJson = False,
) -> int:  # fmt: skip
    """Write a typed package of the catalog's events. Files that Interlock did not write are never touched."""
    if target not in TARGETS:
        raise BadValueError("target", target, f"write {' or '.join(TARGETS)}")
    if target == "upcaster":
        return _upcaster(ctx, contract, output)
    from interlock_cli.writing import write as write_report
    from interlock_codegen.writing import drift, write

    generated = _generated(ctx, package_version) if source is None else _from_files(source, module, package_version)
    if generated.findings:
        write_report(_report(generated), [("json" if as_json else "text", "-")], quiet=globals_of(ctx).quiet)
    if not generated.files:
        return 1
    found = drift(generated.files, output) if check else write(generated.files, output)
    if as_json:
        say_json({"folder": str(output), "files": len(generated.files), "written": not check, **_lists(found)})
    else:
        _tell(found, output, len(generated.files), check=check, quiet=globals_of(ctx).quiet)
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
    from interlock.versions import Version
    from interlock_codegen.generating import python_package

    folder = catalog_folder(ctx)
    upcasters = folder.resolve().parent / "upcasters"
    return python_package(load(WorkTree(folder)), unusable, version=str(Version.parse(version)), upcasters=upcasters)


def _from_files(folder: Path, module: str | None, version: str) -> Generated:
    """Return the package of the schema files in a folder."""
    from interlock.versions import Version
    from interlock_codegen.documents import documents_package
    from interlock_codegen.naming import snake

    name = module or snake(folder.resolve().name, "documents")
    if snake(name) != name:
        raise BadValueError("--module", name, f"write a name that Python can import, for example {snake(name)}")
    return documents_package(folder, name, unusable, str(Version.parse(version)))


def unusable(schema: Any) -> tuple[str, str] | None:
    """Return why no exact gate can be made of a schema, and where; None when one can."""
    from interlock_runtime.gate import Gate
    from interlock_runtime.violations import UnsupportedSchema

    try:
        Gate(schema)
    except UnsupportedSchema as unsupported:
        return unsupported.why, unsupported.pointer
    return None


def _report(generated: Generated) -> Report:
    """Return what stands in the way as a report."""
    from interlock.report import Report

    return Report(
        command="generate", catalog="", head="working copy", findings=generated.findings, reproduce="interlock lint"
    )


def _lists(found: Drift) -> dict[str, list[str]]:
    """Return the differences as lists."""
    return {"missing": list(found.missing), "changed": list(found.changed), "stale": list(found.stale)}


def _tell(found: Drift, folder: Path, count: int, *, check: bool, quiet: bool) -> None:
    """Say what differs or was done: each file on stdout, the sum on stderr."""
    words = (
        {"missing": "missing", "changed": "differs", "stale": "stale"}
        if check
        else {"missing": "new", "changed": "changed", "stale": "removed"}
    )
    say(*(f"{words[kind]}  {path}" for kind, paths in _lists(found).items() for path in paths))
    if quiet:
        return
    if not found:
        tell(f"{folder} is up to date: {count} files")
    elif check:
        tell(f"{folder} is not up to date: run interlock generate python -o {folder}, and commit what it writes")
    else:
        tell(
            f"wrote {len(found.missing) + len(found.changed)} and removed {len(found.stale)} of {count} files in {folder}"
        )
