"""Rules of what is sold: line items, quotes, invoices, payments."""

from decimal import ROUND_HALF_UP, Decimal

from sandbox.hubspot.errors import HubSpotError, ValueProblem, invalid, invalid_values
from sandbox.hubspot.store import Portal, Record
from sandbox.hubspot.values import iso, number, plain

Values = dict[str, str | None]
FROM_PRODUCT = (
    "name", "description", "price", "hs_sku", "hs_cost_of_goods_sold",
    "recurringbillingfrequency", "hs_recurring_billing_period",
)  # fmt: skip
PUBLISHED = ("APPROVAL_NOT_NEEDED", "APPROVED", "ACCEPTED")
QUOTE_STEPS = {
    "DRAFT": ("APPROVAL_NOT_NEEDED", "PENDING_APPROVAL", "APPROVED"),
    "PENDING_APPROVAL": ("DRAFT", "APPROVED", "REJECTED"),
    "REJECTED": ("DRAFT", "PENDING_APPROVAL"),
    "APPROVAL_NOT_NEEDED": ("DRAFT",),
    "APPROVED": ("DRAFT", "ACCEPTED"),
    "ACCEPTED": (),
}
COMPUTED_AMOUNTS = ("hs_amount_billed", "hs_balance_due", "hs_amount_paid")
INVOICE_STEPS = {
    "draft": ("open",),
    "open": ("voided",),
    "paid": (),
    "voided": (),
}


def money(value: Decimal) -> str:
    return plain(value.quantize(Decimal("0.01"), ROUND_HALF_UP))


def fill_from_product(portal: Portal, values: Values) -> None:
    """A line made from a product copies what the caller did not say."""
    product = portal.records.get("products", {}).get(values.get("hs_product_id") or "")
    if product is None:
        return
    for name in FROM_PRODUCT:
        if values.get(name) is None and product.values.get(name) is not None:
            values[name] = product.values[name]


def line_amounts(values: Values) -> dict[str, str]:
    """amount = quantity x price less the unit or percentage discount; empty without both."""
    price, quantity = number(values.get("price")), number(values.get("quantity"))
    if price is None or quantity is None:
        return {}
    before = price * quantity
    unit, percent = number(values.get("discount")), number(values.get("hs_discount_percentage"))
    discount = unit * quantity if unit is not None else before * (percent or Decimal(0)) / 100
    return {
        "hs_pre_discount_amount": money(before),
        "hs_total_discount": money(discount),
        "amount": money(before - discount),
    }


def total(portal: Portal, document: Record) -> Decimal:
    """Lines, then order discounts, fees, taxes, in HubSpot's order."""
    lines = portal.linked_records(document, "line_items")
    amount = sum((number(line.values.get("amount")) or Decimal(0) for line in lines), Decimal(0))
    for kind, sign in (("discounts", -1), ("fees", 1), ("taxes", 1)):
        base = amount
        for row in portal.linked_records(document, kind):
            value = number(row.values.get("hs_value")) or Decimal(0)
            percent = row.values.get("hs_type") == "PERCENT"
            amount += sign * (base * value / 100 if percent else value)
    return amount


# -- quotes


def publish_quote(portal: Portal, quote: Record, values: Values) -> None:
    """What HubSpot fills in when a quote is published; raises 400 while something is missing."""
    if not portal.linked(quote.kind, quote.id, "deals"):
        raise invalid("A quote must be associated with a deal before it can be published.")
    cpq = (values.get("hs_template_type") or quote.values.get("hs_template_type")) == "CPQ_QUOTE"
    templates = portal.linked(quote.kind, quote.id, "quote_templates")
    if portal.switches.get("legacy_quote_needs_template") and not cpq and not templates:
        raise invalid(
            "A quote must be associated with a quote template before it can be published."
        )
    moment = portal.clock.now().astimezone(portal.zone)
    key = quote.values.get("hs_public_url_key") or f"{int(quote.id):x}"
    values["hs_public_url_key"] = key
    values["hs_quote_number"] = quote.values.get("hs_quote_number") or (
        f"{moment:%Y%m%d}-{int(quote.id) % 10**9:09d}"
    )
    values["hs_quote_amount"] = money(total(portal, quote))
    link = f"{portal.settings.get('base_url', '')}/quotes/{portal.id}/{key}"
    values["hs_quote_link"] = link
    values["hs_pdf_download_link"] = _pdf_link(portal, link)


def _pdf_link(portal: Portal, quote_link: str) -> str:
    """Switch ``quote_pdf_link``; an address of the switch's own stands in for HubSpot's."""
    how = str(portal.switches.get("quote_pdf_link", "public"))
    if "://" in how:
        return how
    return "" if how == "none" else f"{quote_link}/pdf"


def quote_status(status: str) -> str:
    return "PUBLISHED" if status == "APPROVAL_NOT_NEEDED" else status


