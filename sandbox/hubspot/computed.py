"""Values that HubSpot derives when a record is read."""

import re
from collections.abc import Callable
from decimal import Decimal

from sandbox.hubspot import commerce
from sandbox.hubspot.store import Portal, Record
from sandbox.hubspot.values import number, plain


def _stage_flag(name: str) -> Callable[[Portal, Record], str]:
    def flag(portal: Portal, record: Record) -> str:
        stage = portal.stages("deals").get(record.values.get("dealstage", ""), {})
        metadata = stage.get("metadata", {})
        if name == "won":
            return str(metadata.get("probability") == "1.0").lower()
        return str(metadata.get("isClosed", "false"))

    return flag


def _home_amount(portal: Portal, record: Record) -> str | None:
    amount, rate = number(record.values.get("amount")), number(_rate(portal, record))
    if amount is None or rate is None:
        return None
    return plain((amount * rate).quantize(Decimal("0.01")))


def _rate(portal: Portal, record: Record) -> str | None:
    code = record.values.get("deal_currency_code")
    return portal.rates.get(code, "1.0") if code else None


def _contact_count(portal: Portal, record: Record) -> str:
    return str(len(portal.linked(record.kind, record.id, "contacts")))


def _primary_company(portal: Portal, record: Record) -> str | None:
    companies = portal.linked(record.kind, record.id, "companies")
    return next((other for other, types in companies.items() if 1 in types), None)


def _email_domain(portal: Portal, record: Record) -> str | None:
    return record.values.get("email", "").partition("@")[2] or None


def _quote_owner(portal: Portal, record: Record) -> str | None:
    deals = portal.linked_records(record, "deals")
    return deals[0].values.get("hubspot_owner_id") if deals else None


def _preview(portal: Portal, record: Record) -> str:
    return re.sub(r"<[^>]+>", " ", record.values.get("hs_note_body", "")).strip()[:200]


def _billed(portal: Portal, record: Record) -> str | None:
    return (
        commerce.money(commerce.total(portal, record))
        if commerce.is_billable(record.values)
        else None
    )


def _paid(portal: Portal, record: Record) -> str | None:
    return (
        commerce.money(commerce.received(portal, record))
        if commerce.is_billable(record.values)
        else None
    )


def _due(portal: Portal, record: Record) -> str | None:
    """Billable: lines less payments. Otherwise what was billed until it is paid or voided."""
    if commerce.is_billable(record.values):
        total, paid = commerce.total(portal, record), commerce.received(portal, record)
        return commerce.money(total - paid)
    if record.values.get("hs_invoice_status") in ("paid", "voided"):
        return "0.00"
    return record.values.get("hs_amount_billed")


COMPUTED: dict[tuple[str, str], Callable[[Portal, Record], str | None]] = {
    ("deals", "hs_is_closed"): _stage_flag("closed"),
    ("deals", "hs_is_closed_won"): _stage_flag("won"),
    ("deals", "amount_in_home_currency"): _home_amount,
    ("deals", "hs_exchange_rate"): _rate,
    ("deals", "hs_num_associated_contacts"): _contact_count,
    ("deals", "num_associated_contacts"): _contact_count,
    ("contacts", "associatedcompanyid"): _primary_company,
    ("contacts", "hs_email_domain"): _email_domain,
    ("quotes", "hubspot_owner_id"): _quote_owner,
    ("invoices", "hs_amount_billed"): _billed,
    ("invoices", "hs_amount_paid"): _paid,
    ("invoices", "hs_balance_due"): _due,
    ("notes", "hs_body_preview"): _preview,
}


def value_of(portal: Portal, record: Record, name: str) -> str | None:
    """A stored, system or computed property; None when unset."""
    stored = record.values.get(name)
    if stored is not None:
        return stored
    derive = COMPUTED.get((record.kind.name, name))
    return derive(portal, record) if derive else record.system(name)
