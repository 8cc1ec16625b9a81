"""The v3 resources below ``/v3/company/{realm}/``."""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any

from sandbox.core.messages import BadJson, Request, Response, json_response
from sandbox.core.routing import Router
from sandbox.quickbooks import batch, files, mail, money, pdf, reads, refusals, taxservice, writing
from sandbox.quickbooks.books import Books, Record
from sandbox.quickbooks.entities import BY_PATH
from sandbox.quickbooks.shapes import Row

if TYPE_CHECKING:
    from sandbox.quickbooks.application import QuickBooks

JSON = {"content-type": "application/json;charset=UTF-8"}
MAX_BODY = 2 * 1024 * 1024
FORM = "multipart/form-data"


class Api:
    def __init__(self, application: "QuickBooks") -> None:
        self.application = application

    def add_routes(self, router: Router) -> None:
        base = "/v3/company/{realm}"
        add = router.add
        add("GET POST", f"{base}/query", self.guarded(self.query))
        add("GET", f"{base}/cdc", self.guarded(self.cdc))
        add("POST", f"{base}/batch", self.guarded(self.batch))
        add("GET", f"{base}/preferences", self.guarded(self.preferences))
        add("GET", f"{base}/exchangerate", self.guarded(self.exchange_rate))
        for name in ("preferences", "exchangerate"):
            add("POST", f"{base}/{name}", self.guarded(partial(self.write, entity=name)))
        add("POST", f"{base}/taxservice/taxcode", self.guarded(self.tax_service))
        add("POST", f"{base}/upload", self.guarded(self.upload))
        add("GET", f"{base}/download/{{identity}}", self.guarded(self.download))
        add("GET", "/files/{realm}/{identity}", self.file)
        add("GET", f"{base}/companyinfo/{{identity}}", self.guarded(self.company_info))
        add("POST", f"{base}/{{entity}}", self.guarded(self.write))
        add("GET", f"{base}/{{entity}}/{{identity}}", self.guarded(self.read))
        add("POST", f"{base}/{{entity}}/{{identity}}/send", self.guarded(self.send))
        add("GET", f"{base}/{{entity}}/{{identity}}/pdf", self.guarded(self.pdf))

    def guarded(self, handler: Callable[..., Response]) -> Callable[..., Response]:
        """``handler(books, request, …)`` with refusals turned into faults."""

        def answer(request: Request, realm: str, **parameters: str) -> Response:
            books = self.application.companies[realm]
            try:
                if len(request.body) > MAX_BODY and request.content_type != FORM:
                    raise refusals.Refusal(
                        "2050", "Length exceeds limit", "Request body is too large", status=413
                    )
                return handler(books, request, **parameters)
            except refusals.Refusal as refusal:
                return self.application.refused(refusal, books)

        return answer

    def row_of(self, entity: str) -> Row:
        row = BY_PATH.get(entity.lower())
        if row is None:
            raise refusals.unsupported_operation(entity)
        return row

    def body_of(self, request: Request) -> dict[str, Any]:
        if request.content_type not in ("application/json", "text/json", ""):
            raise refusals.Refusal(
                "415",
                "Unsupported Media Type",
                f"Content-Type {request.content_type} is not supported",
                status=415,
            )
        return json_body(request)

    # -- reads

    def query(self, books: Books, request: Request) -> Response:
        statement = request.query.get("query", "")
        if request.method == "POST":
            if request.content_type not in ("application/text", "text/plain", ""):
                raise refusals.Refusal(
                    "415",
                    "Unsupported Media Type",
                    f"Content-Type {request.content_type} is not supported",
                    status=415,
                )
            statement = request.body.decode("utf-8", "replace")
        answer = reads.query_response(books, statement)
        return Response(200, reads.enveloped("QueryResponse", answer, books), dict(JSON))

    def cdc(self, books: Books, request: Request) -> Response:
        entities, since = request.query.get("entities", ""), request.query.get("changedSince", "")
        if not entities:
            raise refusals.missing("entities")
        if not since:
            raise refusals.missing("changedSince")
        rows = reads.cdc_entities(entities)
        covered = partial(self.application.world.history.read, books.realm)
        body = reads.cdc_response(books, rows, changed_since(books, since), covered)
        return Response(200, body, dict(JSON))

    def read(self, books: Books, request: Request, entity: str, identity: str) -> Response:
        row = self.row_of(entity)
        record = books.get(row.name, "1" if row.family == "company" else identity)
        if record is None or row.name == "ExchangeRate":
            raise refusals.not_found()
        raw = record.raw
        if row.name == "Invoice" and "invoicelink" in includes(request):
            link = mail.invoice_link(books, record, self.application.base)
            if link:
                raw = raw[:-1] + b',"InvoiceLink":' + reads.quoted(link) + b"}"
        return Response(200, reads.enveloped(row.name, raw, books), dict(JSON))

    def preferences(self, books: Books, request: Request) -> Response:
        return self.stored(books, books.tables["Preferences"].by_id["1"])

    def company_info(self, books: Books, request: Request, identity: str) -> Response:
        if identity not in (books.realm, "1"):
            raise refusals.not_found()
        return self.stored(books, books.tables["CompanyInfo"].by_id["1"])

    def exchange_rate(self, books: Books, request: Request) -> Response:
        code = request.query.get("sourcecurrencycode", "").upper()
        if not code:
            raise refusals.missing("sourcecurrencycode")
        if not books.multicurrency:
            raise refusals.business("Multi Currency should be enabled to perform this operation.")
        known = books.tables["CompanyCurrency"].find("Code", code)
        if not known and code != books.home_currency:
            raise refusals.bad_reference("sourcecurrencycode")
        day = request.query.get("asofdate", "")[:10] or books.today()
        rate = {
            "SyncToken": "0",
            "domain": "QBO",
            "AsOfDate": day,
            "SourceCurrencyCode": code,
            "Rate": money.rate_on(books, code, day),
            "TargetCurrencyCode": books.home_currency,
            "MetaData": {"LastUpdatedTime": books.stamp(int(books.now().timestamp()))},
        }
        return json_response({"ExchangeRate": rate, "time": books.time()})

    # -- writes

    def write(self, books: Books, request: Request, entity: str) -> Response:
        row = self.row_of(entity)
        body = self.body_of(request)
        operation = request.query.get("operation", "").lower()
        if operation == "delete":
            marker = writing.delete(books, row, body)
            return json_response({row.name: marker, "time": books.time()})
        if operation == "void" or "void" in includes(request):
            return self.stored(books, writing.void(books, row, body))
        if operation not in ("", "create", "update"):
            raise refusals.unsupported_operation(operation)
        return self.stored(books, writing.save(books, row, body, includes(request)))

    def stored(self, books: Books, record: Record) -> Response:
        raw = reads.public(record)
        return Response(200, reads.enveloped(record.kind, raw, books), dict(JSON))

    def tax_service(self, books: Books, request: Request) -> Response:
        return json_response(taxservice.create(books, self.body_of(request)))

    def send(self, books: Books, request: Request, entity: str, identity: str) -> Response:
        row = self.row_of(entity)
        if row.family != "sale":
            raise refusals.unsupported_operation("send")
        record = books.get(row.name, identity)
        if record is None:
            raise refusals.not_found()
        return self.stored(books, mail.send(books, record, request.query.get("sendTo", "")))

    def pdf(self, books: Books, request: Request, entity: str, identity: str) -> Response:
        row = self.row_of(entity)
        if row.family not in ("sale", "payment"):
            raise refusals.unsupported_operation("pdf")
        record = books.get(row.name, identity)
        if record is None:
            raise refusals.not_found()
        return Response(200, pdf.form(books, record), {"content-type": "application/pdf"})

    def upload(self, books: Books, request: Request) -> Response:
        return files.upload(books, request, self.application.base)

    def download(self, books: Books, request: Request, identity: str) -> Response:
        return files.link(books, identity)

    def file(self, request: Request, realm: str, identity: str) -> Response:
        """The bytes, for whoever has the address."""
        books = self.application.companies.get(realm)
        found = books.get("Attachable", identity) if books else None
        if books is None or found is None or identity not in books.files:
            return Response(404, b"", {"content-type": "text/plain"})
        kind = {"content-type": str(found.data["ContentType"])}
        return Response(200, books.files[identity], kind)

    def batch(self, books: Books, request: Request) -> Response:
        result = batch.run(
            books, self.body_of(request), str(self.application.world.switches["fault_language"])
        )
        if result.reads:
            self.application.limits.add(books.realm, result.reads)
        return Response(200, result.body, dict(JSON))


def json_body(request: Request) -> dict[str, Any]:
    """The body as an object. Raises Refusal 2010."""
    try:
        body = request.json()
    except BadJson as error:
        raise refusals.Refusal(
            "2010",
            "Request has invalid or unsupported property",
            f"Unexpected token in the request body: {error}",
        ) from error
    if not isinstance(body, dict):
        raise refusals.unsupported_property(type(body).__name__)
    return body


def includes(request: Request) -> frozenset[str]:
    """Words of ``include``, lower-case."""
    return frozenset(word.strip().lower() for word in request.query.get("include", "").split(","))


def changed_since(books: Books, text: str) -> datetime:
    """Epoch milliseconds are refused; without an offset the company's clock is meant."""
    try:
        moment = datetime.fromisoformat(text.replace(" ", "+"))
    except ValueError as error:
        raise refusals.bad_date("changedSince", text) from error
    return moment if moment.tzinfo else moment.replace(tzinfo=books.zone)
