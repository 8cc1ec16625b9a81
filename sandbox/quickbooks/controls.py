"""``/__sandbox/quickbooks/…``: what a person would do in QuickBooks, for tests."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from sandbox.core.messages import Request, Response, json_response
from sandbox.core.routing import Router
from sandbox.quickbooks import bookkeeper, mail, refusals, writing
from sandbox.quickbooks.books import Books
from sandbox.quickbooks.entities import ROWS

if TYPE_CHECKING:
    from sandbox.quickbooks.application import QuickBooks

Body = dict[str, Any]


class Controls:
    """Each takes a JSON object with ``realm`` and answers with the entity as it is afterwards."""

    def __init__(self, application: "QuickBooks") -> None:
        self.application = application

    def add_routes(self, router: Router) -> None:
        for name in (
            "pay",
            "send",
            "mail",
            "void",
            "delete",
            "void_payment",
            "delete_payment",
            "edit",
            "save",
            "merge",
            "preferences",
            "company",
        ):
            handler = self.guarded(getattr(self, name))
            router.add("POST", f"/__sandbox/quickbooks/{name}", handler)
        router.add("POST", "/__sandbox/quickbooks/grant", self.grant)
        router.add("POST", "/__sandbox/quickbooks/disconnect", self.disconnect)
        router.add("POST", "/__sandbox/quickbooks/expire", self.expire)
        router.add("GET", "/__sandbox/quickbooks/meter", self.meter)
        router.add("GET POST", "/__sandbox/quickbooks/webhooks", self.webhooks)
        router.add("POST", "/__sandbox/quickbooks/webhooks/flush", self.flush)

    def _body(self, request: Request) -> Body:
        body = request.json() if request.body else {}
        if not isinstance(body, dict):
            raise ValueError("the body must be a JSON object")
        return body

    def guarded(self, handler: Callable[[Books, Body], Any]) -> Callable[[Request], Response]:
        def answer(request: Request) -> Response:
            body = self._body(request)
            books = self.application.companies.get(str(body.get("realm", "")))
            if books is None:
                raise ValueError(f"no company {body.get('realm')!r}")
            try:
                return json_response(handler(books, body))
            except refusals.Refusal as refusal:
                return json_response({"error": refusal.detail, "code": refusal.code}, 400)

        return answer

    @staticmethod
    def pay(books: Books, body: Body) -> Body:
        """``invoice_id``, ``amount`` (all of the balance when absent)."""
        payment = bookkeeper.pay(books, str(body["invoice_id"]), body.get("amount"))
        invoice = bookkeeper.form(books, str(body["invoice_id"]))
        return {"Payment": payment.data, "Invoice": invoice.data}

    @staticmethod
    def send(books: Books, body: Body) -> Body:
        record = bookkeeper.send(books, str(body["invoice_id"]), str(body.get("address", "")))
        return {"Invoice": record.data}

    @staticmethod
    def mail(books: Books, body: Body) -> Body:
        """``error`` (a DeliveryErrorType, empty: none) or ``status`` (EInvoiceStatus): what became
        of the last mail of ``invoice_id``."""
        record = bookkeeper.form(books, str(body["invoice_id"]))
        error, status = str(body.get("error", "")), str(body.get("status", ""))
        return {"Invoice": mail.report(books, record, error, status).data}

    @staticmethod
    def void(books: Books, body: Body) -> Body:
        return {"Invoice": bookkeeper.void(books, str(body["invoice_id"])).data}

    @staticmethod
    def delete(books: Books, body: Body) -> Body:
        """``unlink`` true takes payments off first."""
        unlink = bool(body.get("unlink", False))
        return {"Invoice": bookkeeper.delete(books, str(body["invoice_id"]), unlink=unlink)}

    @staticmethod
    def void_payment(books: Books, body: Body) -> Body:
        record = bookkeeper.void(books, _payment_id(books, body), "Payment")
        return {"Payment": record.data}

    @staticmethod
    def delete_payment(books: Books, body: Body) -> Body:
        return {"Payment": bookkeeper.delete(books, _payment_id(books, body), "Payment")}

    @staticmethod
    def edit(books: Books, body: Body) -> Body:
        """See ``bookkeeper.edit``."""
        return {"Invoice": bookkeeper.edit(books, str(body["invoice_id"]), body).data}

    @staticmethod
    def save(books: Books, body: Body) -> Body:
        """``kind`` and ``body``: any create or update, as through the API."""
        row = ROWS[str(body["kind"])]
        record = writing.save(books, row, body["body"], frozenset(body.get("include", ())))
        return {row.name: record.data}

    @staticmethod
    def merge(books: Books, body: Body) -> Body:
        """``kind`` (Customer), ``loser``, ``survivor``."""
        kind = str(body.get("kind", "Customer"))
        record = bookkeeper.merge(books, kind, str(body["loser"]), str(body["survivor"]))
        return {kind: record.data}

    @staticmethod
    def preferences(books: Books, body: Body) -> Body:
        """``preferences``: groups to change, e.g. ``{"SalesFormsPrefs": {"CustomTxnNumbers": true}}``."""
        record = books.tables["Preferences"].by_id["1"]
        groups = {
            name: {**(record.data.get(name) or {}), **group}
            for name, group in body["preferences"].items()
        }
        return {"Preferences": books.touch(record, **groups).data}

    @staticmethod
    def company(books: Books, body: Body) -> Body:
        """``status`` open, ended or lost_access; ``info`` CompanyInfo properties to change;
        ``regime`` us_manual, us_ast or vat."""
        if "status" in body:
            if body["status"] not in ("open", "ended", "lost_access"):
                raise ValueError("status must be open, ended or lost_access")
            books.status = body["status"]
        if "regime" in body:
            if body["regime"] not in ("us_manual", "us_ast", "vat"):
                raise ValueError("regime must be us_manual, us_ast or vat")
            books.regime = body["regime"]
        record = books.tables["CompanyInfo"].by_id["1"]
        if body.get("info"):
            record = books.touch(record, **body["info"])
        return {"CompanyInfo": record.data, "status": books.status, "regime": books.regime}

    # -- not about one company's books

    def grant(self, request: Request) -> Response:
        """``realm``, ``client_id``: tokens without the browser."""
        body = self._body(request)
        if body["realm"] not in self.application.companies:
            raise ValueError(f"no company {body['realm']!r}")
        client = body.get("client_id") or next(iter(self.application.authority.clients))
        return json_response(self.application.authority.grant_directly(client, body["realm"]))

    def disconnect(self, request: Request) -> Response:
        """As when the user disconnects the app inside QuickBooks."""
        ended = self.application.authority.disconnect(str(self._body(request)["realm"]))
        return json_response({"ended": ended})

    def expire(self, request: Request) -> Response:
        """Access tokens of ``realm`` (all without) end now; refresh tokens live on."""
        realm = self._body(request).get("realm")
        tokens = self.application.authority.access
        ended = [token for token, (grant, _) in tokens.items() if realm in (None, grant.realm)]
        for token in ended:
            del tokens[token]
        return json_response({"ended": len(ended)})

    def meter(self, request: Request) -> Response:
        return json_response(self.application.limits.report())

    def webhooks(self, request: Request) -> Response:
        """POST the settings of ``Webhooks.configure``; GET what was delivered and how it went."""
        hooks = self.application.webhooks
        if request.method == "POST":
            hooks.configure(self._body(request))
        hooks.postman.wake()
        return json_response(
            {
                "url": hooks.url,
                "pending": len(hooks.pending),
                "deliveries": [
                    {
                        "state": one.state,
                        "tries": one.tries,
                        "statuses": one.statuses,
                        "due": one.due,
                        "body": one.body.decode(),
                        "headers": one.headers,
                    }
                    for one in hooks.postman.deliveries
                ],
            }
        )

    def flush(self, request: Request) -> Response:
        return json_response({"sent": self.application.webhooks.flush()})


def _payment_id(books: Books, body: Body) -> str:
    """``payment_id``, or the last payment of ``invoice_id``."""
    if body.get("payment_id"):
        return str(body["payment_id"])
    payments = bookkeeper.payments_of(books, str(body["invoice_id"]))
    if not payments:
        raise refusals.not_found()
    return payments[-1].id
