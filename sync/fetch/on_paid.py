"""What a company wants of deals that are paid, and which were told (E-01)."""

from collections.abc import Collection

from integration.models import Company, Portal
from invoices.models import DealAutomation, PaidDeal
from invoices.models.deal_automation import PaidAction
from sync.snapshot import OnPaid


def on_paid(company: Company) -> OnPaid | None:
    rows = DealAutomation.objects.for_portal(company.portal_id).filter(company=company)
    row = rows.exclude(paid_action=PaidAction.NOTHING).exclude(paid_since=None).first()
    if row is None:
        return None
    if row.paid_action == PaidAction.STAGE:
        return OnPaid("dealstage", row.paid_stage, row.paid_since, row.paid_pipeline)
    return OnPaid(row.paid_property, row.paid_value, row.paid_since)


def marked_paid(portal: Portal, deals: Collection[str]) -> set[str]:
    """HubSpot ids of those that were told."""
    if not deals:
        return set()
    rows = PaidDeal.objects.for_portal(portal).filter(deal_id__among=deals)
    return set(rows.values_list("deal_id", flat=True))
