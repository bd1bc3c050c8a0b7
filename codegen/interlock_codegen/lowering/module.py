"""Names and imports of one generated module while it is being lowered."""

from __future__ import annotations

from dataclasses import dataclass, field

from interlock_codegen.code import Code
from interlock_codegen.naming import ANNOTATING, Scope

FUNCTIONS = ("CONTRACT", "DOCUMENT", "downcaster", "errors", "new", "parse", "serialize", "upcaster")
"""What each contract's module offers beside its classes."""
TYPING, PYDANTIC = "typing", "pydantic"
_STANDARD = frozenset({TYPING, "collections.abc", "decimal", "functools", "importlib"})
_OTHERS = (PYDANTIC, "typing_extensions")

_HOMES = {
    "Annotated": TYPING,
    "Any": TYPING,
    "Final": TYPING,
    "Literal": TYPING,
    "TypeAlias": TYPING,
    "AsyncIterator": "collections.abc",
    "Iterator": "collections.abc",
    "Mapping": "collections.abc",
    "Decimal": "decimal",
    "MISSING": PYDANTIC,
    "Field": PYDANTIC,
}
_RUNTIME = {"Instant": "instants", "LocalDate": "instants", "DecimalText": "models"}
_OWN = frozenset(
    {
        "annotations",
        "contract_of",
        "examples_of",
        "importing",
        "invariants_of",
        "json_file",
        "Bridges",
        "Contract",
        "ENVELOPE",
        "Keys",
        "Lifecycle",
        "Model",
        "Sla",
    }
)


@dataclass
class ModuleNames:
    """The names that a module uses: its own, and those it imports, each told apart from all others."""

    runtime: str
    """The package's runtime as this module imports it, for example `..._runtime`."""
    scope: Scope = field(default_factory=lambda: Scope(frozenset({*_HOMES, *_OWN, *FUNCTIONS, *ANNOTATING})))
    imports: dict[str, dict[str, str]] = field(default_factory=dict[str, dict[str, str]])
    """Name by alias, by module."""
    reserved: dict[tuple[str, str], str] = field(default_factory=dict[tuple[str, str], str])
    """Alias by module and name, of what will be imported once it is used."""

    def use(self, name: str) -> Code:
        """Return a well-known name, and import it."""
        if name in _RUNTIME:
            return self.take(f"{self.runtime}.{_RUNTIME[name]}", name)
        home = f"{self.runtime}.models" if name == "Model" else _HOMES[name]
        self.imports.setdefault(home, {})[name] = name
        return Code(name)

    def reserve(self, module: str, name: str) -> None:
        """Keep a name free for an import from a module of the package."""
        if (module, name) not in self.reserved:
            self.reserved[module, name] = self.scope.claim(name if self.scope.is_free(name) else f"{name}Type")

    def take(self, module: str, name: str) -> Code:
        """Import a name from a module of the package, under another one where it is taken here."""
        self.reserve(module, name)
        alias = self.reserved[module, name]
        self.imports.setdefault(module, {})[alias] = name
        return Code(alias)

    def lines(self) -> tuple[tuple[Code, tuple[Code, ...]], ...]:
        """Return the imports as isort orders them: standard library, others, and the package's own, parted by `""`."""
        groups = [
            sorted(module for module in self.imports if module in _STANDARD),
            [module for module in _OTHERS if module in self.imports],
            sorted((module for module in self.imports if module.startswith(".")), key=_relative),
        ]
        found: list[tuple[Code, tuple[Code, ...]]] = []
        for group in groups:
            found += [(Code(""), ())] if found and group else []
            found += [(Code(module), _names(self.imports[module])) for module in group]
        return tuple(found)


def _names(imported: dict[str, str]) -> tuple[Code, ...]:
    """Return the names of one import in isort's order: constants, classes, others."""
    ordered = sorted(imported.items(), key=lambda pair: (_kind(pair[1]), pair[1].lower(), pair[0]))
    return tuple(Code(name if alias == name else f"{name} as {alias}") for alias, name in ordered)


def _kind(name: str) -> int:
    """Return the place of a name's kind: constant, class, variable."""
    if name.isupper() and len(name) > 1:
        return 0
    return 1 if name[:1].isupper() else 2


def _relative(module: str) -> tuple[int, str]:
    """Order relative imports, the farthest first."""
    return -(len(module) - len(module.lstrip("."))), module
