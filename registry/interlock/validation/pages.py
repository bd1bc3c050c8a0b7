"""The pages of the rule ids that examples and recorded events are found under; `interlock explain ID` shows them."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

PAGES: Mapping[str, str] = MappingProxyType(
    {
        "examples/accepted-example-validates": """\
An accepted example passes every stage, in the producer's closed view too.

## Why
Developers copy examples. One that the contract refuses teaches a fault, and one with an undeclared member promises it.

## Fix
Mend the example, or the contract when the example is right.""",
        "examples/rejected-example-is-refused": """\
A rejected example is refused for exactly the stage, rule and place that its `expect` states.

## Why
It proves that the contract catches one defect. Refused for another reason, or for two, it would stay refused when the
contract no longer catches that defect.

## Fix
Derive it from an accepted example by one change, and state what `interlock validate` says of it.""",
        "examples/example-names-its-contract": """\
An example is a whole event whose `type` names the contract and major of its folder.

## Fix
Move the file, or mend its `type`.""",
        "validate/envelope": """\
The CloudEvents attributes and extensions are those of the catalog's envelope.

Source: CloudEvents 1.0.2, section 3.""",
        "validate/contract": """\
The event's `type` names a contract of the catalog whose schema can be used and which is in force on the day of `--today`.

Source: CloudEvents 1.0.2, section 3.1.1 (`type`); RFC 8594 (sunset).""",
        "validate/payload": """\
The data is valid under the contract's JSON Schema 2020-12 as its readers see it, with formats asserted.

Patterns are read as ECMA-262 means them and numbers are compared as the decimals that were written.""",
        "validate/closed": """\
A producer sends only members that its contract declares.

## Why
Readers ignore what they do not know, so an undeclared member is lost in silence; and a later version could not declare
that name without breaking whoever sent it.""",
        "validate/keys": """\
What the envelope repeats agrees with the contract and the data: partition key, idempotency key, subject, schema URI,
version and classification, and every key finds its member.

## Why
Brokers order by the envelope and consumers drop duplicates by it. A key of another order reorders both.""",
        "validate/invariant": """\
The event keeps the named rules of its contract and of the shared types that it uses. The message begins with the rule:
`interlock explain invariant/RULE` says more.""",
        "validate/lineage": """\
Each event's `causationid` names a recorded event (else a warning), and causes lead back to a beginning (else an error).

## Why
A hole in the lineage hides which systems were told of a hold; a circle means that an id was reused.""",
    }
)
"""Page by rule id."""
