"""Sending a form by e-mail, and the link to its online copy (reference section 2)."""

import hashlib
from typing import Any

from sandbox.quickbooks import files, names, refusals
from sandbox.quickbooks.books import Books, Record

ERRORS = ("Missing Info", "Undeliverable", "Delivery Server Down", "Bounced Email")
"""DeliveryErrorType in Intuit's schema."""


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
    copies = {
        name.removeprefix("BillEmail").lower(): str(
            (record.data.get(name) or {}).get("Address", "")
        )
        for name in ("BillEmailCc", "BillEmailBcc")
    }
    attached = ",".join(files.on_mail(books, record))
    books.outbox.append(
        {"invoice": record.id, "to": address, **copies, "at": moment, "files": attached}
    )
    delivery = {"DeliveryType": "Email", "DeliveryTime": moment}
    outcome = str(books.switches["mail_outcome"])
    if outcome != "delivered":
        delivery["DeliveryErrorType"] = outcome
    changes: dict[str, Any] = {
        "BillEmail": {"Address": address},
        "EmailStatus": "EmailSent",
        "DeliveryInfo": delivery,
    }
    step = 1 if books.switches["sync_token_on_send"] == "bumped" else 0
    return books.touch_quietly(record, step, "emailed", **changes)


def report(books: Books, record: Record, error: str, status: str) -> Record:
    """What the mail system finds out later: one of ``ERRORS``, or a word of online invoicing.

    An empty ``error`` takes an earlier one away. Whether such news moves the invoice's
    LastUpdatedTime is not documented: switch ``mail_news_touch``.
    """
    if error and error not in ERRORS:
        raise refusals.business(f"The delivery error is one of {', '.join(ERRORS)}.")
    known = record.data.get("DeliveryInfo") or {"DeliveryType": "Email"}
    delivery = {name: value for name, value in known.items() if name != "DeliveryErrorType"}
    if error:
        delivery["DeliveryErrorType"] = error
    changes: dict[str, Any] = {"DeliveryInfo": delivery}
    if status:
        moment = books.stamp(int(books.now().timestamp()))
        changes |= {"EInvoiceStatus": status, "ECloudStatusTimeStamp": moment}
    if books.switches["mail_news_touch"] == "time":
        return books.touch_quietly(record, 0, "update", **changes)
    books.relabel(record, {**record.data, **changes})
    return books.get(record.kind, record.id) or record


def invoice_link(books: Books, record: Record, base: str) -> str:
    """Empty unless online payment is on for this invoice and it has a BillEmail."""
    data = record.data
    online = data.get("AllowOnlineCreditCardPayment") or data.get("AllowOnlineACHPayment")
    if not online or not data.get("BillEmail"):
        return ""
    word = hashlib.sha256(f"{books.realm}:{record.id}".encode()).hexdigest()
    return f"{base}/t/scs-v1-{word}"
