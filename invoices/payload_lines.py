"""One line of a draft as QuickBooks' Line (S-33 to S-39, D-08). Pure."""

from integration.records.quickbooks import Raw
from invoices.draft_lines import DraftLine
from invoices.taxes import TaxMode

WITHOUT_CODES = (TaxMode.US_OFF, TaxMode.NOT_APPLICABLE)


def line_body(line: DraftLine, currency: str, mode: TaxMode, places: Raw | None = None) -> Raw:
    """``line`` has an amount and no discount of its own (``line_discounts.posted_lines``).

    ``places``: class and service date, as members of the line's detail. Raises ValueError.
    """
    if line.is_text:
        return {
            "DetailType": "DescriptionOnly",
            "Description": line.description.strip(),
            "DescriptionLineDetail": {},
        }
    amount = line.listed(currency)
    if amount is None or line.quantity_value is None or line.price_value is None:
        raise ValueError("a line without an amount never reaches the payload")
    if line.discount.strip():
        raise ValueError("a discount is worked into price or lines before")
    detail: Raw = {
        "ItemRef": {"value": line.item_id},
        "Qty": line.quantity_value,
        "UnitPrice": line.price_value,
        **(places or {}),
    }
    if line.tax_code_id and mode not in WITHOUT_CODES:
        detail["TaxCodeRef"] = {"value": line.tax_code_id}
    if mode is TaxMode.INCLUSIVE:
        detail["TaxInclusiveAmt"] = amount
    made: Raw = {
        "DetailType": "SalesItemLineDetail",
        "Amount": amount,
        "SalesItemLineDetail": detail,
    }
    if line.description.strip():
        made["Description"] = line.description.strip()
    return made