def create_quote(portal: Portal, values: Values) -> None:
    if values.setdefault("hs_status", "DRAFT") not in ("DRAFT", "PENDING_APPROVAL"):
        raise invalid("A quote is created as DRAFT; associate its deal, then publish it.")
    values["hs_quote_status"] = quote_status(values["hs_status"] or "DRAFT")
    values.setdefault("hs_currency", portal.currency)
    values.setdefault("hs_template_type", "CUSTOMIZABLE_QUOTE_TEMPLATE")


def update_quote(portal: Portal, quote: Record, values: Values) -> None:
    before = quote.values.get("hs_status", "DRAFT")
    after = values.get("hs_status") or before
    if after != before and after not in QUOTE_STEPS[before]:
        raise invalid(f"A quote cannot go from {before} to {after}.")
    others = {name for name in values if name != "hs_status" and name.startswith("hs_")}
    if before in PUBLISHED and after in PUBLISHED and others:
        raise invalid(
            "A published quote cannot be edited. Set hs_status to DRAFT first.",
            propertyName=sorted(others),
        )
    if after != before:
        values["hs_quote_status"] = quote_status(after)
        if after in PUBLISHED and before not in PUBLISHED:
            publish_quote(portal, quote, values)


def is_expired(portal: Portal, quote: Record) -> bool:
    """The expiration day has ended where the portal is."""
    day = quote.values.get("hs_expiration_date", "")
    return bool(day) and day < portal.clock.now().astimezone(portal.zone).date().isoformat()


# -- invoices


def is_billable(values: Values | dict[str, str]) -> bool:
    return values.get("hs_invoice_billable") != "false"


def check_invoice_writes(portal: Portal, billable: bool, values: Values) -> None:
    """Amounts and the paid status follow from lines and payments, except on non-billable ones."""
    direct = not billable and portal.switches.get("non_billable_invoice_direct_writes", True)
    locked = [] if direct else [name for name in COMPUTED_AMOUNTS if name in values]
    if not direct and not billable and "hs_number" in values:
        locked.append("hs_number")
    if direct and not portal.switches.get("invoice_balance_writable", True):
        locked += [name for name in ("hs_balance_due",) if name in values]
    problems = [
        ValueProblem(n, "READ_ONLY_VALUE", f'"{n}" is a read only property') for n in locked
    ]
    if values.get("hs_invoice_status") == "paid" and not direct:
        problems.append(
            ValueProblem(
                "hs_invoice_status",
                "INVALID_OPTION",
                "paid is set by payments, not through the API",
            )
        )
    if problems:
        raise invalid_values(problems, portal.id)


def require_parties(links: dict[str, int]) -> None:
    if not links.get("contacts") or not links.get("line_items"):
        raise invalid("An open invoice needs one associated contact and at least one line item.")


def create_invoice(portal: Portal, values: Values, links: dict[str, int]) -> None:
    billable = is_billable(values)
    check_invoice_writes(portal, billable, values)
    status = values.setdefault("hs_invoice_status", "draft")
    if billable and status != "draft":
        require_parties(links)
    now = iso(portal.now_ms())
    values.setdefault("hs_invoice_billable", "true")
    values.setdefault("hs_invoice_date", now)
    values.setdefault("hs_due_date", now)
    values.setdefault("hs_invoice_source", "hubspot")
    if values.get("hs_number") is None:
        values["hs_number"] = f"INV-{portal.next_number('invoice', 1001)}"


def update_invoice(portal: Portal, invoice: Record, values: Values, links: dict[str, int]) -> None:
    billable = is_billable({**invoice.values, **values})
    check_invoice_writes(portal, billable, values)
    before = invoice.values.get("hs_invoice_status", "draft")
    after = values.get("hs_invoice_status") or before
    if not billable or after == before:
        return
    if after not in INVOICE_STEPS[before]:
        raise invalid(f"An invoice cannot go from {before} to {after}.")
    if after == "open":
        require_parties(links)


def delete_invoice(portal: Portal, invoice: Record) -> None:
    allowed = ["draft"] + ["open"] * bool(portal.switches.get("delete_open_invoices"))
    status = invoice.values.get("hs_invoice_status", "draft")
    if status not in allowed:
        raise invalid(f"An invoice in status {status} cannot be deleted; void it instead.")


# -- payments


def create_payment(portal: Portal, values: Values) -> None:
    if not portal.switches.get("commerce_payments_set_up"):
        raise HubSpotError(
            400, "This account has neither HubSpot payments nor Stripe payment processing set up."
        )
    values.setdefault("hs_latest_status", "succeeded")
    values.setdefault("hs_currency_code", portal.currency)


def received(portal: Portal, invoice: Record) -> Decimal:
    """Completed payments associated with an invoice."""
    rows = portal.linked_records(invoice, "commerce_payments")
    done = [row for row in rows if row.values.get("hs_latest_status") == "succeeded"]
    amounts = (number(row.values.get("hs_initial_amount")) or Decimal(0) for row in done)
    return sum(amounts, Decimal(0))


def settle(invoice: Record, payment: Record) -> bool:
    """Associating a completed payment marks its invoice paid."""
    if payment.values.get("hs_latest_status") != "succeeded":
        return False
    return invoice.values.get("hs_invoice_status") == "open"
