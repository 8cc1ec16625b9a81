"""Invoicing rules of a company (D-15, E-06, E-08, E-11): stored with the company's settings.

Whoever may map changes finance's limits; the approval policy needs the right to approve as well.
A looser policy is audited and told to owners and admins.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from integration import audit, company_settings
from integration.access.actors import Actor
from integration.access.rights import Right
from integration.models import Company, CompanySettings
from invoices.approval_facts import read_policy
from invoices.approval_policy import Policy, is_looser
from invoices.signals import policy_loosened

APPROVAL_FIELDS = ("approval_rule", "approval_limit", "four_eyes")


def change(
    actor: Actor, company: Company, values: Mapping[str, Any], *, version: int, now: datetime
) -> CompanySettings:
    """Store what differs. Raises SettingsChanged, and Forbidden for an approval policy that is
    not theirs to change."""
    with transaction.atomic():
        Company.objects.for_portal(actor.portal).select_for_update().get(pk=company.pk)
        stored = company_settings.of_company(company)
        before = read_policy(stored, company)
        wanted = dict(values)
        if any(
            name in wanted and wanted[name] != getattr(stored, name) for name in APPROVAL_FIELDS
        ):
            actor.require(Right.APPROVE, company)
            wanted["approval_version"] = stored.approval_version + 1
        settings = company_settings.change(actor, company, wanted, version=version, now=now)
        after = read_policy(settings, company)
        if is_looser(before, after):
            _loosened(actor, company, before, after, now)
    return settings


def _loosened(actor: Actor, company: Company, before: Policy, after: Policy, now: datetime) -> None:
    audit.record(
        "approval.loosened",
        actor=actor,
        portal=actor.portal,
        company=company,
        before=_told(before),
        after={**_told(after), "company": company.name},
        now=now,
    )
    policy_loosened.send(CompanySettings, company=company, person=actor.person, now=now)


def _told(policy: Policy) -> dict[str, Any]:
    return {"rule": policy.rule.value, "limit": policy.limit, "four_eyes": policy.four_eyes}
