"""Invoices made in QuickBooks that find their deal (B-23, D-32)."""

from typing import Any

import pytest
from django.test import Client

from integration import company_settings, jobs
from integration.clock import now
from integration.models import Membership
from integration.models.company_settings import AutomaticAttachment
from integration.models.people import Role
from integration.models.portals import DealScope
from invoices import suggestions
from invoices.models import AttachmentSuggestion, DealRef, Invoice, InvoiceAttachment
from invoices.models.suggestions import SuggestionState
from invoices.references import reference
from tests import tenants
from tests.invoices.desk import DEAL, Desk
from tests.invoices.pages import BACKEND, Visitor
from tests.sync.books import OTHER_DEAL

pytestmark = pytest.mark.django_db(transaction=True)
AMYS_COMPANY, COOL_CARS = "20200100001", "20200100002"
DEAL_AMOUNT = "5427.60"
OFF, SUGGEST, ATTACH = AutomaticAttachment


def choose(desk: Desk, setting: AutomaticAttachment) -> None:
    version = company_settings.of_company(desk.company).version
    values = {"automatic_attachment": setting}
    company_settings.change(desk.actor, desk.company, values, version=version, now=now())


@pytest.fixture
def linked(desk: Desk) -> Desk:
    """Amy's is the customer of the first deal's company."""
    desk.books.link_customer("1", "companies", AMYS_COMPANY)
    return desk


def make(desk: Desk, text: str = "", field: str = "1", **facts: Any) -> dict[str, Any]:
    """As a bookkeeper makes one, with something in a custom field."""
    fields = [{"DefinitionId": field, "Type": "StringType", "StringValue": text}]
    more = {"CustomField": fields} if text else {}
    return desk.books.make(facts.pop("amount", "50.00"), **more, **facts)


def follow(desk: Desk) -> None:
    """One sync and everything that is owed after it."""
    desk.books.sync()
    work(desk)


def work(desk: Desk) -> None:
    for kind in ("invoices.suggest", "deal.refresh"):
        for job in desk.books.owed(kind):
            assert jobs.run_one(job.pk, now())
        assert desk.books.owed(kind) == []


def rows(desk: Desk, *states: SuggestionState) -> list[AttachmentSuggestion]:
    found = AttachmentSuggestion.objects.for_portal(desk.books.portal).exclude(deal_id="")
    chosen = found.filter(state__in=states) if states else found
    return list(chosen.order_by("qbo_id", "deal_id"))


def attached(desk: Desk) -> set[tuple[str, str]]:
    found = InvoiceAttachment.objects.for_portal(desk.books.portal).filter(detached_at=None)
    return set(found.values_list("invoice__qbo_id", "hubspot_id"))


def test_d32_off_nothing_is_noticed(linked: Desk) -> None:
    make(linked, reference(DEAL))
    follow(linked)
    assert not AttachmentSuggestion.objects.for_portal(linked.books.portal).exists()
    assert attached(linked) == set()


def test_d32_proven_it_attaches_alone(linked: Desk) -> None:
    choose(linked, ATTACH)
    raw = make(linked, f"PO 7, {reference(DEAL)}")
    follow(linked)
    assert attached(linked) == {(raw["Id"], DEAL)}
    assert linked.books.deal()["invoice_number"] == raw["DocNumber"]
    [row] = rows(linked)
    assert (row.state, row.is_automatic, row.obstacles) == ("accepted", True, [])


def test_d32_set_to_suggest_even_proof_waits_for_a_person(linked: Desk) -> None:
    choose(linked, SUGGEST)
    make(linked, reference(DEAL))
    follow(linked)
    assert attached(linked) == set()
    [row] = rows(linked, SuggestionState.OPEN)
    assert (row.deal_id, row.obstacles) == (DEAL, ["attach.only_suggesting"])


