"""Choosing what happens by itself when deals are won and paid (E-01): stored, versioned, audited."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from integration import audit, jobs
from integration.access.actors import Actor
from integration.access.rights import Right
from integration.company_settings import SettingsChanged
from integration.models import Company
from invoices import won_deals
from invoices.models import DealAutomation
from invoices.models.deal_automation import PaidAction

FIELDS = (
    "enabled", "stages", "paid_action", "paid_property", "paid_value", "paid_stage",
    "paid_pipeline",
)  # fmt: skip


def of_company(company: Company) -> DealAutomation:
    """The company's choices; off and unsaved where nobody chose."""
    rows = DealAutomation.objects.for_portal(company.portal_id).filter(company=company)
    return rows.first() or DealAutomation(portal_id=company.portal_id, company=company)


def taken_stages(company: Company) -> dict[str, str]:
    """Stages that make drafts in other companies of the portal, with the company's name."""
    rows = DealAutomation.objects.for_portal(company.portal_id).filter(
        enabled=True, company__disconnected_at=None
    )
    others = rows.exclude(company=company).select_related("company")
    return {stage: row.company.name for row in others for stage in row.stages}


def change(
    actor: Actor, company: Company, values: Mapping[str, Any], *, version: int, now: datetime
) -> DealAutomation:
    """Store what differs. Raises SettingsChanged when ``version`` is an old one.

    What was won or paid before it was turned on stays as it is.
    """
    actor.require(Right.MAP, company)
    with transaction.atomic():
        Company.objects.for_portal(actor.portal).select_for_update().get(pk=company.pk)
        row = of_company(company)
        if row.version != version:
            raise SettingsChanged
        before = {name: getattr(row, name) for name in FIELDS}
        after = {name: values[name] for name in FIELDS if values[name] != before[name]}
        if not after:
            return row
        for name, value in after.items():
            setattr(row, name, value)
        _begin(row, after, actor, now)
        row.version += 1
        row.save()
        audit.record(
            "automation.changed",
            actor=actor,
            portal=actor.portal,
            company=company,
            before={name: before[name] for name in after},
            after=after,
            now=now,
        )
        if row.enabled:
            jobs.enqueue(won_deals.JOB, portal=actor.portal, at=now)
    return row


def _begin(row: DealAutomation, after: Mapping[str, Any], actor: Actor, now: datetime) -> None:
    """From when on it counts: also for stages that were added later."""
    if row.enabled and ("enabled" in after or "stages" in after):
        row.enabled_at = row.read_up_to = now
        row.made_by = actor.person
    if "paid_action" in after and row.paid_action != PaidAction.NOTHING:
        row.paid_since = now
