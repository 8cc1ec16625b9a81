"""Which customer a deal is (D-06, S-27, S-29)."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from invoices.matching import CompanySide, ContactSide, Reason, is_free_mail, plain_name, suggest
from tests.unit.invoice_builders import ADDRESS, AMY

BOB = replace(
    AMY, id="2", display_name="Bob Smith", company_name="", given_name="Bob", family_name="Smith",
    emails=("bob@gmail.com, bills@bobsburgers.example",),
)  # fmt: skip
EURO = replace(AMY, id="3", currency="EUR", emails=())
PROJECT = replace(AMY, id="5", is_project=True)
GONE = replace(AMY, id="6", active=False)
ALL = [AMY, BOB, EURO, PROJECT, GONE]
COMPANY = CompanySide("c1", "Amys Bird Sanctuary, Inc.", "", "")
CONTACT = ContactSide("p1", "Bob Smith", ("BOB@gmail.com",))


def reasons(*args: object, **more: bool) -> list[tuple[str, Reason]]:
    return [(found.customer.id, found.reason) for found in suggest(*args, **more)]  # type: ignore[arg-type]


def test_d06_a_link_of_the_company_is_certain_and_first() -> None:
    linked = replace(COMPANY, linked_customer_ids=("2",))
    found = suggest(linked, [], ALL, "USD")
    assert (found[0].customer.id, found[0].reason, found[0].is_certain) == (
        "2",
        Reason.COMPANY_LINK,
        True,
    )
    assert [entry.is_certain for entry in found[1:]] == [False]


def test_d06_then_a_link_of_the_contact() -> None:
    linked = replace(CONTACT, linked_customer_ids=("2",))
    assert reasons(COMPANY, [linked], ALL, "USD")[0] == ("2", Reason.CONTACT_LINK)


def test_d06_names_match_without_case_marks_and_legal_form() -> None:
    assert reasons(COMPANY, [], ALL, "USD") == [("1", Reason.NAME)]


def test_d06_postcode_and_domain_strengthen_a_name_or_speak_against_it() -> None:
    assert reasons(replace(COMPANY, postcode="94326"), [], ALL, "USD") == [
        ("1", Reason.NAME_AND_POSTCODE)
    ]
    assert reasons(replace(COMPANY, domain="amys.example"), [], ALL, "USD") == [
        ("1", Reason.NAME_AND_DOMAIN)
    ]
    assert reasons(replace(COMPANY, postcode="10001"), [], ALL, "USD") == []


def test_d06_email_counts_when_one_customer_has_it() -> None:
    assert reasons(CompanySide(), [CONTACT], ALL, "USD") == [("2", Reason.EMAIL)]
    twin = replace(BOB, id="9")
    assert reasons(CompanySide(), [CONTACT], [*ALL, twin], "USD") == []


def test_d06_email_of_another_company_says_nothing() -> None:
    other = replace(BOB, company_name="Bob's Burgers")
    assert reasons(COMPANY, [CONTACT], [other], "USD") == []


def test_d06_free_mail_domains_prove_nothing() -> None:
    named = CompanySide("c2", "Bob Smith", "gmail.com")
    assert reasons(named, [], [BOB], "USD") == [("2", Reason.NAME)]


def test_d06_only_active_customers_in_the_currency_no_projects_unless_asked() -> None:
    assert reasons(COMPANY, [], ALL, "EUR") == [("3", Reason.NAME)]
    asked = reasons(COMPANY, [], ALL, "USD", with_projects=True)
    assert [customer for customer, _ in asked] == ["1", "5"]


def test_d06_where_the_contact_is_the_customer_its_name_is_compared() -> None:
    assert reasons(COMPANY, [CONTACT], ALL, "USD", contact_is_customer=True) == [("2", Reason.NAME)]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Müller & Söhne GmbH", "Mueller"),
        ("SA Design", "Design"),
        ("Bob", "Bobs"),
    ],
)
def test_d06_different_names_stay_different(one: str, other: str) -> None:
    assert plain_name(one) != plain_name(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("O’Brien Ltd.", "O'BRIEN LIMITED"),
        ("Café “Zoë”, Inc", "cafe zoe"),
        ("Freeman Sporting Goods (deleted)", "Freeman Sporting Goods"),
        ("A & B", "A and B"),
        ("Co", "co."),
    ],
)
def test_d06_equal_names_are_equal(one: str, other: str) -> None:
    assert plain_name(one) == plain_name(other)


@given(st.text(max_size=40), st.text(max_size=40))
def test_d06_a_guess_is_never_certain(name: str, email: str) -> None:
    for found in suggest(CompanySide("c", name), [ContactSide("p", name, (email,))], ALL, "USD"):
        assert not found.is_certain


def test_d06_one_link_for_each_currency_is_certain_and_two_for_one_are_not() -> None:
    linked = replace(COMPANY, linked_customer_ids=("3", "1"))
    assert [(each.customer.id, each.is_certain) for each in suggest(linked, [], ALL, "USD")] == [
        ("1", True)
    ]
    doubled = replace(COMPANY, linked_customer_ids=("2", "1"))
    found = suggest(doubled, [], ALL, "USD")
    assert {each.customer.id: each.is_certain for each in found} == {"1": False, "2": False}


def test_d06_contacts_that_disagree_preselect_nobody() -> None:
    people = [
        replace(CONTACT, linked_customer_ids=("1",)),
        ContactSide("p2", "Ann", (), ("2",)),
    ]
    assert [each.is_certain for each in suggest(CompanySide(), people, ALL, "USD")] == [
        False,
        False,
    ]
    company = replace(COMPANY, linked_customer_ids=("1",))
    assert suggest(company, people, ALL, "USD")[0].reason is Reason.COMPANY_LINK


def test_d06_a_customer_made_for_the_deal_comes_first() -> None:
    linked = replace(COMPANY, linked_customer_ids=("1",))
    found = suggest(linked, [], ALL, "USD", deal_customer_ids=("2",))
    assert [(each.customer.id, each.reason) for each in found] == [
        ("2", Reason.DEAL_LINK),
        ("1", Reason.COMPANY_LINK),
    ]


@pytest.mark.parametrize(
    ("domain", "is_free"),
    [
        ("gmail.com", True),
        ("Yahoo.co.uk", True),
        ("hotmail.fr", True),
        ("mail.ru", True),
        ("amys.example", False),
        ("mail.amys.example", False),
        ("gmail", False),
        ("", False),
    ],
)
def test_d06_free_mail_is_known_by_the_providers_name(domain: str, is_free: bool) -> None:
    assert is_free_mail(domain) is is_free


def test_d06_a_parent_and_its_sub_customers_with_one_address_are_the_parent() -> None:
    below = replace(BOB, id="9", display_name="Bob Smith:Roof", parent_id="2")
    assert reasons(CompanySide(), [CONTACT], [below, BOB], "USD") == [("2", Reason.EMAIL)]


def test_d06_a_display_name_may_contradict_the_company_but_a_persons_name_does_not() -> None:
    named = replace(BOB, display_name="Bob's Burgers", given_name="", family_name="")
    assert reasons(COMPANY, [CONTACT], [named], "USD") == []
    assert reasons(COMPANY, [CONTACT], [BOB], "USD") == [("2", Reason.EMAIL)]


def test_builder_addresses_agree() -> None:
    assert AMY.bill_address == ADDRESS
