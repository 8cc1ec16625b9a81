"""``sandbox.check``: good histories pass, and each broken invariant from I1 to I3 is found."""

import json

from sandbox.check import check
from tests.sandbox.checked_product import Product, marked, only
from tests.sandbox.qbo_client import line

# -- good histories


def test_good_history_of_an_invoice_and_its_payment(product: Product) -> None:
    start = product.time()
    product.look(start)
    invoice = product.books.invoice("1", line(100), **marked("DB-7F3K9"))
    told = product.tell(invoice)
    product.wait()
    for amount in (30, 70):
        product.books.control("pay", invoice_id=invoice["Id"], amount=amount)
        product.look(start)
        product.tell_again(told, product.books.read("Invoice", invoice["Id"]))
        product.wait()
    payment = product.books.control("void_payment", invoice_id=invoice["Id"])
    product.look(start)
    product.tell_again(told, product.books.read("Invoice", invoice["Id"]))
    assert payment["Payment"]["TotalAmt"] == 0
    assert product.findings() == []


def test_good_history_with_a_deleted_invoice_whose_reference_is_used_again(
    product: Product,
) -> None:
    first = product.books.invoice("1", line(100), **marked("DB-AAAAA"))
    told = product.tell(first)
    product.books.control("delete", invoice_id=first["Id"])
    product.tell_again(told, first, dealbooks_deleted_at="2026-11-23T10:00:00Z")
    product.tell(product.books.invoice("1", line(100), **marked("DB-AAAAA")))
    assert product.findings() == []


def test_good_history_with_a_repeated_request(product: Product) -> None:
    body = {"CustomerRef": {"value": "1"}, "Line": [line(10)], **marked("DB-BBBBB")}
    answers = [product.books.post("invoice", body, requestid="r-1") for _ in range(2)]
    assert answers[0].body == answers[1].body
    product.tell(answers[0].body["Invoice"])
    assert product.findings() == []


def test_a_seeded_invoice_that_was_never_ours_may_stay_unknown(product: Product) -> None:
    product.books.control("pay", invoice_id=product.seeded, amount=1)
    assert product.findings() == []


# -- I1


def test_i1_two_invoices_with_one_reference(product: Product) -> None:
    first, second = (product.books.invoice("1", line(5), **marked("DB-CCCCC")) for _ in "12")
    product.tell(first)
    product.tell(second)
    found = only(product.findings(), "I1")
    assert (found.entity, found.id) == ("Invoice", second["Id"])
    assert f"Invoice {first['Id']}" in found.what
    assert len(found.entries) == 2


def test_i1_a_request_id_the_vendor_had_forgotten(product: Product) -> None:
    product.sandbox.switch(requestid_retention_seconds=60)
    body = {"CustomerRef": {"value": "1"}, "Line": [line(10)]}
    first = product.books.post("invoice", body, requestid="forgotten").body["Invoice"]
    product.wait(120)
    second = product.books.post("invoice", body, requestid="forgotten").body["Invoice"]
    assert first["Id"] != second["Id"]
    assert "requestid forgotten" in only(product.findings(), "I1").what


def test_i1_two_notes_about_one_payment(product: Product) -> None:
    product.note("<p>Payment received</p><p>Reference DB-P-1234567890AB</p>")
    product.note("<p>Payment reversed</p><p>Reference DB-P-1234567890AB-R</p>")
    assert product.findings() == []
    again = product.note("<p>Payment received</p><p>Reference DB-P-1234567890AB</p>")
    assert only(product.findings(), "I1").id == again


def test_i1_an_archived_note_may_be_written_again(product: Product) -> None:
    first = product.note("<p>Reference DB-P-1</p>")
    product.hubspot("DELETE", f"/crm/v3/objects/notes/{first}")
    product.note("<p>Reference DB-P-1</p>")
    assert product.findings() == []


# -- I2


def test_i2_a_payment_that_hubspot_was_not_told_of(product: Product) -> None:
    invoice = product.books.invoice("1", line(100))
    told = product.tell(invoice)
    product.books.control("pay", invoice_id=invoice["Id"], amount=40)
    found = only(product.findings(), "I2")
    assert (found.vendor, found.entity, found.id) == ("hubspot", "invoices", told)
    assert "dealbooks_open 100" in found.what
    assert product.findings(at_rest=False) == []


def test_i2_a_deletion_that_hubspot_was_not_told_of(product: Product) -> None:
    invoice = product.books.invoice("1", line(100))
    product.tell(invoice)
    product.books.control("delete", invoice_id=invoice["Id"])
    only(product.findings(), "I2")


def test_i2_an_invoice_of_ours_that_hubspot_never_heard_of(product: Product) -> None:
    invoice = product.books.invoice("1", line(100), **marked("DB-DDDDD"))
    found = only(product.findings(), "I2")
    assert (found.vendor, found.id) == ("quickbooks", invoice["Id"])
    assert "DB-DDDDD" in found.what


def test_i2_a_deal_that_stayed_behind(product: Product) -> None:
    invoice = product.books.invoice("1", line(100))
    deals = product.hubspot("GET", "/crm/v3/objects/deals?limit=1")["results"]
    product.tell_deal(deals[0]["id"], invoice["DocNumber"], "100.00")
    product.books.control("edit", invoice_id=invoice["Id"], amount=120)
    assert only(product.findings(), "I2").entity == "deals"


# -- I3


def test_i3_an_older_version_after_a_newer_one(product: Product) -> None:
    invoice = product.books.invoice("1", line(100))
    told = product.tell(invoice)
    product.books.control("pay", invoice_id=invoice["Id"], amount=40)
    product.tell_again(told, product.books.read("Invoice", invoice["Id"]))
    product.tell_again(told, invoice)
    found = product.findings()
    assert [one.invariant for one in found] == ["I2", "I3"]
    assert "shows version 1" in found[1].what
    assert [one.invariant for one in product.findings(at_rest=False)] == ["I3"]


def test_i3_equal_amounts_of_a_later_version_are_no_regress(product: Product) -> None:
    invoice = product.books.invoice("1", line(100))
    told = product.tell(invoice)
    product.books.control("pay", invoice_id=invoice["Id"])
    product.tell_again(told, product.books.read("Invoice", invoice["Id"]))
    product.books.control("delete_payment", invoice_id=invoice["Id"])
    product.tell_again(told, product.books.read("Invoice", invoice["Id"]))
    assert product.findings() == []


def test_i3_a_history_whose_versions_fall(product: Product) -> None:
    product.books.invoice("1", line(100))
    entries = product.sandbox.history()
    again = json.loads(json.dumps(entries[-1]))
    again["number"] += 1
    entries[-1]["changes"][-1]["version"] = 7
    again["changes"][-1]["action"] = "update"
    assert only(check([*entries, again]), "I3").what.endswith("from version 7 back to 0")
