"""`interlock generate openapi` and `interlock generate asyncapi`: documents for other tools, to files or to stdout."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from interlock.errors import BadValueError, UsageError
from interlock_cli.console import say, say_json, tell
from interlock_cli.drifting import lists, report_findings, tell_drift

if TYPE_CHECKING:
    from interlock.loading import Loaded
    from interlock_codegen.exports.exporting import Exported
    from interlock_codegen.writing import Drift

FORMATS = ("yaml", "json")
SCHEMA_FORMATS = ("2020-12", "draft-07")
_ENDINGS = {".yaml": "yaml", ".yml": "yaml", ".json": "json"}


@dataclass(frozen=True)
class Export:
    """What was asked for."""

    target: str
    output: Path | None
    form: str | None
    schema_format: str | None
    contract: str | None
    version: str
    check: bool
    as_json: bool
    quiet: bool

    @property
    def file(self) -> Path | None:
        """The one file to write; None for a folder or stdout."""
        is_file = self.output is not None and self.output.suffix in _ENDINGS and not self.output.is_dir()
        return self.output if is_file else None

    @property
    def again(self) -> str:
        """The command that writes it."""
        options = {"--contract": self.contract, "--schema-format": self.schema_format, "--format": self.form}
        said = "".join(f" {name} {value}" for name, value in options.items() if value)
        return f"interlock generate {self.target}{said} -o {self.output}"


def export(asked: Export, loaded: Loaded) -> int:
    """Write what was asked for and return the exit code; raise UsageError for what can't be done."""
    form, schema_format = _form(asked), _schema_format(asked)
    if asked.check and asked.output is None:
        raise UsageError("say what to check with --output, since nothing was written to stdout")
    made = _made(asked, loaded, form, schema_format)
    if made.findings:
        report_findings(made.findings, as_json=asked.as_json, quiet=asked.quiet)
        return 1
    tell(*made.losses)
    return _to_stdout(asked, made) if asked.output is None else _to_files(asked, made, asked.output)


def _form(asked: Export) -> Any:
    """Return YAML or JSON: as `--format` says, else as the file's name says."""
    ending = _ENDINGS[asked.file.suffix] if asked.file is not None else None
    if asked.form is not None and asked.form not in FORMATS:
        raise BadValueError("--format", asked.form, f"write {' or '.join(FORMATS)}")
    if asked.form and ending and asked.form != ending:
        raise UsageError(f"{asked.file} is not named like {asked.form}: name it otherwise, or leave --format out")
    return asked.form or ending or "yaml"


def _schema_format(asked: Export) -> Any:
    """Return the draft of the schemas."""
    if asked.schema_format is not None and asked.schema_format not in SCHEMA_FORMATS:
        raise BadValueError("--schema-format", asked.schema_format, f"write {' or '.join(SCHEMA_FORMATS)}")
    return asked.schema_format or SCHEMA_FORMATS[0]


def _made(asked: Export, loaded: Loaded, form: Any, schema_format: Any) -> Exported:
    """Return the documents."""
    from interlock_codegen.exports.exporting import asyncapi_document, openapi_documents

    if asked.target == "openapi":
        return openapi_documents(loaded, form, only=asked.contract)
    return asyncapi_document(loaded, form, version=asked.version, schema_format=schema_format)


def _to_stdout(asked: Export, made: Exported) -> int:
    """Print the one document that there is."""
    from interlock_cli.reports.escape import visible

    if len(made.files) > 1:
        raise UsageError(
            f"{len(made.files)} documents need a folder: name one with -o DIR, or choose one by --contract"
        )
    for path, content in made.files.items():
        if path.endswith(".json"):
            import json

            say_json(json.loads(content))
        else:
            say(*map(visible, content.decode().splitlines()))
    if not made.files and not asked.quiet:
        tell("the catalog has no API products")
    return 0


def _to_files(asked: Export, made: Exported, output: Path) -> int:
    """Write the documents, or with `--check` say which differ."""
    found, count = _placed(asked, made, output)
    if asked.as_json:
        said = {"folder": str(output), "files": count, "written": not asked.check, **lists(found)}
        say_json({**said, "losses": list(made.losses)})
    else:
        tell_drift(found, output, count, again=asked.again, check=asked.check, quiet=asked.quiet)
    return 1 if asked.check and found else 0


def _placed(asked: Export, made: Exported, output: Path) -> tuple[Drift, int]:
    """Write the files, or only look at them; nothing is stale beside one file, nor where one contract was asked for."""
    from interlock_codegen.exports.exporting import earlier
    from interlock_codegen.writing import drift, write

    act = drift if asked.check else write
    if asked.file is None:
        stale = (lambda _: ()) if asked.contract else partial(earlier, asked.target)
        return act(made.files, output, ours=stale), len(made.files)
    if len(made.files) != 1:
        raise UsageError(
            f"{len(made.files)} documents do not fit into {output}: name a folder, or choose one by --contract"
        )
    (content,) = made.files.values()
    return act({output.name: content}, output.parent, ours=lambda _: ()), 1
