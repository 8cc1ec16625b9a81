"""The discount of a draft as QuickBooks' one discount line (B-13, D-08). Pure."""

from integration.records.quickbooks import Raw
from invoices.draft_content import DraftContent
from invoices.taxes import US_MODES, TaxMode


def discount_lines(content: DraftContent) -> list[Raw]:
    """None or one; it applies to the sum of all other lines."""
    amount = content.discount_amount
    if content.discount is None or not amount:
        return []
    detail: Raw = {"PercentBased": content.discount.is_percent}
    if content.discount.is_percent:
        detail["DiscountPercent"] = content.discount.percent
    made: Raw = {
        "DetailType": "DiscountLineDetail",
        "Amount": amount,
        "DiscountLineDetail": detail,
    }
    if content.discount.description.strip():
        made["Description"] = content.discount.description.strip()
    return [made]


def discount_before_tax(content: DraftContent, mode: TaxMode) -> Raw:
    """HubSpot taxes what is left after its discounts; in the US QuickBooks must be told so.

    Elsewhere it always does, and ``ApplyTaxAfterDiscount`` is unknown (quickbooks.md 7).
    """
    if mode not in US_MODES or not discount_lines(content):
        return {}
    return {"ApplyTaxAfterDiscount": True}
