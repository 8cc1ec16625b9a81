"""The wizard on our own deal page, without JavaScript (S-24 to S-48)."""

import re
from dataclasses import replace

import pytest
from django.test import Client

from integration.access.pages import record_url
from integration.clock import now
from integration.models import AuditEvent
from integration.models.people import Role
from invoices import drafts
from invoices.draft import DraftContent
from invoices.models import Draft, Invoice
from tests import tenants
from tests.invoices.desk import DEAL, Desk
from tests.invoices.pages import BACKEND, Visitor


@pytest.fixture
def rep(desk: Desk) -> Visitor:
    """An owner, signed in."""
    client = Client()
    client.force_login(desk.member.person, backend=BACKEND)
    return Visitor(client)


def deal_url(desk: Desk, deal: str = DEAL) -> str:
    return f"/p/{desk.books.portal.pk}/deals/{deal}/"


def begin(desk: Desk, rep: Visitor) -> None:
    """The deal has a quote: these invoices start from scratch."""
    rep.see(deal_url(desk))
    rep.post(f"{deal_url(desk)}invoice/")
    rep.press(source="scratch")


def choose_customer(desk: Desk, rep: Visitor) -> None:
    rep.press(choice="search", customer_id=desk.customer().id)


def add_product(desk: Desk, rep: Visitor, **typed: str) -> str:
    """The new line's key."""
    rep.press("add", add_item=desk.item().id)
    keys = re.findall(r"line-([0-9a-f]+)-quantity\"", rep.page.content.decode())
    if typed:
        rep.press("save", **{f"line-{keys[0]}-{name}": text for name, text in typed.items()})
    return str(keys[0])


def test_s24_s48_a_rep_makes_an_invoice_from_the_deal(desk: Desk, rep: Visitor) -> None:
    begin(desk, rep)
    assert rep.path.endswith("/customer/"), rep.text
    choose_customer(desk, rep)
    assert rep.path.endswith("/lines/")
    add_product(desk, rep, quantity="3")
    rep.press()
    assert rep.path.endswith("/details/")
    rep.press(message="Thank you!", bill_email="pay@example.org")
    assert rep.path.endswith("/review/")
    assert desk.customer().display_name in rep.text
    assert "Thank you!" in rep.text
    rep.press("create")
    invoice = Invoice.objects.for_portal(desk.books.portal).get()
    assert rep.path.endswith(f"/invoices/{invoice.pk}/")
    assert f"Invoice {invoice} was created" in rep.text
    assert "ready to be sent from QuickBooks" in rep.text
    assert invoice.bill_email == "pay@example.org"
    rep.see(deal_url(desk))
    assert "Integration invoices" in rep.text
    assert "Awaiting sending" in rep.text


def test_m09_opening_the_wizard_makes_three_calls_and_steps_none(desk: Desk, rep: Visitor) -> None:
    desk.books.forget()
    rep.post(f"{deal_url(desk)}invoice/")
    assert len(desk.books.calls()) <= 3, desk.books.calls()
    desk.books.forget()
    rep.press(source="scratch")
    choose_customer(desk, rep)
    add_product(desk, rep)
    rep.press()
    rep.press()
    assert rep.path.endswith("/review/")
    assert desk.books.calls() == []


def test_s45_back_and_reload_lose_nothing(desk: Desk, rep: Visitor) -> None:
    begin(desk, rep)
    choose_customer(desk, rep)
    key = add_product(desk, rep)
    rep.press("back", **{f"line-{key}-quantity": "7"})
    assert rep.path.endswith("/customer/"), rep.text
    rep.press("next")
    assert rep.fields()[f"line-{key}-quantity"] == "7"
    rep.see(rep.path)
    assert rep.fields()[f"line-{key}-quantity"] == "7"
    draft = Draft.objects.for_portal(desk.books.portal).get()
    rep.post(f"{deal_url(desk)}invoice/")
    assert rep.path.endswith("/lines/")
    assert Draft.objects.for_portal(desk.books.portal).count() == 1
    assert str(draft.pk) in rep.path


