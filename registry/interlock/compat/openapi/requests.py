"""Requests: what a sender built from one document may send that the receiver of the other no longer takes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from . import contents, lexical, media
from .contents import Subject
from .finding import Exchange, Findings, Proof, no_proof, spots
from .model import Key, Parameter
from .reading import said_default
from .rules import REQUEST
from .serializing import ARRAY, HAS_RESERVED, SCALAR, form, parting
from .sides import in_place
from .sources import Cursor
from .witnesses import Body, Change

_AT = {"path": "/request/target", "query": "/request/target", "cookie": "/request/headers/Cookie"}


def compare(found: Findings, exchange: Exchange) -> None:
    """Ask about the request of an operation that both documents have."""
    asked = _Request(found, exchange)
    sent, taken = exchange.sender.parameters, exchange.receiver.parameters
    for key, parameter in sent.items():
        if key in taken:
            asked.compare_parameter(key, parameter, taken[key])
        elif exchange.request.strict:
            asked.parameter_gone(key, parameter)
    for key, parameter in taken.items():
        if parameter.required and not (key in sent and sent[key].required):
            asked.parameter_required(key, parameter)
    _Bodies(found, exchange).compare()


@dataclass(frozen=True, slots=True)
class _Request:
    """The request of one operation."""

    found: Findings
    exchange: Exchange

    def add(
        self, cause: str, message: str, places: tuple[Cursor, Cursor], *, proof: Proof = no_proof,
        says: tuple[Any, Any] = (None, None),
    ) -> None:  # fmt: skip
        """Note a refusal; `places` and `says` are the sender's and the receiver's."""
        part = self.exchange.part(REQUEST)
        old, new = spots(*places)
        said = says if part == REQUEST else says[::-1]
        self.found.add(cause, message, of=self.exchange.old, old=old, new=new, part=part, says=said, proof=proof)

    def sending(self, key: Key, parameter: Parameter, value: list[Any] | None = None) -> Proof:
        """Prove by a request that has the parameter."""

        def proof() -> tuple[Any, str]:
            sent = value[0] if value else self.found.witnesses.value(parameter, REQUEST)
            change = Change(values={key: (parameter, sent)})
            return self.found.witnesses.request(self.exchange.sender, change), _at(parameter)

        return proof

    def lacking(self, key: Key) -> Proof:
        """Prove by a request without the parameter."""

        def proof() -> tuple[Any, str]:
            return self.found.witnesses.request(self.exchange.sender, Change(without=frozenset({key}))), "/request"

        return proof

    def parameter_gone(self, key: Key, parameter: Parameter) -> None:
        """A parameter that the receiver does not know, or expects elsewhere."""
        receiver = self.exchange.receiver
        name = parameter.name.lower()
        elsewhere = next((p for p in receiver.parameters.values() if p.name.lower() == name), None)
        proof = self.sending(key, parameter)
        if elsewhere is not None:
            message = f"{parameter.name} is now read from the {elsewhere.place}, and old clients send it in the {parameter.place}"
            says = (parameter.place, elsewhere.place)
            self.add("parameter-moved", message, (parameter.at, elsewhere.at), proof=proof, says=says)
        else:
            message = f"{parameter} is no longer known, and what old clients say with it is dropped"
            self.add(
                "parameter-removed", message, (parameter.at, receiver.at), proof=proof, says=(parameter.name, None)
            )

    def parameter_required(self, key: Key, parameter: Parameter) -> None:
        """A parameter that the sender may leave out and the receiver needs."""
        own = self.exchange.sender.parameters.get(key)
        message = f"{parameter} is now required, and old clients {'may leave it out' if own else 'do not know it'}"
        at = own.at if own else self.exchange.sender.at
        self.add("parameter-required", message, (at, parameter.at), proof=self.lacking(key), says=(False, True))

    def compare_parameter(self, key: Key, ours: Parameter, theirs: Parameter) -> None:
        """A parameter that both sides know."""
        if not self._same_form(key, ours, theirs):
            return
        self._compare_schemas(key, ours, theirs)
        places = (ours.at, theirs.at)
        if ours.place == "query" and ours.at.flag("allowEmptyValue") and not theirs.at.flag("allowEmptyValue"):
            message = f"{ours} may no longer be sent without a value"
            self.add("empty-value-refused", message, places, proof=self.sending(key, ours, [""]))
        if ours.name != theirs.name and ours.place == "path" and self.exchange.request.strict:
            message = f"the path parameter {ours.name} is now called {theirs.name}; generated clients take it by name"
            self.add("parameter-renamed", message, places, says=(ours.name, theirs.name))

    def _compare_schemas(self, key: Key, ours: Parameter, theirs: Parameter) -> None:
        """Which values both sides know."""
        if ours.schema is None or theirs.schema is None:
            return

        def wrap(value: Any) -> tuple[Any, str]:
            change = Change(values={key: (ours, value)})
            return self.found.witnesses.request(self.exchange.sender, change), _at(ours)

        subject = Subject(self.found, self.exchange, REQUEST, str(ours), wrap)
        if ours.media:
            contents.compare(subject, ours.schema, theirs.schema)
        else:
            contents.compare_text(
                subject, ours.schema, theirs.schema, in_path=ours.place == "path" and ours.style != "matrix"
            )
        if self.exchange.request.strict and not ours.required and not theirs.required:
            self._compare_defaults(key, ours, theirs)

    def _same_form(self, key: Key, ours: Parameter, theirs: Parameter) -> bool:
        """Whether the sender's writing is the reader's reading, for each kind of value that both know."""
        sent, read = self._kinds(ours), self._kinds(theirs)
        differing = any(form(ours, kind) != form(theirs, kind) for kind in _shared(sent, read))
        value: list[Any] | None = None
        if (sent, read) == ({SCALAR}, {ARRAY}) and parting(theirs) and not ours.media:
            value = self._split(ours, theirs)
        if ours.reserved and not theirs.reserved:
            value = value or self._reserved(ours)
        if differing and not value:
            value = self._several(ours)
        if not differing and not value:
            return True
        message = f"{ours} is written {_said(ours)} and now read {_said(theirs)}"
        proof = self.sending(key, ours, value)
        self.add("parameter-style", message, (ours.at, theirs.at), proof=proof, says=(_said(ours), _said(theirs)))
        return False

    def _kinds(self, parameter: Parameter) -> set[str]:
        """What the parameter's values are to its style; scalars where no schema says."""
        if parameter.schema is None:
            return {SCALAR}
        return lexical.kinds(self.found.asking.extracted(parameter.schema))

    def _split(self, ours: Parameter, theirs: Parameter) -> list[Any] | None:
        """A text of the sender that the reader of a delimited list takes apart."""
        if ours.schema is None:
            return None
        having = {"type": "string", "pattern": parting(theirs)}
        return self.found.asking.sample(self.found.asking.extracted(ours.schema), REQUEST, having=having) or None

    def _reserved(self, ours: Parameter) -> list[Any] | None:
        """A text of the sender with a reserved character, which the reader now takes only encoded."""
        if ours.schema is None:
            return None
        having = {"type": "string", "pattern": HAS_RESERVED}
        return self.found.asking.sample(self.found.asking.extracted(ours.schema), REQUEST, having=having) or None

    def _several(self, ours: Parameter) -> list[Any] | None:
        """A list of the sender with two items, which shows what stands between them."""
        if ours.schema is None:
            return None
        schema = self.found.asking.extracted(ours.schema)
        return self.found.asking.sample(schema, REQUEST, having={"type": "array", "minItems": 2}) or None

    def _compare_defaults(self, key: Key, ours: Parameter, theirs: Parameter) -> None:
        """What it means to leave the parameter out."""
        old, new = self._default(ours), self._default(theirs)
        places = (ours.at, theirs.at)
        if old == new or (old and new and not ours.media and lexical.spelled(old) == lexical.spelled(new)):
            return
        if old and new:
            message = f"{ours}, left out, meant {old[0]!r} and now means {new[0]!r}"
            self.add("default-changed", message, places, proof=self.lacking(key), says=(old[0], new[0]))
        else:
            message = f"{ours} {'no longer states' if old else 'now states'} the default {(old or new)[0]!r}"
            self.add("default-documented", message, places, says=(old, new))

    def _default(self, parameter: Parameter) -> list[Any]:
        """A parameter's default in a list; empty when it has none."""
        if parameter.schema is None:
            return []
        schema = self.found.asking.extracted(parameter.schema).schema
        return next((said for part in in_place(schema, schema) if (said := said_default(part))), [])


