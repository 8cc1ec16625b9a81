"""Pages for people under ``/app/``: companies, invoices, one invoice, customers.

All forms POST and redirect back; a refused action comes back as a sentence on the page.
"""

from collections.abc import Callable
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from sandbox.core.messages import Request, Response, html_response, redirect
from sandbox.core.routing import Router
from sandbox.quickbooks import bookkeeper, pdf, refusals
from sandbox.quickbooks.books import Books, Record
from sandbox.quickbooks.markup import button, e, hidden, page, table

if TYPE_CHECKING:
    from sandbox.quickbooks.application import QuickBooks


def status_of(books: Books, data: dict[str, Any]) -> str:
    """What QuickBooks shows beside an invoice."""
    if str(data.get("PrivateNote", "")).startswith("Voided") and not data["TotalAmt"]:
        return "Voided"
    if not data["Balance"]:
        return "Paid"
    if data.get("DueDate", "") < books.today():
        return "Overdue"
    if data["Balance"] < data["TotalAmt"]:
        return "Partly paid"
    return "Sent" if data.get("EmailStatus") == "EmailSent" else "Open"


def shown(amount: Any, data: dict[str, Any]) -> str:
    code = (data.get("CurrencyRef") or {}).get("value", "")
    return f"{Decimal(amount or 0):,.2f} {e(code)}".strip()


