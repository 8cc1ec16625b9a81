"""A poll and a refresh of a deal that meet (I1, I3): nothing twice, nothing older on top."""

from datetime import timedelta

from integration import jobs, leases, sessions
from integration.clock import now
from integration.models import Job
from invoices.models import Invoice, PaymentApplication
from invoices.models.invoices import NoteState
from mappings.services import targets
from sync.apply.carry import Carrier
from sync.apply.history import Journal
from sync.fetch import state
from sync.operations import Operation
from sync.plan import plan
from tests.sync.books import DEAL, Books


def planned(books: Books, row: Invoice) -> list[Operation]:
    """What a run or refresh would do at this moment."""
    view = state.portal_view(books.portal, targets(books.portal), "{deal}")
    return plan(state.snapshot(books.portal, view, invoice_ids=[row.pk], now=now()))


def carrier(books: Books) -> Carrier:
    job = jobs.enqueue("deal.refresh", portal=books.portal, subject="late", at=now())
    lease = leases.Lease(job.pk, job.epoch)
    hubspot = sessions.hubspot(books.portal)
    return Carrier(books.portal, hubspot, lease, Journal(books.portal, books.company), now())


def test_i1_d20_two_that_plan_the_same_note_write_it_once(books: Books) -> None:
    raw = books.make("100.00")
    row = books.add(raw)
    books.do("pay", invoice_id=raw["Id"], amount="40")
    books.sync()
    PaymentApplication.objects.for_portal(books.portal).update(note_id="", note_state="none")
    books.hubspot().archive("notes", books.hubspot().associations("deals", "notes", [DEAL])[DEAL])
    late = planned(books, row)
    assert books.refresh()
    assert len(books.notes()) == 1
    second = carrier(books)
    second.carry(late)
    assert len(books.notes()) == 1
    assert second.look_later == {DEAL}


def test_i1_d20_a_note_on_its_way_is_waited_for(books: Books) -> None:
    raw = books.make("100.00")
    books.add(raw)
    books.configure(payment_notes=False)
    books.do("pay", invoice_id=raw["Id"], amount="40")
    books.sync()
    books.configure(payment_notes=True)
    [poll] = books.owed("sync.poll")
    job, epoch = leases.claim_one(poll.pk, ["sync.poll"]) or (None, None)
    assert job is not None
    assert epoch is not None
    rows = PaymentApplication.objects.for_portal(books.portal)
    rows.update(note_state=NoteState.OWED, note_hash=leases.Lease(job, epoch).name)
    assert books.refresh()
    assert books.notes() == []
    [again] = [each for each in books.owed("deal.refresh") if each.subject == DEAL]
    assert again.next_at <= now() + timedelta(seconds=10)
    Job.objects.for_portal(books.portal).filter(pk=job).update(lease_until=None)
    assert books.refresh()
    assert len(books.notes()) == 1


def test_i3_an_invoice_written_late_is_written_again(books: Books) -> None:
    raw = books.make("100.00")
    row = books.add(raw)
    books.do("edit", invoice_id=raw["Id"], due_date=books.day(50))
    qbo_row = Invoice.objects.for_portal(books.portal).filter(pk=row.pk)
    qbo_row.update(due_date=books.day(40))
    late = planned(books, row)
    books.sync()
    books.do("pay", invoice_id=raw["Id"])
    books.sync()
    second = carrier(books)
    second.carry(late)
    [invoice] = books.hubspot_invoices()
    assert invoice["properties"]["hs_invoice_status"] == "open"
    assert DEAL in second.look_again
    assert books.refresh()
    [invoice] = books.hubspot_invoices()
    assert invoice["properties"]["hs_invoice_status"] == "paid"
