"""Ledger documents: amounts go from number to text digit by digit, and the other side is asked of the ledger."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Literal, Protocol

from acme_contracts import CannotDowncast, CannotUpcast, DecimalText, Instant
from acme_contracts.finance.financial_adjustment_posted import v1, v2
from acme_contracts.types import DocumentRef, Money

Line = v2.FinancialAdjustmentPosted.Line
Side = Literal["DEBIT", "CREDIT"]
_CENT = Decimal("0.01")
_TOO_LARGE = 10**12


@dataclass(frozen=True)
class DocumentFacts:
    """What the ledger knows of a document and version 1 does not say."""

    legal_entity_id: str
    adjustment_type: str
    fiscal_period: str
    offsetting_account_id: str
    reference: DocumentRef
    posted_at: Instant


class Ledger(Protocol):
    """What a service gives to bring a document to version 2."""

    def document(self, document_id: str) -> DocumentFacts | None:
        """Return what the ledger knows of a document, or None."""
        ...


@v2.upcaster(1)
def upcast(old: v1.FinancialAdjustmentPosted, lookup: Ledger | None) -> v2.FinancialAdjustmentPosted:
    """Make two balanced lines of one signed amount: above zero it is a debit of the account."""
    facts = lookup.document(old.document_id) if lookup is not None else None
    if facts is None:
        raise CannotUpcast(
            "version 1 does not tell the offsetting account: give parse a lookup that knows the document"
        )
    if old.amount == 0:
        raise CannotUpcast("the amount is zero, which has no side")
    sides: tuple[Side, Side] = ("DEBIT", "CREDIT") if old.amount > 0 else ("CREDIT", "DEBIT")
    money = Money(amount=_text(abs(old.amount)), currency=old.currency)
    return v2.FinancialAdjustmentPosted(
        adjustment_document_id=old.document_id,
        legal_entity_id=facts.legal_entity_id,
        adjustment_type=facts.adjustment_type,
        posting_date=old.posting_date,
        fiscal_period=facts.fiscal_period,
        lines=(
            Line(line_number=1, ledger_account_id=old.account, debit_credit=sides[0], amount=money),
            Line(line_number=2, ledger_account_id=facts.offsetting_account_id, debit_credit=sides[1], amount=money),
        ),
        reference=facts.reference,
        posted_at=facts.posted_at,
    )


def _text(amount: Decimal) -> DecimalText:
    """Return an amount in the cents that version 1 counts, as text; it was read as a decimal and was never a float."""
    try:
        cents = amount.quantize(_CENT)
    except InvalidOperation:
        raise CannotUpcast("the amount has more digits than a ledger keeps") from None
    if cents != amount:
        raise CannotUpcast("the amount has parts of a cent, which version 1 does not allow")
    return DecimalText(format(cents, "f"))


class Accounts(Protocol):
    """What a service gives to bring a document back to version 1."""

    def adjusted_account(self, document_id: str) -> str | None:
        """Return the account that a document adjusts, the others being its offset; None when it is not one."""
        ...


@v1.downcaster(2, asks=["adjusted_account"])
def downcast(new: v2.FinancialAdjustmentPosted, lookup: Accounts) -> v1.FinancialAdjustmentPosted:
    """Version 1 has one amount of one account, above zero for a debit."""
    account = lookup.adjusted_account(new.adjustment_document_id)
    lines = [line for line in new.lines if line.ledger_account_id == account]
    currencies = {line.amount.currency for line in lines}
    if account is None or len(currencies) != 1:
        raise CannotDowncast("version 1 can only say one amount of one account in one currency: read version 2")
    return v1.FinancialAdjustmentPosted(
        document_id=new.adjustment_document_id,
        posting_date=new.posting_date,
        amount=_balance(lines),
        currency=currencies.pop(),
        account=account,
        reference=new.reference.document_id,
    )


def _balance(lines: list[Line]) -> Decimal:
    """Return the sum of an account's lines in whole cents, debits above zero."""
    total = sum((_signed(line) for line in lines), Decimal(0))
    if total == 0 or total != total.quantize(_CENT) or abs(total) >= _TOO_LARGE:
        raise CannotDowncast("version 1 counts whole cents, not none and less than a million millions: read version 2")
    return total


def _signed(line: Line) -> Decimal:
    """Return a line's amount with the sign of its side."""
    amount = Decimal(line.amount.amount.wire)
    return amount if line.debit_credit == "DEBIT" else -amount