@pytest.mark.parametrize(
    ("text", "field", "customer", "missing"),
    [
        (reference(DEAL), "2", "1", "attach.reference_elsewhere"),
        (reference(DEAL), "1", "3", "attach.customer_not_linked"),
    ],
)
def test_d32_less_than_proof_waits_with_what_is_missing(
    linked: Desk, text: str, field: str, customer: str, missing: str
) -> None:
    choose(linked, ATTACH)
    make(linked, text, field, customer=customer)
    follow(linked)
    found = rows(linked, SuggestionState.OPEN)
    assert attached(linked) == set()
    assert [(each.deal_id, each.obstacles) for each in found] == [(DEAL, [missing])]


@pytest.mark.parametrize("in_note", [True, False])
def test_d32_two_references_name_no_deal_for_sure(linked: Desk, in_note: bool) -> None:
    choose(linked, ATTACH)
    if in_note:
        make(linked, reference(DEAL), PrivateNote=f"was for {reference(OTHER_DEAL)}")
    else:
        make(linked, f"{reference(DEAL)} {reference(OTHER_DEAL)}")
    follow(linked)
    assert attached(linked) == set()
    assert {row.deal_id for row in rows(linked, SuggestionState.OPEN)} == {DEAL, OTHER_DEAL}
    assert all("attach.another_deal" in row.obstacles for row in rows(linked))


def test_d32_a_wrong_check_letter_is_no_reference(linked: Desk) -> None:
    choose(linked, ATTACH)
    wrong = reference(DEAL)[:-1] + "A"
    make(linked, wrong, amount="17.00")
    follow(linked)
    assert rows(linked) == []


def test_d32_customer_amount_and_date_only_suggest(linked: Desk) -> None:
    choose(linked, ATTACH)
    make(linked, amount=DEAL_AMOUNT, detail={"TaxCodeRef": {"value": "NON"}})
    make(linked, amount="5427.61", detail={"TaxCodeRef": {"value": "NON"}})
    make(linked, amount=DEAL_AMOUNT, customer="3", detail={"TaxCodeRef": {"value": "NON"}})
    follow(linked)
    assert attached(linked) == set()
    [row] = rows(linked, SuggestionState.OPEN)
    assert (row.deal_id, row.reason, row.obstacles) == (DEAL, "likeness", ["attach.only_alike"])
    assert str(row.total) == "5427.6000"


def test_b23_what_stands_unchanged_is_judged_once(linked: Desk) -> None:
    choose(linked, SUGGEST)
    make(linked, reference(DEAL))
    make(linked, amount="3.00")
    follow(linked)
    linked.books.sync()
    assert linked.books.owed("invoices.suggest") == []


def test_b23_a_reference_typed_later_is_found(linked: Desk) -> None:
    choose(linked, ATTACH)
    raw = make(linked, amount="3.00")
    follow(linked)
    assert attached(linked) == set()
    fields = [{"DefinitionId": "1", "Type": "StringType", "StringValue": reference(DEAL)}]
    linked.books.do("save", kind="Invoice", body={**raw, "CustomField": fields})
    follow(linked)
    assert attached(linked) == {(raw["Id"], DEAL)}


def test_b23_a_suggestion_that_no_longer_holds_goes(linked: Desk) -> None:
    choose(linked, SUGGEST)
    raw = make(linked, reference(DEAL))
    follow(linked)
    fields = [{"DefinitionId": "1", "Type": "StringType", "StringValue": "none"}]
    linked.books.do("save", kind="Invoice", body={**raw, "CustomField": fields})
    follow(linked)
    assert rows(linked) == []


def test_b23_trouble_with_judging_never_stops_the_sync(linked: Desk) -> None:
    choose(linked, ATTACH)
    make(linked, reference(DEAL))
    run = linked.books.sync()
    assert run.state == "done", "judging is work of its own"
    linked.sandbox.faults({"match": {"vendor": "hubspot"}, "fault": {"kind": "status",
                                                                     "status": 503}})  # fmt: skip
    [job] = linked.books.owed("invoices.suggest")
    jobs.run_one(job.pk, now())
    linked.sandbox.faults()
    [job] = linked.books.owed("invoices.suggest")
    assert job.last_error
    jobs.run_one(job.pk, now())
    assert len(attached(linked)) == 1


