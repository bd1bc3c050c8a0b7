"""The Python package of a catalog, as files by path: the same bytes for the same catalog, on any machine."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from interlock.catalog import Catalog
from interlock.compat.views import VIEWS, applied
from interlock.judging import __file__ as judging_home
from interlock.references import bundle
from interlock_codegen import indexes
from interlock_codegen.catalogs import catalog_files
from interlock_codegen.clients.files import product_files
from interlock_codegen.lowering.contracts import Source, accepted, event_module, invariants, type_module
from interlock_codegen.lowering.places import places
from interlock_codegen.printing import MARKER, printed

Files = dict[str, bytes]


_TESTING = {"__init__": "testing", "plugin": "testing_plugin"}
"""Templates of what tests use, by module."""


@dataclass(frozen=True)
class Settings:
    """What the package is called, and what comes into it besides the contracts."""

    distribution: str
    module: str
    version: str = "0.0.0"
    runtime: Mapping[str, bytes] = field(default_factory=dict[str, bytes])
    """The runtime's files by path, copied as they are."""
    upcasters: Mapping[str, bytes] = field(default_factory=dict[str, bytes])
    """Reviewed functions between major versions, by path: `production/work_order_released.py`."""


def package(catalog: Catalog, settings: Settings) -> Files:
    """Return the files of the package, by path below the folder that is written."""
    upcasters = {path.removesuffix(".py").replace("/", ".") for path in settings.upcasters if "/" in path}
    source = Source(catalog, cache(lambda path: bundle(path, catalog.data)), places(catalog, upcasters))
    inside: Files = {}
    inside |= dict(_type_files(source))
    inside |= dict(_event_files(source))
    inside |= dict(_envelope_files(source))
    inside |= dict(product_files(source, schema_file))
    inside |= catalog_files(source)
    inside |= indexes.files(source, settings.version)
    inside |= {f"_runtime/{path}": copied(content) for path, content in settings.runtime.items()}
    if any(path.endswith(".invariants.json") for path in inside):
        inside |= {f"_invariants/{path}": copied(content) for path, content in _rules().items()}
    inside |= _upcaster_files(settings.upcasters)
    inside |= {f"testing/{name}.py": printed(f"{template}.py.j2") for name, template in _TESTING.items()}
    inside["_lazy.py"] = copied(Path(__file__).with_name("base").joinpath("lazy.py").read_bytes())
    inside["py.typed"] = copied(b"")
    outside = indexes.project_files(source, settings.distribution, settings.module, settings.version)
    return dict(sorted((outside | {f"{settings.module}/{path}": content for path, content in inside.items()}).items()))


def _type_files(source: Source) -> Iterator[tuple[str, bytes]]:
    """Yield the module of each shared type."""
    for key, entry in source.catalog.types.items():
        yield f"_types/{source.places.types[key]}.py", printed("types.py.j2", module=type_module(source, entry))


def _event_files(source: Source) -> Iterator[tuple[str, bytes]]:
    """Yield the module of each event, and its schema beside it."""
    for key, entry in source.catalog.events.items():
        place = source.places.events[key]
        folder = f"{place.domain}/{place.event}"
        yield f"{folder}/{place.module}.py", printed("types.py.j2", module=event_module(source, entry))
        strict = (entry.value.readers or source.catalog.settings.defaults.readers) == "strict"
        view = VIEWS["contract-strict-reader" if strict else "contract-reader"]
        yield f"{folder}/{place.schema}", schema_file(applied(source.bundles(entry.path).schema, view))
        if rows := invariants(source, entry):
            yield f"{folder}/{place.invariants}", schema_file(rows)
            yield (
                f"{folder}/{place.examples}",
                schema_file({"examples": [event for event in accepted(source, entry) if _has_members(event)]}),
            )


def _has_members(event: Any) -> bool:
    """Say whether an example is an event with an object in it, whose members samples can take."""
    return isinstance(event, dict) and isinstance(event.get("data"), dict)


def _envelope_files(source: Source) -> Iterator[tuple[str, bytes]]:
    """Yield the envelope's schema, and the module that offers it."""
    newest = max(source.catalog.envelopes.values(), key=lambda entry: entry.value.major, default=None)
    if newest is not None:
        yield "_envelope.json", schema_file(applied(source.bundles(newest.path).schema, VIEWS["contract-reader"]))
    yield "_envelope.py", printed("envelope.py.j2", given=newest is not None)


def schema_file(schema: Any) -> bytes:
    """Return a schema as a file that says where it comes from."""
    marked = {"$comment": str(MARKER), **{key: value for key, value in schema.items() if key != "$comment"}}
    return (json.dumps(marked, ensure_ascii=True, separators=(",", ":")) + "\n").encode()


def copied(content: bytes) -> bytes:
    """Return a file that is copied as it stands, behind the line that says so."""
    return f"# {MARKER}\n".encode() + content


def _rules() -> Files:
    """Return the library's own judging of invariants, with what it stands on, by path below one package."""
    judging = Path(judging_home).parent
    return {
        "__init__.py": b'"""What judges events beyond their schemas: the rules that contracts declare, by name."""\n',
        "pointers.py": judging.with_name("pointers.py").read_bytes(),
        **{f"judging/{path}": content for path, content in modules_in(judging).items()},
    }


def _upcaster_files(upcasters: Mapping[str, bytes]) -> Files:
    """Return the functions between major versions, and the packages that hold them."""
    if not upcasters:
        return {}
    folders = {"", *(path.rpartition("/")[0] for path in upcasters)}
    inits = {
        f"upcasters/{folder}/__init__.py".replace("//", "/"): copied(
            b'"""Functions from and to other major versions."""\n'
        )
        for folder in folders
    }
    return inits | {f"upcasters/{path}": copied(content) for path, content in upcasters.items()}


def modules_in(folder: Path) -> Files:
    """Return the Python modules of a folder by path; links are not followed."""
    paths = sorted(path for path in folder.rglob("*.py") if path.is_file() and not path.is_symlink())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}