class Pages:
    def __init__(self, application: "QuickBooks") -> None:
        self.application = application

    def add_routes(self, router: Router) -> None:
        add = router.add
        add("GET", "/app", self.companies)
        add("GET", "/app/{realm}", self.guarded(self.invoices))
        add("GET", "/app/{realm}/invoices", self.guarded(self.invoices))
        add("GET", "/app/{realm}/customers", self.guarded(self.customers))
        add("GET", "/app/{realm}/invoices/{identity}", self.guarded(self.invoice))
        add("GET", "/app/{realm}/invoices/{identity}/pdf", self.guarded(self.pdf))
        for name in ("send", "pay", "edit", "void", "delete", "void-payment"):
            action = getattr(self, name.replace("-", "_"))
            path = f"/app/{{realm}}/invoices/{{identity}}/{name}"
            add("POST", path, self.guarded(self.acting(action)))

    # -- frame

    def guarded(self, handler: Callable[..., Response]) -> Callable[..., Response]:
        """``handler(books, request, …)``; an unknown company or invoice is a page of its own."""

        def answer(request: Request, realm: str, **parameters: str) -> Response:
            books = self.application.companies.get(realm)
            try:
                if books is None:
                    raise refusals.not_found()
                return handler(books, request, **parameters)
            except refusals.Refusal as refusal:
                body = (
                    f'<div class="card narrow"><h1>Not found</h1><p>{e(refusal.detail)}</p></div>'
                )
                return html_response(self.frame("Not found", body), 404)

        return answer

    def acting(self, action: Callable[..., str]) -> Callable[..., Response]:
        """``action(books, form, identity)`` gives the path to go to, or is refused with a reason."""

        def answer(books: Books, request: Request, identity: str) -> Response:
            try:
                return redirect(action(books, request.form(), identity), 303)
            except refusals.Refusal as refusal:
                place = f"/app/{books.realm}/invoices/{identity}"
                return redirect(f"{place}?notice={quote(refusal.detail)}", 303)

        return answer

    def frame(self, title: str, body: str, books: Books | None = None) -> str:
        links = '<nav><a href="/app/">Companies</a>'
        if books is not None:
            base = f"/app/{books.realm}"
            links += (
                f'<a href="{base}/invoices">Invoices</a><a href="{base}/customers">Customers</a>'
            )
            links += f'</nav><span class="soft">{e(books.company["CompanyName"])}</span>'
        else:
            links += "</nav>"
        return page(title, body, links)

    def render(self, request: Request, books: Books, title: str, body: str) -> Response:
        notice = request.query.get("notice", "")
        if notice:
            body = f'<p class="notice" role="status">{e(notice)}</p>{body}'
        return html_response(self.frame(title, body, books))

    # -- pages

    def companies(self, request: Request) -> Response:
        rows = [
            [
                f'<a href="/app/{e(realm)}/invoices">{e(books.company["CompanyName"])}</a>',
                e(books.company["Country"]),
                e(books.home_currency),
                e(realm),
                str(len(books.tables["Invoice"].by_id)),
            ]
            for realm, books in self.application.companies.items()
        ]
        heads = [
            ("Company", ""),
            ("Country", ""),
            ("Currency", ""),
            ("Realm", ""),
            ("Invoices", "n"),
        ]
        body = f'<h1>Choose a company</h1><div class="card">{table(heads, rows)}</div>'
        return html_response(self.frame("Companies", body))

    def invoices(self, books: Books, request: Request) -> Response:
        records = sorted(
            books.all("Invoice"), key=lambda r: (r.data["TxnDate"], int(r.id)), reverse=True
        )
        rows = [self._invoice_row(books, record) for record in records[:500]]
        heads = [
            ("No.", ""),
            ("Customer", ""),
            ("Date", ""),
            ("Due", ""),
            ("Total", "n"),
            ("Balance", "n"),
            ("Status", ""),
            ("Actions", ""),
        ]
        body = f'<h1>Invoices</h1><div class="card">{table(heads, rows)}</div>'
        if not rows:
            body = '<h1>Invoices</h1><div class="card"><p>No invoices yet.</p></div>'
        return self.render(request, books, "Invoices", body)

    def _invoice_row(self, books: Books, record: Record) -> list[str]:
        data = record.data
        base = f"/app/{books.realm}/invoices/{record.id}"
        status = status_of(books, data)
        actions = []
        if status != "Voided":
            actions.append(button(f"{base}/send", "Send"))
        if data["Balance"]:
            actions.append(button(f"{base}/pay", "Receive payment"))
        return [
            f'<a href="{base}">{e(data.get("DocNumber") or "(none)")}</a>',
            e(data["CustomerRef"]["name"]),
            e(data["TxnDate"]),
            e(data.get("DueDate", "")),
            shown(data["TotalAmt"], data),
            shown(data["Balance"], data),
            f'<span class="badge {status.split()[0]}">{status}</span>',
            " ".join(actions),
        ]

    def invoice(self, books: Books, request: Request, identity: str) -> Response:
        record = bookkeeper.form(books, identity)
        data = record.data
        status = status_of(books, data)
        title = f"Invoice {data.get('DocNumber') or '(no number)'}"
        email = (data.get("BillEmail") or {}).get("Address", "no e-mail address")
        body = (
            f'<h1>{e(title)} <span class="badge {status.split()[0]}">{status}</span></h1>'
            f'<div class="card"><p><strong>{e(data["CustomerRef"]["name"])}</strong><br>'
            f'<span class="soft">{e(email)}</span></p>'
            f"<p>Date {e(data['TxnDate'])} · Due {e(data.get('DueDate', ''))} · "
            f"E-mail {e(data.get('EmailStatus', ''))} · "
            f'<a href="/app/{books.realm}/invoices/{record.id}/pdf">PDF</a></p>'
            f"{self._lines(data)}<p>Total <strong>{shown(data['TotalAmt'], data)}</strong> "
            f"(tax {shown(data['TxnTaxDetail'].get('TotalTax'), data)}) · Balance "
            f"<strong>{shown(data['Balance'], data)}</strong></p>"
            f'<p class="soft">{e(data.get("PrivateNote", ""))}</p></div>'
            f"{self._payments(books, record)}{self._actions(books, record, status)}"
        )
        return self.render(request, books, title, body)

    @staticmethod
    def _lines(data: dict[str, Any]) -> str:
        rows = []
        for line in data["Line"]:
            if line["DetailType"] == "SubTotalLineDetail":
                continue
            detail = line.get("SalesItemLineDetail") or {}
            rows.append(
                [
                    e((detail.get("ItemRef") or {}).get("name", "")),
                    e(line.get("Description", "")),
                    str(detail.get("Qty", "")),
                    str(detail.get("UnitPrice", "")),
                    e((detail.get("TaxCodeRef") or {}).get("value", "")),
                    f"{Decimal(line.get('Amount', 0)):,.2f}",
                ]
            )
        heads = [
            ("Item", ""),
            ("Description", ""),
            ("Qty", "n"),
            ("Rate", "n"),
            ("Tax", ""),
            ("Amount", "n"),
        ]
        return table(heads, rows)

    @staticmethod
    def _payments(books: Books, record: Record) -> str:
        payments = bookkeeper.payments_of(books, record.id)
        if not payments:
            return ""
        shares = books.settlements[("Invoice", record.id)]
        rows = [
            [
                e(payment.data["TxnDate"]),
                shown(shares[payment.id], record.data),
                button(
                    f"/app/{books.realm}/invoices/{record.id}/void-payment",
                    "Void payment",
                    "bad",
                    payment=payment.id,
                ),
            ]
            for payment in payments
        ]
        heads = [("Payment date", ""), ("Applied", "n"), ("", "")]
        return f'<h2>Payments</h2><div class="card">{table(heads, rows)}</div>'

    @staticmethod
    def _actions(books: Books, record: Record, status: str) -> str:
        base = f"/app/{books.realm}/invoices/{record.id}"
        data = record.data
        if status == "Voided":
            return f'<h2>Actions</h2><div class="card">{button(base + "/delete", "Delete", "bad")}</div>'
        priced = [line for line in data["Line"] if line["DetailType"] == "SalesItemLineDetail"]
        options = "".join(
            f'<option value="{e(line["Id"])}">{line["LineNum"]}. '
            f"{e(line['SalesItemLineDetail']['ItemRef'].get('name', ''))}</option>"
            for line in priced
        )
        return (
            '<h2>Receive payment</h2><div class="card">'
            f'<form method="post" action="{base}/pay" class="row"><span><label for="amount">Amount '
            '(empty: the whole balance)</label><input id="amount" name="amount" inputmode="decimal">'
            '</span><button class="main">Receive payment</button></form></div>'
            '<h2>Edit</h2><div class="card">'
            f'<form method="post" action="{base}/edit" class="row">{hidden("token", data["SyncToken"])}'
            '<span><label for="due_date">Due date</label>'
            f'<input id="due_date" name="due_date" type="date" value="{e(data.get("DueDate", ""))}"></span>'
            f'<span><label for="line">Line</label><select id="line" name="line">{options}</select></span>'
            '<span><label for="quantity">New quantity</label><input id="quantity" name="quantity"></span>'
            '<span><label for="amount_of_line">New amount</label>'
            '<input id="amount_of_line" name="amount"></span>'
            "<button>Save</button></form></div>"
            '<h2>Actions</h2><div class="card row">'
            f'<form method="post" action="{base}/send" class="row"><span>'
            '<label for="address">Send to (empty: the address above)</label>'
            '<input id="address" name="address" type="email"></span><button>Send</button></form>'
            f"{button(base + '/void', 'Void', 'bad')}"
            f"{button(base + '/delete', 'Delete', 'bad', unlink='yes')}</div>"
        )

    def customers(self, books: Books, request: Request) -> Response:
        rows = [
            [
                e(record.data["DisplayName"]),
                e((record.data.get("PrimaryEmailAddr") or {}).get("Address", "")),
                e((record.data.get("BillAddr") or {}).get("City", "")),
                "" if record.active else "Inactive",
                shown(record.data.get("Balance"), record.data),
            ]
            for record in list(books.all("Customer"))[:1000]
        ]
        rows.sort(key=lambda row: row[0].casefold())
        heads = [("Customer", ""), ("E-mail", ""), ("City", ""), ("", ""), ("Balance", "n")]
        body = f'<h1>Customers</h1><div class="card">{table(heads, rows)}</div>'
        return self.render(request, books, "Customers", body)

    def pdf(self, books: Books, request: Request, identity: str) -> Response:
        content = pdf.form(books, bookkeeper.form(books, identity))
        return Response(200, content, {"content-type": "application/pdf"})

    # -- actions; each gives the path to go to

    def _detail(self, books: Books, identity: str) -> str:
        return f"/app/{books.realm}/invoices/{identity}"

    def send(self, books: Books, form: dict[str, str], identity: str) -> str:
        bookkeeper.send(books, identity, form.get("address", ""))
        return self._detail(books, identity)

    def pay(self, books: Books, form: dict[str, str], identity: str) -> str:
        bookkeeper.pay(books, identity, form.get("amount", "").replace(",", ""))
        return self._detail(books, identity)

    def edit(self, books: Books, form: dict[str, str], identity: str) -> str:
        bookkeeper.edit(books, identity, dict(form))
        return self._detail(books, identity)

    def void(self, books: Books, form: dict[str, str], identity: str) -> str:
        bookkeeper.void(books, identity)
        return self._detail(books, identity)

    def delete(self, books: Books, form: dict[str, str], identity: str) -> str:
        bookkeeper.delete(books, identity, unlink=bool(form.get("unlink")))
        return f"/app/{books.realm}/invoices"

    def void_payment(self, books: Books, form: dict[str, str], identity: str) -> str:
        bookkeeper.void(books, form.get("payment", ""), "Payment")
        return self._detail(books, identity)
