"""Addresses: each that old clients call must still be served (OpenAPI 3.1.1 section 4.8.5)."""

from __future__ import annotations

import itertools
import re

from .finding import Exchange, Findings
from .sources import Cursor
from .witnesses import Change

_MOST = 100
"""So many addresses are made of one template."""
_VARIABLE = re.compile(r"\{([^{}]*)\}")


def compare(found: Findings, exchange: Exchange) -> None:
    """Each address of the old document must be one of the new one's."""
    owners = [_owner(side.at, side.item) for side in (exchange.old, exchange.new)]
    now = {url for _, url in _addresses(owners[1])}
    for place, url in _addresses(owners[0]):
        if url not in now and not any(_matches(template, url) for template in now):
            message = f"{url} is no longer served, only {', '.join(sorted(now)[:3])}"
            new = owners[1].raw("servers") or owners[1]
            found.add(
                "server-removed", message, of=exchange.old, old=place.spot, new=new.spot, says=(url, sorted(now)),
                proof=lambda: (found.witnesses.request(exchange.old, Change()), "/request/target"),
            )  # fmt: skip


def _owner(operation: Cursor, item: Cursor) -> Cursor:
    """Whose servers are in force: the operation's, the path's, or the document's."""
    return next((at for at in (operation, item) if at.get("servers")), operation.source.root)


def _addresses(owner: Cursor) -> list[tuple[Cursor, str]]:
    """Every address, with the values that its variables list; without servers it is `/`."""
    found = [(server, url) for server in owner.elements("servers") for url in _filled(server)]
    return found or [(owner, "/")]


def _filled(server: Cursor) -> list[str]:
    """An address for each combination of the listed values; a free variable stays in braces."""
    url = server.text("url")
    names = list(dict.fromkeys(_VARIABLE.findall(url)))
    variables = dict(server.members("variables"))
    choices = [_values(variables.get(name), name) for name in names]
    made: list[str] = []
    for values in itertools.islice(itertools.product(*choices), _MOST):
        address = url
        for name, value in zip(names, values, strict=True):
            address = address.replace(f"{{{name}}}", value)
        made.append(address.rstrip("/") or "/")
    return made


def _values(variable: Cursor | None, name: str) -> list[str]:
    listed = variable.get("enum") if variable is not None else None
    return [str(value) for value in listed] if isinstance(listed, list) and listed else [f"{{{name}}}"]


def _matches(template: str, url: str) -> bool:
    """Whether an address is one of a template's with free variables."""
    if "{" not in template:
        return False
    parts = [re.escape(part) for part in _VARIABLE.split(template)[::2]]
    return re.fullmatch("[^/]+".join(parts), url) is not None
