"""Matching: suggestions, linking, unlinking, moving a contact, merges; never a silent wrong link (B-24)."""

from typing import Any

import pytest
from django.test import Client

from integration import link_history
from integration.access import actors, api_tokens
from integration.access.actors import Actor
from integration.access.rights import Right
from integration.clock import now
from integration.jobs import Lease
from integration.models import AuditEvent, EndedLink, Record, RecordLink
from integration.models.matching import EndReason
from integration.reference import mirror_records
from integration.sessions import quickbooks
from invoices import merging
from sync.fetch import names
from sync.fetch.names import Merge
from sync.linking import actions, lists, tying
from sync.linking.preview import ObjectUnknown, preview
from sync.match_models import MatchSearch, MatchSuggestion
from sync.match_work import JOB, work
from sync.models import SyncEntry
from tests import tenants
from tests.sync.books import UK, Books, connect
from tests.sync.people import (
    change,
    customer,
    in_hubspot_by_id,
    item,
    link,
    links,
    make_in_hubspot,
    record,
    turn_on,
)

MAIL = "ada@lovelace-looms.example"
ADA = {"GivenName": "Ada", "FamilyName": "Byron", "CompanyName": "Lovelace Looms"}


@pytest.fixture
def actor(books: Books) -> Actor:
    person = tenants.member(books.portal).person
    found = actors.of_person(person, books.portal, origin="session")
    assert found is not None
    return found


