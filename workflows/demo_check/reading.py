"""What our pages say, as plain facts: the review of the wizard, pickers, wizard lines. Pure."""

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from workflows.demo_check.markup import Node

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
DAY = re.compile(r"([A-Za-z]{3})[a-z]*\.? (\d{1,2}), (\d{4})")
AMOUNT = re.compile("([-\N{MINUS SIGN}]?)([\\d,]+(?:\\.\\d+)?)(?:\\s+([A-Z]{3}))?")
Row = tuple[str, ...]
"""Product, quantity, price, amount: numbers as ``compare.plain`` writes them."""


class NotThere(ValueError):
    """The page lacks what should be read from it."""


def amount(text: str) -> Decimal:
    """``1,234.50 USD`` as 1234.50. Raises ``NotThere``."""
    found = AMOUNT.search(text)
    if found is None:
        raise NotThere(f"no amount in {text!r}")
    value = Decimal(found[2].replace(",", ""))
    return -value if found[1] else value


def currency(text: str) -> str:
    found = AMOUNT.search(text)
    return (found[3] or "") if found else ""


def day(text: str) -> date:
    """``Nov. 23, 2026`` as a date. Raises ``NotThere``."""
    found = DAY.search(text)
    if found is None or found[1].lower() not in MONTHS:
        raise NotThere(f"no day in {text!r}")
    return date(int(found[3]), MONTHS.index(found[1].lower()) + 1, int(found[2]))


def options(piece: Node) -> dict[str, str]:
    """What a picker offers: label to value."""
    found = (each for each in piece.elements() if each.get("role") == "option")
    return {each.get("data-label"): each.get("data-value") for each in found}


def picker(page: Node, name: str) -> str:
    """Where the picker of that field asks. Raises ``NotThere``."""
    for each in page.elements():
        if "data-combobox" in each.attributes and each.get("data-name") == name:
            return each.get("data-url")
    raise NotThere(f"no picker {name!r}")


def line_keys(page: Node) -> dict[str, str]:
    """Product to the key of its line, of the wizard's products step."""
    found = {}
    for editor in page.all("fieldset", "line-editor"):
        legend = editor.first("legend")
        found[legend.text() if legend else ""] = editor.get("id").removeprefix("line-")
    return found


def review(page: Node) -> Mapping[str, str | list[Row]]:
    """The wizard's last step: what the rep is asked to agree to. Raises ``NotThere``."""
    parts = {
        heading.text(): part
        for part in page.all("section", "review-part")
        if (heading := part.first("h3")) is not None
    }
    missing = {"From", "Customer", "Products", "Terms and dates"} - set(parts)
    if missing:
        raise NotThere(f"the review has no {', '.join(sorted(missing))}")
    facts = _facts(parts["Terms and dates"])
    return {
        "company": _paragraph(parts["From"]),
        "customer": _strong(parts["Customer"]),
        "bill_email": _email(parts["Customer"]),
        **_products(parts["Products"]),
        "txn_date": day(facts["Invoice date"]).isoformat(),
        "due_date": day(facts["Due date"]).isoformat(),
        "terms": facts["Terms"],
        "message": _message(parts),
    }


def _products(part: Node) -> dict[str, str | list[Row]]:
    """Columns by their headings; sums stand in the last one, whatever lies between."""
    rows = [[cell for cell in row.elements() if cell.tag in ("td", "th")] for row in part.all("tr")]
    texts = [[cell.text(without="line-detail") for cell in cells] for cells in rows]
    heads = next((row for row in texts if "Quantity" in row), [])
    lines: list[Row] = []
    sums: dict[str, str] = {"tax": "0"}
    for row in texts:
        if row == heads or not row:
            continue
        if row[0].startswith("Subtotal"):
            sums["net"], sums["currency"] = f"{amount(row[-1])}", currency(row[-1])
        elif row[0].startswith("Tax"):
            sums["tax"] = f"{Decimal(sums['tax']) + amount(row[-1])}"
        elif row[0].startswith("Total"):
            sums["total"] = f"{amount(row[-1])}"
        else:
            numbers = (row[heads.index(name)] for name in ("Quantity", "Price", "Amount"))
            lines.append((row[0], *(f"{amount(text)}" for text in numbers)))
    if not lines or not {"net", "total"} <= set(sums):
        raise NotThere("the review has no products or no sums")
    return {"lines": lines, **sums}


def _facts(part: Node) -> dict[str, str]:
    names, values = part.all("dt"), part.all("dd")
    return {name.text(): value.text() for name, value in zip(names, values, strict=True)} | (
        {"Terms": ""} if len(names) < 3 else {}
    )


def _paragraph(part: Node) -> str:
    found = part.first("p")
    return found.text() if found else ""


def _strong(part: Node) -> str:
    found = part.first("strong")
    return found.text() if found else ""


def _email(part: Node) -> str:
    found = re.search(r"[^\s,@]+@[^\s,@]+", part.text())
    return found[0] if found else ""


def _message(parts: Mapping[str, Node]) -> str:
    part = parts.get("Message to the customer")
    return "" if part is None else _paragraph(part)
