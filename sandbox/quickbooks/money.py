"""Currency, exchange rate and closing date of a transaction (reference section 5.1)."""

from decimal import Decimal
from typing import Any

from sandbox.quickbooks import references, refusals
from sandbox.quickbooks.books import Books, Record
from sandbox.quickbooks.shapes import money


def rate_on(books: Books, code: str, day: str) -> Decimal:
    """The latest rate to the home currency on or before ``day``; 1 where none is known."""
    best: tuple[str, Decimal] | None = None
    for record in books.all("ExchangeRate"):
        data = record.data
        if data["SourceCurrencyCode"] != code or data["AsOfDate"] > day:
            continue
        if best is None or data["AsOfDate"] >= best[0]:
            best = (data["AsOfDate"], Decimal(data["Rate"]))
    return best[1] if best else Decimal(1)


def set_currency(books: Books, values: dict[str, Any], name: Record) -> None:
    """Check CurrencyRef against the customer's or vendor's; completes it and ExchangeRate."""
    own = (name.data.get("CurrencyRef") or {}).get("value", books.home_currency)
    sent = (values.get("CurrencyRef") or {}).get("value")
    if not books.multicurrency:
        if sent not in (None, books.home_currency):
            raise refusals.business(
                "Multi Currency should be enabled to perform this operation.", "CurrencyRef"
            )
        values["CurrencyRef"] = references.currency(books.home_currency)
        values.pop("ExchangeRate", None)
        return
    if sent is None:
        if books.switches["missing_currency_ref"] == "refuse":
            raise refusals.missing("CurrencyRef")
        sent = own
    if sent != own:
        raise refusals.business(
            "The currency of the transaction must be the currency of the customer or vendor.",
            "CurrencyRef",
        )
    values["CurrencyRef"] = references.currency(sent)
    if sent == books.home_currency:
        values["ExchangeRate"] = Decimal(1)
    elif not values.get("ExchangeRate") or values["ExchangeRate"] == 1:
        values["ExchangeRate"] = rate_on(books, sent, values["TxnDate"])


def set_home_amounts(books: Books, values: dict[str, Any]) -> None:
    if not books.multicurrency:
        return
    rate = Decimal(values.get("ExchangeRate") or 1)
    for name, home in (("TotalAmt", "HomeTotalAmt"), ("Balance", "HomeBalance")):
        if values.get(name) is not None:
            values[home] = money(values[name] * rate)


def check_period(books: Books, *days: str | None) -> None:
    """Raises Refusal when one of the days lies in the closed period."""
    closed = (books.preferences.get("AccountingInfoPrefs") or {}).get("BookCloseDate")
    if closed and any(day and day <= closed for day in days):
        raise refusals.period_closed(books.switches["closed_period_code"])