@pytest.fixture
def web(actor: Actor, client: Client) -> Client:
    assert actor.person is not None
    client.force_login(actor.person, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def mirror(books: Books, *raws: dict[str, Any], kind: str = "Customer") -> None:
    """What QuickBooks has now, without telling HubSpot."""
    qbo = quickbooks(books.company)
    mirror_records(books.company, [(kind, qbo.read(kind, raw["Id"])) for raw in raws], now())


def search(books: Books, actor: Actor) -> MatchSearch:
    books.sandbox.switch(search_limit_per_second=0)
    actions.search_now(actor, books.company, now())
    [job] = books.owed(JOB)
    while work(job, Lease(job.pk, job.epoch), now()) is not None:
        pass
    job.delete()
    return MatchSearch.objects.for_portal(books.portal).get()  # type: ignore[no-any-return]


def guesses(books: Books, raw: dict[str, Any]) -> list[MatchSuggestion]:
    rows = MatchSuggestion.objects.for_portal(books.portal).filter(qbo_id=raw["Id"])
    return list(rows.order_by("-score", "hubspot_kind"))


def address(books: Books, rest: str) -> str:
    return f"/p/{books.portal.pk}/sync/companies/{books.company.pk}/matching/{rest}"


def test_b24_suggestions_are_found_with_reasons_and_link_nothing(
    books: Books, actor: Actor, web: Client
) -> None:
    loom = make_in_hubspot(books, "companies", name="LOVELACE LOOMS Inc", domain="other.example")
    ada = make_in_hubspot(books, "contacts", email=MAIL, firstname="Ada", lastname="Byron")
    desk = make_in_hubspot(books, "products", name="Standing desk XL", hs_sku="SD-XL")
    books.turn(seconds=5)
    raw = customer(books, "Ada Byron", MAIL, **ADA)
    thing = item(books, "Standing desk XL", "sd-xl")
    mirror(books, raw)
    mirror(books, thing, kind="Item")
    books.forget()
    done = search(books, actor)
    assert (done.running, done.error) == (False, "")
    assert done.looked_at >= 2
    assert books.calls(writes=True) == []
    found = {each.hubspot_kind: each for each in guesses(books, raw)}
    assert (found["contacts"].hubspot_id, found["companies"].hubspot_id) == (ada, loom)
    assert set(found["contacts"].reasons) == {"email", "person"}
    assert "name" in found["companies"].reasons
    assert "other_domain" in found["companies"].doubts
    [product] = guesses(books, thing)
    assert (product.hubspot_id, product.score) == (desk, 100)
    assert links(books, raw) == set()
    books.link_customer(raw["Id"], "companies", loom)
    [line] = lists.lines(books.company, [record(books, raw)])
    assert [each.hubspot_kind for each in line.suggestions] == ["contacts"]
    RecordLink.objects.for_portal(books.portal).filter(qbo_id=raw["Id"]).delete()
    shown = web.get(address(books, "customers/?state=suggested&q=byron")).content.decode()
    assert "Ada Byron" in shown
    assert "Same e-mail" in shown
    file = web.get(address(books, "customers/export.csv?state=suggested&q=byron"))
    told = b"".join(file.streaming_content).decode()  # type: ignore[attr-defined]
    assert "suggested,Contact,Ada Byron," in told
    assert "Same e-mail; Same person's name" in told
    assert "Standing desk XL" in web.get(address(books, "products/?q=standing")).content.decode()


def test_b24_confirming_links_once_and_leaves_what_is_doubtful(
    books: Books, actor: Actor, web: Client
) -> None:
    make_in_hubspot(books, "contacts", email=MAIL, firstname="Ada", lastname="Byron")
    make_in_hubspot(books, "companies", name="Lovelace Looms", domain="other.example")
    books.turn(seconds=5)
    raw = customer(books, "Ada Byron", MAIL, **ADA)
    mirror(books, raw)
    search(books, actor)
    rows = guesses(books, raw)
    chosen = [str(each.pk) for each in rows]
    answer = web.post(address(books, "confirm/"), {"chosen": chosen, "object": "customers"})
    assert answer.status_code == 302
    assert links(books, raw) == {"contacts"}
    made = link(books, raw)
    assert (made.source, made.made_by) == ("confirmed", actor.person)
    again = actions.confirm(actor, books.company, rows, now())
    assert again.left == ("Ada Byron",)
    [contact] = [each for each in rows if each.hubspot_kind == "contacts"]
    twin = customer(books, "Ada Byron of Leeds", **ADA)
    mirror(books, twin)
    contact.pk, contact.qbo_id, contact._state.adding = None, twin["Id"], True
    contact.save()
    taken = actions.confirm(actor, books.company, [contact], now())
    assert (taken.linked, taken.left) == (0, ("Ada Byron of Leeds",))
    assert RecordLink.objects.for_portal(books.portal).filter(qbo_id=raw["Id"]).count() == 1
    assert AuditEvent.objects.for_portal(books.portal).filter(action="sync.linked").count() == 1


def test_b24_unlink_keeps_history_and_never_links_again_by_itself(
    books: Books, actor: Actor, web: Client
) -> None:
    turn_on(books)
    ada = make_in_hubspot(books, "contacts", email=MAIL, firstname="Ada", lastname="Byron")
    books.turn(seconds=5)
    raw = customer(books, "Ada Byron", MAIL, GivenName="Ada", FamilyName="Byron")
    books.sync()
    made = link(books, raw)
    assert (made.source, made.hubspot_id) == ("matched", ada)
    place = address(books, f"links/{made.pk}/unlink/")
    assert "Unlink Ada Byron from Ada Byron?" in web.get(place).content.decode()
    assert web.post(place).status_code == 302
    assert not actions.unlink(actor, books.company, made, now())
    ended = EndedLink.objects.for_portal(books.portal).get(qbo_id=raw["Id"])
    assert (ended.reason, ended.refused, ended.ended_by) == ("unlinked", True, actor.person)
    assert ended.source == "matched"
    change(books, raw, PrimaryPhone={"FreeFormNumber": "(650) 555-0111"})
    books.sync()
    assert links(books, raw) == set()
    assert books.entries(reason="sync.link_refused")
    search(books, actor)
    assert guesses(books, raw) == []
    row = record(books, raw)
    shown = web.get(address(books, f"records/{row.pk}/")).content.decode()
    assert "Not linked again by itself." in shown
    actions.link(actor, books.company, row, ("contacts", ada), now())
    ended.refresh_from_db()
    assert not ended.refused
    books.sync()
    assert link(books, raw).hubspot_id == ada
    told = in_hubspot_by_id(books, "contacts", ada)["properties"]
    assert told["phone"] == "(650) 555-0111"
    assert {each.operation for each in SyncEntry.objects.for_portal(books.portal).filter(
        subject_id=str(row.pk))} >= {"link_by_hand", "unlink"}  # fmt: skip


def test_b24_linking_by_hand_shows_what_changes_and_warns_first(
    books: Books, actor: Actor, web: Client
) -> None:
    turn_on(books)
    raw = customer(books, "Ada Byron", MAIL, GivenName="Ada", FamilyName="Byron",
                   PrimaryPhone={"FreeFormNumber": "(650) 555-0111"})  # fmt: skip
    mirror(books, raw)
    row = record(books, raw)
    other = make_in_hubspot(books, "contacts", email="c@d.example", firstname="Charles")
    british = connect(books.sandbox, realm=UK, portal=books.portal)
    RecordLink.objects.create(
        portal=books.portal, company=british.company, kind="Customer", qbo_id="5",
        hubspot_kind="contacts", hubspot_id=other, source="manual", created_at=now(),
    )  # fmt: skip
    Record.objects.create(
        portal=books.portal, company=british.company, kind="Customer", qbo_id="5", name="Wren Ltd",
        raw={"Id": "5", "CurrencyRef": {"value": "GBP"}}, seen_at=now(),
    )  # fmt: skip
    books.forget()
    shown = preview(actor, books.company, row, "contacts", other, now())
    assert len(books.calls("hubspot")) == 1
    assert {each.code for each in shown.warnings} == {
        "other_name", "object_linked", "currency_differs",
    }  # fmt: skip
    changes = {each.name: (each.before, each.after) for each in shown.changes}
    assert changes["phone"] == ("", "(650) 555-0111")
    assert changes["firstname"] == ("Charles", "Ada")
    assert links(books, raw) == set()
    place = address(books, f"records/{row.pk}/link/contacts/{other}/")
    assert "Wren Ltd" in web.get(place).content.decode()
    assert "Nothing was linked." in web.post(place).content.decode()
    assert links(books, raw) == set()
    assert web.post(place, {"accepted": "on"}).status_code == 302
    assert link(books, raw).hubspot_id == other
    assert books.calls("hubspot", writes=True) == []
    with pytest.raises(ObjectUnknown):
        preview(actor, books.company, row, "contacts", "999", now())


def test_b24_a_contact_moves_to_another_company_and_sync_leaves_it_there(
    books: Books, actor: Actor
) -> None:
    turn_on(books)
    raw = customer(books, "Ada Byron", MAIL, **ADA)
    books.sync()
    before, contact = link(books, raw, "companies").hubspot_id, link(books, raw)
    elsewhere = make_in_hubspot(books, "companies", name="Quarry Ltd")
    assert tying.retie(actor, books.company, contact, elsewhere, now()) == "Quarry Ltd"
    change(books, raw, PrimaryPhone={"FreeFormNumber": "(650) 555-0111"})
    books.sync()
    tied = in_hubspot_by_id(books, "contacts", contact.hubspot_id)["associations"]["companies"]
    assert set(tied) == {elsewhere}
    assert before != elsewhere
    assert link(books, raw).tied_to == elsewhere


REFUSALS = [
    ({"kind": "status", "status": 403}, "HubSpot does not let Dealbooks do this", False),
    ({"kind": "status", "status": 429}, "HubSpot asked Dealbooks to slow down", False),
    ({"kind": "reset", "when": "after_commit"}, "It is not known yet", True),
]


def test_b24_why_hubspot_did_not_move_a_contact_is_told_as_it_is(books: Books, web: Client) -> None:
    turn_on(books)
    raw = customer(books, "Ada Byron", MAIL, **ADA)
    books.sync()
    contact = link(books, raw)
    chosen = {"hubspot_id": make_in_hubspot(books, "companies", name="Quarry Ltd")}
    place = address(books, f"links/{contact.pk}/company/")
    for fault, words, may_be_tied in REFUSALS:
        match = {"vendor": "hubspot", "path": "contacts/companies/batch/create"}
        books.sandbox.faults({"match": match, "fault": fault, "times": 9})
        assert words in web.post(place, chosen).content.decode()
        contact.refresh_from_db()
        assert contact.tied_by_person is may_be_tied, "sync goes on tying what nobody tied"
        RecordLink.objects.for_portal(books.portal).update(tied_by_person=False)
    books.sandbox.faults()
    books.hubspot().archive("contacts", [contact.hubspot_id])
    assert "It was deleted or merged there" in web.post(place, chosen).content.decode()
    contact.refresh_from_db()
    assert not contact.tied_by_person


def test_b24_after_a_merge_a_person_chooses_which_object_stays(
    books: Books, actor: Actor, web: Client
) -> None:
    first = customer(books, "Old Looms", "old@looms.example", CompanyName="Old Looms")
    second = customer(books, "New Looms", "new@looms.example", CompanyName="New Looms")
    mirror(books, first, second)
    books.link_customer(first["Id"], "companies", "501")
    books.link_customer(second["Id"], "companies", "502")
    books.link_customer(first["Id"], "contacts", "601")
    names.merge_into(books.company, Merge("Customer", first["Id"], second["Id"]), now())
    rows = list(lists.merges(actor, books.company).order_by("hubspot_kind"))
    assert [(each.hubspot_id, each.moved) for each in rows] == [("501", False), ("601", True)]
    shown = web.get(address(books, "merges/")).content.decode()
    assert "Old Looms" in shown
    assert "Link this one instead" in shown
    assert web.post(address(books, f"merges/{rows[0].pk}/"), {"go": "instead"}).status_code == 302
    assert link(books, second, "companies").hubspot_id == "501"
    replaced = EndedLink.objects.for_portal(books.portal).get(reason=EndReason.REPLACED)
    assert (replaced.hubspot_id, replaced.other_id) == ("502", "501")
    merging.merge(books.portal, "companies", "501", "777", now())
    assert link(books, second, "companies").hubspot_id == "777"
    in_hubspot = EndedLink.objects.for_portal(books.portal).get(reason=EndReason.MERGED_HUBSPOT)
    assert (in_hubspot.hubspot_id, in_hubspot.other_id, in_hubspot.moved) == ("501", "777", True)


def test_b24_programs_list_link_and_unlink_without_doing_it_twice(
    books: Books, actor: Actor, client: Client
) -> None:
    raw = customer(books, "Ada Byron", MAIL, GivenName="Ada", FamilyName="Byron")
    mirror(books, raw)
    ada = make_in_hubspot(books, "contacts", email=MAIL, firstname="Ada", lastname="Byron")
    row = record(books, raw)
    base = f"/api/v1/companies/{books.company.pk}/matches"
    assert actor.person is not None
    secret = api_tokens.create(actor.person, books.portal, "test", frozenset(Right), now())[1]
    headers = {"Authorization": f"Bearer {secret}"}
    pair = {"hubspot_kind": "contacts", "hubspot_id": ada}

    def post(rest: str, body: dict[str, Any], key: str) -> Any:
        return client.post(
            f"{base}/{rest}", body, content_type="application/json",
            headers={**headers, "Idempotency-Key": key},
        )  # fmt: skip

    made = post(f"{row.pk}/link", pair, "one")
    assert made.status_code == 200, made.content
    assert made.json()["links"][0]["hubspot_id"] == ada
    assert post(f"{row.pk}/link", pair, "one").json() == made.json()
    assert post(f"{row.pk}/link", pair, "two").status_code == 200
    assert RecordLink.objects.for_portal(books.portal).filter(qbo_id=raw["Id"]).count() == 1
    page = client.get(base, {"state": "linked", "limit": 1}, headers=headers).json()
    assert [each["qbo_id"] for each in page["results"]] == [raw["Id"]]
    assert page["next"] is None
    gone = post(f"{row.pk}/unlink", {"hubspot_kind": "contacts"}, "three")
    assert gone.json()["links"] == []
    refused = post(f"{row.pk}/link", pair, "four")
    assert refused.status_code == 409
    assert "not the same" in refused.content.decode()
    assert post(f"{row.pk}/link", {**pair, "accept_warnings": True}, "five").status_code == 200


def test_d06_an_address_in_a_list_of_several_is_shared_too(books: Books) -> None:
    turn_on(books)
    make_in_hubspot(books, "contacts", email=MAIL, firstname="Somebody")
    alone = customer(books, "Ada Byron", MAIL, GivenName="Ada", FamilyName="Byron")
    customer(books, "Bea Byron", f"bea@looms.example, {MAIL}", GivenName="B", FamilyName="B")
    books.sync()
    assert links(books, alone) == set()
    assert books.entries(reason="sync.shared")


def test_d06_the_wizard_does_not_suggest_what_a_person_refused(books: Books, actor: Actor) -> None:
    pair = ("companies", "501")
    link_history.decline(books.company, "Customer", "7", pair, actor.person, now(), "Looms")
    asked = [pair, ("contacts", "601")]
    found = link_history.refused_customers(books.portal, books.company, "Customer", asked)
    assert found == {"7"}
    other = [("contacts", "501")]
    assert not link_history.refused_customers(books.portal, books.company, "Customer", other)
    link_history.forgive(books.company, "Customer", "7", pair)
    assert not link_history.refused_customers(books.portal, books.company, "Customer", asked)
