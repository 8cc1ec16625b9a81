"""What QuickBooks says of an invoice's e-mail, as one word (B-16). Pure.

``EmailStatus`` has three values (not set, need to send, sent); ``DeliveryInfo`` carries the time and,
after a failure, one of four errors; ``EInvoiceStatus`` comes only with online invoicing. Whether a
mail was read is known in no other way.
"""

from enum import StrEnum

from integration.records.quickbooks import Invoice


class MailStatus(StrEnum):
    NOT_SENT = "not_sent"
    QUEUED = "queued"
    """In QuickBooks' own "send later" batch; QuickBooks mails it when somebody sends the batch."""
    SENT = "sent"
    """QuickBooks sent it and has heard of no trouble."""
    VIEWED = "viewed"
    BOUNCED = "bounced"
    UNDELIVERABLE = "undeliverable"
    SERVER_DOWN = "server_down"
    MISSING_INFO = "missing_info"
    FAILED = "failed"
    """It failed for a reason QuickBooks does not name, or one we do not know."""


FAILURES = frozenset(
    {
        MailStatus.BOUNCED,
        MailStatus.UNDELIVERABLE,
        MailStatus.SERVER_DOWN,
        MailStatus.MISSING_INFO,
        MailStatus.FAILED,
    }
)
_ERRORS = {
    "bouncedemail": MailStatus.BOUNCED,
    "undeliverable": MailStatus.UNDELIVERABLE,
    "deliveryserverdown": MailStatus.SERVER_DOWN,
    "missinginfo": MailStatus.MISSING_INFO,
}
_SEEN = frozenset({"viewed", "accepted", "rejected"})
_BROKEN = frozenset({"deliveryerror", "error"})


def mail_status(invoice: Invoice) -> MailStatus:
    """A failure before anything else; then the most that is known."""
    electronic = _word(invoice.einvoice_status)
    if invoice.delivery_error:
        return _ERRORS.get(_word(invoice.delivery_error), MailStatus.FAILED)
    if electronic in _BROKEN:
        return MailStatus.FAILED
    if electronic in _SEEN:
        return MailStatus.VIEWED
    if invoice.email_status == "EmailSent" or invoice.delivered_at or electronic == "sent":
        return MailStatus.SENT
    return MailStatus.QUEUED if invoice.email_status == "NeedToSend" else MailStatus.NOT_SENT


def _word(text: str) -> str:
    """QuickBooks' schema writes "Bounced Email", some answers "BouncedEmail"."""
    return "".join(text.split()).replace("_", "").casefold()
