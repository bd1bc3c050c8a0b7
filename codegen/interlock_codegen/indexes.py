"""The modules of a package that lead to the others, and the files around the package."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from interlock_codegen.code import Code, docstring, literal, markdown, toml_string
from interlock_codegen.facades import EXTRAS, Rows, facades
from interlock_codegen.layout import listed, shown, value
from interlock_codegen.lowering.contracts import Source, annotation_name
from interlock_codegen.model import Index
from interlock_codegen.naming import Scope, all_order, pascal
from interlock_codegen.printing import printed

OFFERED = {
    "_runtime": (
        "CannotDowncast", "CannotUpcast", "Contract", "ContractViolation", "Event", "Instant", "LocalDate", "MISSING", "RawMessage",
        "Stage", "Violation",
    ),
    "_runtime.models": ("DecimalText",),
    "_catalog": ("catalog",),
}  # fmt: skip
"""Names of the runtime and of its own modules that the package offers at its top."""
DEPENDENCIES = ("jsonschema-rs>=0.60", "msgspec>=0.20", "pydantic>=2.14", "typing-extensions>=4.14")
"""What a generated package needs: a compiled validator, a strict fast JSON parser, typed models and their backports."""


def files(source: Source, version: str) -> dict[str, bytes]:
    """Return the index modules of a package, by path."""
    summary = source.catalog.settings.summary or f"The contracts of {source.catalog.settings.name}."
    return {
        "__init__.py": _top(source, summary, version),
        "types.py": _types(source),
        "_types/__init__.py": index("The shared types, one module a major version.", ".", []),
        **dict(_domains(source)),
        **dict(_products(source)),
        **{path: index(doc, up, rows) for path, doc, up, rows in facades(products=bool(source.places.products))},
    }


def _domains(source: Source) -> Iterator[tuple[str, bytes]]:
    """Yield the index of each domain and of each event in it."""
    places = source.places.events.values()
    for domain in sorted({place.domain for place in places}):
        events = sorted({place.event for place in places if place.domain == domain})
        yield f"{domain}/__init__.py", index(f"Events of {domain}.", "..", [(".", event, event) for event in events])
        for event in events:
            majors = [place.module for place in places if (place.domain, place.event) == (domain, event)]
            yield (
                f"{domain}/{event}/__init__.py",
                index(f"Majors of {event}.", "...", [(".", major, major) for major in majors]),
            )


def _products(source: Source) -> Iterator[tuple[str, bytes]]:
    """Yield the index of the API products and of each of them."""
    places = source.places.products.values()
    names = sorted({place.product for place in places})
    if names:
        yield "products/__init__.py", index("Clients of the API products.", "..", [(".", name, name) for name in names])
    for name in names:
        majors = [(".", place.module, place.module) for place in places if place.product == name]
        yield f"products/{name}/__init__.py", index(f"Majors of {name}.", "...", majors)


def _beside(source: Source) -> tuple[str, ...]:
    """Return the modules that the package has beside those of its events."""
    return ("observing", "services", "transports", *(("clients", "products") if source.places.products else ()))


def _types(source: Source) -> bytes:
    """Return the module through which people import shared types: of each the newest major."""
    scope, rows = Scope(), Rows()
    for entry in sorted(source.catalog.types.values(), key=lambda entry: (-entry.value.major, entry.value.name)):
        module = f"._types.{source.places.types[entry.value.key]}"
        for name in dict.fromkeys((pascal(entry.value.name), annotation_name(source, entry))):
            rows.append(
                (
                    module,
                    name,
                    scope.claim(name)
                    if entry is newest(source, entry.value.name)
                    else scope.claim(f"{name}V{entry.value.major}"),
                )
            )
    return index("Shared types: a bare name is the newest major, an older one has its number behind it.", ".", rows)


def newest(source: Source, name: str) -> object:
    """Return the newest major of a contract."""
    return source.catalog.majors(name)[-1]


def index(doc: str, up: str, rows: Rows) -> bytes:
    """Return an index module."""
    return (
        printed("index.py.j2", index=_index_value(doc, up, rows))
        if rows
        else printed("empty.py.j2", doc=docstring(doc, indent=0))
    )


def _index_value(doc: str, up: str, rows: Rows) -> Index:
    """Build an index."""
    rows = sorted(rows, key=lambda row: (row[0], row[1], row[2]))
    imports = _imports(rows)
    exported = shown(listed(*(literal(here) for here in sorted((row[2] for row in rows), key=all_order))), before=10)
    homes = {here: f".{name}" if home == "." else (home, name) for home, name, here in rows}
    return Index(docstring(doc, indent=0), Code(up), imports, exported, _table(homes.items()))


def _imports(rows: Rows) -> tuple[tuple[Code, tuple[Code, ...]], ...]:
    """Return the imports of some names: plain ones of a module together, each renamed one on its own line."""
    plain: dict[str, list[str]] = {}
    lines: list[tuple[str, str, tuple[Code, ...]]] = []
    for home, name, here in rows:
        if name == here:
            plain.setdefault(home, []).append(name)
        else:
            lines.append((home, name, (Code(f"{name} as {here}"),)))
    lines += [(home, "", tuple(map(Code, sorted(names, key=_import_order)))) for home, names in plain.items()]
    return tuple((Code(home), names) for home, _, names in sorted(lines))


def _import_order(name: str) -> tuple[int, list[tuple[str, int]]]:
    """Order names as isort does in an import: constants, classes, others, each without regard to case."""
    return all_order(name)[0], all_order(name.lower())[1]


def _table(rows: Iterable[tuple[str, object]]) -> Code:
    """Return a dictionary, one row a line."""
    return Code("{\n" + "".join(f"    {literal(key)}: {value(item)},\n" for key, item in sorted(rows)) + "}")


def _top(source: Source, summary: str, version: str) -> bytes:
    """Return the package's own module."""
    places = source.places.events
    rows: Rows = [(".", domain, domain) for domain in sorted({place.domain for place in places.values()})]
    rows += [(f".{place.domain}.{place.event}", place.module, place.alias) for place in places.values()]
    rows += [(".", "types", "types"), *((".", name, name) for name in _beside(source))]
    rows += [(f".{module}", name, name) for module, names in OFFERED.items() for name in names]
    made = _index_value(summary, ".", rows)
    homes: dict[str, object] = {place.alias: f".{place.dotted}" for place in places.values()}
    homes |= {name: f".{name}" for home, name, _ in rows if home == "."}
    homes |= {name: (f".{module}", name) for module, names in OFFERED.items() for name in names}
    catalog = _table((key, f".{place.dotted}") for key, place in places.items())
    return printed(
        "package.py.j2",
        doc=made.doc,
        imports=made.imports,
        homes=_table(homes.items()),
        version=literal(version),
        catalog=catalog,
        names=_names(rows),
    )


