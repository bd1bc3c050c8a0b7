"""The pages of the compatibility rules: what each looks like in a plant, a change that breaks and one that does not."""

from __future__ import annotations

import textwrap
from typing import NamedTuple

from interlock.check.causes import NEW_READERS, OLD_READERS, REGISTRY_WORDS, UNDECIDED, CompatRule, rule_of
from interlock.compat import CAUSES
from interlock.compat.openapi import API_RULES

WIDTH = 80
CODE = "    "
"""An indent which a terminal and Markdown both show as it is."""


class Story(NamedTuple):
    """Why a rule is there, and two changes as lines of a schema: `-` as it was, `+` as it becomes, or as it stays."""

    why: str
    bad: str
    good: str


STORIES = {
    "required-member-removed": Story(
        "The dispatch desk sorts held lots by `dispositionDueBy`. The first event without it stops that reader, and every later hold of the lot waits behind.",
        "- required: [holdId, dispositionDueBy]\n+ required: [holdId]",
        "  required: [holdId, dispositionDueBy]\n+ dispositionDueAt: {type: string}",
    ),
    "enum-value-added": Story(
        "A warehouse terminal maps each hold type to a lamp. For `CUSTOMER` it has none, turns the event away, and the lot is picked.",
        "- holdType: {enum: [QUALITY, REGULATORY]}\n+ holdType: {enum: [QUALITY, REGULATORY, CUSTOMER]}",
        "- holdType: {type: string, x-extensible-enum: [QUALITY, REGULATORY]}\n+ holdType: {type: string, x-extensible-enum: [QUALITY, REGULATORY, CUSTOMER]}",
    ),
    "type-changed": Story(
        "The maintenance system compares `severity` with 3 to decide whom to call. A text never exceeds 3, so at night nobody is called.",
        "- severity: {type: integer}\n+ severity: {type: string}",
        "  severity: {type: integer}\n+ severityCode: {type: string}",
    ),
    "constant-changed": Story(
        "A scale that was certified for kilograms says so in each event. A reader that is sent pounds refuses them, or books them as kilograms.",
        "- unitCode: {const: KGM}\n+ unitCode: {const: LBR}",
        "  unitCode: {const: KGM}\n+ shownUnitCode: {type: string}",
    ),
    "pattern-widened": Story(
        "A label printer prints lot numbers of six digits in a bar code of fixed width. It turns the eight-digit lot away, and pallets leave without a label.",
        "- lotId: {type: string, pattern: '^L[0-9]{6}$'}\n+ lotId: {type: string, pattern: '^L[0-9]{6,8}$'}",
        "  lotId: {type: string, pattern: '^L[0-9]{6}$'}\n+ longLotId: {type: string, pattern: '^L[0-9]{8}$'}",
    ),
    "pattern-tightened": Story(
        "After an outage the warehouse replays last week. Lots from before the new numbering no longer fit, and their stock is missing from the count.",
        "- lotId: {type: string, pattern: '^L[0-9]{6,8}$'}\n+ lotId: {type: string, pattern: '^L[0-9]{8}$'}",
        "  lotId: {type: string, pattern: '^L[0-9]{6,8}$'}\n+ serialNumber: {type: string, pattern: '^S[0-9]{8}$'}",
    ),
    "format-changed": Story(
        "The carrier's portal reckons the time left until dispatch. Given only a day, it can't, and the truck is booked for midnight.",
        "- dispatchedAt: {type: string, format: date-time}\n+ dispatchedAt: {type: string, format: date}",
        "  dispatchedAt: {type: string, format: date-time}\n+ dispatchDay: {type: string, format: date}",
    ),
    "length-widened": Story(
        "The customer portal keeps tracking numbers in a column that is 40 wide. One of 60 stops its import, or is cut and finds no parcel.",
        "- trackingNumber: {type: string, maxLength: 40}\n+ trackingNumber: {type: string, maxLength: 80}",
        "  trackingNumber: {type: string, maxLength: 40}\n+ carrierReference: {type: string, maxLength: 80}",
    ),
    "length-tightened": Story(
        "An edge box that was offline sends yesterday's shift reports. Those with a longer remark are turned away, though they were right when they were written.",
        "- remark: {type: string, maxLength: 400}\n+ remark: {type: string, maxLength: 100}",
        "  remark: {type: string, maxLength: 400}\n+ shortRemark: {type: string, maxLength: 100}",
    ),
    "bound-widened": Story(
        "A display scales oven temperatures from 0 to 250 degrees. At 400 its reader refuses the event, and the last value stands there as if it were true.",
        "- temperature: {type: number, maximum: 250}\n+ temperature: {type: number, maximum: 400}",
        "  temperature: {type: number, maximum: 250}\n+ peakTemperature: {type: number, maximum: 400}",
    ),
    "bound-tightened": Story(
        "A recall replays two years of readings. Those that were allowed then and are not now drop out, and the affected lots look smaller than they are.",
        "- temperature: {type: number, maximum: 400}\n+ temperature: {type: number, maximum: 250}",
        "  temperature: {type: number, maximum: 400}\n+ isOutOfRange: {type: boolean}",
    ),
    "precision-widened": Story(
        "A weighing terminal keeps grams as whole numbers. A tenth of a gram has no place there: it is refused, or rounded away in every booking.",
        "- weight: {type: number, multipleOf: 0.001}\n+ weight: {type: number, multipleOf: 0.0001}",
        "  weight: {type: number, multipleOf: 0.001}\n+ laboratoryWeight: {type: number, multipleOf: 0.0001}",
    ),
    "precision-tightened": Story(
        "Quantities that were booked to the gram can't be replayed into a reader that takes only whole kilograms, and stock no longer adds up.",
        "- weight: {type: number, multipleOf: 0.001}\n+ weight: {type: number, multipleOf: 1}",
        "  weight: {type: number, multipleOf: 0.001}\n+ roundedWeight: {type: integer}",
    ),
    "item-count-widened": Story(
        "A dock screen has room for 33 pallets, one truck. The dispatch with 40 is turned away, and the driver waits.",
        "- pallets: {type: array, items: {type: string}, maxItems: 33}\n+ pallets: {type: array, items: {type: string}, maxItems: 66}",
        "  pallets: {type: array, items: {type: string}, maxItems: 33}\n+ trailerPallets: {type: array, items: {type: string}, maxItems: 33}",
    ),
    "item-count-tightened": Story(
        "Dispatches with 40 pallets are in the archive. A new reader that takes 33 refuses them, and last year's freight costs can't be reckoned again.",
        "- pallets: {type: array, items: {type: string}, maxItems: 66}\n+ pallets: {type: array, items: {type: string}, maxItems: 33}",
        "  pallets: {type: array, items: {type: string}, maxItems: 66}\n+ truckLoads: {type: integer}",
    ),
    "member-added-for-strict-readers": Story(
        "The audit archive files each posting exactly as it knows it and refuses what it does not know. With the new member nothing is filed any more.",
        "  readers: strict\n+ tooling: {type: string}",
        "  readers: open\n+ tooling: {type: string}",
    ),
    "unknown-members-refused": Story(
        "Old postings carry a member that the new version no longer declares. A strict reader refuses them, so the archive can't be rebuilt from the log.",
        "  readers: strict\n- tooling: {type: string}",
        "  readers: open\n- tooling: {type: string}",
    ),
    "branch-added": Story(
        "A shuttle drives to bins and docks. It knows no yard, turns the order away, and the pallet stays where it is.",
        "- place: {type: string, anyOf: [{pattern: ^BIN-}, {pattern: ^DOCK-}]}\n+ place: {type: string, anyOf: [{pattern: ^BIN-}, {pattern: ^DOCK-}, {pattern: ^YARD-}]}",
        "  place: {type: string, anyOf: [{pattern: ^BIN-}, {pattern: ^DOCK-}]}\n+ yardPlace: {type: string, pattern: ^YARD-}",
    ),
    "branch-removed": Story(
        "Movements to the yard are in the log. A new reader that knows only bins and docks refuses them on replay, and the stock in the yard is gone from its picture.",
        "- place: {type: string, anyOf: [{pattern: ^BIN-}, {pattern: ^DOCK-}, {pattern: ^YARD-}]}\n+ place: {type: string, anyOf: [{pattern: ^BIN-}, {pattern: ^DOCK-}]}",
        "- place: {type: string, anyOf: [{pattern: ^BIN-}, {pattern: ^YARD-}]}\n+ place: {type: string, anyOf: [{pattern: ^BIN-}, {pattern: ^YARD-}], description: The yard ends in 2028.}",
    ),
    "member-became-required": Story(
        "A line controller is updated on Sunday and replays Saturday. Saturday's events lack the new member, so it starts the week with half its work orders.",
        "- required: [workOrderId]\n+ required: [workOrderId, tooling]",
        "  required: [workOrderId]\n+ tooling: {type: string}",
    ),
    "enum-value-removed": Story(
        "Old inspections ended as `CONDITIONAL`. A new reader that does not know the value refuses them, and the lots seem never to have been inspected.",
        "- result: {enum: [PASSED, FAILED, CONDITIONAL]}\n+ result: {enum: [PASSED, FAILED]}",
        "- result: {enum: [PASSED, FAILED, CONDITIONAL]}\n+ result: {enum: [PASSED, FAILED, CONDITIONAL], description: CONDITIONAL is no longer given.}",
    ),
    "unique-items-changed": Story(
        "A scanner station enters each serial number once. Given the same one twice it refuses the whole pallet.",
        "- serials: {type: array, items: {type: string}, uniqueItems: true}\n+ serials: {type: array, items: {type: string}}",
        "  serials: {type: array, items: {type: string}, uniqueItems: true}\n+ scans: {type: array, items: {type: string}}",
    ),
    "contains-changed": Story(
        "Batch release counts on one signature by quality among the signatures. Without it the release stops, as it must, and nobody knows why.",
        "- signatures: {type: array, contains: {const: QUALITY}}\n+ signatures: {type: array}",
        "  signatures: {type: array, contains: {const: QUALITY}}\n+ witnesses: {type: array}",
    ),
    "items-changed": Story(
        "A crane takes a position of two numbers. A third has no axis to go to, so the move is refused.",
        "- position: {type: array, prefixItems: [{type: number}, {type: number}], items: false}\n+ position: {type: array, prefixItems: [{type: number}, {type: number}, {type: number}], items: false}",
        "  position: {type: array, prefixItems: [{type: number}, {type: number}], items: false}\n+ height: {type: number}",
    ),
    "member-count-changed": Story(
        "A machine display has five lines for labels. The sixth is turned away with the whole event.",
        "- labels: {type: object, additionalProperties: {type: string}, maxProperties: 5}\n+ labels: {type: object, additionalProperties: {type: string}, maxProperties: 9}",
        "  labels: {type: object, additionalProperties: {type: string}, maxProperties: 5}\n+ remarks: {type: object, additionalProperties: {type: string}, maxProperties: 9}",
    ),
    "member-name-changed": Story(
        "A historian makes a column of each label, in lower case. `Line-A` is a name that it can't store, so the reading is lost.",
        "- labels: {type: object, propertyNames: {pattern: '^[a-z]+$'}, additionalProperties: {type: string}}\n+ labels: {type: object, propertyNames: {pattern: '^[A-Za-z-]+$'}, additionalProperties: {type: string}}",
        "  labels: {type: object, propertyNames: {pattern: '^[a-z]+$'}, additionalProperties: {type: string}}\n+ labelTitle: {type: string}",
    ),
    "dependency-changed": Story(
        "A weight that comes without its unit can't be booked, so the reader refuses the whole goods receipt.",
        "  weight: {type: number}\n  unitCode: {type: string}\n- dependentRequired: {weight: [unitCode]}",
        "  weight: {type: number}\n  unitCode: {type: string}\n  dependentRequired: {weight: [unitCode]}\n+ isEstimate: {type: boolean}",
    ),
    "exclusion-changed": Story(
        "`0000` was excluded, because old controllers use it for no order at all. Sent as an order number, it stops them.",
        "- orderCode: {type: string, not: {const: '0000'}}\n+ orderCode: {type: string}",
        "  orderCode: {type: string, not: {const: '0000'}}\n+ hasOrder: {type: boolean}",
    ),
    "value-forbidden": Story(
        "A member that is now forbidden stands in every event of last month. None of them can be replayed.",
        "- legacyCode: {type: string}\n+ legacyCode: false",
        "- legacyCode: {type: string}\n+ legacyCode: {type: string, description: No longer sent.}",
    ),
    "undecided": Story(
        "A gate that guesses is worse than none: people believe it. Where no proof and no witness is found within the budget, a person has to look.",
        "- code: {type: string, pattern: '^(A|B)-\\1$'}\n+ code: {type: string, pattern: '^(A|B|C)-\\1$'}",
        "- code: {type: string, description: Twice the same letter.}\n+ code: {type: string, description: 'Twice the same letter, as the line has it.'}",
    ),
}  # fmt: skip
"""By the rule's name in the group `compat`."""


