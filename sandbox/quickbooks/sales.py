"""Invoices and the other sales forms (reference section 5.1)."""

import calendar
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from sandbox.quickbooks import estimates, lines, numbering, references, refusals, settling, taxes
from sandbox.quickbooks.books import ZERO, Books, Record
from sandbox.quickbooks.families import Family, money_of
from sandbox.quickbooks.money import set_currency, set_home_amounts
from sandbox.quickbooks.shapes import Row, money

MAX_TAXABLE_LINES = 750


def due_date(term: Record | None, day: str) -> str:
    """The day a term makes of a transaction date; the same day without a term."""
    if term is None:
        return day
    start = date.fromisoformat(day)
    data = term.data
    if data.get("Type") != "DATE_DRIVEN":
        return (start + timedelta(days=int(data.get("DueDays") or 0))).isoformat()
    year, month = start.year, start.month
    wanted = int(data.get("DayOfMonthDue") or 1)
    due = _day_in_month(year, month, wanted)
    if (due - start).days < int(data.get("DueNextMonthDays") or 0) or due < start:
        due = _day_in_month(year + month // 12, month % 12 + 1, wanted)
    return due.isoformat()


def _day_in_month(year: int, month: int, day: int) -> date:
    return date(year, month, min(day, calendar.monthrange(year, month)[1]))


class Sale(Family):
    def prepare(
        self,
        books: Books,
        row: Row,
        values: dict[str, Any],
        before: Record | None,
        options: dict[str, Any],
    ) -> dict[str, Any]:
        customer = books.get("Customer", values["CustomerRef"]["value"])
        if customer is None:
            raise refusals.bad_reference(
                f"Names element id {values['CustomerRef']['value']} not found"
            )
        values["TxnDate"] = values.get("TxnDate") or (
            before.data["TxnDate"] if before else books.today()
        )
        set_currency(books, values, customer)
        if row.name == "Invoice":
            estimates.check_links(books, values, before)
        _set_terms(books, row, values, customer, before, options)
        _set_mail(values, before)
        if before is None:
            for name in ("BillAddr", "ShipAddr"):
                if not values.get(name) and customer.data.get(name):
                    values[name] = customer.data[name]
        _set_custom_fields(books, values)
        if "TxnTaxDetail" not in options.get("sent", ()) and values.get("TxnTaxDetail"):
            old = values["TxnTaxDetail"]
            values["TxnTaxDetail"] = {k: v for k, v in old.items() if k == "TxnTaxCodeRef"}
        _set_amounts(books, row, values, customer)
        _set_balance(books, row, values, before)
        numbering.assign(books, row.name, values, before, options)
        _set_defaults(books, row, values)
        return values

    def saved(self, books: Books, record: Record, before: Record | None) -> Record:
        if before is None and record.kind == "Invoice":
            estimates.close(books, record)
        if before is not None:
            settling.trim(books, record)
        if before is None and record.kind == "Invoice":
            settling.apply_credits(books, record)
        return books.get(record.kind, record.id) or record

    def check_change(self, books: Books, record: Record) -> None:
        settling.refuse_deposited(record)

    def check_delete(self, books: Books, record: Record) -> None:
        paid = books.settlements.get((record.kind, record.id))
        if paid and books.switches["delete_paid_invoice"] == "refuse":
            raise refusals.business(
                "This transaction is linked to a payment. Unlink the payment before you delete it."
            )

    def removed(self, books: Books, record: Record) -> None:
        settling.release(books, record)
        estimates.reopen(books, record)

    def void(self, books: Books, record: Record) -> Record:
        """All amounts zero, note "Voided", payments unapplied; date and number stay."""
        settling.release(books, record)
        estimates.reopen(books, record)
        current = books.get(record.kind, record.id) or record
        note = current.data.get("PrivateNote")
        zero = Decimal("0.00")
        changes: dict[str, Any] = {
            "PrivateNote": f"Voided - {note}" if note else "Voided",
            "Line": [_voided_line(line) for line in current.data["Line"]],
            "TxnTaxDetail": {"TotalTax": zero},
            "TotalAmt": zero,
            "LinkedTxn": [],
        }
        for name in ("Balance", "HomeTotalAmt", "HomeBalance", "RemainingCredit", "Deposit"):
            if name in current.data:
                changes[name] = zero
        return books.touch(current, "void", **changes)


def _voided_line(line: dict[str, Any]) -> dict[str, Any]:
    line = {**line}
    if "Amount" in line:
        line["Amount"] = Decimal("0.00")
    detail = line.get("SalesItemLineDetail")
    if detail:
        kept = {k: v for k, v in detail.items() if k != "TaxInclusiveAmt"}
        line["SalesItemLineDetail"] = {**kept, "Qty": Decimal(0)}
    group = line.get("GroupLineDetail")
    if group:
        inner = [_voided_line(entry) for entry in group["Line"]]
        line["GroupLineDetail"] = {**group, "Quantity": Decimal(0), "Line": inner}
    return line


def _set_terms(
    books: Books,
    row: Row,
    values: dict[str, Any],
    customer: Record,
    before: Record | None,
    options: dict[str, Any],
) -> None:
    if row.name != "Invoice":
        return
    if before is None and not values.get("SalesTermRef"):
        default = customer.data.get("SalesTermRef") or books.sales_prefs.get("DefaultTerms")
        term = books.get("Term", str(default["value"])) if default else None
        values["SalesTermRef"] = references.to(term) if term else None
    term_ref = values.get("SalesTermRef")
    term = books.get("Term", term_ref["value"]) if term_ref else None
    sent = options.get("sent", ())
    moved = before is not None and "SalesTermRef" in sent and "DueDate" not in sent
    if not values.get("DueDate") or moved:
        values["DueDate"] = due_date(term, values["TxnDate"])


def _set_mail(values: dict[str, Any], before: Record | None) -> None:
    was = (before.data.get("EmailStatus") if before else None) or "NotSet"
    wanted = values.get("EmailStatus") or "NotSet"
    if wanted == "EmailSent" and was != "EmailSent":
        wanted = was
    values["EmailStatus"] = wanted
    for name in ("BillEmail", "BillEmailCc", "BillEmailBcc"):
        address = (values.get(name) or {}).get("Address")
        if values.get(name) and not address:
            values[name] = None
        elif address and not all("@" in one and "." in one for one in address.split(",")):
            raise refusals.Refusal(
                "2210", "Invalid email", f"Email Address is not valid : {address}", name
            )
    if wanted == "NeedToSend" and not values.get("BillEmail"):
        raise refusals.business("An email address is needed to send this form.", "BillEmail")


def _set_custom_fields(books: Books, values: dict[str, Any]) -> None:
    """The company's fields always come back, with their names; only three are known."""
    names = custom_field_names(books)
    sent = {str(entry.get("DefinitionId")): entry for entry in values.get("CustomField") or []}
    fields = []
    for number, name in names.items():
        entry = {"DefinitionId": number, "Name": name, "Type": "StringType"}
        value = (sent.get(number) or {}).get("StringValue")
        fields.append({**entry, "StringValue": value} if value else entry)
    values["CustomField"] = fields or None


def custom_field_names(books: Books) -> dict[str, str]:
    """DefinitionId to name, from Preferences."""
    names = {}
    for group in books.sales_prefs.get("CustomField") or []:
        for entry in group.get("CustomField") or []:
            if entry.get("Type") == "StringType":
                names[entry["Name"][-1]] = entry["StringValue"]
    return names


def _set_amounts(books: Books, row: Row, values: dict[str, Any], customer: Record) -> None:
    calculation = values.get("GlobalTaxCalculation") if books.regime == "vat" else None
    if books.regime == "vat":
        calculation = calculation or "TaxExcluded"
    values["GlobalTaxCalculation"] = calculation
    made, subtotal = lines.complete(books, values["Line"], customer.data, calculation)
    values["Line"] = made
    discount = sum(
        (line["Amount"] for line in made if line["DetailType"] == "DiscountLineDetail"), ZERO
    )
    after_discount = books.regime == "vat" or values.get("ApplyTaxAfterDiscount")
    left = subtotal - discount if after_discount and subtotal else subtotal
    taxed = [(net * left / subtotal if subtotal else net, code) for net, code in lines.priced(made)]
    sent = values.get("TxnTaxDetail") or {}
    if books.regime == "vat" and calculation == "NotApplicable":
        taxed = []
    if sum(1 for _, code in taxed if code == "TAX") > MAX_TAXABLE_LINES:
        raise refusals.business(f"A taxable form may have {MAX_TAXABLE_LINES} lines at most.")
    ship_to = values.get("ShipAddr") or values.get("BillAddr") or {}
    outcome = taxes.compute(books, taxed, sent, ship_to, customer.data)
    total_tax = money(outcome.total)
    if calculation == "TaxInclusive" and not discount:
        gross = sum((_gross(line) for line in made), ZERO)
        total_tax = gross - subtotal
        outcome.override(total_tax)
    detail: dict[str, Any] = {"TotalTax": total_tax}
    if sent.get("TxnTaxCodeRef"):
        detail["TxnTaxCodeRef"] = {"value": sent["TxnTaxCodeRef"]["value"]}
    if outcome.bases:
        detail["TaxLine"] = outcome.lines()
    values["TxnTaxDetail"] = detail
    total = money(subtotal - discount + total_tax)
    if total < 0:
        raise refusals.business("Transaction amount must be 0 or greater.", "TotalAmt")
    values["TotalAmt"] = total


def _gross(line: dict[str, Any]) -> Decimal:
    if line["DetailType"] == "GroupLineDetail":
        return sum((_gross(entry) for entry in line["GroupLineDetail"]["Line"]), ZERO)
    if line["DetailType"] != "SalesItemLineDetail":
        return ZERO
    gross: Decimal = line["SalesItemLineDetail"].get("TaxInclusiveAmt", line["Amount"])
    return gross


def _set_balance(books: Books, row: Row, values: dict[str, Any], before: Record | None) -> None:
    settled = settling.settled(books, row.name, before.id) if before else ZERO
    total = values["TotalAmt"]
    if row.name == "Invoice":
        values["Deposit"] = money_of(values, "Deposit")
        values["Balance"] = total - values["Deposit"] - settled
    elif row.name == "CreditMemo":
        values["Balance"] = values["RemainingCredit"] = total - settled
    elif row.name in ("SalesReceipt", "RefundReceipt"):
        values["Balance"] = ZERO
    set_home_amounts(books, values)
    if before is not None:
        kept = [link for link in before.data.get("LinkedTxn") or [] if settling.is_payment(link)]
        sent = [link for link in values.get("LinkedTxn") or [] if not settling.is_payment(link)]
        values["LinkedTxn"] = sent + kept
    else:
        sent = values.get("LinkedTxn") or []
        values["LinkedTxn"] = [link for link in sent if not settling.is_payment(link)]


def _set_defaults(books: Books, row: Row, values: dict[str, Any]) -> None:
    values["PrintStatus"] = values.get("PrintStatus") or "NeedToPrint"
    values["FreeFormAddress"] = values.get("FreeFormAddress", True)
    if books.regime != "vat":
        values["ApplyTaxAfterDiscount"] = bool(values.get("ApplyTaxAfterDiscount"))
    if row.name == "Invoice":
        for name in ("AllowIPNPayment", "AllowOnlinePayment"):
            values[name] = False
        for name in ("AllowOnlineCreditCardPayment", "AllowOnlineACHPayment"):
            online = bool(books.sales_prefs.get("ETransactionPaymentEnabled"))
            values[name] = online and bool(values.get(name, True))
    elif row.name == "Estimate":
        values["TxnStatus"] = values.get("TxnStatus") or "Pending"
    elif row.name in ("SalesReceipt", "RefundReceipt") and not values.get("DepositToAccountRef"):
        if row.name == "RefundReceipt":
            raise refusals.missing("DepositToAccountRef")
        values["DepositToAccountRef"] = settling.undeposited_funds(books)
