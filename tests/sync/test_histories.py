"""The laws of the sync over random histories of both sides (style guide; reliability.md A.4, A.5).

Invoices, payments, customers and items come, change, merge and go in two sets of books; people add
and remove things in HubSpot and here; webhooks are lost, doubled and reordered; the worker dies
between any two steps or loses an answer. Whenever it is left alone, everything must agree.
"""

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import initialize, rule, run_state_machine_as_test

from invoices.models import InvoiceAttachment
from sync.services import Tab
from tests.sandbox_process import SandboxProcess
from tests.sync.books import UK, US
from tests.sync.history_machine import REALMS, WHICH, Bookkeeping
from tests.sync.history_world import DEALS, LOSSES

SAVES = st.sampled_from(["create_and_update"] * 3 + ["update_only", "create_only", "do_nothing"])


class Histories(Bookkeeping):
    """With the people here and in HubSpot, the webhooks and the worker."""

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

    # -- people here and in HubSpot

    @rule(realm=REALMS, which=WHICH, deal=st.sampled_from(DEALS))
    def invoice_is_added_to_a_deal(self, realm: str, which: int, deal: str) -> None:
        books = self.world.books(realm)
        raw = self.one(books, "Invoice", which)
        if raw and self.ledger.has(deal):
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
        found = self.objects("contacts")
        if not found:
            return
        chosen = found[which % len(found)]
        if goes:
            assert self.world.remove("contacts", chosen)
            self.ledger.removed.add(("contacts", chosen))
        else:
            self.world.edit("contacts", chosen, jobtitle=self.world.fresh("Engineer"))

    def objects(self, kind: str) -> list[str]:
        """Living ones of HubSpot that the sync made."""
        return sorted(
            each["id"]
            for each in self.world.us._hubspot(kind).values()
            if each["properties"].get("dealbooks_key") and not each["archived"]
        )

    @rule(deal=st.sampled_from(DEALS), goes=st.integers(0, 3))
    def deal_is_renamed_or_deleted(self, deal: str, goes: int) -> None:
        if not self.ledger.has(deal):
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


class WithMerges(Histories):
    """Also with what people merge in HubSpot. Its webhooks may be late, doubled and reordered."""

    @rule(kind=st.sampled_from(["contacts", "companies"]), loser=WHICH, survivor=WHICH)
    def people_merge_in_hubspot(self, kind: str, loser: int, survivor: int) -> None:
        found = self.objects(kind)
        if found:
            self._merge(kind, found[loser % len(found)], found[survivor % len(found)])

    @rule(loser=st.sampled_from(DEALS), survivor=st.sampled_from(DEALS))
    def deals_merge(self, loser: str, survivor: str) -> None:
        if self.ledger.has(loser) and self.ledger.has(survivor):
            self._merge("deals", loser, survivor)

    def _merge(self, kind: str, loser: str, survivor: str) -> None:
        if loser != survivor and self.world.merge(kind, loser, survivor):
            self.ledger.merge(kind, loser, survivor)

    @rule(times=st.integers(1, 2))
    def hubspot_tells_of_merges(self, times: int) -> None:
        self.world.hear_of_merges(times)


def machine_of(sandbox: SandboxProcess, kind: type[Histories]) -> type[Histories]:
    return type("OfThisSandbox", (kind,), {"sandbox": sandbox})


def run(sandbox: SandboxProcess, kind: type[Histories], examples: int, steps: int) -> None:
    machine = machine_of(sandbox, kind)
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
    run(sandbox, Histories, examples=3, steps=20)


@pytest.mark.timeout(300)
def test_f76_e02_what_people_merge_in_hubspot_ends_with_both_sides_agreeing(
    db: None, sandbox: SandboxProcess, unlimited: None
) -> None:
    """One history of merges, so that every run has one."""
    history = machine_of(sandbox, WithMerges)()
    assert isinstance(history, WithMerges)
    try:
        history.somebody_connected_the_books(tabs=True, separate=True)
        for _ in range(2):
            history.customer_comes(US, True, False, 9)
        history.rests()
        first, second, third = DEALS
        history.people_merge_in_hubspot("contacts", 0, 1)
        history.deals_merge(first, third)
        history.invoice_is_paid(US, 0, "20")
        history.worker_polls(US)
        history.hubspot_tells_of_merges(2)
        history.name_changes(US, "Customer", 0, 1234)
        history.people_merge_in_hubspot("companies", 1, 0)
        history.deals_merge(second, third)
        history.worker_polls(UK)
        history.rests()
        assert set(history.ledger.merged) >= {("deals", first), ("deals", second)}
        assert {kind for kind, _ in history.ledger.merged} == {"contacts", "companies", "deals"}
        assert history.world.us.deal(third)["invoice_count"] == "2"
    finally:
        history.teardown()


@pytest.mark.long
@pytest.mark.timeout(4 * 60 * 60)
def test_f49_f50_f51_f58_f59_i1_i2_any_long_history_ends_with_both_sides_agreeing(
    db: None, sandbox: SandboxProcess, unlimited: None
) -> None:
    run(sandbox, WithMerges, examples=settings().max_examples // 10, steps=60)
