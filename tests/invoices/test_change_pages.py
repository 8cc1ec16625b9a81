"""Edit, void, correct and copy as a person does them on pages, without JavaScript."""

import re

from django.urls import reverse

from invoices.drafts import content_of
from invoices.models import Draft, Invoice, InvoiceChange
from invoices.models.changes import ChangePoint
from invoices.models.drafts import DraftState
from tests.invoices.change_desk import fresh, made, state_of, there
from tests.invoices.desk import DEAL, Desk
from tests.invoices.pages import Visitor


def place(invoice: Invoice, name: str = "invoice") -> str:
    return reverse(name, args=[invoice.portal_id, invoice.pk])


def test_d14_a_rep_edits_an_invoice_from_its_page(desk: Desk, rep: Visitor) -> None:
    invoice = made(desk)
    rep.see(place(invoice))
    assert "Copy to new draft" in rep.text
    rep.post(place(invoice, "invoice-edit"))
    assert f"Edit invoice {invoice.doc_number}" in rep.text
    assert "Customer" not in step_names(rep)
    key = re.search(r"line-(\w+)-quantity", rep.page.content.decode())
    assert key
    rep.press("next", **{f"line-{key[1]}-quantity": "5"})
    rep.press("next", message="Ordered by phone")
    assert "Save changes in QuickBooks" in rep.text
    rep.press("create")
    assert "Your changes are saved in QuickBooks." in rep.text
    raw = there(desk, invoice)
    assert raw["Line"][0]["SalesItemLineDetail"]["Qty"] == 5
    assert raw["CustomerMemo"] == {"value": "Ordered by phone"}
    assert "was edited; its total went from" in rep.text


def step_names(visitor: Visitor) -> str:
    found = re.search(r'<ol class="steps.*?</ol>', visitor.page.content.decode(), re.S)
    assert found
    return found[0]


def test_d14_saving_nothing_says_so(desk: Desk, rep: Visitor) -> None:
    invoice = made(desk)
    rep.post(place(invoice, "invoice-edit"))
    rep.press("next")
    rep.press("next")
    rep.press("create")
    assert rep.page.status_code == 409
    assert "The draft says what the invoice says already." in rep.text
    assert not InvoiceChange.objects.for_portal(desk.books.portal).exists()


def test_f77_a_conflict_is_compared_and_settled_on_the_page(desk: Desk, rep: Visitor) -> None:
    invoice = made(desk)
    rep.post(place(invoice, "invoice-edit"))
    rep.press("next", **{first_quantity(rep): "5"})
    rep.press("next")
    desk.books.do("edit", invoice_id=invoice.qbo_id, quantity="3")
    rep.press("create")
    assert "Changed in QuickBooks meanwhile" in rep.text
    assert "Both changed it" in rep.text
    rep.see(place(invoice))
    assert "waits for somebody to compare two versions" in rep.text
    change = InvoiceChange.objects.for_portal(desk.books.portal).get()
    rep.post(reverse("invoice-change", args=[invoice.portal_id, invoice.pk, change.pk]),
             choice="mine")  # fmt: skip
    assert "Your changes are saved in QuickBooks." in rep.text
    assert there(desk, invoice)["Line"][0]["SalesItemLineDetail"]["Qty"] == 5


def first_quantity(visitor: Visitor) -> str:
    found = re.search(r"line-\w+-quantity", visitor.page.content.decode())
    assert found
    return found[0]


def test_f77_a_refused_edit_comes_back_with_its_reason(desk: Desk, rep: Visitor) -> None:
    invoice = made(desk)
    rep.post(place(invoice, "invoice-edit"))
    rep.press("next", **{first_quantity(rep): "5"})
    rep.press("next")
    desk.books.do("pay", invoice_id=invoice.qbo_id)
    rep.press("create")
    assert "A payment or credit settles invoice" in rep.text
    draft = Draft.objects.for_portal(desk.books.portal).get(edits=invoice)
    assert (draft.state, content_of(draft).lines[0].quantity) == (DraftState.OPEN, "5")


def test_d14_an_accountant_voids_after_being_asked(desk: Desk, rep: Visitor) -> None:
    invoice = made(desk)
    rep.see(place(invoice, "invoice-void"))
    assert "This cannot be taken back." in rep.text
    rep.post(place(invoice, "invoice-void"), reason="Ordered twice")
    assert "The invoice was voided in QuickBooks." in rep.text
    assert there(desk, invoice)["TotalAmt"] == 0
    assert "Ordered twice" in rep.text
    rep.see(place(invoice, "invoice-void"))
    assert f"Invoice {invoice.doc_number} is voided." in rep.text


def test_d14_disabled_acts_say_why(desk: Desk, rep: Visitor) -> None:
    invoice = made(desk)
    desk.books.do("pay", invoice_id=invoice.qbo_id, amount="10.00")
    desk.books.sync()
    rep.see(place(invoice))
    html = rep.page.content.decode()
    for name in ("edit", "void"):
        assert f'aria-describedby="why-not-{name}"' in html
    assert "A payment or credit settles invoice" in rep.text
    assert reverse("invoice-correct", args=[invoice.portal_id, invoice.pk]) in html


def test_d14_correcting_leads_to_the_new_draft(desk: Desk, rep: Visitor) -> None:
    invoice = made(desk)
    desk.books.do("send", invoice_id=invoice.qbo_id, address="a@example.com")
    desk.books.sync()
    rep.see(place(invoice, "invoice-correct"))
    assert "A credit memo dated today takes the whole invoice back" in rep.text
    rep.post(place(invoice, "invoice-correct"))
    assert "The invoice is corrected" in rep.text
    change = InvoiceChange.objects.for_portal(desk.books.portal).get()
    assert change.point == ChangePoint.DONE
    assert change.draft is not None
    rep.see(reverse("wizard-draft", args=[invoice.portal_id, DEAL, change.draft.pk]))
    assert "Check and create" in rep.text
    rep.press("create")
    assert "It is ready to be sent from QuickBooks." in rep.text
    rep.see(place(invoice))
    assert f"Credit memo {change.credit_number} takes this invoice back." in rep.text


def test_d14_a_copy_becomes_an_invoice_of_its_own(desk: Desk, rep: Visitor) -> None:
    invoice = made(desk, message="Thank you!")
    rep.post(place(invoice, "invoice-void"))
    before = len(state_of(desk, "Invoice"))
    rep.post(place(invoice, "invoice-copy"))
    assert "Check and create" in rep.text
    rep.press("create")
    assert "It is ready to be sent from QuickBooks." in rep.text
    assert len(state_of(desk, "Invoice")) == before + 1
    newest = max(desk.in_quickbooks(), key=lambda row: int(row["Id"]))
    assert newest["CustomerMemo"] == {"value": "Thank you!"}
    assert newest["TotalAmt"] == invoice.total


def test_d14_an_edit_draft_never_becomes_a_new_invoice(desk: Desk, rep: Visitor) -> None:
    """ "Create invoice" on the deal begins another draft while an edit is open."""
    invoice = made(desk)
    rep.post(place(invoice, "invoice-edit"))
    rep.post(reverse("wizard", args=[invoice.portal_id, DEAL]))
    assert f"Edit invoice {invoice.doc_number}" not in rep.text
    edits = Draft.objects.for_portal(desk.books.portal).exclude(edits=None)
    assert edits.count() == 1
    assert fresh(invoice).stage == "awaiting_sending"
