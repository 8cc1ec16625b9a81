"""Products that a quote names and QuickBooks does not have, created exactly once (B-12).

One product a step, before the customer; two lines of the same product share it. Products that a
person chose for a line are remembered, so that the next quote finds them by link.
"""

import uuid
from dataclasses import replace

from integration import audit, company_settings
from integration.crashpoints import crashpoint
from integration.gateways import quickbooks_records
from integration.gateways.errors import AccountBlocked, Conflict, NotFound, Rejected
from integration.gateways.quickbooks_query import where
from integration.models import RecordLink
from integration.records.quickbooks import Raw
from integration.reference import Reference
from invoices.creating_customer import ensure_customer
from invoices.creation import Refused, Walk, keep_content
from invoices.draft import DraftContent, DraftLine
from invoices.product_matching import UNSELLABLE, folded_name, folded_sku

NAME_LIMIT = 100
TEXT_LIMIT = 4000


def ensure(walked: Walk) -> None:
    """The next missing product; when there is none, the customer (the next recovery point)."""
    line = next((line for line in walked.content.lines if line.creates and not line.item_id), None)
    if line is None:
        _remember_choices(walked)
        return ensure_customer(walked)
    raw = _create(walked, line)
    item = quickbooks_records.item(raw)
    settled = _with_item(walked.content, line, item.id, item.name)
    with walked.fenced():
        Reference.of(walked.company).keep("Item", [raw], walked.now)
        _link(walked, line.product_id, item.id, "created", made_by_us=True)
        changes = keep_content(walked, settled)
        for name, value in changes.items():
            setattr(walked.operation, name, value)
        walked.operation.save(update_fields=list(changes))
        audit.record(
            "product.created",
            person=walked.operation.created_by,
            portal=walked.portal,
            company=walked.company,
            subject=("item", item.id),
            after={"name": item.name},
            now=walked.now,
            origin="worker",
        )
    return None


def _with_item(content: DraftContent, line: DraftLine, item_id: str, name: str) -> DraftContent:
    """On every line that names the same product."""
    for other in content.lines:
        if other.creates and not other.item_id and _same(other, line):
            made = replace(other, item_id=item_id, item_name=name, creates=False, wanted="")
            content = content.with_line(made)
    return content


def _same(one: DraftLine, other: DraftLine) -> bool:
    if one.product_id and other.product_id:
        return one.product_id == other.product_id
    return (folded_sku(one.wanted_sku), folded_name(one.wanted)) == (
        folded_sku(other.wanted_sku),
        folded_name(other.wanted),
    )


# --------------------------------------------------------------------------------------- creating
def _create(walked: Walk, line: DraftLine) -> Raw:
    """The product's JSON, of this call or of an earlier one whose answer was lost: the request id
    is fixed for the line, and an active product of that name serves as well."""
    operation = walked.operation
    request_id = uuid.uuid5(operation.pk, f"item:{operation.payload_version}:{line.key}")
    account = company_settings.of_company(walked.company).new_item_account_id
    if not account:
        company = walked.company.name
        raise Refused("quote.no_account", {"name": line.wanted, "company": company})
    crashpoint("item.before_create")
    try:
        raw = walked.quickbooks.create("Item", item_body(line, account), str(request_id))
    except Conflict as conflict:
        raw = _of_that_name(walked, line, conflict)
    except (Rejected, AccountBlocked, NotFound) as error:
        raise Refused(error.code, error.parameters, error.trace_id) from error
    crashpoint("item.after_create")
    return raw


def item_body(line: DraftLine, account_id: str) -> Raw:
    """A service: the kind that needs nothing but an income account (quickbooks.md 5.3). The price
    stays out: it was this customer's."""
    body: Raw = {
        "Name": item_name(line),
        "Type": "Service",
        "IncomeAccountRef": {"value": account_id},
    }
    if line.wanted_sku:
        body["Sku"] = line.wanted_sku[:NAME_LIMIT]
    if line.description and line.description != line.wanted:
        body["Description"] = line.description[:TEXT_LIMIT]
    return body


def item_name(line: DraftLine) -> str:
    """Without colons, which QuickBooks keeps for categories; 100 characters at most."""
    plain = " ".join((line.wanted or line.wanted_sku).replace(":", " - ").split())
    return plain[:NAME_LIMIT].strip()


def _of_that_name(walked: Walk, line: DraftLine, conflict: Conflict) -> Raw:
    rows = walked.quickbooks.query("Item", where("Name", "=", item_name(line)), limit=1)
    found = quickbooks_records.item(rows[0]) if rows else None
    if found is None or not found.active or found.kind in UNSELLABLE:
        raise Refused(
            "quote.new_item_name_taken", {"name": item_name(line)}, conflict.trace_id
        ) from conflict
    return rows[0]


# ------------------------------------------------------------------------------------ remembering
def _remember_choices(walked: Walk) -> None:
    """Chosen or matched products are the HubSpot products' from now on (B-12)."""
    chosen = {
        line.product_id: line.item_id
        for line in walked.content.lines
        if line.product_id and line.item_id and not line.kind
    }
    with walked.fenced():
        for product_id, item_id in chosen.items():
            _link(walked, product_id, item_id, "confirmed")


def _link(
    walked: Walk, product_id: str, item_id: str, source: str, *, made_by_us: bool = False
) -> None:
    """A product keeps the link it has; an item that is linked already keeps its own."""
    if not product_id:
        return
    links = RecordLink.objects.for_portal(walked.portal)
    mine = links.filter(
        company=walked.company, kind="Item", hubspot_kind="products", hubspot_id=product_id
    )
    if mine.filter(qbo_id=item_id).exists():
        return
    links.get_or_create(
        company=walked.company,
        kind="Item",
        qbo_id=item_id,
        hubspot_kind="products",
        defaults={
            "portal": walked.portal,
            "hubspot_id": product_id,
            "made_by_us": made_by_us,
            "source": source,
            "created_at": walked.now,
        },
    )
