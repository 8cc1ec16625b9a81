"""Settings of a company as the values a plan reasons with."""

from integration.models import Company, CompanySettings
from integration.models.company_settings import CurrencyPolicy as Stored
from invoices.deal_rollup import CurrencyPolicy
from sync.models import SyncObject, SyncSetting
from sync.policies import Delete, ObjectPolicy, Save
from sync.snapshot import INVOICES_OFF, CompanyView


def company_view(company: Company) -> CompanyView:
    """Two queries at most; a company without settings has the defaults of D-23 and D-26."""
    chosen = getattr(company, "settings", None) or CompanySettings()
    return CompanyView(
        realm_id=company.realm_id,
        name=company.name,
        home_currency=company.home_currency,
        currency_policy=CurrencyPolicy(Stored(chosen.currency_policy).value),
        invoices=invoice_policy(company),
        payment_notes=chosen.payment_notes,
    )


def invoice_policy(company: Company) -> ObjectPolicy:
    """The Invoices tab; off until an admin turns it on (D-26)."""
    row = (
        SyncSetting.objects.for_portal(company.portal_id)
        .filter(company=company, object=SyncObject.INVOICES)
        .first()
    )
    if row is None:
        return INVOICES_OFF
    return ObjectPolicy(
        enabled=row.enabled,
        enabled_at=row.enabled_at,
        save=Save(row.save_policy),
        delete=Delete(row.delete_policy),
    )
