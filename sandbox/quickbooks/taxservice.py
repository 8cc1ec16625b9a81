"""``POST taxservice/taxcode``: a tax code with its rates in one call; the answer has no envelope."""

from decimal import Decimal, InvalidOperation
from typing import Any

from sandbox.quickbooks import names, refusals
from sandbox.quickbooks.books import Books


def create(books: Books, body: dict[str, Any]) -> dict[str, Any]:
    """Raises Refusal."""
    name = body.get("TaxCode")
    details = body.get("TaxRateDetails")
    if not name:
        raise refusals.missing("TaxCode")
    if not isinstance(details, list) or not details:
        raise refusals.missing("TaxRateDetails")
    names.refuse_duplicate(None, books.tables["TaxCode"].find("Name", name))
    plans = [_plan(books, detail) for detail in details]
    made = []
    for plan in plans:
        rate = plan["id"] or books.insert("TaxRate", plan["values"]).id
        made.append((rate, plan))
    lists: dict[str, list[dict[str, Any]]] = {"Sales": [], "Purchase": []}
    for rate, plan in made:
        known = books.get("TaxRate", rate)
        entry = {
            "TaxRateRef": {"value": rate, "name": known.data["Name"] if known else ""},
            "TaxTypeApplicable": "TaxOnAmount",
            "TaxOrder": 0,
        }
        lists[plan["side"]].append(entry)
    code = books.insert(
        "TaxCode",
        {
            "Name": str(name),
            "Description": str(name),
            "Active": True,
            "Hidden": False,
            "Taxable": True,
            "TaxGroup": True,
            "TaxCodeConfigType": "USER_DEFINED",
            "SalesTaxRateList": {"TaxRateDetail": lists["Sales"]},
            "PurchaseTaxRateList": {"TaxRateDetail": lists["Purchase"]},
        },
    )
    answers = [{**plan["sent"], "TaxRateId": rate} for rate, plan in made]
    return {"TaxCode": code.data["Name"], "TaxCodeId": code.id, "TaxRateDetails": answers}


def _plan(books: Books, detail: dict[str, Any]) -> dict[str, Any]:
    side = "Purchase" if str(detail.get("TaxApplicableOn")) == "Purchase" else "Sales"
    known = detail.get("TaxRateId")
    if known:
        if books.get("TaxRate", str(known)) is None:
            raise refusals.bad_reference("TaxRateId")
        return {"id": str(known), "side": side, "sent": detail}
    for name in ("TaxRateName", "RateValue", "TaxAgencyId"):
        if detail.get(name) in (None, ""):
            raise refusals.missing(name)
    if books.get("TaxAgency", str(detail["TaxAgencyId"])) is None:
        raise refusals.bad_reference("TaxAgencyId")
    names.refuse_duplicate(None, books.tables["TaxRate"].find("Name", detail["TaxRateName"]))
    try:
        percent = Decimal(str(detail["RateValue"]))
    except InvalidOperation as error:
        raise refusals.bad_number("RateValue", detail["RateValue"]) from error
    values = {
        "Name": str(detail["TaxRateName"]),
        "Description": str(detail["TaxRateName"]),
        "Active": True,
        "RateValue": percent,
        "AgencyRef": {"value": str(detail["TaxAgencyId"])},
        "SpecialTaxType": "NONE",
        "DisplayType": "ReadOnly",
    }
    return {"id": "", "side": side, "sent": detail, "values": values}
