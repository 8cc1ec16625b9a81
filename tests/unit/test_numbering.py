"""Allocating invoice numbers (D-12, B-02)."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from integration.access import actors
from integration.access.actors import Forbidden
from integration.models import Company, Membership
from integration.models.people import Role
from invoices import numbering
from invoices.models import InvoiceOperation, NumberReservation, NumberSeries
from invoices.series import Series
from tests import tenants
from tests.unit.invoice_rows import operation

NOW = tenants.NOON


@pytest.fixture
def company() -> Company:
    return tenants.company(tenants.portal())


@pytest.fixture
def accountant(company: Company) -> Membership:
    return tenants.member(company.portal, Role.ACCOUNTANT)


def confirm(by: Membership, company: Company, series: Series) -> NumberSeries:
    actor = actors.of_person(by.person, by.portal, origin="session")
    assert actor is not None
    return numbering.confirm(
        actor, company, series, shared_by_all_forms=False, gaps_allowed=False, now=NOW
    )


def states(company: Company) -> dict[str, str]:
    found = NumberReservation.objects.for_portal(company.portal).order_by("number")
    return dict(found.values_list("text", "state"))


@pytest.mark.django_db
def test_s62_nothing_is_allocated_before_an_accountant_confirmed(
    company: Company, accountant: Membership
) -> None:
    assert not numbering.series_ready(company)
    with pytest.raises(numbering.NumberingFailed) as failed:
        numbering.reserve(operation(company, accountant), NOW)
    assert failed.value.code == "draft.custom_numbers"
    confirm(accountant, company, Series("INV-", 4, 42))
    assert numbering.series_ready(company)


@pytest.mark.django_db
def test_d12_a_rep_cannot_confirm_a_series(company: Company) -> None:
    rep = tenants.member(company.portal, Role.SALES_REP)
    with pytest.raises(Forbidden):
        confirm(rep, company, Series("", 0, 1))


@pytest.mark.django_db
def test_d12_asking_twice_gives_the_same_number(company: Company, accountant: Membership) -> None:
    confirm(accountant, company, Series("INV-", 4, 42))
    made = operation(company, accountant)
    assert numbering.reserve(made, NOW).text == numbering.reserve(made, NOW).text == "INV-0042"


@pytest.mark.django_db
def test_d12_after_6140_the_next_number_at_most_five_times(
    company: Company, accountant: Membership
) -> None:
    confirm(accountant, company, Series("", 0, 100))
    made = operation(company, accountant)
    numbering.reserve(made, NOW)
    texts = [numbering.next_after_taken(made, NOW) for _ in range(5)]
    assert [found.text for found in texts if found] == ["101", "102", "103", "104", "105"]
    assert numbering.next_after_taken(made, NOW) is None
    assert set(states(company).values()) == {"taken"}


@pytest.mark.django_db
def test_d12_a_failed_post_returns_the_highest_number(
    company: Company, accountant: Membership
) -> None:
    confirm(accountant, company, Series("", 0, 100))
    first, second = operation(company, accountant), operation(company, accountant)
    numbering.reserve(first, NOW)
    numbering.give_back(first, "quickbooks.610", {}, NOW)
    assert numbering.reserve(second, NOW).text == "100"


@pytest.mark.django_db
def test_d12_a_number_in_the_middle_goes_to_the_gap_report(
    company: Company, accountant: Membership
) -> None:
    confirm(accountant, company, Series("", 0, 100))
    first, second = operation(company, accountant), operation(company, accountant)
    numbering.reserve(first, NOW)
    numbering.reserve(second, NOW)
    numbering.give_back(first, "quickbooks.610", {}, NOW)
    numbering.mark_used(second, NOW)
    assert states(company) == {"100": "gap", "101": "used"}
    assert [gap.text for gap in numbering.gaps(company)] == ["100"]


@pytest.mark.django_db
def test_d12_a_number_longer_than_quickbooks_takes_is_refused(
    company: Company, accountant: Membership
) -> None:
    confirm(accountant, company, Series("P" * 15, 9, 1))
    with pytest.raises(numbering.NumberingFailed) as failed:
        numbering.reserve(operation(company, accountant), NOW)
    assert failed.value.code == "invoice.number_too_long"


@pytest.mark.django_db(transaction=True)
def test_b02_twenty_parallel_reservations_are_distinct_and_consecutive(
    company: Company, accountant: Membership
) -> None:
    confirm(accountant, company, Series("INV-", 4, 95))
    made = [operation(company, accountant) for _ in range(20)]

    def reserve(one: InvoiceOperation) -> str:
        try:
            return numbering.reserve(one, NOW).text
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        texts = sorted(pool.map(reserve, made))
    assert texts == [f"INV-{number:04}" for number in range(95, 115)]
