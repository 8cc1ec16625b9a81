"""Document numbers (reference section 6): one sequence shared by all sales forms."""

import re
from typing import Any

from sandbox.quickbooks import refusals
from sandbox.quickbooks.books import Books, Record

NUMBERED = ("Invoice", "CreditMemo", "SalesReceipt", "RefundReceipt", "Estimate")


def following(number: str) -> str:
    """The next number: prefix and zero padding stay."""
    match = re.fullmatch(r"(.*?)(\d+)", number)
    if match is None:
        return f"{number}1"
    prefix, digits = match.groups()
    return f"{prefix}{int(digits) + 1:0{len(digits)}d}"


def _next_free(books: Books, kind: str) -> str:
    number = following(books.last_number)
    while books.tables[kind].find("DocNumber", number):
        number = following(number)
    return number


def assign(
    books: Books, kind: str, values: dict[str, Any], before: Record | None, options: dict[str, Any]
) -> None:
    """Set or check ``values["DocNumber"]`` in place. Raises Refusal 6140 naming the owner."""
    automatic = bool(values.pop("AutoDocNumber", None))
    sent = values.get("DocNumber")
    if before is not None:
        if sent and sent != before.data.get("DocNumber"):
            _refuse_duplicate(books, kind, sent, before.id, options)
        return
    custom = bool(books.sales_prefs.get("CustomTxnNumbers"))
    if sent == "AUTO_GENERATE" or (not sent and (automatic or not custom)):
        values["DocNumber"] = books.last_number = _next_free(books, kind)
    elif sent:
        _refuse_duplicate(books, kind, sent, "", options)
        if sent[-1].isdigit():
            books.last_number = sent
    else:
        values.pop("DocNumber", None)
        if books.company.get("Country") == "FR":
            raise refusals.missing("DocNumber")


def _refuse_duplicate(
    books: Books, kind: str, number: str, own_id: str, options: dict[str, Any]
) -> None:
    if "allowduplicatedocnum" in options.get("include", ()):
        return
    if not books.switches["warn_duplicate_numbers"]:
        return
    for owner in books.tables[kind].find("DocNumber", number):
        if owner.id != own_id:
            raise refusals.Refusal(
                "6140",
                "Duplicate Document Number Error",
                "Duplicate Document Number Error : You must specify a different number. "
                f"This number has already been used. DocNumber={number} is assigned to "
                f"TxnType={kind} with TxnId={owner.id}",
            )