@dataclass(frozen=True, slots=True)
class _Bodies(_Request):
    """The request's body: whether it may be sent or left out as before, and what it holds."""

    def compare(self) -> None:
        """Ask about it."""
        ours = self.exchange.sender.at.member("requestBody")
        theirs = self.exchange.receiver.at.member("requestBody")
        if theirs is not None and theirs.flag("required") and not (ours is not None and ours.flag("required")):
            self._required(ours, theirs)
        if ours is None or not ours.get("content"):
            return
        if theirs is not None:
            self._compare_content(ours, theirs)
        elif self.exchange.request.strict:
            message = "the request body is no longer read, and what old clients say in it is dropped"
            name, _ = next(ours.members("content"), ("application/json", ours))
            self.add(
                "request-body-removed", message, (ours, self.exchange.receiver.at), proof=self._with_body(ours, name)
            )

    def _required(self, ours: Cursor | None, theirs: Cursor) -> None:
        sender = self.exchange.sender
        message = f"a request body is now required, and old clients {'may leave it out' if ours else 'send none'}"

        def proof() -> tuple[Any, str]:
            return self.found.witnesses.request(sender, Change(bare=True)), "/request"

        self.add("request-body-required", message, (ours or sender.at, theirs), proof=proof, says=(False, True))

    def _compare_content(self, ours: Cursor, theirs: Cursor) -> None:
        """Each media type that the sender may use must be taken, with what it holds."""
        taken = dict(theirs.members("content"))
        for name, entry in ours.members("content"):
            if media.covering(taken, name) is None:
                message = f"bodies of {media.essence(name)} are no longer taken"
                proof = self._with_body(ours, name)
                self.add("media-type-removed", message, (entry, theirs), proof=proof, says=(name, sorted(taken)))

        def wrap(body: Body) -> tuple[Any, str]:
            return self.found.witnesses.request(self.exchange.sender, Change(body=body)), "/request/body"

        contents.compare_bodies(Subject(self.found, self.exchange, REQUEST, "request body", wrap), ours, theirs)

    def _with_body(self, ours: Cursor, name: str) -> Proof:
        """Prove by a request with a body of a media type."""

        def proof() -> tuple[Any, str]:
            body = self.found.witnesses.body(ours, REQUEST, name) or Body(name, None)
            return self.found.witnesses.request(
                self.exchange.sender, Change(body=body)
            ), "/request/headers/Content-Type"

        return proof


def _shared(sent: set[str], read: set[str]) -> set[str]:
    """The kinds that both sides know; a list of one is written as its item is."""
    single = {SCALAR} if len({SCALAR, ARRAY} & (sent ^ read)) == len({SCALAR, ARRAY}) else set[str]()
    return (sent & read) | single


def _at(parameter: Parameter) -> str:
    """Where a parameter stands in a witness."""
    return _AT.get(parameter.place) or f"/request/headers/{parameter.name}"


def _said(parameter: Parameter) -> str:
    """Name a form for people."""
    exploded = ", exploded" if parameter.explode else ""
    reserved = ", reserved characters as they are" if parameter.reserved else ""
    return f"as {parameter.media}" if parameter.media else f"in style {parameter.style}{exploded}{reserved}"
