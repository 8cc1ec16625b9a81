"""HubSpot's association type ids, from the first object to the second (hubspot.md 4).

Direction matters: the wrong one answers 400. Release 12 of HubSpot's library lacks the invoices'.
"""

DEAL_TO_CONTACT = 3
DEAL_TO_COMPANY = 341
DEAL_TO_PRIMARY_COMPANY = 5
CONTACT_TO_COMPANY = 279
CONTACT_TO_PRIMARY_COMPANY = 1
DEAL_TO_LINE_ITEM = 19
DEAL_TO_QUOTE = 63
DEAL_TO_INVOICE = 176
DEAL_TO_NOTE = 213
QUOTE_TO_LINE_ITEM = 67
QUOTE_TO_CONTACT = 69
QUOTE_TO_COMPANY = 71
INVOICE_TO_DEAL = 175
INVOICE_TO_CONTACT = 177
INVOICE_TO_COMPANY = 179
INVOICE_TO_QUOTE = 407
INVOICE_TO_LINE_ITEM = 409
NOTE_TO_CONTACT = 202
NOTE_TO_COMPANY = 190
NOTE_TO_DEAL = 214
TASK_TO_CONTACT = 204
TASK_TO_COMPANY = 192
TASK_TO_DEAL = 216


def spec(type_id: int) -> dict[str, str | int]:
    """How a write names one of the types above."""
    return {"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": type_id}
