"""python-quickbooks and intuit-oauth as published, pointed here by their own settings only."""

import base64
import hashlib
import hmac
from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from intuitlib.client import AuthClient
from intuitlib.enums import Scopes
from intuitlib.exceptions import AuthClientError
from quickbooks.batch import batch_create, batch_delete, batch_update
from quickbooks.cdc import change_data_capture
from quickbooks.client import QuickBooks
from quickbooks.exceptions import (
    AuthorizationException,
    ObjectNotFoundException,
    QuickbooksException,
    ValidationException,
)
from quickbooks.helpers import qb_datetime_format
from quickbooks.objects.account import Account
from quickbooks.objects.attachable import Attachable
from quickbooks.objects.base import Address, EmailAddress, PhoneNumber
from quickbooks.objects.bill import Bill
from quickbooks.objects.company_info import CompanyInfo
from quickbooks.objects.creditmemo import CreditMemo
from quickbooks.objects.customer import Customer
from quickbooks.objects.department import Department
from quickbooks.objects.detailline import (
    AccountBasedExpenseLine,
    AccountBasedExpenseLineDetail,
    SalesItemLine,
    SalesItemLineDetail,
)
from quickbooks.objects.estimate import Estimate
from quickbooks.objects.exchangerate import ExchangeRate
from quickbooks.objects.invoice import Invoice
from quickbooks.objects.item import Item
from quickbooks.objects.payment import Payment, PaymentLine
from quickbooks.objects.paymentmethod import PaymentMethod
from quickbooks.objects.preferences import Preferences
from quickbooks.objects.salesreceipt import SalesReceipt
from quickbooks.objects.taxagency import TaxAgency
from quickbooks.objects.taxcode import TaxCode
from quickbooks.objects.taxrate import TaxRate
from quickbooks.objects.taxservice import TaxRateDetails, TaxService
from quickbooks.objects.term import Term
from quickbooks.objects.trackingclass import Class
from quickbooks.objects.vendor import Vendor

from tests.sandbox.qbo_client import CALLBACK, CLIENT, GB, US, OAuth
from tests.sandbox_process import SandboxProcess


@pytest.fixture
def auth(vendors: SandboxProcess, monkeypatch: pytest.MonkeyPatch) -> AuthClient:
    monkeypatch.setenv("OAUTHLIB_INSECURE_TRANSPORT", "1")
    discovery = f"{vendors.quickbooks}/.well-known/openid_sandbox_configuration/"
    return AuthClient(*CLIENT, CALLBACK, discovery)


def connected(auth: AuthClient, vendors: SandboxProcess, realm: str) -> QuickBooks:
    oauth = OAuth(vendors)
    url = auth.get_authorization_url([Scopes.ACCOUNTING])
    page = oauth.session.get(url, timeout=10)
    back = oauth.decide(page, "allow", realm)
    assert back["state"] == auth.state_token
    auth.get_bearer_token(back["code"], realm_id=back["realmId"])
    client = QuickBooks(
        auth_client=auth, refresh_token=auth.refresh_token, company_id=realm, minorversion=75
    )
    client.api_url_v3 = f"{vendors.quickbooks}/v3"
    return client


@pytest.fixture
def qb(auth: AuthClient, vendors: SandboxProcess) -> Iterator[QuickBooks]:
    client = connected(auth, vendors, US)
    yield client
    client.session.close()
    auth.close()


def invoice_of(customer: Customer, qb: QuickBooks, amount: float = 75) -> Invoice:
    detail = SalesItemLineDetail()
    detail.ItemRef = Item.where("Sku = 'SRV-DESIGN'", qb=qb)[0].to_ref()
    detail.Qty = 1
    detail.UnitPrice = amount
    row = SalesItemLine()
    row.Amount = amount
    row.SalesItemLineDetail = detail
    invoice = Invoice()
    invoice.CustomerRef = customer.to_ref()
    invoice.Line.append(row)
    return invoice


def test_qbo_library_signs_in_refreshes_and_revokes(
    auth: AuthClient, vendors: SandboxProcess
) -> None:
    client = connected(auth, vendors, US)
    assert CompanyInfo.all(qb=client)[0].CompanyName == "Dealbooks Demo Co (US)"
    auth.refresh()
    assert auth.x_refresh_token_expires_in > 8_000_000
    assert auth.revoke() is True
    with pytest.raises(AuthClientError, match="invalid_grant"):
        auth.refresh()
    with pytest.raises(AuthorizationException):
        Invoice.get(1, qb=client)
    client.session.close()
    auth.close()


