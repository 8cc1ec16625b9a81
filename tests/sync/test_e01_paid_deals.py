"""Paid in full sets a deal property or stage, once (E-01)."""

from datetime import timedelta

from integration.clock import now
from integration.records.hubspot import Write
from invoices.models import DealAutomation, PaidDeal
from tests.sync.books import DEAL, Books


def choose(books: Books, **choices: str) -> None:
    DealAutomation.objects.create(
        portal=books.portal,
        company=books.company,
        paid_since=now() - timedelta(seconds=1),
        **choices,
    )


def pay(books: Books, raw: dict[str, object]) -> None:
    books.do("pay", invoice_id=raw["Id"])
    books.sync()


def in_hubspot(books: Books, name: str) -> str:
    return str(books._hubspot("deals")[DEAL]["properties"].get(name) or "")


def change(books: Books, **properties: str) -> None:
    [done] = books.hubspot().update("deals", [Write("x", dict(properties), DEAL)])
    assert done.error is None, done.error


def test_e01_the_property_is_set_once_when_every_invoice_is_paid(books: Books) -> None:
    choose(books, paid_action="property", paid_property="description", paid_value="Paid")
    first, second = books.make("100.00"), books.make("50.00")
    books.add(first)
    books.add(second)
    pay(books, first)
    assert in_hubspot(books, "description") != "Paid"
    pay(books, second)
    assert in_hubspot(books, "description") == "Paid"
    [line] = books.entries(operation="mark_paid_deal")
    assert (line.outcome, line.after) == ("succeeded", {"description": "Paid"})
    change(books, description="Paid, thanks sent")
    books.do("edit", invoice_id=second["Id"], private_note="Archived")
    books.sync()
    books.refresh()
    assert in_hubspot(books, "description") == "Paid, thanks sent"
    assert PaidDeal.objects.for_portal(books.portal).count() == 1


def test_e01_what_is_so_already_is_not_written(books: Books) -> None:
    choose(books, paid_action="property", paid_property="description", paid_value="Paid")
    change(books, description="Paid")
    raw = books.make("100.00")
    books.add(raw)
    pay(books, raw)
    [line] = books.entries(operation="mark_paid_deal")
    assert (line.outcome, line.reason) == ("skipped", "sync.paid_already")


def test_e01_the_stage_moves_in_its_own_pipeline_only(books: Books) -> None:
    change(books, dealstage="contractsent")
    choose(books, paid_action="stage", paid_stage="closedwon", paid_pipeline="default")
    raw = books.make("100.00")
    books.add(raw)
    pay(books, raw)
    assert in_hubspot(books, "dealstage") == "closedwon"
    PaidDeal.objects.for_portal(books.portal).delete()
    DealAutomation.objects.for_portal(books.portal).update(paid_pipeline="other")
    books.do("edit", invoice_id=raw["Id"], private_note="Again")
    books.sync()
    line = books.entries(operation="mark_paid_deal")[-1]
    assert (line.outcome, line.reason) == ("skipped", "sync.paid_other_pipeline")


def test_e01_what_was_paid_before_it_was_chosen_stays(books: Books) -> None:
    raw = books.make("100.00")
    books.add(raw)
    pay(books, raw)
    books.turn(seconds=30)
    choose(books, paid_action="property", paid_property="description", paid_value="Paid")
    books.refresh()
    assert in_hubspot(books, "description") != "Paid"
