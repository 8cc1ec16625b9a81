"""Saved views of the invoice list (issue 4, item 10)."""

from collections.abc import Callable

import pytest
from django.test import Client

from integration.models import AuditEvent, Membership, Portal, SavedView
from integration.models.people import Role
from tests import books, tenants

pytestmark = pytest.mark.django_db

SignIn = Callable[[Membership], Client]


@pytest.fixture
def portal() -> Portal:
    return tenants.portal()


def save(visitor: Client, portal: Portal, name: str, query: str) -> str:
    answer = visitor.post(f"/p/{portal.pk}/views/invoices/", {"name": name, "query": query})
    return str(answer["Location"])


def test_saved_views_keep_filters_and_search_and_forget_the_place(
    sign_in: SignIn, portal: Portal
) -> None:
    company = tenants.company(portal)
    books.invoice(company, total="100.00")
    visitor = sign_in(tenants.member(portal))
    query = "q=amy&stage=paid&after=abc&due_from="
    there = save(visitor, portal, "  Amy,   paid ", query)
    assert there == f"/p/{portal.pk}/invoices/?q=amy&stage=paid"
    page = visitor.get(there).content.decode()
    assert "Amy, paid" in page
    assert "Save view" not in page
    again = visitor.get(f"/p/{portal.pk}/invoices/?stage=paid&q=amy").content.decode()
    assert 'aria-current="true">Amy, paid' in again
    save(visitor, portal, "amy, PAID", "stage=overdue")
    kept = SavedView.objects.for_portal(portal).get()
    assert (kept.name, kept.query) == ("amy, PAID", "stage=overdue")


def test_saved_views_are_renamed_shared_and_deleted_by_their_owner_only(
    sign_in: SignIn, portal: Portal
) -> None:
    owner, other = tenants.member(portal), tenants.member(portal, Role.ACCOUNTANT)
    visitor = sign_in(owner)
    save(visitor, portal, "Late", "stage=overdue")
    kept = SavedView.objects.for_portal(portal).get()
    address, home = f"/p/{portal.pk}/view/{kept.pk}/", f"/p/{portal.pk}/invoices/"
    stranger = sign_in(other)
    assert "Late" not in stranger.get(home).content.decode()
    assert stranger.post(address, {"go": "delete"}).status_code == 404
    visitor = sign_in(owner)
    changed = visitor.post(address, {"name": "Overdue", "is_shared": "on", "next": home})
    assert changed["Location"] == home
    stranger = sign_in(other)
    assert "Overdue" in stranger.get(home).content.decode()
    assert stranger.post(address, {"name": "Mine"}).status_code == 404
    visitor = sign_in(owner)
    visitor.post(address, {"go": "delete"})
    assert not SavedView.objects.for_portal(portal).exists()
    actions = AuditEvent.objects.for_portal(portal).values_list("action", flat=True)
    assert {"view.saved", "view.changed", "view.deleted"} <= set(actions)


@pytest.mark.parametrize(
    ("name", "query", "said"),
    [
        ("", "stage=paid", "A saved view needs a name."),
        ("All", "", "there is no view to save"),
        ("Long", "q=" + "x" * 3000, "more filters than can be kept"),
    ],
)
def test_saved_views_that_cannot_be_kept_are_explained(
    sign_in: SignIn, portal: Portal, name: str, query: str, said: str
) -> None:
    visitor = sign_in(tenants.member(portal))
    there = save(visitor, portal, name, query)
    assert said in visitor.get(there).content.decode()
    assert not SavedView.objects.for_portal(portal).exists()


def test_saved_views_of_one_name_are_refused_on_renaming(sign_in: SignIn, portal: Portal) -> None:
    visitor = sign_in(tenants.member(portal))
    save(visitor, portal, "One", "stage=paid")
    save(visitor, portal, "Two", "stage=overdue")
    two = SavedView.objects.for_portal(portal).get(name="Two")
    home = f"/p/{portal.pk}/invoices/"
    visitor.post(f"/p/{portal.pk}/view/{two.pk}/", {"name": "ONE", "next": home})
    assert "You have a view named" in visitor.get(home).content.decode()
    two.refresh_from_db()
    assert two.name == "Two"


def test_saved_views_one_of_fifty_can_still_be_saved_anew(sign_in: SignIn, portal: Portal) -> None:
    member = tenants.member(portal)
    SavedView.objects.bulk_create(
        SavedView(
            portal=portal, person=member.person, page="invoices", name=f"View {number}",
            query=f"q={number}", created_at=tenants.NOON,
        )
        for number in range(50)
    )  # fmt: skip
    visitor = sign_in(member)
    save(visitor, portal, "View 7", "stage=paid")
    rows = SavedView.objects.for_portal(portal)
    assert (rows.count(), rows.get(name="View 7").query) == (50, "stage=paid")
    there = save(visitor, portal, "One more", "stage=sent")
    assert "50" in visitor.get(there).content.decode()
    assert rows.count() == 50
