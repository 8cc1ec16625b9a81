"""A PDF of one form, written by hand: number, customer, lines, totals; one or more pages."""

from decimal import Decimal
from typing import Any

from sandbox.quickbooks.books import Books, Record

PAGE_HEIGHT, LEFT, TOP, STEP, ROWS_A_PAGE = 842, 50, 790, 16, 44
TITLES = {
    "Invoice": "Invoice",
    "CreditMemo": "Credit Memo",
    "Estimate": "Estimate",
    "SalesReceipt": "Sales Receipt",
    "RefundReceipt": "Refund Receipt",
    "Payment": "Payment",
}
Cell = tuple[int, str, bool]
"""(x, text, bold)."""


def _escaped(text: str) -> bytes:
    raw = text.encode("cp1252", "replace")
    for mark in (b"\\", b"(", b")"):
        raw = raw.replace(mark, b"\\" + mark)
    return raw.replace(b"\r", b" ").replace(b"\n", b" ")


def _amount(value: Any) -> str:
    return f"{Decimal(value or 0):,.2f}"


def _address(address: dict[str, Any] | None) -> list[str]:
    if not address:
        return []
    street = [address.get(f"Line{number}") for number in range(1, 6)]
    place = " ".join(
        str(address[name])
        for name in ("City", "CountrySubDivisionCode", "PostalCode")
        if address.get(name)
    )
    return [line for line in [*street, place, address.get("Country")] if line]


def _line_rows(lines: list[dict[str, Any]]) -> list[list[Cell]]:
    rows: list[list[Cell]] = []
    for line in lines:
        kind = line.get("DetailType")
        if kind == "SubTotalLineDetail":
            continue
        detail = line.get("SalesItemLineDetail") or {}
        item = (detail.get("ItemRef") or {}).get("name", "")
        text = line.get("Description") or item
        if kind == "DiscountLineDetail":
            text = "Discount"
        quantity = detail.get("Qty")
        price = detail.get("UnitPrice")
        rows.append(
            [
                (LEFT, str(item)[:28], False),
                (210, str(text)[:38], False),
                (400, "" if quantity is None else f"{Decimal(quantity).normalize():f}", False),
                (440, "" if price is None else _amount(price), False),
                (500, _amount(line.get("Amount")) if "Amount" in line else "", False),
            ]
        )
        if kind == "GroupLineDetail":
            rows += _line_rows(line["GroupLineDetail"]["Line"])
    return rows


def _rows(books: Books, record: Record) -> list[list[Cell]]:
    data = record.data
    code = (data.get("CurrencyRef") or {}).get("value", books.home_currency)
    title = f"{TITLES[record.kind]} {data.get('DocNumber') or ''}".strip()
    rows: list[list[Cell]] = [[(LEFT, books.company["CompanyName"], True), (380, title, True)]]
    rows += [[(LEFT, line, False)] for line in _address(books.company.get("CompanyAddr"))]
    rows += [[], [(LEFT, "Bill to", True), (380, f"Date {data.get('TxnDate', '')}", False)]]
    due = data.get("DueDate")
    term = (data.get("SalesTermRef") or {}).get("name", "")
    rows.append(
        [(LEFT, data["CustomerRef"]["name"], False), (380, f"Due {due}" if due else "", False)]
    )
    address = [
        line for line in _address(data.get("BillAddr")) if line != data["CustomerRef"]["name"]
    ]
    rows += [[(LEFT, line, False)] for line in address]
    if term:
        rows.append([(380, f"Terms {term}", False)])
    heads = ((LEFT, "Item"), (210, "Description"), (400, "Qty"), (440, "Rate"), (500, "Amount"))
    rows += [[], [(x, text, True) for x, text in heads]]
    if record.kind != "Payment":
        rows += _line_rows(data.get("Line") or [])
    rows.append([])
    tax = (data.get("TxnTaxDetail") or {}).get("TotalTax")
    if tax:
        rows.append([(380, "Tax", False), (480, f"{code} {_amount(tax)}", False)])
    rows.append([(380, "Total", True), (480, f"{code} {_amount(data.get('TotalAmt'))}", True)])
    if "Balance" in data:
        rows.append([(380, "Balance due", True), (480, f"{code} {_amount(data['Balance'])}", True)])
    memo = (data.get("CustomerMemo") or {}).get("value")
    if memo:
        rows += [[], [(LEFT, memo[:95], False)]]
    return rows


def _content(rows: list[list[Cell]]) -> bytes:
    parts = []
    for number, row in enumerate(rows):
        y = TOP - number * STEP
        for x, text, bold in row:
            font = b"F2" if bold else b"F1"
            parts.append(b"BT /%b 10 Tf %d %d Td (%b) Tj ET" % (font, x, y, _escaped(text)))
    return b"\n".join(parts)


def form(books: Books, record: Record) -> bytes:
    """The file's bytes."""
    rows = _rows(books, record)
    sheets = [rows[at : at + ROWS_A_PAGE] for at in range(0, len(rows), ROWS_A_PAGE)]
    return write([_content(sheet) for sheet in sheets])


def written(lines: list[str]) -> bytes:
    """One page with a title and lines below it."""
    return write([_content([[(LEFT, text, not row)] for row, text in enumerate(lines)])])


def write(contents: list[bytes]) -> bytes:
    """A PDF 1.4 file of A4 pages from content streams, with Helvetica as F1 and bold as F2."""
    kids = b" ".join(b"%d 0 R" % (5 + 2 * number) for number in range(len(contents)))
    font = b"<< /Type /Font /Subtype /Type1 /BaseFont /%b /Encoding /WinAnsiEncoding >>"
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [%b] /Count %d >>" % (kids, len(contents)),
        font % b"Helvetica",
        font % b"Helvetica-Bold",
    ]
    for number, content in enumerate(contents):
        objects.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 %d] /Contents %d 0 R "
            b"/Resources << /Font << /F1 3 0 R /F2 4 0 R >> >> >>" % (PAGE_HEIGHT, 6 + 2 * number)
        )
        objects.append(b"<< /Length %d >>\nstream\n%b\nendstream" % (len(content), content))
    out = bytearray(b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n")
    offsets = []
    for number, body in enumerate(objects):
        offsets.append(len(out))
        out += b"%d 0 obj\n%b\nendobj\n" % (number + 1, body)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    for offset in offsets:
        out += b"%010d 00000 n \n" % offset
    out += b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (
        len(objects) + 1,
        start,
    )
    return bytes(out)
