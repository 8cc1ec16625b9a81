"""A random history: how it begins and rests, and what bookkeepers do in QuickBooks meanwhile."""

from typing import Any

from django.db import transaction
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule

from invoices.models import Invoice
from sync.services import Tab
from tests.sandbox_process import SandboxProcess
from tests.sync.books import UK, US, Books
from tests.sync.history_checks import Checks
from tests.sync.history_ledger import TABS, Ledger
from tests.sync.history_world import World
from tests.sync.people import income

WHICH = st.integers(0, 30)
REALMS = st.sampled_from([US, US, UK])
AMOUNTS = st.sampled_from(["100.00", "0.01", "33.33", "1250.50"])
ENTITIES = st.sampled_from(["Customer", "Item"])


class Bookkeeping(RuleBasedStateMachine):
    """``sandbox`` is set by the test that runs it."""

    sandbox: SandboxProcess

    def __init__(self) -> None:
        super().__init__()
        self._transaction = transaction.atomic()
        self._transaction._from_testcase = True
        self._transaction.__enter__()
        self.ledger = Ledger()
        try:
            self.world = World(self.sandbox)
        except BaseException:
            self._go_back()
            raise
        self.is_sound = True

    def teardown(self) -> None:
        """Every history ends at rest."""
        try:
            if self.is_sound and self.ledger.made:
                self.rests()
        finally:
            self._go_back()

    def _go_back(self) -> None:
        transaction.set_rollback(True)
        self._transaction.__exit__(None, None, None)

    # -- choosing

    def mine(self, books: Books, kind: str) -> list[dict[str, Any]]:
        """Records of this history as QuickBooks has them now."""
        realm = books.company.realm_id
        rows = self.world.rows(books, kind)
        return [raw for raw in rows if (realm, kind, raw["Id"]) in self.ledger.made]

    def one(self, books: Books, kind: str, which: int) -> dict[str, Any] | None:
        found = self.mine(books, kind)
        return found[which % len(found)] if found else None

    def note(self, books: Books, kind: str, raw: dict[str, Any]) -> None:
        if raw:
            self.ledger.made.add((books.company.realm_id, kind, raw["Id"]))

    def row(self, which: int) -> Invoice | None:
        rows = list(Invoice.objects.for_portal(self.world.us.portal).order_by("qbo_id", "company"))
        return rows[which % len(rows)] if rows else None

    # -- QuickBooks: customers and items

    @rule(realm=REALMS, has_email=st.booleans(), is_person=st.booleans(), twin=WHICH)
    def customer_comes(self, realm: str, has_email: bool, is_person: bool, twin: int) -> None:
        books = self.world.books(realm)
        name = self.world.fresh("Customer")
        body: dict[str, Any] = {"DisplayName": name}
        if books is self.world.uk:
            body["CurrencyRef"] = {"value": "GBP"}
        if is_person:
            body |= {"GivenName": name, "FamilyName": "Byron"}
        if has_email:
            address = f"{name.replace(' ', '').lower()}@looms.example"
            if twin < 3 and (others := self.mine(self.world.us, "Customer")):
                known = others[twin % len(others)].get("PrimaryEmailAddr") or {}
                address = known.get("Address", address)
            body["PrimaryEmailAddr"] = {"Address": address}
        self.note(books, "Customer", self.world.save(books, "Customer", body))

    @rule(realm=REALMS)
    def item_comes(self, realm: str) -> None:
        books = self.world.books(realm)
        name = self.world.fresh("Item")
        account = {"value": income(books)}
        body = {"Name": name, "Type": "Service", "UnitPrice": "10.00", "IncomeAccountRef": account}
        self.note(books, "Item", self.world.save(books, "Item", {**body, "Sku": name}))

    @rule(realm=REALMS, kind=ENTITIES, which=WHICH, number=st.integers(1000, 9999))
    def name_changes(self, realm: str, kind: str, which: int, number: int) -> None:
        books = self.world.books(realm)
        if raw := self.one(books, kind, which):
            phone = {"PrimaryPhone": {"FreeFormNumber": f"+1 650-555-{number}"}}
            facts = phone if kind == "Customer" else {"UnitPrice": f"{number}.00"}
            self.world.change(books, kind, raw, **facts)

    @rule(realm=REALMS, kind=ENTITIES, which=WHICH)
    def name_goes_or_comes_back(self, realm: str, kind: str, which: int) -> None:
        books = self.world.books(realm)
        if raw := self.one(books, kind, which):
            if raw.get("Active", True):
                self.ledger.went.add((realm, kind, raw["Id"]))
            self.world.change(books, kind, raw, Active=not raw.get("Active", True))

    @rule(realm=REALMS, loser=WHICH, survivor=WHICH)
    def customers_merge(self, realm: str, loser: int, survivor: int) -> None:
        books = self.world.books(realm)
        living = [each for each in self.mine(books, "Customer") if each.get("Active", True)]
        if len(living) < 2:
            return
        one, other = living[loser % len(living)], living[survivor % len(living)]
        if one["Id"] != other["Id"]:
            self.world.do(books, "merge", kind="Customer", loser=one["Id"], survivor=other["Id"])
            self.ledger.unsure.add((realm, "Customer", one["Id"]))

    # -- QuickBooks: invoices and payments

    @rule(realm=REALMS, which=WHICH, amount=AMOUNTS, due=st.integers(-2, 5))
    def invoice_comes(self, realm: str, which: int, amount: str, due: int) -> None:
        books = self.world.books(realm)
        customer = self.one(books, "Customer", which)
        if customer and customer.get("Active", True):
            raw = self.world.invoice(books, customer["Id"], amount, due)
            self.note(books, "Invoice", raw)

    @rule(realm=REALMS, which=WHICH, amount=AMOUNTS, due=st.integers(-2, 5))
    def invoice_is_edited(self, realm: str, which: int, amount: str, due: int) -> None:
        books = self.world.books(realm)
        if raw := self.one(books, "Invoice", which):
            facts = {"amount": amount, "due_date": books.day(due)}
            self.world.do(books, "edit", invoice_id=raw["Id"], **facts)

    @rule(realm=REALMS, which=WHICH, share=st.sampled_from(["", "0.01", "20", "5000"]))
    def invoice_is_paid(self, realm: str, which: int, share: str) -> None:
        books = self.world.books(realm)
        if raw := self.one(books, "Invoice", which):
            self.world.do(books, "pay", invoice_id=raw["Id"], amount=share)

    @rule(realm=REALMS, which=WHICH, how=st.sampled_from(["void", "delete", "unlink", "lower"]))
    def payment_is_taken_back(self, realm: str, which: int, how: str) -> None:
        books = self.world.books(realm)
        settled = {raw["Id"] for raw in self.mine(books, "Invoice")}
        payments = [raw for raw in self.world.rows(books, "Payment") if _links(raw) & settled]
        if not payments:
            return
        raw = payments[which % len(payments)]
        if how in ("void", "delete"):
            self.world.do(books, f"{how}_payment", payment_id=raw["Id"])
            return
        lines = [
            {"Amount": "0.01", "LinkedTxn": line["LinkedTxn"]}
            for line in raw.get("Line", [])
            if how == "lower"
        ]
        whole = {name: raw[name] for name in ("Id", "SyncToken", "CustomerRef", "TotalAmt")}
        if "CurrencyRef" in raw:
            whole["CurrencyRef"] = raw["CurrencyRef"]
        self.world.save(books, "Payment", {**whole, "Line": lines})

    @rule(realm=REALMS, which=WHICH, amount=AMOUNTS)
    def credit_is_used(self, realm: str, which: int, amount: str) -> None:
        books = self.world.books(realm)
        raw = self.one(books, "Invoice", which)
        if not raw or not float(raw["Balance"]):
            return
        line = {
            "DetailType": "SalesItemLineDetail",
            "Amount": amount,
            "SalesItemLineDetail": {"ItemRef": {"value": "1"}},
        }
        facts = {"CustomerRef": raw["CustomerRef"]}
        if books is self.world.uk:
            facts |= {"CurrencyRef": raw["CurrencyRef"]}
        whole = {**facts, "Line": [line]}
        if books is self.world.uk:
            whole["GlobalTaxCalculation"] = "NotApplicable"
        memo = self.world.save(books, "CreditMemo", whole)
        if not memo:
            return
        used = f"{min(float(amount), float(raw['Balance'])):.2f}"
        ends = ((raw["Id"], "Invoice"), (memo["Id"], "CreditMemo"))
        lines = [
            {"Amount": used, "LinkedTxn": [{"TxnId": id, "TxnType": kind}]} for id, kind in ends
        ]
        self.world.save(books, "Payment", {**facts, "TotalAmt": "0", "Line": lines})

    @rule(realm=REALMS, which=WHICH, how=st.sampled_from(["send", "void", "delete"]))
    def invoice_is_sent_voided_or_deleted(self, realm: str, which: int, how: str) -> None:
        books = self.world.books(realm)
        if raw := self.one(books, "Invoice", which):
            more: dict[str, Any] = {"unlink": True} if how == "delete" else {}
            if how == "send":
                more = {"address": "ada@looms.example"}
            self.world.do(books, how, invoice_id=raw["Id"], **more)

    # -- settings and rests

    def _set_tab(self, realm: str, kind: str, tab: Tab) -> None:
        self.world.tab(self.world.books(realm), TABS[kind], tab)
        self.ledger.tabs[realm, kind] = tab
        self.ledger.unsure |= {key for key in self.ledger.made if key[:2] == (realm, kind)}

    @precondition(lambda self: self.ledger.made)
    @rule()
    def rests(self) -> None:
        self.is_sound = False
        self.world.settle()
        Checks(self.world, self.ledger).all()
        self.is_sound = True


def _links(payment: dict[str, Any]) -> set[str]:
    """QuickBooks ids of what the payment settles."""
    lines = payment.get("Line", [])
    return {str(link["TxnId"]) for line in lines for link in line.get("LinkedTxn", [])}
