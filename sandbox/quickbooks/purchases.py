"""Bills and other purchases, journal entries, and entities without rules of their own."""

from typing import Any

from sandbox.quickbooks import refusals, settling
from sandbox.quickbooks.books import ZERO, Books, Record
from sandbox.quickbooks.families import Family
from sandbox.quickbooks.money import set_currency, set_home_amounts
from sandbox.quickbooks.sales import due_date
from sandbox.quickbooks.shapes import Row


class PurchaseFamily(Family):
    def prepare(
        self,
        books: Books,
        row: Row,
        values: dict[str, Any],
        before: Record | None,
        options: dict[str, Any],
    ) -> dict[str, Any]:
        values["TxnDate"] = values.get("TxnDate") or (
            before.data["TxnDate"] if before else books.today()
        )
        vendor = books.get("Vendor", (values.get("VendorRef") or {}).get("value", ""))
        if vendor is not None:
            set_currency(books, values, vendor)
        else:
            values["CurrencyRef"] = values.get("CurrencyRef") or {"value": books.home_currency}
        total = ZERO
        done = []
        for number, line in enumerate(values["Line"]):
            if line.get("Amount") is None:
                raise refusals.missing("Line.Amount")
            total += line["Amount"]
            identity = line.get("Id") or str(number + 1)
            done.append({**line, "Id": identity, "LineNum": number + 1})
        values.update(Line=done, TotalAmt=total)
        self._complete(books, row, values, before)
        set_home_amounts(books, values)
        return values

    @staticmethod
    def _complete(books: Books, row: Row, values: dict[str, Any], before: Record | None) -> None:
        values["LinkedTxn"] = before.data.get("LinkedTxn", []) if before else []
        settled = settling.settled(books, row.name, before.id) if before else ZERO
        if row.name in ("Bill", "VendorCredit"):
            values["Balance"] = values["TotalAmt"] - settled
        if row.name == "Bill":
            reference = values.get("SalesTermRef")
            term = books.get("Term", reference["value"]) if reference else None
            values["DueDate"] = values.get("DueDate") or due_date(term, values["TxnDate"])
        if row.name in ("Bill", "VendorCredit", "PurchaseOrder") and not values.get("APAccountRef"):
            for account in books.all("Account"):
                if account.data["AccountType"] == "Accounts Payable":
                    values["APAccountRef"] = {"value": account.id, "name": account.data["Name"]}
        if row.name == "PurchaseOrder":
            values["POStatus"] = values.get("POStatus") or "Open"

    def check_delete(self, books: Books, record: Record) -> None:
        paid = books.settlements.get((record.kind, record.id))
        if paid and books.switches["delete_paid_invoice"] == "refuse":
            raise refusals.business(
                "This transaction is linked to a payment. Unlink the payment before you delete it."
            )

    def removed(self, books: Books, record: Record) -> None:
        settling.release(books, record)


class JournalFamily(Family):
    def prepare(
        self,
        books: Books,
        row: Row,
        values: dict[str, Any],
        before: Record | None,
        options: dict[str, Any],
    ) -> dict[str, Any]:
        sides = {"Debit": ZERO, "Credit": ZERO}
        done = []
        for number, line in enumerate(values["Line"]):
            detail = line.get("JournalEntryLineDetail") or {}
            if line.get("DetailType") == "JournalEntryLineDetail":
                if not detail.get("PostingType") or not detail.get("AccountRef"):
                    raise refusals.missing("Line.JournalEntryLineDetail")
                sides[detail["PostingType"]] += line.get("Amount") or ZERO
            done.append({**line, "Id": line.get("Id") or str(number), "LineNum": number + 1})
        if sides["Debit"] != sides["Credit"]:
            raise refusals.business("Debits and credits of a journal entry must be equal.")
        values["TxnDate"] = values.get("TxnDate") or books.today()
        values["CurrencyRef"] = values.get("CurrencyRef") or {"value": books.home_currency}
        values.update(Line=done, TotalAmt=sides["Debit"], Adjustment=bool(values.get("Adjustment")))
        return values


class Plain(Family):
    def prepare(
        self,
        books: Books,
        row: Row,
        values: dict[str, Any],
        before: Record | None,
        options: dict[str, Any],
    ) -> dict[str, Any]:
        if "TxnDate" in row.properties:
            values["TxnDate"] = values.get("TxnDate") or books.today()
        return values


class RateFamily(Family):
    """Exchange rates have no Id of their own: one for each currency and day."""

    deletable = False

    def prepare(
        self,
        books: Books,
        row: Row,
        values: dict[str, Any],
        before: Record | None,
        options: dict[str, Any],
    ) -> dict[str, Any]:
        if not books.multicurrency:
            raise refusals.business("Multi Currency should be enabled to perform this operation.")
        values["SourceCurrencyCode"] = str(values["SourceCurrencyCode"]).upper()
        values["TargetCurrencyCode"] = books.home_currency
        values["AsOfDate"] = values.get("AsOfDate") or books.today()
        return values

    def identity(self, books: Books, values: dict[str, Any]) -> str:
        return f"{values['SourceCurrencyCode']}:{values['AsOfDate']}"
