"""Settings of a company as the values a plan reasons with."""

from integration.models import Company, CompanySettings
from integration.models.company_settings import CurrencyPolicy as Stored
from invoices.deal_rollup import CurrencyPolicy
from sync.fetch.on_paid import on_paid
from sync.models import SyncObject, SyncSetting
from sync.policies import Delete, ObjectPolicy, Rule, Save, Way
from sync.records import CustomerModel
from sync.snapshot import INVOICES_OFF, OFF, CompanyView

UNTIL_SET = {
    SyncObject.INVOICES: INVOICES_OFF,
    SyncObject.CONTACTS: OFF,
    SyncObject.PRODUCTS: OFF,
}


def company_view(company: Company) -> CompanyView:
    """Two queries at most; a company without settings has the defaults of D-23 and D-26."""
    chosen = getattr(company, "settings", None) or CompanySettings()
    policies = object_policies(company)
    return CompanyView(
        realm_id=company.realm_id,
        name=company.name,
        home_currency=company.home_currency,
        currency_policy=CurrencyPolicy(Stored(chosen.currency_policy).value),
        invoices=policies[SyncObject.INVOICES],
        payment_notes=chosen.payment_notes,
        contacts=policies[SyncObject.CONTACTS],
        products=policies[SyncObject.PRODUCTS],
        customer_model=CustomerModel(str(chosen.customer_model)),
        on_paid=on_paid(company),
    )


def object_policies(company: Company) -> dict[SyncObject, ObjectPolicy]:
    """Every tab; off until an admin turns it on (D-26)."""
    rows = SyncSetting.objects.for_portal(company.portal_id).filter(company=company)
    return {**UNTIL_SET, **{SyncObject(row.object): policy_of(row) for row in rows}}


def policy_of(row: SyncSetting) -> ObjectPolicy:
    return ObjectPolicy(
        enabled=row.enabled,
        enabled_at=row.enabled_at,
        save=Save(row.save_policy),
        delete=Delete(row.delete_policy),
        without_email=row.without_email,
        way=Way(row.direction),
        rule=Rule(row.conflict_rule),
        back_since=row.to_quickbooks_at,
        creates_back=row.creates_in_quickbooks,
    )


def invoice_policy(company: Company) -> ObjectPolicy:
    """The Invoices tab."""
    return object_policies(company)[SyncObject.INVOICES]


def follows_hubspot(company: Company) -> bool:
    """Whether HubSpot's changes of contacts or products reach the company's books (P-47)."""
    return any(policy.tells_quickbooks for policy in object_policies(company).values())
