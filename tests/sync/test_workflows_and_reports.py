"""What HubSpot's workflows and reports see of a deal's invoices (S-57 to S-59, S-72 to S-76).

HubSpot's workflows, lists and reports all ask its own filters; the sandbox answers those as its
search does, over the types the properties were made with.
"""

from integration.gateways.hubspot_objects import Search
from tests.sync.books import DEAL, OTHER_DEAL, Books, money

FIVE = (
    "dealbooks_amount_invoiced",
    "dealbooks_invoice_recipient",
    "dealbooks_invoice_number",
    "dealbooks_invoice_status",
    "dealbooks_invoice_due_date",
)


def matching(books: Books, *filters: Search) -> dict[str, dict[str, str]]:
    """Ids and our properties of the deals that a filter of HubSpot finds, once it has seen them."""
    books.turn(seconds=2)
    found, _, _ = books.hubspot().search("deals", filters=filters, properties=FIVE)
    return {each.id: dict(each.properties) for each in found}


def late_and_punctual(books: Books) -> str:
    """The first deal's invoice is overdue and open, the other's due in a month. The first's id."""
    late = books.make("100.00", TxnDate=books.day(-40), DueDate=books.day(-10))
    books.add(late, DEAL)
    books.add(books.make("250.00", DueDate=books.day(30)), OTHER_DEAL)
    return str(late["Id"])


def test_s57_s58_s59_the_deal_names_recipient_number_and_status(books: Books) -> None:
    raw = books.make("100.00", DueDate=books.day(30))
    books.add(raw)
    deal = books.deal()
    assert deal["invoice_recipient"] == raw["CustomerRef"]["name"]
    assert deal["invoice_number"] == raw["DocNumber"]
    assert deal["invoice_status"] == "awaiting_sending"
    books.do("send", invoice_id=raw["Id"])
    books.sync()
    assert books.deal()["invoice_status"] == "sent"


def test_s72_each_of_the_five_is_a_condition(books: Books) -> None:
    late_and_punctual(books)
    number = books.deal(OTHER_DEAL)["invoice_number"]
    recipient = books.deal(OTHER_DEAL)["invoice_recipient"]
    conditions: tuple[tuple[Search, ...], ...] = (
        (("dealbooks_amount_invoiced", "GT", "200"),),
        (("dealbooks_invoice_number", "EQ", number),),
        (("dealbooks_invoice_status", "EQ", "awaiting_sending"),),
        (("dealbooks_invoice_due_date", "GT", books.day()),),
        (
            ("dealbooks_invoice_recipient", "EQ", recipient),
            ("dealbooks_invoice_number", "EQ", number),
        ),
    )
    for condition in conditions:
        assert set(matching(books, *condition)) == {OTHER_DEAL}, condition


def test_s73_a_follow_up_finds_who_did_not_pay_by_the_due_date(books: Books) -> None:
    late = late_and_punctual(books)
    unpaid: tuple[Search, ...] = (
        ("dealbooks_invoice_due_date", "LT", books.day()),
        ("dealbooks_invoice_status", "NOT_IN", ("paid", "voided", "deleted")),
    )
    assert set(matching(books, *unpaid)) == {DEAL}
    books.do("pay", invoice_id=late, amount="100.00")
    books.sync()
    assert matching(books, *unpaid) == {}


def test_s74_each_payment_changes_what_a_workflow_watches(books: Books) -> None:
    raw = books.make("100.00", DueDate=books.day(30))
    books.add(raw)
    seen = []
    for amount in ("40.00", "60.00"):
        books.do("pay", invoice_id=raw["Id"], amount=amount)
        books.sync()
        deal = books.deal()
        seen.append((deal["total_paid"], deal["last_payment_amount"], deal["invoice_status"]))
    assert seen == [("40.00", "40.00", "partially_paid"), ("100.00", "60.00", "paid")]


def test_s75_a_report_adds_up_what_was_invoiced(books: Books) -> None:
    late_and_punctual(books)
    invoiced = matching(books, ("dealbooks_amount_invoiced", "HAS_PROPERTY", None))
    amounts = [money(deal["dealbooks_amount_invoiced"]) for deal in invoiced.values()]
    assert sum(amounts) == money("350.00")


def test_s76_workflows_see_the_latest_invoice_alone(books: Books) -> None:
    late_and_punctual(books)
    books.turn(seconds=2)
    books.add(books.make("70.00", DueDate=books.day(15)), DEAL)
    [deal] = matching(books, ("dealbooks_amount_invoiced", "EQ", "70")).values()
    assert deal["dealbooks_invoice_due_date"] == books.day(15)
    assert matching(books, ("dealbooks_invoice_status", "EQ", "overdue")) == {}


def test_s118_s119_s120_the_invoice_object_segments_triggers_and_adds_up(books: Books) -> None:
    """Contacts with an overdue invoice; a condition on the object; its amounts for a report."""
    contact = "20100100001"
    books.link_customer("1", "contacts", contact)
    late_and_punctual(books)
    books.turn(seconds=2)
    names = ("dealbooks_status", "dealbooks_billed", "dealbooks_open")
    hubspot = books.hubspot()
    overdue, _, _ = hubspot.search(
        "invoices", filters=(("dealbooks_status", "EQ", "overdue"),), properties=names
    )
    [late] = overdue
    found = hubspot.associations("invoices", "contacts", [late.id])
    assert contact in found[late.id]
    everything, total, _ = hubspot.search(
        "invoices", filters=(("dealbooks_billed", "GT", "0"),), properties=names
    )
    assert total == 2
    assert sum(money(each.text("dealbooks_open")) or 0 for each in everything) == money("350.00")
