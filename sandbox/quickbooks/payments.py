"""Customer payments, bill payments and bank deposits (reference sections 5.4 and 5.5)."""

from decimal import Decimal
from typing import Any

from sandbox.quickbooks import refusals, settling
from sandbox.quickbooks.books import ZERO, Books, Record
from sandbox.quickbooks.families import Family
from sandbox.quickbooks.money import set_currency, set_home_amounts
from sandbox.quickbooks.shapes import Row

Wanted = dict[tuple[str, str], Decimal]


def wanted_of(values: dict[str, Any]) -> Wanted:
    """What the lines of a payment settle. Raises Refusal for a line without link or amount."""
    wanted: Wanted = {}
    for line in values.get("Line") or []:
        link = ((line or {}).get("LinkedTxn") or [{}])[0] or {}
        if line.get("Amount") is None:
            raise refusals.missing("Line.Amount")
        if not link.get("TxnId") or not link.get("TxnType"):
            raise refusals.missing("Line.LinkedTxn")
        key = (str(link["TxnType"]), str(link["TxnId"]))
        wanted[key] = wanted.get(key, ZERO) + line["Amount"]
    return wanted


class PaymentFamily(Family):
    """``name_ref`` is whom it belongs to; ``kinds`` what its lines may settle."""

    name_kind, name_ref = "Customer", "CustomerRef"
    kinds: tuple[str, ...] = (
        "Invoice",
        "CreditMemo",
        "JournalEntry",
        "Expense",
        "Check",
        "CreditCardCredit",
    )

    def prepare(
        self,
        books: Books,
        row: Row,
        values: dict[str, Any],
        before: Record | None,
        options: dict[str, Any],
    ) -> dict[str, Any]:
        name = books.get(self.name_kind, values[self.name_ref]["value"])
        if name is None:
            raise refusals.bad_reference(
                f"Names element id {values[self.name_ref]['value']} not found"
            )
        values["TxnDate"] = values.get("TxnDate") or (
            before.data["TxnDate"] if before else books.today()
        )
        set_currency(books, values, name)
        charges, credits_ = self._check_lines(books, values, before)
        total = values.get("TotalAmt")
        if total is None:
            total = charges - credits_
        if total < 0:
            raise refusals.business("The payment amount must be 0 or greater.", "TotalAmt")
        values["TotalAmt"] = total
        if charges - credits_ > total:
            raise refusals.business(
                "The amounts of the lines are more than the payment.", "Line.Amount"
            )
        self._complete(books, values, before, total - charges + credits_)
        return values

    def _complete(
        self, books: Books, values: dict[str, Any], before: Record | None, rest: Decimal
    ) -> None:
        values["UnappliedAmt"] = rest
        values["ProcessPayment"] = bool(values.get("ProcessPayment"))
        values["Line"] = [_with_extras(books, line) for line in values.get("Line") or []]
        values["LinkedTxn"] = before.data.get("LinkedTxn", []) if before else []
        if not values.get("DepositToAccountRef"):
            values["DepositToAccountRef"] = settling.undeposited_funds(books)
        set_home_amounts(books, values)
        values.pop("HomeBalance", None)

    def _check_lines(
        self, books: Books, values: dict[str, Any], before: Record | None
    ) -> tuple[Decimal, Decimal]:
        """(sum of charges, sum of credits)."""
        charges = credits_ = ZERO
        for (kind, identity), amount in wanted_of(values).items():
            if kind not in self.kinds:
                raise refusals.bad_enumeration("Line.LinkedTxn.TxnType", kind)
            if kind in ("Expense", "Check", "CreditCardCredit", "JournalEntry"):
                charges += amount
                continue
            form = books.get(kind, identity)
            if form is None:
                raise refusals.bad_reference("Line.LinkedTxn")
            if form.data[self.name_ref]["value"] != values[self.name_ref]["value"]:
                raise refusals.business("A line belongs to another customer or vendor.")
            amount = self._fit(books, form, amount, values, before)
            if kind in settling.CREDITS:
                credits_ += amount
            else:
                charges += amount
        return charges, credits_

    def _fit(
        self,
        books: Books,
        form: Record,
        amount: Decimal,
        values: dict[str, Any],
        before: Record | None,
    ) -> Decimal:
        limit = settling.open_amount(books, form, besides=before.id if before else "")
        if amount <= limit:
            return amount
        if books.switches["payment_line_over_balance"] == "refuse":
            raise refusals.business(
                "You can't apply more than the open balance of a transaction.", "Line.Amount"
            )
        key = {"TxnId": form.id, "TxnType": form.kind}
        for line in values["Line"]:
            link = line["LinkedTxn"][0]
            if str(link["TxnId"]) == key["TxnId"] and link["TxnType"] == key["TxnType"]:
                line["Amount"] = limit
        return limit

    def saved(self, books: Books, record: Record, before: Record | None) -> Record:
        wanted = {key: amount for key, amount in wanted_of(record.data).items() if amount}
        settling.settle(books, record, wanted)
        return books.get(record.kind, record.id) or record

    def check_change(self, books: Books, record: Record) -> None:
        settling.refuse_deposited(record)

    def removed(self, books: Books, record: Record) -> None:
        settling.settle(books, record, {})

    def void(self, books: Books, record: Record) -> Record:
        settling.settle(books, record, {})
        zero = Decimal("0.00")
        changes: dict[str, Any] = {"TotalAmt": zero, "Line": [], "PrivateNote": "Voided"}
        if record.kind == "Payment":
            changes["UnappliedAmt"] = zero
        if "HomeTotalAmt" in record.data:
            changes["HomeTotalAmt"] = zero
        return books.touch(record, "void", **changes)


