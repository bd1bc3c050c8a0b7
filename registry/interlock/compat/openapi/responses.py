"""Responses: what may come back that a reader built from the other document does not take."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from . import contents, lexical, media
from .contents import Subject
from .finding import Exchange, Findings, Proof, no_proof, spots
from .model import Parameter
from .reading import headers
from .rules import RESPONSE
from .serializing import ARRAY, SCALAR, form, parting, written
from .sources import Cursor
from .witnesses import Body, Change

_STATUS = re.compile("[1-5](?:[0-9]{2}|XX)|default")
_SUCCESS = ("2", "3")
"""The first digits of the statuses that a client waits for (RFC 9110 section 15)."""


def compare(found: Findings, exchange: Exchange) -> None:
    """Ask about the responses of an operation that both documents have."""
    writer = _statuses(exchange.receiver.at.member("responses"))
    reader = _statuses(exchange.sender.at.member("responses"))
    if not writer or not reader:
        return
    _compare_statuses(found, exchange)
    done = set[tuple[Cursor, Cursor]]()
    for status in {**writer, **reader}:
        ours, theirs = _entry(writer, status), _entry(reader, status)
        if ours is not None and theirs is not None and (ours, theirs) not in done:
            done.add((ours, theirs))
            shown = _example_of(status, {*writer, *reader})
            _Response(found, exchange, status, shown, ours, theirs).compare()


def _statuses(responses: Cursor | None) -> dict[str, Cursor]:
    """The entries by status; what is neither a status nor a class of them is a fault."""
    found: dict[str, Cursor] = {}
    for key in responses.value if responses is not None else ():
        status = str(key)  # YAML 1.1 reads 200 as a number
        entry = responses.member(key) if responses is not None and not status.startswith("x-") else None
        if entry is not None and _STATUS.fullmatch(status):
            found[status] = entry
        elif entry is not None:
            entry.source.fault("unknown-status", f"{status!r:.20} is no status such as 200, 2XX or default", entry)
    return found


def _entry(statuses: Mapping[str, Cursor], status: str) -> Cursor | None:
    """What a document says of a status: exactly, by its class, or by default."""
    return statuses.get(status) or statuses.get(f"{status[0]}XX") or statuses.get("default")


def _example_of(status: str, said: set[str]) -> str:
    """A status that a class or the default speaks for, and no other entry of either document does; itself if exact."""
    if status.isdecimal():
        return status
    codes = [str(code.value) for code in sorted(HTTPStatus, key=_as_default)]
    of_class = [code for code in codes if status == "default" or code[0] == status[0]]
    free = [code for code in of_class if code not in said and (status != "default" or f"{code[0]}XX" not in said)]
    return (free or of_class or codes)[0]


def _as_default(code: HTTPStatus) -> tuple[bool, int, int]:
    """The order in which statuses stand for a default: what servers do wrong first, what is not final last."""
    return code < HTTPStatus.OK, -(code // 100), code


def _is_success(status: str, statuses: Mapping[str, Cursor]) -> bool:
    if status == "default":
        return not any(other.startswith(_SUCCESS) for other in statuses)
    return status.startswith(_SUCCESS)


def _still(status: str, now: Mapping[str, Cursor]) -> bool:
    """Whether a status may still come: by itself, by its class, or, for a class, as one of it."""
    if status == "default":
        return any(_is_success(other, now) for other in now)
    return _entry(now, status) is not None or (status.endswith("XX") and any(s[0] == status[0] for s in now))


def _compare_statuses(found: Findings, exchange: Exchange) -> None:
    """A policy, not containment: errors come and go, a success that old clients wait for stays."""
    old, new = (_statuses(side.at.member("responses")) for side in (exchange.old, exchange.new))
    for status, entry in old.items():
        if _is_success(status, old) and not _still(status, new):
            message = f"{status} is no longer among the responses, and old clients wait for it"
            found.add(
                "response-status-removed", message, of=exchange.old, old=entry.spot, new=exchange.new.at.spot,
                part=exchange.part(RESPONSE), says=(status, None), proof=_showing(found, exchange, status, entry),
            )  # fmt: skip
    for status, entry in new.items() if not exchange.swapped else ():
        if _is_success(status, new) and not _still(status, old):
            message = f"{status} may now be answered, which old clients know by its class only"
            found.add(
                "response-status-added", message, of=exchange.old, old=exchange.old.at.spot, new=entry.spot,
                part=exchange.part(RESPONSE), says=(None, status), proof=_showing(found, exchange, status, entry),
            )  # fmt: skip


def _showing(found: Findings, exchange: Exchange, status: str, entry: Cursor) -> Proof:
    """Prove by a response that no longer, or now, comes."""
    said = {other for side in (exchange.old, exchange.new) for other in _statuses(side.at.member("responses"))}
    shown = _example_of(status, said - {status})
    return lambda: (found.witnesses.response(exchange.sender, shown, entry), "/response/status")


@dataclass(frozen=True, slots=True)
class _Response:
    """A response that the writer may send and the reader knows."""

    found: Findings
    exchange: Exchange
    status: str
    shown: str
    """The status that witnesses have."""
    ours: Cursor
    theirs: Cursor

    def compare(self) -> None:
        """Ask about headers, bodies and links."""
        self._compare_headers()
        self._compare_content()
        if not self.exchange.swapped:
            self._compare_links()

    def _respond(self, change: Change) -> dict[str, Any]:
        """The writer's response with a change."""
        return self.found.witnesses.response(self.exchange.sender, self.shown, self.ours, change)

    def _add(
        self, cause: str, message: str, places: tuple[Cursor, Cursor], *, about: str, proof: Proof = no_proof
    ) -> None:
        """Note a refusal about a header, media type or link; the places are the writer's and the reader's."""
        old, new = spots(*places)
        self.found.add(
            cause, f"{self.status}: {message}", of=self.exchange.old, old=old, new=new,
            part=self.exchange.part(RESPONSE), says=(about, None), proof=proof, subject=about,
        )  # fmt: skip

    def _compare_headers(self) -> None:
        """Headers that the reader relies on, and what the known ones hold."""
        sent = dict(headers(self.ours))
        for name, header in headers(self.theirs):
            own = sent.get(name)
            if header.required and (own is None or not own.required):
                self._header_missing(header, own)
            if own is not None and own.schema is not None and header.schema is not None:
                self._compare_header(own, header, own.schema, header.schema)

    def _header_missing(self, header: Parameter, own: Parameter | None) -> None:
        cause = "header-removed" if own is None else "header-became-optional"
        how = "is no longer sent" if own is None else "may now be missing"
        change = Change(without=frozenset({("header", header.name.lower())}))
        message = f"the header {header.name} {how}, and old clients rely on it"
        at = own.at if own is not None else self.ours
        proof: Proof = lambda: (self._respond(change), "/response/headers")  # noqa: E731
        self._add(cause, message, (at, header.at), about=header.name, proof=proof)

    def _compare_header(self, own: Parameter, header: Parameter, sent: Cursor, taken: Cursor) -> None:
        def wrap(value: Any) -> tuple[Any, str]:
            return self._respond(Change(headers={own.name: written(own, value)})), f"/response/headers/{own.name}"

        kinds = [lexical.kinds(self.found.asking.extracted(schema)) for schema in (sent, taken)]
        split = self._split(sent) if kinds == [{SCALAR}, {ARRAY}] and not own.media and parting(header) else []
        if split or any(form(own, kind) != form(header, kind) for kind in kinds[0] & kinds[1]):
            message = f"the header {own.name} is now written in another form (explode or content) than old clients read"
            proof: Proof = lambda: wrap(split[0] if split else self.found.witnesses.value(own, RESPONSE))  # noqa: E731
            self._add("header-style", message, (own.at, header.at), about=own.name, proof=proof)
            return
        subject = Subject(self.found, self.exchange, RESPONSE, f"{self.status} header {own.name}", wrap)
        (contents.compare if own.media else contents.compare_text)(subject, sent, taken)

    def _split(self, sent: Cursor) -> list[Any]:
        """A text of the writer that the reader of a list takes apart, in a list; empty when there is none."""
        asking = self.found.asking
        return asking.sample(asking.extracted(sent), RESPONSE, having={"type": "string", "pattern": ","})

    def _as_it_comes(self) -> tuple[Any, str]:
        """Prove by the writer's response."""
        return self._respond(Change()), "/response/headers"

    def _compare_content(self) -> None:
        """Media types that the reader asks for, and what the bodies hold."""
        offered = dict(self.ours.members("content"))
        for name, entry in self.theirs.members("content"):
            if media.any_within(name, offered):
                continue
            wider = media.covering(offered, name)
            cause = "media-type-generalised" if wider is not None else "media-type-removed"
            how = "is now one of a range" if wider is not None else "is no longer answered"
            message = f"{media.essence(name)} {how}, and old clients ask for it"
            places = (wider or self.ours, entry)
            self._add(cause, message, places, about=name, proof=self._as_it_comes)

        def wrap(body: Body) -> tuple[Any, str]:
            return self._respond(Change(body=body)), "/response/body"

        where = f"{self.status} response body"
        contents.compare_bodies(Subject(self.found, self.exchange, RESPONSE, where, wrap), self.ours, self.theirs)

    def _compare_links(self) -> None:
        """Links describe what may follow; no message depends on them."""
        now = dict(self.ours.members("links"))
        for name, link in self.theirs.members("links"):
            if name not in now:
                self._add("link-removed", f"the link {name} is no longer described", (self.ours, link), about=name)
            elif _leads(link) != _leads(now[name]):
                message = f"the link {name} leads elsewhere, or is filled differently"
                self._add("link-changed", message, (now[name], link), about=name)


def _leads(link: Cursor) -> tuple[Any, ...]:
    """Where a link leads and with what."""
    return tuple(repr(link.get(name)) for name in ("operationId", "operationRef", "parameters", "requestBody"))
