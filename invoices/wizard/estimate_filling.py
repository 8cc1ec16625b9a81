"""What a chosen estimate fills in: customer, lines, discount, tax codes, terms, texts (D-35)."""

from dataclasses import replace
from datetime import date

from integration.models import Company
from integration.reference import Reference
from invoices import draft_estimates, draft_quotes
from invoices.custom_fields import po_number_field, reference_field
from invoices.draft import DraftContent
from invoices.draft_estimates import KEY, DraftEstimate
from invoices.estimates import Estimate
from invoices.wizard import defaults


def fill(content: DraftContent, found: Estimate, company: Company, today: date) -> DraftContent:
    """The draft made from this estimate; what the rep added by hand stays."""
    reference = Reference.of(company)
    preferences = reference.preferences()
    fields = preferences.custom_fields if preferences else ()
    made = found.content(po_number_field(fields))
    base = free(content)
    lines = tuple(
        replace(line, key=f"{KEY}{place}") for place, line in enumerate(made.lines, start=1)
    )
    filled = replace(
        base,
        currency=found.currency,
        lines=(*lines, *base.lines),
        discount=made.discount,
        tax_mode=made.tax_mode or base.tax_mode,
        message=made.message or base.message,
        bill_email=made.bill_email or base.bill_email,
        bill_email_cc=made.bill_email_cc or base.bill_email_cc,
        po_number=made.po_number or base.po_number,
        class_id=made.class_id or base.class_id,
        location_id=made.location_id or base.location_id,
        custom_fields={**base.custom_fields, **_own_fields(made, fields)},
        priced_in=found.currency,
        price_rate="",
    )
    filled = _with_terms(_with_customer(filled, made, reference, today), made, reference, today)
    keys = tuple(line.key for line in lines)
    return draft_estimates.kept(filled, DraftEstimate(found, keys))


def free(content: DraftContent) -> DraftContent:
    """Neither from a quote nor from an estimate: the lines of both go."""
    loose = draft_estimates.let_go(content, with_lines=True)
    is_quote = draft_quotes.of(loose) is not None
    return draft_quotes.let_go(loose, with_lines=True) if is_quote else loose


def _own_fields(made: DraftContent, fields: tuple[tuple[str, str], ...]) -> dict[str, str]:
    """Custom fields the company still has; ours gets a reference of its own."""
    known = {key for key, _name in fields} - {reference_field(fields)}
    return {key: text for key, text in made.custom_fields.items() if key in known}


def _with_customer(
    content: DraftContent, made: DraftContent, reference: Reference, today: date
) -> DraftContent:
    customer = reference.customer(made.customer_id)
    if customer is not None:
        return defaults.with_customer(content, customer, reference, today)
    return replace(
        content,
        customer_id=made.customer_id,
        customer_name=made.customer_name,
        customer_confirmed=True,
        new_customer=None,
    )


def _with_terms(
    content: DraftContent, made: DraftContent, reference: Reference, today: date
) -> DraftContent:
    """What the customer accepted goes before its usual terms."""
    extras = {name: value for name, value in content.extras.items() if name != defaults.AGREED}
    if not any(term.id == made.terms_id for term in reference.terms()):
        return replace(content, extras=extras)
    agreed = {**extras, defaults.AGREED: made.terms_id}
    return defaults.with_due_date(
        replace(content, terms_id=made.terms_id, extras=agreed), reference, today
    )
