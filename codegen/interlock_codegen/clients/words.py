"""What a client's docstrings say: from the document's texts and the product's promises."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from interlock.catalog import ProductContract
from interlock.catalog.parts import Lifecycle
from interlock_codegen.clients.api import Api, ApiOperation


def of_product(contract: ProductContract, api: Api) -> Iterator[str]:
    """Yield the paragraphs about a product and what its client is given."""
    yield contract.summary
    yield from notices(contract.lifecycle)
    if contract.sla:
        said = {"availability": "available {} % of the time", "latency": "95 of 100 answers within {}"}
        yield "Promised: " + ", ".join(said[name].format(value) for name, value in contract.sla.items() if name in said)
    if api.base_path:
        yield f"The address ends with `{api.base_path}`, as the server of the OpenAPI document does."
    if api.schemes:
        yield f"Credentials are given for {' or '.join(f'`{name}`' for name in api.schemes)}."


def notices(life: Lifecycle) -> Iterator[str]:
    """Yield what a developer must know before using a version: that it is a draft, deprecated or retired."""
    if life.status == "draft":
        yield "A draft: it may change without notice."
    elif life.status in ("deprecated", "retired"):
        since = f" since {life.since}" if life.since else ""
        until = f" and served until {life.sunset}" if life.sunset else ""
        yield f"{life.status.capitalize()}{since}{until}{f'; use {life.successor} instead' if life.successor else ''}."


def of_operation(
    contract: ProductContract, operation: ApiOperation, arguments: Mapping[str, str], errors: Iterable[tuple[str, str]]
) -> Iterator[str]:
    """Yield the paragraphs about an operation; `arguments` are texts by name, `errors` are classes with their status."""
    yield operation.summary or operation.description or f"Send {operation.method} {operation.path}."
    if operation.summary:
        yield operation.description
    yield from (f"`{name}`: {text}" for name, text in arguments.items() if text)
    yield _results(contract, operation)
    yield _access(contract, operation)
    named = ", ".join(f"`{error}` ({status})" for error, status in errors)
    yield f"Raises {named}" if named else ""


def _results(contract: ProductContract, operation: ApiOperation) -> str:
    """Say which events follow."""
    found = contract.results_in.get(operation.id)
    if found is None:
        return ""
    if found.events:
        return f"Results in {', '.join(f'`{name}`' for name in found.events)}."
    return f"No event follows: {found.none}" if found.none else ""


def _access(contract: ProductContract, operation: ApiOperation) -> str:
    """Say what the caller must hold."""
    found = contract.authorization.get(operation.id)
    if found is None:
        return ""
    site = " and a claim for the site" if found.site_claim else ""
    duties = f" {found.segregation_of_duties}" if found.segregation_of_duties else ""
    return f"Needs {', '.join(f'`{scope}`' for scope in found.scopes)}{site}.{duties}"


def deprecation(contract: ProductContract, operation: ApiOperation) -> str | None:
    """Return what to tell who still calls an operation; None for one that stays."""
    if not operation.deprecated and contract.lifecycle.status not in ("deprecated", "retired"):
        return None
    about = " ".join(notices(contract.lifecycle)) or "Deprecated."
    return f"{operation.id} of {contract.name}@{contract.major}: {about[:1].lower()}{about[1:]}"