def test_b05_review_lists_every_blocker_with_a_way_to_mend_it(desk: Desk, rep: Visitor) -> None:
    begin(desk, rep)
    step = rep.path
    rep.see(step.replace("/customer/", "/review/"))
    assert "No customer is chosen." in rep.text
    assert "The invoice has no products yet." in rep.text
    desk.books.forget()
    rep.press("create")
    assert rep.page.status_code == 422
    assert desk.books.calls() == []


def test_s44_review_shows_numbers_as_the_reader_writes_them(desk: Desk, rep: Visitor) -> None:
    draft = desk.draft()

    def dear(content: DraftContent) -> DraftContent:
        line = replace(content.lines[0], quantity="1200", unit_price="2150.00")
        return replace(content, lines=(line,))

    drafts.save(desk.actor, draft, dear, version=draft.version, step="review", now=now())
    rep.see(record_url(desk.actor, "wizard-step", DEAL, draft_id=draft.pk, step="review"))
    assert "1,200 × 2,150.00" in rep.text
    assert "2,580,000.00" in rep.text
    assert "2150.00" not in rep.text


def test_s31_a_new_customer_is_created_with_the_invoice(desk: Desk, rep: Visitor) -> None:
    begin(desk, rep)
    name = "Zoë 🎉 “Quotes” & O'Brien"
    rep.press(choice="new", new_display_name=name, new_email="zoe@example.org",
              new_region="CA", new_postcode="94000")  # fmt: skip
    add_product(desk, rep)
    rep.press()
    rep.press()
    assert "New in QuickBooks" in rep.text
    rep.press("create")
    (made,) = desk.customers_named(name)
    assert made["PrimaryEmailAddr"] == {"Address": "zoe@example.org"}
    invoice = Invoice.objects.for_portal(desk.books.portal).get()
    assert invoice.customer_id == made["Id"]


def test_s33_the_picker_finds_products_by_name_and_sku(desk: Desk, rep: Visitor) -> None:
    begin(desk, rep)
    item = desk.item()
    base = rep.path.rsplit("customer/", 1)[0]
    rep.see(f"{base}products/?q={item.name[:4]}")
    assert item.name in rep.text
    if item.sku:
        rep.see(f"{base}products/?q={item.sku.lower()}")
        assert item.name in rep.text


def test_d05_the_customer_picker_wants_two_letters_and_masks_addresses(
    desk: Desk, rep: Visitor
) -> None:
    begin(desk, rep)
    customer = desk.customer()
    base = rep.path.rsplit("customer/", 1)[0]
    rep.see(f"{base}customers/?q={customer.display_name[:1]}")
    assert customer.display_name not in rep.text
    rep.see(f"{base}customers/?q={customer.display_name[:5]}")
    assert customer.display_name in rep.text
    assert customer.emails[0] not in rep.text


def test_s40_s42_the_due_date_follows_the_terms_until_it_is_chosen(
    desk: Desk, rep: Visitor
) -> None:
    begin(desk, rep)
    details = rep.path.replace("/customer/", "/details/")
    rep.see(details)
    terms = {term.name: term.id for term in desk.reference.terms()}
    rep.press("save", terms_id=terms["Net 15"], txn_date="2026-11-01")
    assert rep.fields()["due_date"] == "2026-11-16"
    rep.press("save", due_date="2026-12-24")
    rep.press("save", terms_id=terms["Net 30"])
    assert rep.fields()["due_date"] == "2026-12-24"


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"quantity": "0"}, "Enter a quantity above zero"),
        ({"quantity": "-2"}, "Enter a quantity above zero"),
        ({"unit_price": "12.345"}, "Round the price"),
        ({"unit_price": "twelve"}, "is not a number"),
    ],
)
def test_bad_input_of_a_line_is_explained_and_kept(
    desk: Desk, rep: Visitor, typed: dict[str, str], sentence: str
) -> None:
    begin(desk, rep)
    choose_customer(desk, rep)
    key = add_product(desk, rep)
    rep.press("next", **{f"line-{key}-{name}": text for name, text in typed.items()})
    assert rep.page.status_code == 422
    assert sentence in rep.text
    for name, text in typed.items():
        assert rep.fields()[f"line-{key}-{name}"] == text