def test_qbo_library_validates_the_id_token(auth: AuthClient, vendors: SandboxProcess) -> None:
    oauth = OAuth(vendors)
    page = oauth.session.get(
        auth.get_authorization_url([Scopes.ACCOUNTING, Scopes.OPENID]), timeout=10
    )
    auth.get_bearer_token(oauth.decide(page, "allow", US)["code"])
    assert auth.id_token
    assert auth.get_user_info().json()["givenName"] == "Robin"
    auth.close()


def test_qbo_library_customer_and_invoice(qb: QuickBooks) -> None:
    customer = Customer()
    customer.DisplayName = "Library Customer"
    customer.PrimaryEmailAddr = EmailAddress()
    customer.PrimaryEmailAddr.Address = "lib@x.example"
    customer.PrimaryPhone = PhoneNumber()
    customer.PrimaryPhone.FreeFormNumber = "555-1234"
    customer.BillAddr = Address()
    customer.BillAddr.Line1 = "1 Main St"
    customer.save(qb=qb)
    found = Customer.filter(DisplayName="Library Customer", qb=qb)[0]
    assert (found.Id, found.BillAddr.Line1) == (customer.Id, "1 Main St")

    invoice = invoice_of(found, qb).save(qb=qb, request_id="lib-1")
    assert (invoice.TotalAmt, invoice.Balance, invoice.DocNumber) == (75, 75, "1051")
    assert invoice_of(found, qb).save(qb=qb, request_id="lib-1").Id == invoice.Id
    read = Invoice.get(invoice.Id, qb=qb)
    read.PrivateNote = "from the library"
    read.save(qb=qb)
    assert Invoice.get(invoice.Id, qb=qb).PrivateNote == "from the library"
    read = Invoice.get(invoice.Id, qb=qb)
    sent = read.send(qb=qb, send_to="someone@x.example")
    assert sent["Invoice"]["EmailStatus"] == "EmailSent"
    assert Invoice.get(invoice.Id, qb=qb).download_pdf(qb=qb).startswith(b"%PDF")
    Invoice.get(invoice.Id, qb=qb).void(qb=qb)
    voided = Invoice.get(invoice.Id, qb=qb)
    assert (voided.Balance, voided.TotalAmt) == (0, 0)
    assert "Voided" in voided.PrivateNote
    voided.delete(qb=qb)
    with pytest.raises(ObjectNotFoundException):
        Invoice.get(invoice.Id, qb=qb)


def test_qbo_library_payment(qb: QuickBooks) -> None:
    customer = Customer.all(max_results=1, qb=qb)[0]
    invoice = invoice_of(customer, qb).save(qb=qb)
    payment = Payment()
    payment.TotalAmt = 75
    payment.CustomerRef = customer.to_ref()
    row = PaymentLine()
    row.Amount = 75
    row.LinkedTxn.append(invoice.to_linked_txn())
    payment.Line.append(row)
    payment.save(qb=qb)
    assert Invoice.get(invoice.Id, qb=qb).Balance == 0
    Payment.get(payment.Id, qb=qb).void(qb=qb)
    assert Payment.get(payment.Id, qb=qb).TotalAmt == 0
    assert Invoice.get(invoice.Id, qb=qb).Balance == 75


def test_qbo_library_queries(qb: QuickBooks) -> None:
    assert len(Item.all(qb=qb)) == 28
    assert Item.all(order_by="Name", max_results=3, qb=qb)[0].Name == "Acoustic panel 60x120"
    assert Customer.count(qb=qb) == 21
    named = Customer.where("DisplayName LIKE '%Bird%'", qb=qb)
    assert [one.DisplayName for one in named] == ["Amy's Bird Sanctuary"]
    assert Customer.filter(DisplayName="Amy's Bird Sanctuary", qb=qb)[0].Id == "1"
    assert len(Invoice.choose(["1", "3"], field="Id", qb=qb)) == 2
    others = Account.where("FullyQualifiedName != 'Checking'", qb=qb)
    assert len(others) == 14
    for kind in (Term, TaxCode, TaxRate, TaxAgency, PaymentMethod, Vendor):
        assert kind.all(qb=qb)
    assert Preferences.get(qb=qb).SalesFormsPrefs.CustomTxnNumbers is False
    with pytest.raises(ValidationException):
        Customer.where("Foo = '1'", qb=qb)


