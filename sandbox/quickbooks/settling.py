"""Which payment settles what: balances, links and credits (reference section 5.1, life cycle).

``Books.settlements`` is the one place that knows; Balance and LinkedTxn follow from it.
"""

from decimal import Decimal
from typing import Any

from sandbox.quickbooks import references, refusals
from sandbox.quickbooks.books import ZERO, Books, Record

CHARGES = ("Invoice", "JournalEntry", "Bill")
CREDITS = ("CreditMemo", "VendorCredit")
PAYMENT_KINDS = ("Payment", "BillPayment", "BillPaymentCheck", "BillPaymentCreditCard")
AUTO_CREDIT_NOTE = "Created by QB Online to link credits to charges."


def settled(books: Books, kind: str, identity: str) -> Decimal:
    return sum(books.settlements.get((kind, identity), {}).values(), ZERO)


def is_payment(link: dict[str, Any]) -> bool:
    return link.get("TxnType") in PAYMENT_KINDS


def undeposited_funds(books: Books) -> dict[str, str] | None:
    for account in books.all("Account"):
        if account.data.get("AccountSubType") == "UndepositedFunds":
            return references.to(account)
    return None


def refuse_deposited(record: Record) -> None:
    """Raises Refusal 6540 for a payment or receipt that sits in a bank deposit."""
    if any(link.get("TxnType") == "Deposit" for link in record.data.get("LinkedTxn") or []):
        raise refusals.Refusal(
            "6540",
            "Deposited Transaction cannot be changed",
            "Deposited Transaction cannot be changed : If you want to change or delete it, you "
            "must first edit the deposit it appears on and remove it.",
        )


def open_amount(books: Books, record: Record, besides: str = "") -> Decimal:
    """What is left to settle, not counting what payment ``besides`` settles."""
    total: Decimal = record.data["TotalAmt"] - record.data.get("Deposit", ZERO)
    paid = books.settlements.get((record.kind, record.id), {})
    return total - sum((amount for owner, amount in paid.items() if owner != besides), ZERO)


def link_type(payment: Record) -> str:
    if payment.kind == "BillPayment":
        return f"BillPayment{payment.data.get('PayType', 'Check')}"
    return "Payment"


def settle(books: Books, payment: Record, wanted: dict[tuple[str, str], Decimal]) -> None:
    """Make ``payment`` settle exactly ``wanted``; every form whose share changed is touched."""
    for key, shares in list(books.settlements.items()):
        if payment.id in shares and key not in wanted:
            del shares[payment.id]
            _refresh(books, key, payment, removed=True)
    for key, amount in wanted.items():
        shares = books.settlements.setdefault(key, {})
        if shares.get(payment.id) != amount:
            shares[payment.id] = amount
            _refresh(books, key, payment, removed=False)


def _refresh(books: Books, key: tuple[str, str], payment: Record, removed: bool) -> None:
    """Balance and LinkedTxn of one form after a change of its settlements."""
    record = books.get(*key)
    if record is None or key[0] == "JournalEntry":
        return
    links = [
        link
        for link in record.data.get("LinkedTxn") or []
        if not (is_payment(link) and link["TxnId"] == payment.id)
    ]
    if not removed:
        links.append({"TxnId": payment.id, "TxnType": link_type(payment)})
    books.touch(record, **_balances(books, record), LinkedTxn=links)


def _balances(books: Books, record: Record) -> dict[str, Any]:
    balance = open_amount(books, record)
    changes: dict[str, Any] = {"Balance": balance}
    if record.kind == "CreditMemo":
        changes["RemainingCredit"] = balance
    if books.multicurrency and "HomeBalance" in record.data:
        rate = Decimal(record.data.get("ExchangeRate") or 1)
        changes["HomeBalance"] = (balance * rate).quantize(Decimal("0.01"), "ROUND_HALF_UP")
    return changes


def release(books: Books, record: Record) -> None:
    """Take ``record`` (an invoice, bill or credit) out of every payment that settles it."""
    shares = books.settlements.pop((record.kind, record.id), {})
    for payment_id in shares:
        _take_line_out(books, payment_id, record, ZERO)


def trim(books: Books, record: Record) -> None:
    """After a form became smaller than what settles it, the newest payments give way."""
    shares = books.settlements.get((record.kind, record.id), {})
    excess = -open_amount(books, record)
    if excess <= 0:
        return
    for payment_id in reversed(list(shares)):
        left = max(ZERO, shares[payment_id] - excess)
        excess -= shares[payment_id] - left
        if left:
            shares[payment_id] = left
        else:
            del shares[payment_id]
        _take_line_out(books, payment_id, record, left)
        if excess <= 0:
            break
    books.touch(record, **_balances(books, record))


def _take_line_out(books: Books, payment_id: str, record: Record, left: Decimal) -> None:
    """Reduce the payment's line for ``record`` to ``left``; what it frees becomes unapplied."""
    kind = "BillPayment" if record.kind in ("Bill", "VendorCredit") else "Payment"
    payment = books.get(kind, payment_id)
    if payment is None:
        return
    kept = []
    freed = ZERO
    for line in payment.data.get("Line") or []:
        link = (line.get("LinkedTxn") or [{}])[0]
        if link.get("TxnId") == record.id and link.get("TxnType") == record.kind:
            freed += line["Amount"] - left
            if left:
                kept.append({**line, "Amount": left})
        else:
            kept.append(line)
    sign = -1 if record.kind in CREDITS else 1
    changes: dict[str, Any] = {"Line": kept}
    if kind == "Payment":
        changes["UnappliedAmt"] = payment.data.get("UnappliedAmt", ZERO) + sign * freed
    books.touch(payment, **changes)


def apply_credits(books: Books, invoice: Record) -> None:
    """With AutoApplyCredit on, QuickBooks itself settles a new invoice from open credit memos."""
    if not books.sales_prefs.get("AutoApplyCredit"):
        return
    lines: list[dict[str, Any]] = []
    left: Decimal = invoice.data["Balance"]
    for memo in books.tables["CreditMemo"].find("CustomerRef", invoice.data["CustomerRef"]):
        share = min(left, memo.data.get("Balance", ZERO))
        if share > 0:
            lines.append(_line("CreditMemo", memo.id, share))
            left -= share
    if not lines:
        return
    used: Decimal = invoice.data["Balance"] - left
    lines.insert(0, _line("Invoice", invoice.id, used))
    facts = {
        "CustomerRef": invoice.data["CustomerRef"],
        "CurrencyRef": invoice.data["CurrencyRef"],
        "ExchangeRate": invoice.data.get("ExchangeRate"),
        "TxnDate": invoice.data["TxnDate"],
        "TotalAmt": Decimal("0.00"),
        "UnappliedAmt": Decimal("0.00"),
        "ProcessPayment": False,
        "PrivateNote": AUTO_CREDIT_NOTE,
        "LinkedTxn": [],
        "Line": lines,
    }
    payment = books.insert("Payment", facts)
    wanted = {
        (link["TxnType"], link["TxnId"]): line["Amount"]
        for line in lines
        for link in line["LinkedTxn"]
    }
    settle(books, payment, wanted)


def _line(kind: str, identity: str, amount: Decimal) -> dict[str, Any]:
    return {"Amount": amount, "LinkedTxn": [{"TxnId": identity, "TxnType": kind}]}
