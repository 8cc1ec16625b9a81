"""What a deal is told when all its invoices are paid in full (E-01). Pure."""

from collections.abc import Iterator

from invoices.deal_rollup import GONE
from invoices.stages import Stage
from sync.operations import DEAL, MarkPaidDeal, Operation, Subject
from sync.snapshot import DealState, Snapshot


def paid_deal(snapshot: Snapshot, deal: DealState) -> Iterator[Operation]:
    """Once, by the choice of the company of the invoice that was paid last.

    Voided and deleted invoices do not matter; one that another deal counts does not either.
    """
    if deal.is_marked or (DEAL, deal.hubspot_id) in (snapshot.held | snapshot.undone):
        return
    attached = [snapshot.invoices[found] for found in deal.invoice_ids]
    counted = [
        each
        for each in attached
        if each.counting_deal() == deal.hubspot_id and each.stage not in GONE
    ]
    if not counted or any(each.stage is not Stage.PAID for each in counted):
        return
    last = max(counted, key=lambda each: (each.updated_at, each.id))
    wanted = snapshot.companies[last.company_id].on_paid
    if wanted is None or last.updated_at < wanted.since:
        return
    subject = Subject(DEAL, deal.hubspot_id, deal.name, last.company_id)
    yield MarkPaidDeal(subject, wanted.name, wanted.value, wanted.pipeline)
