"""What an approver looks at: the invoice as it will be posted, with everything that speaks about it."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.utils.translation import gettext as _

from integration import messages
from invoices import services
from invoices.draft import DraftContent, DraftLine
from invoices.draft_facts import DraftFacts
from invoices.facts import ReferenceMissing
from invoices.models import ApprovalRequest, Draft, Invoice
from invoices.taxes import NOT_TAXABLE, TAXABLE, Totals


@dataclass(frozen=True, slots=True)
class SheetLine:
    line: DraftLine
    amount: Decimal | None
    tax: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """``blockers`` and ``warnings`` are sentences of this moment; ``totals`` None where the
    company's data could not be read. ``before``: the invoice that shall be changed."""

    content: DraftContent
    lines: list[SheetLine]
    totals: Totals | None
    terms: str
    address: list[str]
    blockers: list[str]
    warnings: list[str]
    before: Invoice | None


def sheet_of(request: ApprovalRequest, now: datetime) -> Sheet:
    content = DraftContent.from_json(request.content)
    draft = _draft_of(request)
    before = request.change.invoice if request.change is not None else None
    if draft is None:
        return Sheet(content, _lines(content, None), None, "", [], [], [], before)
    try:
        filled, facts, problems, totals = services.judged(draft, content, now)
    except ReferenceMissing:
        return Sheet(content, _lines(content, None), None, "", [], [], [], before)
    said = [
        (found.is_blocker, messages.sentence(found.code, **found.parameters)) for found in problems
    ]
    term = facts.terms.get(content.terms_id)
    return Sheet(
        content=content,
        lines=_lines(filled, facts),
        totals=totals,
        terms=term.name if term else "",
        address=_address(content, facts),
        blockers=[text for is_blocker, text in said if is_blocker],
        warnings=[text for is_blocker, text in said if not is_blocker],
        before=before,
    )


def _draft_of(request: ApprovalRequest) -> Draft | None:
    if request.operation is not None:
        return request.operation.draft  # type: ignore[no-any-return]
    return request.change.draft if request.change is not None else None  # type: ignore[no-any-return]


def _lines(content: DraftContent, facts: DraftFacts | None) -> list[SheetLine]:
    words = {TAXABLE: _("Taxable"), NOT_TAXABLE: _("Not taxable")}
    codes = facts.tax_codes if facts is not None else {}
    found = []
    for line in content.lines:
        code = codes.get(line.tax_code_id)
        tax = words.get(line.tax_code_id) or (code.name if code else "")
        found.append(SheetLine(line, None if line.is_text else line.amount(content.currency), tax))
    return found


def _address(content: DraftContent, facts: DraftFacts) -> list[str]:
    new, customer = content.new_customer, facts.customer
    address = new.address if new else customer.bill_address if customer else None
    if address is None:
        return []
    town = " ".join(part for part in (address.city, address.region, address.postcode) if part)
    return [line for line in (*address.lines, town, address.country) if line]
