"""Lines of sales forms: checked, numbered, completed (reference section 5.1)."""

from decimal import Decimal
from typing import Any

from sandbox.quickbooks import references, refusals, taxes
from sandbox.quickbooks.books import ZERO, Books, Record
from sandbox.quickbooks.shapes import money

DETAIL_ALIASES = {"DescriptionLineDetail": "DescriptionOnly"}
MAX_LINES = 10_000


def complete(
    books: Books, lines: list[Any], customer: dict[str, Any], calculation: str | None
) -> tuple[list[dict[str, Any]], Decimal]:
    """(lines with ids, numbers, names and the closing subtotal; their sum before discounts)."""
    if len(lines) > MAX_LINES:
        raise refusals.business(f"A transaction may have {MAX_LINES} lines at most.")
    done: list[dict[str, Any]] = []
    subtotal = ZERO
    used = {str(line["Id"]) for line in lines if line and line.get("Id")}
    for line in lines:
        if not line or line.get("DetailType") == "SubTotalLineDetail":
            continue
        if not line.get("DetailType"):
            raise refusals.missing("Line.DetailType")
        made = _complete_one(books, dict(line), customer, calculation)
        if made["DetailType"] != "DiscountLineDetail":
            made = _numbered(made, len(done) + 1, used)
            subtotal += made.get("Amount", ZERO)
        done.append(made)
    if not done:
        raise refusals.missing("Line")
    for line in done:
        if line["DetailType"] == "DiscountLineDetail":
            _discount(line, subtotal)
    plain = [line for line in done if line["DetailType"] != "DiscountLineDetail"]
    closing = {
        "Amount": subtotal,
        "DetailType": "SubTotalLineDetail",
        "SubTotalLineDetail": {},
    }
    rest = [line for line in done if line["DetailType"] == "DiscountLineDetail"]
    return [*plain, closing, *rest], subtotal


def _numbered(line: dict[str, Any], position: int, used: set[str]) -> dict[str, Any]:
    identity = line.get("Id")
    if not identity:
        number = position
        while str(number) in used:
            number += 1
        identity = str(number)
        used.add(identity)
    return {**line, "Id": str(identity), "LineNum": position}


def _complete_one(
    books: Books, line: dict[str, Any], customer: dict[str, Any], calculation: str | None
) -> dict[str, Any]:
    kind = DETAIL_ALIASES.get(line["DetailType"], line["DetailType"])
    line["DetailType"] = kind
    for name in ("LinkedTxn", "CustomField"):
        if not line.get(name):
            line.pop(name, None)
    if kind == "SalesItemLineDetail":
        return _sales_item(books, line, customer, calculation)
    if kind == "GroupLineDetail":
        return _group(books, line, customer, calculation)
    if kind == "DescriptionOnly":
        line.setdefault("DescriptionLineDetail", {})
        line.pop("Amount", None)
    return {name: value for name, value in line.items() if value is not None}


def _sales_item(
    books: Books, line: dict[str, Any], customer: dict[str, Any], calculation: str | None
) -> dict[str, Any]:
    if line.get("Amount") is None:
        raise refusals.missing("Line.Amount")
    detail = {k: v for k, v in (line.get("SalesItemLineDetail") or {}).items() if v is not None}
    item = _item(books, detail)
    detail["ItemRef"] = references.to(item)
    if item.data.get("IncomeAccountRef"):
        detail["ItemAccountRef"] = item.data["IncomeAccountRef"]
    price, quantity = detail.get("UnitPrice"), detail.get("Qty")
    inclusive = books.regime == "vat" and calculation == "TaxInclusive"
    if price is not None and quantity is not None:
        _check_amount(line["Amount"], price, quantity, detail, inclusive)
    _tax_code(books, detail, item, customer, calculation)
    if inclusive:
        _to_net(books, line, detail)
    return {**line, "SalesItemLineDetail": detail}


def _item(books: Books, detail: dict[str, Any]) -> Record:
    reference = detail.get("ItemRef")
    if reference is None:
        for item in books.all("Item"):
            if item.active and item.data.get("Type") == "Service":
                return item
        raise refusals.missing("Line.SalesItemLineDetail.ItemRef")
    found = books.get("Item", reference["value"])
    if found is None:
        raise refusals.bad_reference("Line.SalesItemLineDetail.ItemRef")
    if found.data.get("Type") == "Category":
        raise refusals.bad_reference("Categories cannot be used in transactions.")
    return found


def _check_amount(
    amount: Decimal, price: Decimal, quantity: Decimal, detail: dict[str, Any], inclusive: bool
) -> None:
    expected = money(price * quantity)
    accepted = {expected}
    if inclusive and detail.get("TaxInclusiveAmt") is not None:
        accepted.add(detail["TaxInclusiveAmt"])
    if amount not in accepted:
        shown = amount.normalize()
        raise refusals.Refusal(
            "6070",
            "Amount calculation incorrect in the request.",
            f"Amount is not equal to UnitPrice * Qty. Supplied value:{shown:f}",
            "Line.Amount",
        )


