"""What HubSpot must say, worked out from QuickBooks' own records by plain means.

Nothing of the product's planning is used: only the two vendors' states, and which invoice a person
hung on which deal.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_DOWN, Decimal
from typing import Any

Raw = dict[str, Any]
CENT = Decimal("0.01")
HUBSPOT_STATUS = {"paid": "paid", "voided": "voided", "deleted": "voided"}


@dataclass(frozen=True, slots=True)
class Seen:
    """One invoice as QuickBooks has it, or had it last where it is gone."""

    realm: str
    raw: Raw
    stage: str
    billed: Decimal
    cash: Decimal
    open: Decimal

    @property
    def is_gone(self) -> bool:
        return self.stage in ("voided", "deleted")

    @property
    def rank(self) -> tuple[datetime, int, int, str]:
        """D-21."""
        at = datetime.fromisoformat(self.raw["MetaData"]["LastUpdatedTime"])
        return at, int(self.raw["SyncToken"]), int(self.raw["Id"]), self.realm

    @property
    def currency(self) -> str:
        return str(self.raw["CurrencyRef"]["value"])

    def on_hubspot(self) -> dict[str, str]:
        """The properties of HubSpot's invoice object that follow from QuickBooks alone."""
        gone = self.stage == "deleted"
        zero = Decimal(0)
        credited = zero if gone else self.billed - self.cash - self.open
        return {
            "dealbooks_key": f"{self.realm}:Invoice:{self.raw['Id']}",
            "dealbooks_status": self.stage,
            "hs_invoice_status": HUBSPOT_STATUS.get(self.stage, "open"),
            "dealbooks_billed": money(zero if gone else self.billed),
            "dealbooks_cash": money(zero if gone else self.cash),
            "dealbooks_credited": money(credited),
            "dealbooks_open": money(zero if gone else self.open),
            "hs_number": str(self.raw.get("DocNumber", "")),
            "hs_currency": self.currency,
            "hs_due_date": f"{self.raw['DueDate']}T12:00:00.000Z",
        }


def name_of(raw: Raw) -> str:
    """Without the mark of an inactive customer (D-28)."""
    return str(raw["CustomerRef"]["name"]).removesuffix(" (deleted)")


def money(amount: Decimal) -> str:
    return f"{amount.quantize(CENT)}"


def seen(realm: str, raw: Raw, payments: Iterable[Raw], today: date, *, deleted: bool) -> Seen:
    total, balance = dec(raw["TotalAmt"]), dec(raw["Balance"])
    received = sum((share(each, raw["Id"]) for each in payments), Decimal(0))
    cash = min(received, max(total - balance, Decimal(0)))
    return Seen(realm, raw, _stage(raw, today, deleted=deleted), total, cash, balance)


def _stage(raw: Raw, today: date, *, deleted: bool) -> str:
    total, balance = dec(raw["TotalAmt"]), dec(raw["Balance"])
    if deleted:
        return "deleted"
    if total == 0 and str(raw.get("PrivateNote", "")).startswith("Voided"):
        return "voided"
    if balance <= 0:
        return "paid"
    if date.fromisoformat(raw["DueDate"]) < today:
        return "overdue"
    if balance < total:
        return "partially_paid"
    return "sent" if raw.get("EmailStatus") == "EmailSent" else "awaiting_sending"


def share(payment: Raw, invoice_id: str) -> Decimal:
    """The payment's cash that this invoice got: credits in the same payment are no cash (D-19)."""
    applied = {
        link["TxnId"]: dec(line["Amount"])
        for line in payment.get("Line", [])
        for link in line.get("LinkedTxn", [])
        if link["TxnType"] == "Invoice"
    }
    if invoice_id not in applied:
        return Decimal(0)
    whole = sum(applied.values(), Decimal(0))
    cash = min(max(dec(payment["TotalAmt"]) - dec(payment.get("UnappliedAmt", 0)), 0), whole)
    return Decimal(cash * applied[invoice_id] / whole).quantize(CENT, ROUND_DOWN)


def dec(value: Any) -> Decimal:
    return Decimal(str(value))


def applications(payments: Iterable[Raw]) -> set[tuple[str, str]]:
    """(payment id, invoice id) of everything that is settled now."""
    return {
        (str(each["Id"]), str(link["TxnId"]))
        for each in payments
        for line in each.get("Line", [])
        if dec(line["Amount"])
        for link in line.get("LinkedTxn", [])
        if link["TxnType"] == "Invoice"
    }


def five(attached: Sequence[Seen], is_blocked: Mapping[str, bool]) -> dict[str, str] | None:
    """The article's five properties of a deal, None where the deal is left alone (D-21, D-23).

    ``is_blocked``: by currency, whether the policy keeps its invoices out.
    """
    shown = [each for each in attached if not is_blocked[each.currency]]
    if attached and not shown:
        return None
    if not shown:
        return dict.fromkeys(FIVE, "")
    latest = max([each for each in shown if not each.is_gone] or shown, key=lambda each: each.rank)
    return {
        "amount_invoiced": money(Decimal(0) if latest.is_gone else latest.billed),
        "invoice_recipient": name_of(latest.raw),
        "invoice_number": str(latest.raw.get("DocNumber", "")),
        "invoice_status": latest.stage,
        "invoice_due_date": str(latest.raw["DueDate"]),
    }


FIVE = (
    "amount_invoiced",
    "invoice_recipient",
    "invoice_number",
    "invoice_status",
    "invoice_due_date",
)


def sums(counted: Sequence[Seen]) -> dict[str, str]:
    """B-06, of the invoices that the deal counts and whose currency is shown."""
    living = [each for each in counted if not each.is_gone]
    found = {"invoice_count": str(len(living))}
    if len({each.currency for each in living}) < 2:
        found |= {
            "total_invoiced": money(sum((each.billed for each in living), Decimal(0))),
            "total_paid": money(sum((each.cash for each in living), Decimal(0))),
            "open_balance": money(sum((each.open for each in living), Decimal(0))),
        }
    return found
