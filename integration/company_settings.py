"""What an admin or accountant chooses for a company or the portal: stored, versioned, audited."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from integration import audit
from integration.access.actors import Actor
from integration.access.rights import Right
from integration.models import Company, CompanySettings, Portal
from integration.signals import company_settings_changed

COMPANY_FIELDS = (
    "customer_model",
    "number_policy",
    "currency_policy",
    "sending_allowed",
    "printed_counts_as_sent",
    "reference_place",
    "automatic_attachment",
    "tax_filed_up_to",
    "default_terms_id",
    "default_tax_code_id",
    "product_policy",
    "default_item_id",
    "new_item_account_id",
    "fee_item_id",
    "discount_style",
    "discount_item_id",
    "payment_notes",
    "rep_customers",
    "approval_rule",
    "approval_limit",
    "four_eyes",
    "approval_version",
    "max_discount_percent",
    "min_price_percent",
    "allowed_items",
    "required_fields",
    "backdating_days",
    "future_days",
    "credit_limit",
    "warn_overdue",
    "unmapped_tax",
    "non_taxable_code_id",
    "quote_pdfs",
    "quote_pdf_on_mail",
)


class SettingsChanged(Exception):
    """Somebody else saved these settings since the page was loaded; nothing was stored."""


def of_company(company: Company) -> CompanySettings:
    """The company's settings; the defaults, unsaved, for one that never had any."""
    found = CompanySettings.objects.for_portal(company.portal_id).filter(company=company).first()
    return found or CompanySettings(portal_id=company.portal_id, company=company)


def change(
    actor: Actor, company: Company, values: Mapping[str, Any], *, version: int, now: datetime
) -> CompanySettings:
    """Store the values that differ. Raises ``SettingsChanged`` when ``version`` is an old one."""
    actor.require(Right.MAP, company)
    with transaction.atomic():
        Company.objects.for_portal(actor.portal).select_for_update().get(pk=company.pk)
        settings = of_company(company)
        if settings.version != version:
            raise SettingsChanged
        before = {name: getattr(settings, name) for name in COMPANY_FIELDS if name in values}
        after = {name: values[name] for name in before if values[name] != before[name]}
        if not after:
            return settings
        for name, value in after.items():
            setattr(settings, name, value)
        settings.version += 1
        settings.save()
        audit.record(
            "settings.changed",
            actor=actor,
            portal=actor.portal,
            company=company,
            before={name: before[name] for name in after},
            after=after,
            now=now,
        )
        company_settings_changed.send(
            CompanySettings, company=company, before=before, after=after, now=now
        )
    return settings


def change_deal_scope(actor: Actor, scope: str, now: datetime) -> None:
    """Which deals sales reps reach in this portal (D-05)."""
    actor.require(Right.PEOPLE)
    with transaction.atomic():
        portal = Portal.objects.select_for_update().get(pk=actor.portal.pk)
        if portal.deal_scope == scope:
            return
        before, portal.deal_scope = portal.deal_scope, scope
        portal.save(update_fields=["deal_scope"])
        audit.record(
            "portal.settings_changed",
            actor=actor,
            portal=portal,
            before={"deal_scope": before},
            after={"deal_scope": scope},
            now=now,
        )