def _tax_code(
    books: Books,
    detail: dict[str, Any],
    item: Record,
    customer: dict[str, Any],
    calculation: str | None,
) -> None:
    sent = (detail.get("TaxCodeRef") or {}).get("value")
    if books.regime == "vat":
        if calculation != "NotApplicable":
            taxes.check_line_code(books, sent)
        return
    taxes.check_line_code(books, sent)
    by_item = books.regime == "us_ast" and books.switches["ast_without_codes"] == "by_item"
    if sent is None:
        taxable = by_item and item.data.get("Taxable") and customer.get("Taxable", True)
        sent = "TAX" if taxable else "NON"
    detail["TaxCodeRef"] = {"value": sent}


def _to_net(books: Books, line: dict[str, Any], detail: dict[str, Any]) -> None:
    """Amount becomes net and TaxInclusiveAmt gross; the unit price follows the net."""
    code = (detail.get("TaxCodeRef") or {}).get("value", "")
    percent = sum((rate for _, rate in taxes.rates_of(books, code)), ZERO)
    factor = 1 + percent / taxes.HUNDRED
    gross = detail.get("TaxInclusiveAmt")
    if gross is None or gross == 0:
        as_gross = books.switches["tax_inclusive_amount"] == "gross"
        gross = line["Amount"] if as_gross else money(line["Amount"] * factor)
    line["Amount"] = money(gross / factor)
    detail["TaxInclusiveAmt"] = gross
    if detail.get("Qty"):
        detail["UnitPrice"] = (line["Amount"] / detail["Qty"]).quantize(Decimal("0.0000001"))


def _group(
    books: Books, line: dict[str, Any], customer: dict[str, Any], calculation: str | None
) -> dict[str, Any]:
    """A bundle expands to its components, priced at their own prices unless lines were sent."""
    detail = {k: v for k, v in (line.get("GroupLineDetail") or {}).items() if v is not None}
    if not detail.get("GroupItemRef"):
        raise refusals.missing("Line.GroupLineDetail.GroupItemRef")
    bundle = references.resolve(books, "Item", detail["GroupItemRef"], "Line.GroupLineDetail")
    times = detail.get("Quantity") or Decimal(1)
    inner = detail.get("Line") or _components(books, bundle, times, detail.get("TaxCodeRef"))
    made = [_sales_item(books, dict(entry), customer, calculation) for entry in inner if entry]
    numbered = [{**entry, "LineNum": number + 1} for number, entry in enumerate(made)]
    detail.update(GroupItemRef=references.to(bundle), Quantity=times, Line=numbered)
    amount = sum((entry["Amount"] for entry in numbered), ZERO)
    return {**line, "Amount": amount, "GroupLineDetail": detail}


def _components(
    books: Books, bundle: Record, times: Decimal, code: dict[str, str] | None
) -> list[dict[str, Any]]:
    found = []
    for entry in (bundle.data.get("ItemGroupDetail") or {}).get("ItemGroupLine") or []:
        item = references.resolve(books, "Item", entry["ItemRef"], "ItemGroupLine")
        quantity = (entry.get("Qty") or Decimal(1)) * times
        price = Decimal(item.data.get("UnitPrice") or 0)
        detail = {"ItemRef": references.to(item), "Qty": quantity, "UnitPrice": price}
        if code or item.data.get("SalesTaxCodeRef"):
            detail["TaxCodeRef"] = code or item.data["SalesTaxCodeRef"]
        found.append(
            {
                "Amount": money(price * quantity),
                "DetailType": "SalesItemLineDetail",
                "SalesItemLineDetail": detail,
            }
        )
    return found


def _discount(line: dict[str, Any], subtotal: Decimal) -> None:
    detail = {k: v for k, v in (line.get("DiscountLineDetail") or {}).items() if v is not None}
    if detail.get("PercentBased") and detail.get("DiscountPercent") is not None:
        line["Amount"] = money(subtotal * detail["DiscountPercent"] / taxes.HUNDRED)
    line["DiscountLineDetail"] = detail
    line.setdefault("Amount", ZERO)


def priced(lines: list[dict[str, Any]]) -> list[tuple[Decimal, str]]:
    """(net amount, tax code) of each priced line, bundles opened."""
    found = []
    for line in lines:
        if line["DetailType"] == "SalesItemLineDetail":
            code = (line["SalesItemLineDetail"].get("TaxCodeRef") or {}).get("value", "")
            found.append((line["Amount"], code))
        elif line["DetailType"] == "GroupLineDetail":
            found += priced(line["GroupLineDetail"]["Line"])
    return found