def test_b23_undo_restores_the_old_properties_and_is_final(linked: Desk) -> None:
    first = linked.books.make("11.00")
    linked.books.add(first)
    before = linked.books.deal()
    choose(linked, ATTACH)
    raw = make(linked, reference(DEAL))
    follow(linked)
    assert linked.books.deal()["invoice_count"] == "2"
    [row] = rows(linked, SuggestionState.ACCEPTED)
    assert suggestions.undo(linked.actor, row, now())
    work(linked)
    assert linked.books.deal() == before
    assert (raw["Id"], DEAL) not in attached(linked)
    assert not suggestions.undo(linked.actor, row, now())
    body = {**Invoice.objects.for_portal(linked.books.portal).get(qbo_id=raw["Id"]).raw}
    linked.books.do("save", kind="Invoice", body={**body, "PrivateNote": "changed"})
    follow(linked)
    assert (raw["Id"], DEAL) not in attached(linked)
    assert rows(linked, SuggestionState.OPEN) == []


def test_b23_accepting_several_adds_them(linked: Desk) -> None:
    choose(linked, SUGGEST)
    raws = [make(linked, reference(DEAL)), make(linked, reference(OTHER_DEAL))]
    follow(linked)
    done = suggestions.accept(linked.actor, suggestions.waiting(linked.actor), now())
    work(linked)
    assert (done.added, done.gone) == (2, 0)
    assert attached(linked) == {(raws[0]["Id"], DEAL), (raws[1]["Id"], OTHER_DEAL)}
    assert linked.books.deal()["invoice_number"] == raws[0]["DocNumber"]
    assert not suggestions.waiting(linked.actor).exists()


def test_b23_dismissed_it_is_not_suggested_again(linked: Desk) -> None:
    choose(linked, SUGGEST)
    raw = make(linked, reference(DEAL))
    follow(linked)
    assert suggestions.dismiss(linked.actor, suggestions.waiting(linked.actor), now()) == 1
    linked.books.do("save", kind="Invoice", body={**raw, "PrivateNote": "changed"})
    follow(linked)
    assert not suggestions.waiting(linked.actor).exists()


def test_b23_an_invoice_that_was_deleted_meanwhile_is_dropped(linked: Desk) -> None:
    choose(linked, SUGGEST)
    raw = make(linked, reference(DEAL))
    follow(linked)
    linked.books.do("delete", invoice_id=raw["Id"])
    done = suggestions.accept(linked.actor, suggestions.waiting(linked.actor), now())
    assert (done.added, done.gone) == (0, 1)
    assert rows(linked) == []


def test_b23_of_a_hundred_the_proven_attach_and_the_rest_waits(linked: Desk) -> None:
    choose(linked, ATTACH)
    proven = {make(linked, reference(DEAL), amount=f"{number}.00")["Id"] for number in range(1, 41)}
    doubtful = {
        make(linked, reference(DEAL), customer="3", amount=f"{number}.00")["Id"]
        for number in range(1, 31)
    }
    for number in range(1, 31):
        make(linked, amount=f"{number}.00", customer="4")
    linked.books.forget()
    follow(linked)
    assert {invoice for invoice, _deal in attached(linked)} == proven
    assert {row.qbo_id for row in rows(linked, SuggestionState.OPEN)} == doubtful
    assert linked.books.deal()["invoice_count"] == "40"
    # One CDC, and one query for all that attach.
    assert len(linked.books.calls("quickbooks")) == 2


def test_b23_older_invoices_are_looked_through_when_asked(linked: Desk) -> None:
    raw = make(linked, reference(DEAL), TxnDate=linked.books.day(-30))
    linked.books.turn(seconds=1200)
    follow(linked)
    choose(linked, ATTACH)
    follow(linked)
    assert attached(linked) == set()
    suggestions.look_back(linked.actor, linked.company, now())
    work(linked)
    assert attached(linked) == {(raw["Id"], DEAL)}


def test_d32_a_created_invoice_carries_both_references(desk: Desk) -> None:
    operation = desk.submit(desk.draft())
    [made] = desk.ours(operation)
    [text] = [field["StringValue"] for field in made["CustomField"] if field.get("StringValue")]
    assert text == f"Ref {operation.number} {reference(DEAL)}"
    choose(desk, ATTACH)
    follow(desk)
    assert rows(desk) == []


