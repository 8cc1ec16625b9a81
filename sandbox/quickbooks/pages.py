"""Pages for people under ``/app/``: companies, invoices, one invoice, customers.

All forms POST and redirect back; a refused action comes back as a sentence on the page.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING
from urllib.parse import quote

from sandbox.core.messages import Request, Response, html_response, redirect
from sandbox.core.routing import Router
from sandbox.quickbooks import bookkeeper, pdf, refusals
from sandbox.quickbooks.books import Books, Record
from sandbox.quickbooks.invoice_parts import (
    actions_of,
    lines_of,
    payments_of,
    shown,
    status_of,
)
from sandbox.quickbooks.markup import button, e, page, table

if TYPE_CHECKING:
    from sandbox.quickbooks.application import QuickBooks


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
            f"{lines_of(data)}<p>Total <strong>{shown(data['TotalAmt'], data)}</strong> "
            f"(tax {shown(data['TxnTaxDetail'].get('TotalTax'), data)}) · Balance "
            f"<strong>{shown(data['Balance'], data)}</strong></p>"
            f'<p class="soft">{e(data.get("PrivateNote", ""))}</p></div>'
            f"{payments_of(books, record)}{actions_of(books, record, status)}"
        )
        return self.render(request, books, title, body)

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
