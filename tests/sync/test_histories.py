"""The laws of the sync over random histories of both sides (style guide; reliability.md A.4, A.5).

Invoices, payments, customers and items come, change, merge and go in two sets of books; people add
and remove things in HubSpot and here; webhooks are lost, doubled and reordered; the worker dies
between any two steps or loses an answer. Whenever it is left alone, everything must agree.
"""

from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    precondition,
    rule,
    run_state_machine_as_test,
)

from invoices.models import Invoice, InvoiceAttachment
from sync.services import Tab
from tests.sandbox_process import SandboxProcess
from tests.sync.books import UK, US, Books
from tests.sync.history_checks import TABS, Checks, Ledger
from tests.sync.history_world import DEALS, LOSSES, World
from tests.sync.people import income

WHICH = st.integers(0, 30)
REALMS = st.sampled_from([US, US, UK])
AMOUNTS = st.sampled_from(["100.00", "0.01", "33.33", "1250.50"])
ENTITIES = st.sampled_from(["Customer", "Item"])
SAVES = st.sampled_from(["create_and_update"] * 3 + ["update_only", "create_only", "do_nothing"])


class Histories(RuleBasedStateMachine):
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

    @initialize(tabs=st.booleans(), separate=st.booleans())
    def somebody_connected_the_books(self, tabs: bool, separate: bool) -> None:
        """A customer with an invoice on a deal in each company; the tabs as people leave them."""
        if separate:
            self.world.uk.configure(currency_policy="separate")
        for realm, deal in ((US, DEALS[0]), (UK, DEALS[0]), (US, DEALS[1])):
            if tabs:
                self._set_tab(realm, "Customer", Tab(True, "create_and_update", "archive"))
            self.customer_comes(realm, True, True, 9)
            self.invoice_comes(realm, 0, "100.00", 1)
            self.invoice_is_added_to_a_deal(realm, 0, deal)

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

    # -- people here and in HubSpot

    @rule(realm=REALMS, which=WHICH, deal=st.sampled_from(DEALS))
    def invoice_is_added_to_a_deal(self, realm: str, which: int, deal: str) -> None:
        books = self.world.books(realm)
        raw = self.one(books, "Invoice", which)
        if raw and deal not in self.ledger.dead_deals:
            self.world.add(books, raw["Id"], deal)

    @rule(which=WHICH)
    def invoice_is_taken_off(self, which: int) -> None:
        if row := self.row(which):
            ties = InvoiceAttachment.objects.for_portal(row.portal_id)
            if tie := ties.filter(invoice=row, detached_at=None).first():
                self.world.take_off(row, tie.hubspot_id)

    @rule(which=WHICH)
    def invoice_object_is_deleted_in_hubspot(self, which: int) -> None:
        row = self.row(which)
        if row and row.hubspot_id and self.world.remove("invoices", row.hubspot_id):
            self.ledger.removed.add(("invoices", row.hubspot_id))

    @rule(which=WHICH, goes=st.booleans())
    def contact_is_edited_or_deleted_in_hubspot(self, which: int, goes: bool) -> None:
        found = sorted(
            each["id"]
            for each in self.world.us._hubspot("contacts").values()
            if each["properties"].get("dealbooks_key") and not each["archived"]
        )
        if not found:
            return
        chosen = found[which % len(found)]
        if goes:
            assert self.world.remove("contacts", chosen)
            self.ledger.removed.add(("contacts", chosen))
        else:
            self.world.edit("contacts", chosen, jobtitle=self.world.fresh("Engineer"))

    @rule(deal=st.sampled_from(DEALS), goes=st.integers(0, 3))
    def deal_is_renamed_or_deleted(self, deal: str, goes: int) -> None:
        if deal in self.ledger.dead_deals:
            return
        if goes == 0:
            assert self.world.remove("deals", deal)
            self.ledger.dead_deals.add(deal)
        else:
            self.world.edit("deals", deal, dealname=self.world.fresh("Deal"))

    # -- settings, at rest

    @rule(
        realm=REALMS,
        kind=st.sampled_from(["Invoice", "Customer", "Customer", "Item"]),
        enabled=st.sampled_from([True, True, False]),
        save=SAVES,
        delete=st.sampled_from(["keep", "mark", "archive"]),
        without_email=st.booleans(),
    )
    def tab_is_set(
        self, realm: str, kind: str, enabled: bool, save: str, delete: str, without_email: bool
    ) -> None:
        self.rests()
        delete = "mark" if kind == "Invoice" and delete == "archive" else delete
        tab = Tab(enabled, save, delete, without_email and kind == "Customer")
        self._set_tab(realm, kind, tab)

    def _set_tab(self, realm: str, kind: str, tab: Tab) -> None:
        self.world.tab(self.world.books(realm), TABS[kind], tab)
        self.ledger.tabs[realm, kind] = tab
        self.ledger.unsure |= {key for key in self.ledger.made if key[:2] == (realm, kind)}

    # -- the way news travels

    @rule(chosen=st.lists(WHICH, max_size=6), is_classic=st.booleans())
    def webhooks_come(self, chosen: list[int], is_classic: bool) -> None:
        self.world.deliver(chosen, is_classic=is_classic)
        self.world.work()

    @rule(realm=REALMS)
    def worker_polls(self, realm: str) -> None:
        assert self.world.turn(self.world.books(realm))

    @rule(realm=REALMS, which=WHICH, at=st.integers(1, 12))
    def worker_dies_on_the_way(self, realm: str, which: int, at: int) -> None:
        """With some news, so that there is a way."""
        self.invoice_is_paid(realm, which, "0.01")
        with self.world.dying(at):
            if self.world.turn(self.world.books(realm)):
                self.world.work()

    @rule(
        realm=REALMS,
        which=WHICH,
        vendor=st.sampled_from(["hubspot", "hubspot", "quickbooks"]),
        nth=st.integers(1, 6),
        kind=st.sampled_from(LOSSES),
    )
    def an_answer_is_lost(self, realm: str, which: int, vendor: str, nth: int, kind: str) -> None:
        self.invoice_is_paid(realm, which, "0.01")
        with self.world.losing(vendor, nth, kind):
            if self.world.turn(self.world.books(realm)):
                self.world.work()

    @rule()
    def worker_works(self) -> None:
        self.world.work()

    @rule(minutes=st.sampled_from([1, 7, 60]))
    def time_passes(self, minutes: int) -> None:
        self.world.us.turn(seconds=60 * minutes)

    @rule(days=st.sampled_from([1, 2, 4, 35]))
    def days_pass(self, days: int) -> None:
        self.world.us.turn(days=days)

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


def run(sandbox: SandboxProcess, examples: int, steps: int) -> None:
    machine = type("OfThisSandbox", (Histories,), {"sandbox": sandbox})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            derandomize=examples < 20,
            phases=[Phase.reuse, Phase.generate],
            report_multiple_bugs=False,
        ),
    )


@pytest.mark.timeout(300)
def test_f49_f50_f51_f58_f59_i1_i2_any_short_history_ends_with_both_sides_agreeing(
    db: None, sandbox: SandboxProcess, unlimited: None
) -> None:
    run(sandbox, examples=3, steps=20)


@pytest.mark.long
@pytest.mark.timeout(4 * 60 * 60)
def test_f49_f50_f51_f58_f59_i1_i2_any_long_history_ends_with_both_sides_agreeing(
    db: None, sandbox: SandboxProcess, unlimited: None
) -> None:
    run(sandbox, examples=settings().max_examples // 10, steps=60)