def _names(rows: Rows) -> Code:
    """Return the package's `__all__`."""
    names = ["CATALOG", "__version__", "contract", *(row[2] for row in rows)]
    return shown(listed(*map(literal, sorted(names, key=all_order))), before=10)


def project_files(source: Source, distribution: str, module: str, version: str) -> dict[str, bytes]:
    """Return the files beside the package: how it is built, and what a developer does with it."""
    summary = source.catalog.settings.summary or f"The contracts of {source.catalog.settings.name}."
    project = printed(
        "pyproject.toml.j2",
        name=toml_string(distribution), version=toml_string(version), summary=toml_string(summary),
        module=Code(module), module_text=toml_string(module), dependencies=tuple(map(toml_string, DEPENDENCIES)),
        testing=True, extras=tuple((Code(name), toml_string(text)) for name, text in EXTRAS.items()),
    )  # fmt: skip
    return {"pyproject.toml": project, "README.md": _readme(source, distribution, module, summary)}


def _readme(source: Source, distribution: str, module: str, summary: str) -> bytes:
    """Return the page that tells what a developer does."""
    first = _shown_contract(source)
    place = source.places.events.get(first)
    product = next(iter(source.places.products.values()), None)
    paths = {key: each.dotted for key, each in source.places.events.items()}
    paths |= {key: each.dotted for key, each in source.places.products.items()}
    rows, products = (
        tuple(
            (
                Code(each.value.name),
                Code(each.value.version),
                Code(f"{module}.{paths[key]}"),
                markdown(each.value.summary),
            )
            for key, each in entries.items()
        )
        for entries in (source.catalog.events, source.catalog.products)
    )
    return printed(
        "README.md.j2",
        distribution=Code(distribution),
        module=Code(module),
        summary=markdown(summary),
        rows=rows,
        name=Code(first.partition("@")[0]),
        event=Code(f"{module}.{place.domain}.{place.event}") if place else None,
        major=Code(place.module) if place else None,
        products=products,
        product_module=Code(f"{module}.products.{product.product}") if product else None,
        product_major=Code(product.module) if product else None,
        product_path=Code(f"/{next(iter(source.catalog.products)).replace('@', '/v')}") if product else None,
    )


def _shown_contract(source: Source) -> str:
    """Return the contract that the page shows: the first released one, at its newest major; empty without events."""
    events = source.catalog.events
    released = [key for key, entry in events.items() if entry.value.lifecycle.status == "released"]
    name = next(iter(released or events), "").partition("@")[0]
    return str(source.catalog.majors(name)[-1].value.key) if name else ""
