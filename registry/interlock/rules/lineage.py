"""What triggers an event, what may cause it, and which events follow a command."""

from __future__ import annotations

from collections.abc import Iterator

from interlock.catalog import Catalog, Entry, EventContract, ProductContract
from interlock.pointers import join
from interlock.rules.frame import Violation, Violations
from interlock.rules.operations import document_of
from interlock.rules.subjects import OLD, Subject


def causes_exist(subject: Subject[EventContract]) -> Violations:
    """
    Each event that may cause another is in the catalog.

    ## Why
    Lineage answers "who was told, and why" after a recall; an edge to nowhere ends the answer. Source: L28.

    ## Bad
    `caused-by: [production.workorder-released]`

    ## Good
    `caused-by: [production.work-order-released]`, or `["*"]` for any event
    """
    known = subject.inspection.events
    for index, name in enumerate(subject.value.lineage.caused_by):
        if name != "*" and name not in known:
            message = f"caused-by names {name}, and there is no such event{subject.inspection.nearest(name, known)}"
            yield subject.violation(f"/lineage/caused-by/{index}", message, new=name)


def event_has_trigger(subject: Subject[EventContract]) -> Violations:
    """
    Every event says what makes its producer publish it: a command, a signal, or both.

    ## Why
    An event without a trigger is published when somebody thinks of it. Source: L28.

    ## Bad
    `trigger: {}`

    ## Good
    `trigger: {command: production-execution.startOperation, signal: Start signal of the machine}`
    """
    trigger = subject.value.lineage.trigger
    if not trigger.commands and trigger.signal is None:
        yield subject.violation(
            "/lineage/trigger", f"{subject.value.name} has no trigger: name a command (product.operationId) or a signal"
        )


def trigger_commands_exist(subject: Subject[EventContract]) -> Violations:
    """
    Each command that triggers an event is an operation of an API product, and one that may change something.

    ## Why
    Commands go through APIs, facts through events: every edge between them is in the catalog. Source: L28.

    ## Bad
    `command: production-execution.beginOperation`

    ## Good
    `command: production-execution.startOperation`
    """
    known = subject.inspection.commands
    for pointer, command in _trigger(subject.value):
        if subject.inspection.is_unread(command):
            continue
        if command not in known:
            message = f"the command {command} is no operation of a product{subject.inspection.nearest(command, known)}"
            yield subject.violation(pointer, message, new=command)
        elif not known[command]:
            yield subject.violation(
                pointer,
                f"the operation {command} only reads, so it triggers nothing: name the one that changes something",
                new=command,
            )


def triggers_are_results(subject: Subject[EventContract]) -> Violations:
    """
    A command that triggers an event names the event among its results.

    ## Why
    Lineage is written on both sides; where they differ one of them is wrong. Source: L28.

    ## Bad
    `trigger: {command: shipments.pauseShipment}`, and `pauseShipment` results in nothing

    ## Good
    `results-in: {pauseShipment: {events: [logistics.shipment-paused]}}`
    """
    known = subject.inspection.commands
    for pointer, command in _trigger(subject.value):
        product, _, operation = command.partition(".")
        majors = _newest(subject.catalog, product)
        if (
            command in known
            and majors
            and not any(_results(entry.value, operation, subject.value.name) for entry in majors)
        ):
            message = f"{command} triggers this event and does not name it: add {subject.value.name} to results-in of {operation} in {majors[-1].path}"
            yield subject.violation(pointer, message, new=command)


def results_exist(subject: Subject[ProductContract]) -> Violations:
    """
    Each result of an operation is an event of the catalog, and the operation is in the OpenAPI document.

    ## Why
    A client waits for the event that it was promised. Source: L28.

    ## Bad
    `results-in: {startOperation: {events: [production.operation-begun]}}`

    ## Good
    `results-in: {startOperation: {events: [production.operation-started]}}`
    """
    events = subject.inspection.events
    operations = subject.inspection.operations[subject.value.key]
    for operation, results in subject.value.results_in.items():
        if operations and operation not in operations:
            message = f"results-in names the operation {operation!r}, which the document does not have{subject.inspection.nearest(operation, operations)}"
            yield subject.violation(join("results-in", operation), message, new=operation)
        for index, name in enumerate(results.events):
            if name not in events:
                message = f"{operation} results in {name}, and there is no such event{subject.inspection.nearest(name, events)}"
                yield subject.violation(join("results-in", operation, "events", index), message, new=name)


