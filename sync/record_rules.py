"""Which customers and items enter HubSpot, and as what (D-26, the customer model). Pure."""

from sync.operations import CUSTOMER
from sync.policies import ObjectPolicy
from sync.records import COMPANIES, CONTACTS, PRODUCTS, CustomerModel, RecordState
from sync.snapshot import CompanyView


def policy_of(record: RecordState, company: CompanyView) -> ObjectPolicy:
    return company.contacts if record.kind == CUSTOMER else company.products


def kinds_of(record: RecordState, company: CompanyView) -> tuple[str, ...]:
    """What the record is in HubSpot by the company's customer model; a person is no company."""
    if record.kind != CUSTOMER:
        return (PRODUCTS,)
    model = company.customer_model
    is_company = bool(record.company_name) or not record.is_person
    if model is CustomerModel.CONTACT or record.is_sub or not is_company:
        return (CONTACTS,)
    return (COMPANIES, CONTACTS)


def seeks(record: RecordState, company: CompanyView) -> tuple[str, ...]:
    """Kinds in which HubSpot must be searched for the record before anything is decided."""
    policy = policy_of(record, company)
    if (
        record.gone_at
        or record.is_merged
        or not policy.enters(record.updated_at)
        or never(record, company)
    ):
        return ()
    if not (policy.creates or policy.updates):
        return ()
    return tuple(
        kind
        for kind in kinds_of(record, company)
        if record.link(kind) is None and (kind != CONTACTS or record.emails or policy.without_email)
    )


def never(record: RecordState, company: CompanyView) -> str:
    """Why a record is never an object of its own: a reason code, or nothing."""
    if record.is_project:
        return "sync.project"
    if record.is_sub and company.customer_model is CustomerModel.SUB_CUSTOMER:
        return "sync.sub_customer"
    return "sync.category" if record.item_kind == "Category" else ""
