"""Sending a form by e-mail, and the link to its online copy (reference section 2)."""

import hashlib
from typing import Any

from sandbox.quickbooks import names, refusals
from sandbox.quickbooks.books import Books, Record


def send(books: Books, record: Record, send_to: str) -> Record:
    """EmailStatus, DeliveryInfo and BillEmail change. Raises Refusal without any address."""
    address = send_to or (record.data.get("BillEmail") or {}).get("Address", "")
    if not address:
        customer = books.get("Customer", record.data["CustomerRef"]["value"])
        email = (customer.data.get("PrimaryEmailAddr") or {}) if customer else {}
        address = email.get("Address", "")
    if not address:
        raise refusals.business("An email address is needed to send this form.", "BillEmail")
    names.check_email(address, "BillEmail")
    day = books.today()
    cap = int(books.switches["emails_per_day"])
    if cap and books.mails.get(day, 0) >= cap:
        raise refusals.business(f"No more than {cap} emails may be sent in a day.")
    books.mails[day] = books.mails.get(day, 0) + 1
    moment = books.stamp(int(books.now().timestamp()))
    changes: dict[str, Any] = {
        "BillEmail": {"Address": address},
        "EmailStatus": "EmailSent",
        "DeliveryInfo": {"DeliveryType": "Email", "DeliveryTime": moment},
    }
    step = 1 if books.switches["sync_token_on_send"] == "bumped" else 0
    return books.touch_quietly(record, step, "emailed", **changes)


def invoice_link(books: Books, record: Record, base: str) -> str:
    """Empty unless online payment is on for this invoice and it has a BillEmail."""
    data = record.data
    online = data.get("AllowOnlineCreditCardPayment") or data.get("AllowOnlineACHPayment")
    if not online or not data.get("BillEmail"):
        return ""
    word = hashlib.sha256(f"{books.realm}:{record.id}".encode()).hexdigest()
    return f"{base}/t/scs-v1-{word}"