def operation_has_results(subject: Subject[ProductContract]) -> Violations:
    """
    Every operation that changes something names the events that follow, or `none` with the reason.

    ## Why
    What changes and is not told is not known elsewhere in the plant. Source: L28.

    ## Bad
    `POST /production-orders` without an entry in `results-in`

    ## Good
    `createProductionOrder: {none: The order is a forecast until it is released, and the release is the event.}`
    """
    for operation in subject.inspection.operations[subject.value.key].values():
        results = subject.value.results_in.get(operation.id)
        at = join("results-in", operation.id)
        if operation.mutating and (results is None or (not results.events and results.none is None)):
            message = f"{operation.id} changes something and says nothing of events: name them, or none with the reason"
            yield subject.violation(at, message, new=operation.id)
        elif results is not None and results.events and results.none is not None:
            yield subject.violation(
                at, f"{operation.id} results in events and in none: keep one of the two", new=operation.id
            )
        elif results is not None and results.events and not operation.mutating:
            yield subject.violation(
                at, f"{operation.id} only reads, so no event follows from it: remove it", new=operation.id
            )


def product_has_operations(subject: Subject[ProductContract]) -> Violations:
    """
    A product has its OpenAPI document beside it, and the document has operations with an `operationId`.

    ## Why
    Promises about operations need the operations. Source: L28, L38.

    ## Bad
    `openapi: v2.openapi.yml`, where the file is `v2.openapi.yaml`

    ## Good
    `openapi: v2.openapi.yaml`
    """
    path = document_of(subject.entry.path, subject.value)
    if path in subject.catalog.documents and not subject.inspection.operations[subject.value.key]:
        place = subject.inspection.violation(path, "/paths", "").place
        yield Violation(
            place, f"{path} has no operation with an operationId: add paths, each operation with its operationId"
        )


def results_are_triggers(subject: Subject[ProductContract]) -> Violations:
    """
    An event that results from an operation names the operation among its triggers.

    ## Why
    Lineage is written on both sides; where they differ one of them is wrong. Source: L28.

    ## Bad
    `results-in: {pauseShipment: {events: [logistics.shipment-paused]}}`, and the event's trigger is only a signal

    ## Good
    `trigger: {command: shipments.pauseShipment}`
    """
    product = subject.value
    events = subject.inspection.events
    for operation, results in product.results_in.items():
        for index, name in enumerate(results.events):
            command = f"{product.name}.{operation}"
            if events.get(name) and command not in {
                c for entry in events[name] for c in entry.value.lineage.trigger.commands
            }:
                message = f"{operation} results in {name}, whose trigger does not name it: add {command} to trigger in {events[name][-1].path}"
                yield subject.violation(join("results-in", operation, "events", index), message, new=name)


def _trigger(event: EventContract) -> Iterator[tuple[str, str]]:
    """Yield pointer and name of each command that triggers an event."""
    at = "/lineage/trigger/command"
    if isinstance(event.lineage.trigger.command, str):
        yield at, event.lineage.trigger.command
    else:
        yield from ((f"{at}/{index}", command) for index, command in enumerate(event.lineage.trigger.commands))


def _newest(catalog: Catalog, name: str) -> list[Entry[ProductContract]]:
    """Return the majors of a product that are written anew, lowest first."""
    found = [
        entry
        for entry in catalog.products.values()
        if entry.value.name == name and entry.value.lifecycle.status not in OLD
    ]
    return sorted(found, key=lambda entry: entry.value.major)


def _results(product: ProductContract, operation: str, event: str) -> bool:
    """Say whether an operation names an event among its results."""
    results = product.results_in.get(operation)
    return results is not None and event in results.events
