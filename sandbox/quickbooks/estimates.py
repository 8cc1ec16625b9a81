"""Estimates that invoices are made from: an estimate takes one link (reference section 5.5).

Which code refuses a second link, and whether the estimate is open again after its invoice went, is
not documented: a business validation (6000), and the switch ``estimate_after_invoice``.
"""

from collections.abc import Iterator
from typing import Any

from sandbox.quickbooks import refusals
from sandbox.quickbooks.books import Books, Record


def check_links(books: Books, values: dict[str, Any], before: Record | None) -> None:
    """Raises Refusal where an invoice may not be linked to the estimate it names."""
    held = set(_ids(before.data)) if before else set()
    for identity in _ids(values):
        estimate = books.get("Estimate", identity)
        if estimate is None:
            raise refusals.bad_reference(f"Estimate {identity} not found")
        if identity in held:
            continue
        if estimate.data.get("LinkedTxn") or estimate.data.get("TxnStatus") == "Closed":
            raise refusals.business(
                "The estimate is closed or linked to another invoice already.", "LinkedTxn"
            )
        if estimate.data["CustomerRef"]["value"] != values["CustomerRef"]["value"]:
            raise refusals.business("The estimate belongs to another customer.", "LinkedTxn")


def close(books: Books, invoice: Record) -> None:
    """The new invoice takes its estimates."""
    for identity in _ids(invoice.data):
        estimate = books.get("Estimate", identity)
        if estimate is not None:
            linked = [{"TxnId": invoice.id, "TxnType": "Invoice"}]
            books.touch(estimate, LinkedTxn=linked, TxnStatus="Closed")


def reopen(books: Books, invoice: Record) -> None:
    """The invoice was voided or deleted."""
    if invoice.kind != "Invoice" or books.switches["estimate_after_invoice"] == "closed":
        return
    for identity in _ids(invoice.data):
        estimate = books.get("Estimate", identity)
        if estimate is not None:
            books.touch(estimate, LinkedTxn=[], TxnStatus="Accepted")


def _ids(data: dict[str, Any]) -> Iterator[str]:
    for link in data.get("LinkedTxn") or []:
        if link.get("TxnType") == "Estimate":
            yield str(link.get("TxnId"))
