"""From a submitted draft to an invoice on the deal (S-46, S-55, D-24)."""

from decimal import Decimal

from integration.models import AuditEvent, Job, RecordLink
from invoices.models import InvoiceAttachment
from invoices.models.drafts import DraftState, RecoveryPoint
from tests.invoices.desk import DEAL, Desk


def test_s46_creates_the_invoice_in_quickbooks_and_on_the_deal(desk: Desk) -> None:
    draft = desk.draft(message="Thank you!")
    desk.books.forget()
    operation = desk.submit(draft)
    assert (operation.point, operation.problem) == (RecoveryPoint.DONE, "")
    (made,) = desk.ours(operation)
    assert made["CustomerMemo"] == {"value": "Thank you!"}
    invoice = operation.invoice
    assert invoice is not None
    assert (invoice.qbo_id, invoice.doc_number) == (made["Id"], made["DocNumber"])
    assert invoice.billed == Decimal(str(made["TotalAmt"])) == operation.expected_total
    assert not invoice.total_differs
    assert (invoice.origin, invoice.stage) == ("created", "awaiting_sending")
    draft.refresh_from_db()
    assert draft.state == DraftState.DONE


def test_d24_hubspots_invoice_object_hangs_on_deal_contact_and_company(desk: Desk) -> None:
    operation = desk.submit(desk.draft())
    (shown,) = desk.books.hubspot_invoices()
    properties = shown["properties"]
    assert properties["hs_invoice_billable"] == "false"
    assert properties["hs_invoice_status"] == "open"
    assert properties["dealbooks_key"].endswith(f":Invoice:{operation.invoice.qbo_id}")
    assert DEAL in shown["associations"]["deals"]
    ties = InvoiceAttachment.objects.for_portal(desk.books.portal).order_by("object_kind")
    assert {tie.object_kind for tie in ties} >= {"deals", "companies"}
    assert all(tie.associated_at for tie in ties)
    assert [tie.object_kind for tie in ties if tie.counts] == ["deals"]


def test_m09_submit_makes_one_quickbooks_write_and_at_most_four_hubspot_calls(desk: Desk) -> None:
    draft = desk.draft()
    desk.books.forget()
    desk.submit(draft)
    writes = desk.books.calls("quickbooks", writes=True)
    assert len(writes) == 1, writes
    assert len(desk.books.calls("hubspot")) <= 3, desk.books.calls("hubspot")
    assert Job.objects.for_portal(desk.books.portal).filter(kind="deal.refresh").exists()


def test_d06_a_confirmed_customer_is_remembered_for_the_deals_company(desk: Desk) -> None:
    operation = desk.submit(desk.draft())
    link = RecordLink.objects.for_portal(desk.books.portal).get()
    assert (link.hubspot_kind, link.qbo_id) == ("companies", operation.customer_id)
    assert link.hubspot_id == operation.draft.deal.company_ids[0]


def test_c25_each_change_of_state_has_its_line(desk: Desk) -> None:
    desk.submit(desk.draft())
    actions = set(AuditEvent.objects.for_portal(desk.books.portal).values_list("action", flat=True))
    assert actions >= {
        "draft.started",
        "invoice.submitted",
        "invoice.created",
        "invoice.associated",
    }


def test_b04_double_submit_is_one_invoice(desk: Desk) -> None:
    draft = desk.draft()
    first, second = desk.submit(draft), desk.submit(draft)
    assert first.pk == second.pk
    assert len(desk.ours(first)) == 1
