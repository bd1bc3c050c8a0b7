"""The page of every rule, from the one place that states it: a rule's docstring, or its row in a table."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Page:
    """What people read about a rule."""

    id: str
    level: str
    text: str
    """Markdown: the fact that the rule wants, why, and examples."""
    aliases: tuple[str, ...] = ()

    @property
    def summary(self) -> str:
        """The first sentence."""
        return " ".join(self.text.partition("\n\n")[0].split())

    @property
    def whole(self) -> str:
        """The text with the documents that show it, where it is about a change of those: they are read when asked for."""
        if not self.id.startswith("compat/"):
            return self.text
        from interlock.authoring.pairs import with_pairs

        return with_pairs(self.id, self.text)


FILES = {
    "file/is-readable": (
        "Every file of the catalog can be read: it is a plain file, and no symbolic link.",
        "A link could lead out of the catalog, and a file that can't be read would be judged as if it were not there.",
    ),
    "file/is-well-formed": (
        "Every file is one UTF-8 document of YAML 1.2 or JSON, with each key once.",
        "A key that stands twice means one thing to one parser and another to the next. Huge and deep files are not read.",
    ),
    "file/has-a-place": (
        "Every YAML and JSON file stands where its kind belongs.",
        "A contract in a wrong folder, or with a capital letter in its path, would silently be no contract at all.",
    ),
    "file/fits-its-kind": (
        "Every file has the members of its kind, each with a value of the right form, and no others.",
        "A misspelt member would silently say nothing. `interlock schema KIND` prints what a kind takes.",
    ),
    "file/name-matches-path": (
        "The name and the major version in a file agree with its path.",
        "References and people find a contract by its path, brokers and readers by its name (L10).",
    ),
}
"""What is asked of files before any rule reads them, and why."""

EXAMPLES = {
    "examples/accepted-example-validates": (
        "Every accepted example passes every stage of its contract, the producer's closed view included.",
        "People and generated tests copy examples, so a wrong one spreads.",
    ),
    "examples/rejected-example-is-refused": (
        "Every rejected example is refused, and for exactly the stage, rule and place that it expects.",
        "An example that is refused for another reason proves nothing about the one it stands for.",
    ),
    "examples/example-names-its-contract": (
        "The type of an example's event is the contract in whose folder it stands.",
        "It would otherwise be judged by a contract that its readers never see.",
    ),
}
"""What is asked of examples, and why."""

GENERATED = {
    "generate/schema-is-exact": (
        "A schema that is generated from means the same to the generated gate as to a JSON Schema validator.",
        "A construct that the gate can't hold exactly is refused here, since a service would take or refuse other events.",
    ),
    "generate/reference-resolves": (
        "Each reference of a schema that is generated from leads to a file or a place in one.",
        "What it means would otherwise be guessed.",
    ),
    "generate/client-is-complete": (
        "Every operation of an API product can be called through its generated client, exactly as the document says.",
        "What a client could not send or read would otherwise show in production, one call at a time.",
    ),
    "generate/openapi-is-readable": (
        "A product's document that is exported is OpenAPI 3.1, and its parts are of the kinds that OpenAPI says.",
        "What is exported is read by tools that stop at the first fault, far away from whoever can mend it.",
    ),
    "import/schema-fits-a-catalog": (
        "A schema that is imported becomes a contract whose meaning is the same.",
        "What a catalog can't say is listed as a loss, so that nobody finds it out in production.",
    ),
    "file/is-a-schema": (
        "A file that is generated from or imported is a JSON Schema.",
        "Other JSON files beside it are named, not guessed at.",
    ),
}
"""What is asked of schemas that are generated from or imported, and why."""

STAGES = {
    "validate/file": ("A recorded file can be read, record by record.", "A record that can't be read was not checked; the others are."),
    "validate/envelope": ("A recorded event carries the CloudEvents attributes of the catalog's envelope.", "Brokers and middleware route, order and repeat by them."),
    "validate/contract": ("A recorded event's type names a contract and a major that the catalog has.", "An event without a contract means whatever its reader guesses."),
    "validate/payload": ("A recorded event's data fits the schema of its contract.", "Readers were built against that schema."),
    "validate/closed": ("A producer sends only members that its contract declares.", "An undeclared member can collide with one that a later version adds."),
    "validate/keys": ("The envelope's keys agree with the contract: partition, idempotency, subject, schema.", "Order and recognising duplicates depend on them."),
    "validate/invariant": ("A recorded event holds the invariants that its contract declares.", "JSON Schema can't say that sums balance or check digits are right."),
    "validate/lineage": ("Each cause that a recorded event names is among the records, and causes make no circle.", "A broken chain hides what led to an event; asked with `--lineage`."),
}  # fmt: skip
"""What `interlock validate` asks of a record, stage by stage, and why."""


def pages() -> dict[str, Page]:
    """Return every page by the rule's id, in the order of their groups."""
    return {page.id: page for page in sorted(_all(), key=lambda page: page.id)}


def pages_of(name: str) -> list[Page]:
    """Return the page of an id, or those of all rules that an alias such as `L34` stands for; none for neither."""
    wanted = name.strip().lower()
    named: list[Page] = []
    for page in _all(wanted.partition("/")[0]):
        if page.id == wanted:
            return [page]
        if wanted in (alias.lower() for alias in page.aliases):
            named.append(page)
    return named


def _all(group: str = "") -> Iterator[Page]:
    """Yield every page; where one group is asked for, the source that has it comes first, since each is slow to import."""
    sources = {
        "": _stated,
        "rules": _of_rules,
        "invariant": _of_invariants,
        "compat": _of_the_engine,
        "release": _of_the_check,
    }
    for source in sorted(sources.values(), key=lambda source: source is not sources.get(group)):
        yield from source()


def _stated() -> Iterator[Page]:
    """Yield the pages that stand here."""
    for name, (wants, why) in {**FILES, **EXAMPLES, **GENERATED, **STAGES}.items():
        yield Page(name, "error", f"{wants}\n\n## Why\n\n{why}")


def _of_rules() -> Iterator[Page]:
    """Yield the pages of rules about contracts and changes."""
    from interlock.rules import RULES

    for rule in RULES.values():
        yield Page(rule.id, str(rule.level), rule.page, rule.aliases)


def _of_invariants() -> Iterator[Page]:
    """Yield the pages of named rules beyond JSON Schema."""
    from interlock.invariants import RULES

    for invariant in RULES.values():
        yield Page(f"invariant/{invariant.id}", "error", invariant.page)


def _of_the_engine() -> Iterator[Page]:
    """Yield the pages of what the compatibility engines find."""
    from interlock.check.causes import COMPAT_RULES
    from interlock.check.stories import page

    for row in COMPAT_RULES.values():
        yield Page(row.id, _gravity(row.id), page(row), ("L08", "L09") if "enum" in row.id else ("L09",))


def _of_the_check() -> Iterator[Page]:
    """Yield the pages of what the gate finds beside that."""
    from interlock.check.releases import PAGES

    for name, text in PAGES.items():
        yield Page(name, "warning" if "waiver" in name else "error", text)


def _gravity(rule: str) -> str:
    """Return the level of a compatibility rule: what is seen on the wire is an error, what generated code sees a warning."""
    from interlock.compat.openapi import API_RULES

    row = API_RULES.get(rule.removeprefix("compat/"))
    return "error" if row is None or row.level == "wire" else "warning"