def test_bad_input_message_of_5000_characters(desk: Desk, rep: Visitor) -> None:
    begin(desk, rep)
    rep.see(rep.path.replace("/customer/", "/details/"))
    rep.press("next", message="x" * 5000)
    assert rep.page.status_code == 422
    assert "This text has 5000 characters; QuickBooks takes 1000. Shorten it." in rep.text
    assert rep.fields()["message"] == "x" * 5000


def test_bad_input_unknown_deal(desk: Desk, rep: Visitor) -> None:
    for path in (deal_url(desk, "99999999999"), f"{deal_url(desk, 'abc')}"):
        rep.see(path)
        assert rep.page.status_code == 404
        assert "HubSpot has no deal with this address" in rep.text
    rep.post(f"{deal_url(desk, '99999999999')}invoice/")
    assert rep.page.status_code == 404
    assert not Draft.objects.for_portal(desk.books.portal).exists()


def test_bad_input_expired_draft_goes_on_with_everything_typed(desk: Desk, rep: Visitor) -> None:
    begin(desk, rep)
    choose_customer(desk, rep)
    step = rep.path
    desk.books.turn(days=31)
    rep.see(step)
    assert rep.page.status_code == 409
    assert "has expired" in rep.text
    rep.post(step.replace("/lines/", "/revive/"))
    assert desk.customer().display_name in rep.text
    draft = Draft.objects.for_portal(desk.books.portal).get()
    assert draft.content["customer_id"] == desk.customer().id
    events = AuditEvent.objects.for_portal(desk.books.portal)
    event = events.get(action="draft.revived", subject_id=str(draft.pk))
    assert event.person == desk.member.person


def test_bad_input_archived_customer(desk: Desk, rep: Visitor) -> None:
    begin(desk, rep)
    choose_customer(desk, rep)
    add_product(desk, rep)
    customer = desk.customer()
    desk.books.do("save", kind="Customer", body={
        "Id": customer.id, "SyncToken": customer.sync_token, "sparse": True, "Active": False,
    })  # fmt: skip
    rep.press()
    rep.press()
    rep.press("create")
    assert "QuickBooks" in rep.text
    assert not Invoice.objects.for_portal(desk.books.portal).exists()
    assert rep.path.endswith("/review/")
    assert rep.fields()["version"]


def test_c13_a_rep_of_another_deal_sees_nothing(desk: Desk) -> None:
    member = tenants.member(desk.books.portal, Role.SALES_REP, hubspot_owner_id="1")
    client = Client()
    client.force_login(member.person, backend=BACKEND)
    stranger = Visitor(client)
    stranger.see(deal_url(desk))
    assert stranger.page.status_code == 404
    stranger.post(f"{deal_url(desk)}invoice/")
    assert stranger.page.status_code == 404


def test_drafts_can_be_discarded(desk: Desk, rep: Visitor) -> None:
    begin(desk, rep)
    step = rep.path
    discard = step.replace("/customer/", "/discard/")
    rep.see(discard)
    assert "Nothing was created in QuickBooks" in rep.text
    rep.post(discard)
    assert rep.path == deal_url(desk)
    rep.see(step)
    assert rep.page.status_code == 409
    assert "This draft was discarded" in rep.text


def test_s45_a_refused_next_reopens_on_the_same_step(desk: Desk, rep: Visitor) -> None:
    begin(desk, rep)
    choose_customer(desk, rep)
    rep.press("next")
    assert rep.page.status_code == 422
    rep.post(f"{deal_url(desk)}invoice/")
    assert rep.path.endswith("/lines/")
    add_product(desk, rep)
    rep.press("next")
    rep.post(f"{deal_url(desk)}invoice/")
    assert rep.path.endswith("/details/")