API_WHY = {
    "wire": "A client that was built against the old document goes on calling. It is refused, or is answered with something that it can't read, in the middle of a shift.",
    "source": "Nothing changes on the wire. A client that is generated anew no longer compiles, or calls something else than before, and its team finds out when they are in a hurry.",
    "policy": "Nothing breaks by itself; those who run clients want to know before they see it happen.",
}
"""Why a rule about OpenAPI documents is there, by what it touches."""


def directions_of(rule: str) -> tuple[str, ...]:
    """Return the directions in which a rule about schemas is found; an undecided question can stand in either."""
    found = (way for way in (OLD_READERS, NEW_READERS) if rule in {rule_of(cause, way).id for cause in CAUSES})
    return tuple(found) or (OLD_READERS, NEW_READERS)


def page(row: CompatRule) -> str:
    """Return the page of a compatibility rule, Markdown, in the sections of every rule's page."""
    story = STORIES.get(row.id.removeprefix("compat/"))
    opening, parts = _of_a_schema(row, story) if story else _of_an_api(row)
    parts["Mend"] = textwrap.fill(_sentence(row.fix.format(member="the member")), WIDTH)
    told = [textwrap.fill(text, WIDTH) for text in (_sentence(row.what), opening)]
    return "\n\n".join([*told, *(f"## {heading}\n{text}" for heading, text in parts.items())])


def _of_a_schema(row: CompatRule, story: Story) -> tuple[str, dict[str, str]]:
    """Return the opening and the sections of a rule about schemas."""
    ways = " and ".join(f"{way} [{REGISTRY_WORDS[way]}]" for way in directions_of(row.id))
    opening = f"Found when asking {ways}."
    if row.id != UNDECIDED.id:
        opening += " The finding's witness is an event that the one may send and the other turns away."
    return opening, {
        "Why": textwrap.fill(story.why, WIDTH),
        "Bad": textwrap.indent(story.bad, CODE),
        "Good": textwrap.indent(story.good, CODE),
    }


def _of_an_api(row: CompatRule) -> tuple[str, dict[str, str]]:
    """Return the opening and the sections of a rule about OpenAPI documents."""
    rule = API_RULES.get(row.id.removeprefix("compat/"))
    level = rule.level if rule else "wire"
    return "Found when comparing the OpenAPI documents of an API product.", {
        "Why": textwrap.fill(API_WHY[level], WIDTH)
    }


def _sentence(text: str) -> str:
    """Begin with a capital letter and end with a full stop."""
    return f"{text[:1].upper()}{text[1:]}."
