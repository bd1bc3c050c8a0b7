"""Schemas of bodies, parameters and headers: what the engine says about them, told at their places."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

from interlock.compat.answers import Comparison, Refusal, Undecided, Verdict

from . import lexical, markup, media, problems
from .asking import Leg
from .finding import Exchange, Findings, Proof, no_proof, spots
from .meaning import Shift, shifts
from .rules import API_RULES, REQUEST, RESPONSE, WIRE
from .schemas import Extracted
from .sides import in_place
from .sources import OLD, Cursor
from .witnesses import Body

Wrap: TypeAlias = Callable[[Any], tuple[Any, str]]
"""Puts a value into a message; returns the witness and the pointer to the value in it."""
Sides: TypeAlias = tuple[Extracted, Extracted]
"""The writer's schema and the reader's."""


@dataclass(frozen=True, slots=True)
class Subject:
    """What is asked about: a body, parameter or header of an operation, on its way there or back."""

    found: Findings
    exchange: Exchange
    leg: str
    where: str
    wrap: Wrap

    @property
    def way(self) -> Leg:
        """The way, and whether its reader is strict."""
        return self.exchange.request if self.leg == REQUEST else self.exchange.response

    @property
    def part(self) -> str:
        """`request` where the old document writes."""
        return self.exchange.part(self.leg)

    def sides(self, writer: Cursor, reader: Cursor) -> Sides:
        """Both schemas, taken out of their documents."""
        return self.found.asking.extracted(writer), self.found.asking.extracted(reader)


def compare(subject: Subject, writer: Cursor, reader: Cursor) -> None:
    """Ask whether all that one schema lets through fits the other, as JSON."""
    sides = subject.sides(writer, reader)
    if sides[0].text != sides[1].text:
        _tell(subject, sides, subject.found.asking.ask(*sides, subject.way))
        _compare_meaning(subject, sides)


def _compare_meaning(subject: Subject, sides: Sides) -> None:
    """Note what means something else though the same values pass."""
    key = (*sides, subject.leg == REQUEST == subject.part)
    if key not in subject.found.shifts:
        subject.found.shifts[key] = list(shifts(*sides, request=key[2]))
    for shift in subject.found.shifts[key]:
        _tell_shift(subject, sides, shift)


def _compare_problems(subject: Subject, writer: Cursor, reader: Cursor) -> None:
    """Whoever reads problems takes a type that it does not know (RFC 9457 section 3.1.1): only the others are asked about."""
    sides = subject.sides(writer, reader)
    known = problems.types_of(sides[1])
    if known is None or sides[0].text == sides[1].text:
        compare(subject, writer, reader)
        return
    told = problems.only(sides[0], known), sides[1]
    _tell(subject, told, subject.found.asking.ask(*told, subject.way))
    _compare_meaning(subject, sides)
    for name in sorted((problems.types_of(sides[0]) or frozenset()) - known):
        message = f"{subject.where}: a problem of type {name} may come, which old clients know by its status only"
        old, new = spots(sides[0].at, sides[1].at)
        subject.found.add(
            "problem-type-added", message, of=subject.exchange.old, old=old, new=new, part=subject.part,
            says=(None, name), subject=name,
        )  # fmt: skip


def compare_text(subject: Subject, writer: Cursor, reader: Cursor, *, in_path: bool = False) -> None:
    """The same for values that travel as text."""
    sides = subject.sides(writer, reader)
    if sides[0].text != sides[1].text:
        for sent in lexical.of_path(sides[0]) if in_path else [sides[0]]:
            answer = lexical.ask(subject.found.asking, sent, sides[1], subject.way)
            _tell(subject, sides, answer)
            if answer.verdict is Verdict.BREAKING:
                return


def _tell(subject: Subject, sides: Sides, answer: Comparison) -> None:
    """Note an answer with its places and witnesses in the documents."""
    for refusal in answer.refusals:
        placed, proof = _placed(refusal, sides), _proof(refusal, subject.wrap)
        subject.found.schema(placed, where=subject.where, exchange=subject.exchange, leg=subject.way, proof=proof)
    for gap in answer.undecided if answer.verdict is Verdict.UNDECIDED else ():
        subject.found.gap(_gap_placed(gap, sides, f"{subject.exchange.old}: {subject.where}"))


def _placed(refusal: Refusal, sides: Sides) -> Refusal:
    """A refusal with its spots in the documents."""
    writer, reader = sides
    at = writer.spot(refusal.writer.pointer) if refusal.writer else writer.at.spot
    return replace(refusal, reader=reader.spot(refusal.reader.pointer), writer=at)


def _proof(refusal: Refusal, wrap: Wrap) -> Proof:
    def proof() -> tuple[Any, str]:
        witness, at = wrap(refusal.witness)
        return witness, at + (refusal.at if "body" in at.split("/") else "")

    return proof


def _gap_placed(gap: Undecided, sides: Sides, where: str) -> Undecided:
    """A gap with its spot in the documents; one that a mark made has its own code."""
    schema = sides[0] if gap.side == OLD else sides[1]
    code, _, message = gap.message.partition(": ") if gap.code == "view-not-sound" else (gap.code, "", gap.message)
    if not message:
        code, message = gap.code, gap.message
    return Undecided(code, f"{where}: {message}", schema.spot(gap.spot.pointer), schema.at.source.side)


def _tell_shift(subject: Subject, sides: Sides, shift: Shift) -> None:
    """Note a change of meaning that no value shows; its witness is a value that has the place."""
    writer, reader = sides
    places = writer.spot(shift.writer_pointer), reader.spot(shift.reader_pointer)
    said = shift.writer, shift.reader
    if subject.part != REQUEST:
        places, said = places[::-1], said[::-1]

    def proof() -> tuple[Any, str]:
        sample = subject.found.asking.sample(writer, subject.leg, having=shift.having)
        witness, at = subject.wrap(sample[0] if sample else None)
        return witness, at + (shift.at if sample else "")

    message = f"{subject.where}: {_filled(shift.message, *said)}"
    shown = proof if API_RULES[shift.cause].level == WIRE else no_proof
    old, new = places
    subject.found.add(
        shift.cause, message, of=subject.exchange.old, old=old, new=new, part=subject.part, says=said, proof=shown
    )


def _filled(message: str, old: Any, new: Any) -> str:
    return message.replace("{old}", f"{old}", 1).replace("{new}", f"{new}", 1)


def compare_bodies(subject: Subject, writer: Cursor, reader: Cursor) -> None:
    """Ask about the bodies of each media type that both sides know; `wrap` puts a `Body` into the message."""
    content = dict(reader.members("content"))
    for name, ours in writer.members("content"):
        theirs = media.covering(content, name)
        taken = theirs.raw("schema") if theirs is not None else None
        if theirs is not None and taken is not None and media.is_described(name):
            _compare_body(_of_media(subject, name), name, (ours, theirs), taken)


def _of_media(subject: Subject, name: str) -> Subject:
    """The body in one media type."""

    def wrap(value: Any) -> tuple[Any, str]:
        return subject.wrap(Body(name, value))

    return replace(subject, where=f"{subject.where} ({media.essence(name)})", wrap=wrap)


def _compare_body(subject: Subject, name: str, entries: tuple[Cursor, Cursor], taken: Cursor) -> None:
    ours, _ = entries
    sent = ours.raw("schema") or Cursor(ours.source, value=True, document=ours.document, pointer=ours.pointer)
    if media.is_problem(name) and subject.leg == RESPONSE:
        _compare_problems(subject, sent, taken)
    elif media.is_form(name) and not any(_has_json(entry) for entry in entries):
        _compare_form(subject, sent, taken)
    else:
        compare(subject, sent, taken)
    if media.is_xml(name):
        _compare_markup(subject, sent, taken)
    if media.is_form(name):
        _compare_encoding(subject, entries)


def _has_json(entry: Cursor) -> bool:
    """Whether some part of a form is said to be JSON, in which a text has its quotes."""
    return any(media.is_json(part.text("contentType") or "text/plain") for _, part in entry.members("encoding"))


def _compare_form(subject: Subject, sent: Cursor, taken: Cursor) -> None:
    """Ask about the parts of a form, which are texts unless they are objects."""
    sides = subject.sides(sent, taken)
    if sides[0].text != sides[1].text:
        _tell(subject, sides, lexical.ask_parts(subject.found.asking, *sides, subject.way))
        _compare_meaning(subject, sides)


def _compare_markup(subject: Subject, sent: Cursor, taken: Cursor) -> None:
    """Which element or attribute each part is; a part at a place that can't be paired is not decided."""
    sides = subject.sides(sent, taken)
    for shift in markup.changes(*sides):
        _tell_shift(subject, sides, shift)
    if markup.hidden(*sides):
        message = f"{subject.exchange.old}: elements of the XML body differ at places that are not compared one by one"
        subject.found.gap(Undecided("xml-mapping", message, sides[1].at.spot, sides[1].at.source.side))