def test_qbo_library_other_entities(qb: QuickBooks) -> None:
    customer = Customer.all(max_results=1, qb=qb)[0]
    for kind, name in ((Department, "North wing"), (Class, "Trade"), (PaymentMethod, "Barter")):
        entity = kind()
        entity.Name = name
        entity.save(qb=qb)
        assert kind.get(entity.Id, qb=qb).Name == name
    term = Term()
    term.Name = "Net 7"
    term.DueDays = 7
    term.save(qb=qb)
    account = Account()
    account.Name = "Side income"
    account.AccountType = "Income"
    account.save(qb=qb)
    for kind in (CreditMemo, Estimate, SalesReceipt):
        form = kind()
        form.CustomerRef = customer.to_ref()
        form.Line.append(invoice_of(customer, qb).Line[0])
        form.save(qb=qb)
        assert kind.get(form.Id, qb=qb).TotalAmt == 75
    note = Attachable()
    note.Note = "A note"
    note.save(qb=qb)
    assert Attachable.get(note.Id, qb=qb).Note == "A note"
    note.delete(qb=qb)


def test_qbo_library_bill(qb: QuickBooks) -> None:
    row = AccountBasedExpenseLine()
    row.Amount = 200
    row.AccountBasedExpenseLineDetail = AccountBasedExpenseLineDetail()
    expense = Account.where("AccountType = 'Expense'", qb=qb)[0]
    row.AccountBasedExpenseLineDetail.AccountRef = expense.to_ref()
    bill = Bill()
    bill.Line.append(row)
    bill.VendorRef = Vendor.all(max_results=1, qb=qb)[0].to_ref()
    bill.save(qb=qb)
    assert Bill.get(bill.Id, qb=qb).Balance == 200


def test_qbo_library_tax_service(qb: QuickBooks) -> None:
    service = TaxService()
    service.TaxCode = "Library tax"
    detail = TaxRateDetails()
    detail.TaxRateName = "Library rate"
    detail.RateValue = 10
    detail.TaxAgencyId = "1"
    detail.TaxApplicableOn = "Sales"
    service.TaxRateDetails.append(detail)
    made = service.save(qb=qb)
    assert TaxCode.get(made.TaxCodeId, qb=qb).Name == "Library tax"


def test_qbo_library_batch_and_cdc(qb: QuickBooks, vendors: SandboxProcess) -> None:
    since = datetime.fromisoformat(vendors.admin("GET", "health")["now"]) - timedelta(minutes=1)
    customers = []
    for number in range(3):
        customer = Customer()
        customer.DisplayName = f"Batch {number}"
        customers.append(customer)
    duplicate = Customer()
    duplicate.DisplayName = "Hicks Hardware"
    results = batch_create([*customers, duplicate], qb=qb)
    assert (len(results.successes), len(results.faults)) == (3, 1)
    assert results.faults[0].Error[0].code == "6240"
    made = results.successes
    for customer in made:
        customer.Notes = "changed"
    assert len(batch_update(made, qb=qb).successes) == 3
    invoices = [invoice_of(made[0], qb).save(qb=qb) for _ in range(2)]
    assert len(batch_delete(invoices[:1], qb=qb).successes) == 1
    local = qb_datetime_format(since)
    changes = change_data_capture([Invoice, Customer], f"{local}Z", qb=qb)
    assert {c.DisplayName for c in changes.Customer} >= {"Batch 0", "Batch 1", "Batch 2"}
    deleted = [one for one in changes.Invoice if getattr(one, "status", "") == "Deleted"]
    assert [one.Id for one in deleted] == [invoices[0].Id]


def test_qbo_library_errors(qb: QuickBooks, vendors: SandboxProcess) -> None:
    invoice = Invoice.get(3, qb=qb)
    invoice.SyncToken = "99"
    with pytest.raises(QuickbooksException) as stale:
        invoice.save(qb=qb)
    assert stale.value.error_code == 5010
    vendors.faults({"match": {"path": "/v3/"}, "fault": {"kind": "html"}})
    with pytest.raises(QuickbooksException) as page:
        Invoice.get(3, qb=qb)
    assert page.value.error_code == 10000


def test_qbo_library_currencies_and_decimals(auth: AuthClient, vendors: SandboxProcess) -> None:
    client = connected(auth, vendors, GB)
    client.use_decimal = True
    rate = ExchangeRate.where("SourceCurrencyCode = 'USD'", qb=client)[0]
    assert rate.Rate == Decimal("0.79")
    invoice = Invoice.where("DocNumber = '501'", qb=client)[0]
    assert isinstance(invoice.TotalAmt, Decimal)
    invoice.PrivateNote = "decimals go back as text"
    invoice.save(qb=client)
    client.session.close()
    auth.close()


def test_qbo_library_checks_webhook_signatures(qb: QuickBooks) -> None:
    body = '{"eventNotifications":[]}'
    signature = base64.b64encode(
        hmac.new(b"verifier", body.encode(), hashlib.sha256).digest()
    ).decode()
    assert qb.validate_webhook_signature(body, signature, "verifier")