def _with_extras(books: Books, line: dict[str, Any]) -> dict[str, Any]:
    """QuickBooks adds LineEx with the settled form's id, open balance and number."""
    link = line["LinkedTxn"][0]
    form = (
        books.get(link["TxnType"], str(link["TxnId"])) if link["TxnType"] in books.tables else None
    )
    pairs = [("txnId", str(link["TxnId"]))]
    if form is not None:
        pairs.append(("txnOpenBalance", f"{form.data.get('Balance', ZERO):.2f}"))
        if form.data.get("DocNumber"):
            pairs.append(("txnReferenceNumber", form.data["DocNumber"]))
    links = [{"TxnId": str(link["TxnId"]), "TxnType": link["TxnType"]}]
    extras = [_name_value(name, value) for name, value in pairs]
    return {"Amount": line["Amount"], "LinkedTxn": links, "LineEx": {"any": extras}}


def _name_value(name: str, value: str) -> dict[str, Any]:
    return {
        "name": "{http://schema.intuit.com/finance/v3}NameValue",
        "nil": False,
        "value": {"Name": name, "Value": value},
        "declaredType": "com.intuit.schema.finance.v3.NameValue",
        "scope": "javax.xml.bind.JAXBElement$GlobalScope",
        "globalScope": True,
        "typeSubstituted": False,
    }


class BillPaymentFamily(PaymentFamily):
    name_kind, name_ref = "Vendor", "VendorRef"
    kinds = ("Bill", "VendorCredit", "JournalEntry")

    def _complete(
        self, books: Books, values: dict[str, Any], before: Record | None, rest: Decimal
    ) -> None:
        values["Line"] = [
            {
                "Amount": line["Amount"],
                "LinkedTxn": [
                    {"TxnId": str(link["TxnId"]), "TxnType": link["TxnType"]}
                    for link in line["LinkedTxn"]
                ],
            }
            for line in values["Line"]
        ]


class DepositFamily(Family):
    """A bank deposit gathers payments and receipts out of undeposited funds."""

    def prepare(
        self,
        books: Books,
        row: Row,
        values: dict[str, Any],
        before: Record | None,
        options: dict[str, Any],
    ) -> dict[str, Any]:
        values["TxnDate"] = values.get("TxnDate") or books.today()
        values["CurrencyRef"] = values.get("CurrencyRef") or {"value": books.home_currency}
        total = ZERO
        done = []
        for number, line in enumerate(values["Line"]):
            if line.get("Amount") is None:
                raise refusals.missing("Line.Amount")
            for link in line.get("LinkedTxn") or []:
                self._check_link(books, link, before)
            total += line["Amount"]
            done.append({**line, "Id": str(number + 1), "LineNum": number + 1})
        values.update(Line=done, TotalAmt=total)
        set_home_amounts(books, values)
        return values

    def _check_link(self, books: Books, link: dict[str, Any], before: Record | None) -> None:
        kind = str(link.get("TxnType"))
        form = books.get(kind, str(link.get("TxnId"))) if kind in books.tables else None
        if form is None:
            raise refusals.bad_reference("Line.LinkedTxn")
        owners = [
            one["TxnId"] for one in form.data.get("LinkedTxn") or [] if one["TxnType"] == "Deposit"
        ]
        if owners and (before is None or before.id not in owners):
            settling.refuse_deposited(form)

    def saved(self, books: Books, record: Record, before: Record | None) -> Record:
        now, was = _deposited(record), _deposited(before)
        for kind, identity in sorted(was - now):
            self._link(books, kind, identity, None)
        for kind, identity in sorted(now - was):
            self._link(books, kind, identity, record.id)
        return record

    def removed(self, books: Books, record: Record) -> None:
        for kind, identity in sorted(_deposited(record)):
            self._link(books, kind, identity, None)

    @staticmethod
    def _link(books: Books, kind: str, identity: str, deposit: str | None) -> None:
        form = books.get(kind, identity)
        if form is None:
            return
        links = [one for one in form.data.get("LinkedTxn") or [] if one["TxnType"] != "Deposit"]
        if deposit:
            links.append({"TxnId": deposit, "TxnType": "Deposit"})
        books.touch(form, LinkedTxn=links)


def _deposited(record: Record | None) -> set[tuple[str, str]]:
    return {
        (str(link["TxnType"]), str(link["TxnId"]))
        for line in (record.data.get("Line") if record else None) or []
        for link in line.get("LinkedTxn") or []
    }
