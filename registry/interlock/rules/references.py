"""References between files: each resolves, stays inside the catalog, and says something."""

from __future__ import annotations

from interlock.catalog import Contract, ProductContract
from interlock.references import BadReference, target
from interlock.rules.frame import Violations
from interlock.rules.operations import document_of
from interlock.rules.subjects import Subject


def resolve(subject: Subject[Contract]) -> Violations:
    """
    Each `$ref` names a file and a place that are there, and across files only shared types.

    ## Why
    A schema with a loose end can be neither checked nor generated. An event that refers into another event would change
    with it unseen. Source: L38; JSON Schema core section 8.2.3.1.

    ## Bad
    `$ref: ../../../types/quantities/v1.yaml`, where no such file is

    ## Good
    `$ref: ../../../types/quantity/v1.yaml`
    """
    yield from _faults(subject, "references/resolve")


def stay_inside_the_catalog(subject: Subject[Contract]) -> Violations:
    """
    No `$ref` leaves the catalog: not to the network, not to an absolute path, not above its folder.

    ## Why
    A remote schema can change under a released contract, and a plant that is cut off could not even load it; contracts
    come from forks, so a path is an attack. Source: L38.

    ## Bad
    `$ref: https://example.com/quantity.json`

    ## Good
    A copy under `types/`, and `$ref: ../../../types/quantity/v1.yaml`
    """
    yield from _faults(subject, "references/stay-inside-the-catalog")


def make_progress(subject: Subject[Contract]) -> Violations:
    """
    No `$ref` leads back to itself without going into a member or an element first.

    ## Why
    Such a circle says nothing about any value, and a validator that follows it never ends. Source: L38; JSON Schema
    core section 9.4.1.

    ## Bad
    `$defs: {a: {$ref: "#/$defs/b"}, b: {$ref: "#/$defs/a"}}`

    ## Good
    `$defs: {node: {type: object, properties: {children: {type: array, items: {$ref: "#/$defs/node"}}}}}`
    """
    yield from _faults(subject, "references/make-progress")


def _faults(subject: Subject[Contract], rule: str) -> Violations:
    """Yield the faults of a contract's references under one rule; those of a product's document stand there."""
    paths = [subject.entry.path]
    if isinstance(subject.value, ProductContract):
        paths.append(document_of(subject.entry.path, subject.value))
    for path in paths:
        for fault in subject.inspection.faults(path) if path in subject.catalog.documents else ():
            if fault.rule == rule and fault.path == path and not _is_unread(subject, fault):  # told there
                yield subject.inspection.violation(path, _place(fault.pointer), str(fault), new=fault.reference.text)


def _is_unread(subject: Subject[Contract], fault: BadReference) -> bool:
    """Say whether the file that a reference names is there and can't be read, which is a finding of its own."""
    try:
        named, _ = target(fault.path, fault.pointer, fault.reference.text)
    except BadReference:
        return False
    return named in subject.catalog.blobs and named not in subject.catalog.documents


def _place(pointer: str) -> str:
    """Return where the reference itself is written."""
    return pointer if pointer == "/openapi" else f"{pointer}/$ref"
