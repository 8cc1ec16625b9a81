"""The customer of an operation: the chosen one, or a new one created exactly once (S-31, fault 22)."""

import uuid
from dataclasses import replace
from datetime import datetime, timedelta

from integration import audit, company_settings, link_history
from integration.crashpoints import crashpoint
from integration.gateways import quickbooks_records
from integration.gateways.errors import AccountBlocked, Conflict, NotFound, Rejected
from integration.gateways.quickbooks_query import where
from integration.models import RecordLink
from integration.models.company_settings import CustomerModel
from integration.records.quickbooks import Customer, Raw
from integration.reference import Reference
from invoices.creation import Refused, Walk, keep_content
from invoices.draft import NewCustomer
from invoices.models.drafts import RecoveryPoint
from invoices.payload_customer import customer_body

CLOCKS_APART = timedelta(minutes=10)


def ensure_customer(walked: Walk) -> None:
    """Afterwards the operation has a customer id, and the deal's company remembers it (D-06)."""
    content = walked.content
    if content.new_customer is None:
        with walked.fenced():
            _remember_link(walked, content.customer_id)
            walked.reach(RecoveryPoint.CUSTOMER_ENSURED, customer_id=content.customer_id)
        return
    raw = _create(walked, content.new_customer)
    customer = quickbooks_records.customer(raw)
    settled = replace(
        content,
        customer_id=customer.id,
        customer_name=customer.display_name,
        customer_confirmed=True,
        new_customer=None,
    )
    with walked.fenced():
        Reference.of(walked.company).keep("Customer", [raw], walked.now)
        _remember_link(walked, customer.id)
        walked.reach(
            RecoveryPoint.CUSTOMER_ENSURED,
            customer_id=customer.id,
            **keep_content(walked, settled),
        )
        audit.record(
            "customer.created",
            person=walked.operation.created_by,
            portal=walked.portal,
            company=walked.company,
            subject=("customer", customer.id),
            after={"name": customer.display_name},
            now=walked.now,
            origin="worker",
        )


def _create(walked: Walk, new: NewCustomer) -> Raw:
    """The created customer's JSON, of this call or of an earlier one whose answer was lost."""
    operation = walked.operation
    request_id = uuid.uuid5(operation.pk, f"customer:{operation.payload_version}")
    tried_before = operation.customer_request_id == request_id
    if not tried_before:
        with walked.fenced():
            operation.customer_request_id = request_id
            operation.save(update_fields=["customer_request_id"])
    company = walked.company
    body = customer_body(
        new,
        walked.content.currency,
        multicurrency=walked.payload_facts().multicurrency,
        is_us=company.is_us,
    )
    crashpoint("customer.before_create")
    try:
        raw = walked.quickbooks.create("Customer", body, str(request_id))
    except Conflict as conflict:
        raw = _of_that_name(walked, new, conflict, tried_before)
    except (Rejected, AccountBlocked, NotFound) as error:
        raise Refused(error.code, error.parameters, error.trace_id) from error
    crashpoint("customer.after_create")
    return raw


def _of_that_name(walked: Walk, new: NewCustomer, conflict: Conflict, tried_before: bool) -> Raw:
    """6240: ours if an earlier try may have made it, else the existing one is offered."""
    named = where("DisplayName", "=", new.display_name.strip())
    rows = walked.quickbooks.query("Customer", named, limit=1)
    if not rows:
        raise Refused(
            "draft.name_taken_by_other", {"name": new.display_name}, conflict.trace_id
        ) from conflict
    customer = quickbooks_records.customer(rows[0])
    if tried_before and _is_ours(walked, new, customer, rows[0]):
        return rows[0]
    Reference.of(walked.company).keep("Customer", rows, walked.now)
    raise Refused(
        "draft.name_taken", {"name": customer.display_name}, conflict.trace_id
    ) from conflict


def _is_ours(walked: Walk, new: NewCustomer, customer: Customer, raw: Raw) -> bool:
    """Made after the operation began, untouched since, with the address that we sent."""
    made = datetime.fromisoformat(str(raw["MetaData"]["CreateTime"]))
    given = {part.strip() for part in new.email.split(",") if part.strip()}
    return made >= walked.operation.created_at - CLOCKS_APART and set(customer.emails) == given


def _remember_link(walked: Walk, customer_id: str) -> None:
    """A confirmed choice is the deal's company's (or contact's) customer from now on."""
    content, deal = walked.content, walked.operation.draft.deal
    model = company_settings.of_company(walked.company).customer_model
    if model == CustomerModel.SUB_CUSTOMER:
        _remember_sub_customer(walked, customer_id)
        return
    if model == CustomerModel.CONTACT:
        kind, ids = "contacts", [content.contact_id or next(iter(deal.contact_ids), "")]
    else:
        kind, ids = "companies", deal.company_ids[:1]
    for hubspot_id in filter(None, ids):
        _link(walked, customer_id, kind, hubspot_id)


def _remember_sub_customer(walked: Walk, customer_id: str) -> None:
    """A sub-customer is the deal's; its parent, or a customer without one, the deal's company's."""
    deal = walked.operation.draft.deal
    customer = Reference.of(walked.company).customer(customer_id)
    parent_id = customer.parent_id if customer else ""
    if parent_id:
        _link(walked, customer_id, "deals", deal.hubspot_id)
    for hubspot_id in deal.company_ids[:1]:
        _link(walked, parent_id or customer_id, "companies", hubspot_id)


def _link(walked: Walk, customer_id: str, kind: str, hubspot_id: str) -> None:
    link_history.forgive(walked.company, "Customer", customer_id, (kind, hubspot_id))
    links = RecordLink.objects.for_portal(walked.portal)
    links.get_or_create(
        company=walked.company,
        kind="Customer",
        qbo_id=customer_id,
        hubspot_kind=kind,
        defaults={
            "portal": walked.portal,
            "hubspot_id": hubspot_id,
            "source": "confirmed",
            "made_by": walked.operation.created_by,
            "created_at": walked.now,
        },
    )