# ------------------------------------------------------------------------------------------- pages
@pytest.fixture
def visitor(desk: Desk) -> Visitor:
    return seated(desk.member)


def seated(member: Membership) -> Visitor:
    client = Client()
    client.force_login(member.person, backend=BACKEND)
    return Visitor(client)


def queue(desk: Desk) -> str:
    return f"/p/{desk.books.portal.pk}/invoices/suggestions/"


def test_b23_the_queue_adds_dismisses_and_undoes(linked: Desk, visitor: Visitor) -> None:
    visitor.see(queue(linked))
    assert "does not look for matches yet" in visitor.text
    choose(linked, ATTACH)
    one = make(linked, reference(DEAL), customer="3", amount="21.00")
    other = make(linked, reference(DEAL), customer="3", amount="22.00")
    alone = make(linked, reference(DEAL), amount="23.00")
    follow(linked)
    visitor.see(queue(linked))
    for shown in (one["DocNumber"], other["DocNumber"], alone["DocNumber"], "Aviary visitor",
                  "not linked", "21.00"):  # fmt: skip
        assert shown in visitor.text
    first, second = rows(linked, SuggestionState.OPEN)
    visitor.post(queue(linked), go="add", chosen=str(first.pk))
    assert "1 invoice added." in visitor.text
    visitor.post(queue(linked), go=f"dismiss:{second.pk}")
    assert "1 suggestion dismissed." in visitor.text
    visitor.post(queue(linked), go="add")
    assert "Nothing was ticked" in visitor.text
    [automatic] = [row for row in rows(linked) if row.is_automatic]
    undo = f"{queue(linked)}{automatic.pk}/undo/"
    visitor.see(undo)
    assert "Take invoice" in visitor.text
    visitor.post(undo)
    assert (alone["Id"], DEAL) not in attached(linked)
    assert visitor.see(undo).status_code == 404


def test_b23_the_deals_own_page_shows_what_is_suggested(linked: Desk, visitor: Visitor) -> None:
    choose(linked, SUGGEST)
    raw = make(linked, reference(DEAL))
    follow(linked)
    deal = f"/p/{linked.books.portal.pk}/deals/{DEAL}/"
    visitor.see(deal)
    for shown in ("Suggested for this deal", raw["DocNumber"], reference(DEAL)):
        assert shown in visitor.text
    [row] = rows(linked, SuggestionState.OPEN)
    visitor.post(f"{deal}suggestions/", go=f"add:{row.pk}")
    assert attached(linked) == {(raw["Id"], DEAL)}
    visitor.see(deal)
    assert "Suggested for this deal" not in visitor.text


def test_d05_a_rep_sees_and_decides_only_about_own_deals(linked: Desk) -> None:
    choose(linked, SUGGEST)
    make(linked, reference(DEAL))
    make(linked, reference(OTHER_DEAL))
    follow(linked)
    portal = linked.books.portal
    portal.deal_scope = DealScope.OWN
    portal.save(update_fields=["deal_scope"])
    for deal, owner in ((DEAL, "71000002"), (OTHER_DEAL, "71000003")):
        tenant_deal(linked, deal, owner)
    rep = seated(tenants.member(portal, Role.SALES_REP, hubspot_owner_id="71000002"))
    rep.see(queue(linked))
    assert "Aviary visitor" in rep.text
    assert "Showroom lighting" not in rep.text
    [_mine, other] = sorted(rows(linked), key=lambda row: row.deal_id)
    rep.post(queue(linked), go=f"add:{other.pk}")
    assert attached(linked) == set()


def tenant_deal(desk: Desk, deal: str, owner: str) -> None:
    DealRef.objects.create(
        portal=desk.books.portal, hubspot_id=deal, name=f"Deal {deal}", owner_id=owner,
        fetched_at=now(),
    )  # fmt: skip


def test_c13_reading_is_not_enough(linked: Desk) -> None:
    reader = seated(tenants.member(linked.books.portal, Role.READ_ONLY))
    assert reader.see(queue(linked)).status_code == 403