def _compare_encoding(subject: Subject, entries: tuple[Cursor, Cursor]) -> None:
    """The parts of a form: content type, style and explode as both sides write them out."""
    ours, theirs = (dict(entry.members("encoding")) for entry in entries)
    for name in sorted(ours.keys() | theirs.keys()):
        forms = [
            _form(subject, entry, name, side.get(name)) for entry, side in zip(entries, (ours, theirs), strict=True)
        ]
        if forms[0] == forms[1]:
            continue
        old, new = forms if subject.part == REQUEST else forms[::-1]
        message = f"{subject.where}: the part {name} was {_shown(old)} and is {_shown(new)}"
        places = spots(ours.get(name) or entries[0], theirs.get(name) or entries[1])
        subject.found.add(
            "encoding-changed", message, of=subject.exchange.old, old=places[0], new=places[1], part=subject.part,
            says=([name, *old], [name, *new]), proof=_sampled(subject, entries[0]), subject=name,
        )  # fmt: skip


def _sampled(subject: Subject, entry: Cursor) -> Proof:
    def proof() -> tuple[Any, str]:
        schema = entry.raw("schema")
        asking = subject.found.asking
        sample = asking.sample(asking.extracted(schema), subject.leg) if schema is not None else []
        return subject.wrap(sample[0] if sample else None)

    return proof


def _form(subject: Subject, entry: Cursor, name: str, encoding: Cursor | None) -> tuple[str, str, bool]:
    """What decides how a part is written."""
    said = media.essence(encoding.text("contentType")) if encoding is not None else ""
    style = (encoding.text("style") if encoding is not None else "") or "form"
    explode = encoding.flag("explode", default=style == "form") if encoding is not None else True
    schema = entry.raw("schema")
    kind = said or (_default_type(subject.found.asking.extracted(schema), name) if schema is not None else "")
    return (kind, style, explode)


def _default_type(schema: Extracted, name: str) -> str:
    """The content type of a part that states none (OpenAPI 3.1.1 section 4.8.15.1)."""
    for part in in_place(schema.schema, schema.schema):
        for member in in_place(schema.schema, part.get("properties", {}).get(name)):
            if "contentEncoding" in member:
                return "application/octet-stream"
            if "type" in member:
                return "application/json" if member["type"] in ("object", "array") else "text/plain"
    return ""


def _shown(form: tuple[str, str, bool]) -> str:
    kind, style, explode = form
    how = "" if (style, explode) == ("form", True) else f" in style {style}{'' if explode else ' without explode'}"
    return f"{kind or 'of no stated type'}{how}"
