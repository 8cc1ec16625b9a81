"""The context of each step's page: the same one whether it is asked for or refused."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from integration import messages
from integration.access.pages import record_url
from invoices.custom_fields import po_number_field
from invoices.draft import DraftLine, Problem
from invoices.forms import DetailsForm, with_problems
from invoices.models.drafts import RecoveryPoint
from invoices.taxes import ELSEWHERE_MODES, US_MODES
from invoices.wizard import choices, customer_page, quote_lines_page, source_page
from invoices.wizard.choices import Option
from invoices.wizard.places import draft_url, problem_lists, sentences, url_of
from invoices.wizard.sitting import Sitting
from invoices.wizard.steps import Step, furthest, neighbour, shown_steps, steps_of
from invoices.wizard.words import TAX_MODES


@dataclass(frozen=True)
class ShownLine:
    """One line with what is wrong about it, by field."""

    line: DraftLine
    amount: Decimal | None
    code: Option | None
    list_price: str
    errors: dict[str, str]
    picker: str = ""

    @property
    def key(self) -> str:
        return self.line.key


def page(sitting: Sitting, step: Step, *, checked: bool, **more: Any) -> dict[str, Any]:
    """``checked``: show what is wrong; on a first visit nothing is wrong yet."""
    steps = steps_of(sitting)
    context: dict[str, Any] = {
        "actor": sitting.actor,
        "sitting": sitting,
        "draft": sitting.draft,
        "deal": sitting.deal,
        "content": sitting.content,
        "step": step,
        "steps": shown_steps(sitting, step, [url_of(sitting, each) for each in steps]),
        "is_first": step is steps[0],
        "next_label": neighbour(sitting, step, 1).next_label,
        "action_url": url_of(sitting, step),
        "deal_url": record_url(sitting.actor, "panel", sitting.deal.hubspot_id),
        "discard_url": draft_url(sitting, "wizard-discard"),
    }
    if sitting.company is not None:
        context |= {"summary": summary(sitting)}
        context |= PARTS[step.name](sitting, checked)
    elif step.name == "company":
        context |= PARTS["company"](sitting, checked)
    return context | more


def was_checked(sitting: Sitting, step: Step) -> bool:
    """Whether the rep has been past this step, so that its problems may be shown."""
    return step.name == "review" or steps_of(sitting).index(step) < furthest(sitting)


def summary(sitting: Sitting) -> dict[str, Any]:
    """What fills in on the right as the rep goes on."""
    return {
        "customer": sitting.content.recipient,
        "lines": [
            (line.name, line.quantity, line.amount(sitting.currency))
            for line in sitting.content.lines
        ],
        "totals": sitting.totals,
        "currency": sitting.currency,
        "term": sitting.term,
        "due_date": sitting.content.due_date_value,
    }


# ------------------------------------------------------------------------------- each step's own
def _company(sitting: Sitting, checked: bool) -> dict[str, Any]:
    return {"companies": sitting.companies, "missing": checked and sitting.company is None}


def _lines(sitting: Sitting, checked: bool) -> dict[str, Any]:
    mode = sitting.facts.tax_mode(sitting.content.tax_mode)
    codes = choices.tax_codes(sitting)
    problems = sitting.problems_of("lines") if checked else quote_lines_page.shown_at_once(sitting)
    return {
        "lines": shown_lines(sitting, codes, problems),
        "codes": codes,
        "is_us": mode in US_MODES,
        "mode": mode.value,
        "modes": []
        if mode in US_MODES
        else [(each.value, TAX_MODES[each]) for each in ELSEWHERE_MODES],
        "add_error": " ".join(
            messages.sentence(found.code, **found.parameters)
            for found in problems
            if found.field == "lines" and found.is_blocker
        ),
        "products_url": draft_url(sitting, "wizard-products"),
        "found": [],
        **quote_lines_page.context(sitting, problems),
    } | problem_lists(sitting, problems)


def shown_lines(
    sitting: Sitting, codes: list[Option], problems: Iterable[Problem] = ()
) -> list[ShownLine]:
    errors: dict[str, dict[str, str]] = {}
    for problem in problems:
        first, _dot, rest = problem.field.partition(".")
        key, _dot, name = rest.partition(".")
        if first == "lines" and problem.is_blocker:
            text = messages.sentence(problem.code, **problem.parameters)
            errors.setdefault(key, {})[name] = text
    by_id = {code.value: code for code in codes}
    home = sitting.facts.preferences.home_currency
    found = []
    for line in sitting.filled.lines:
        item = sitting.facts.items.get(line.item_id)
        price = item.unit_price if item and sitting.currency != home else None
        found.append(
            ShownLine(
                line,
                line.amount(sitting.currency),
                by_id.get(line.tax_code_id),
                choices.list_price(price, home) if price is not None else "",
                errors.get(line.key, {}),
                quote_lines_page.picker(line, sitting.facts.product_policy),
            )
        )
    return found


def _details(sitting: Sitting, checked: bool) -> dict[str, Any]:
    content = sitting.content
    terms = [(term.id, term.name) for term in sitting.reference.terms() if term.active]
    form = DetailsForm(
        {
            "terms_id": content.terms_id,
            "txn_date": content.txn_date,
            "due_date": content.due_date,
            "bill_email": content.bill_email,
            "bill_email_cc": content.bill_email_cc,
            "po_number": content.po_number,
            "message": content.message,
        },
        terms=terms,
        with_po=bool(po_number_field(sitting.facts.preferences.custom_fields)),
    )
    problems = sitting.problems_of("details") if checked else []
    named = [
        Problem(p.code, p.severity, "terms_id" if p.field == "terms" else p.field, p.parameters)
        for p in problems
    ]
    return {"form": with_problems(form, named)} | problem_lists(sitting, problems)


def _review(sitting: Sitting, checked: bool) -> dict[str, Any]:
    found = sentences(sitting, sitting.problems)
    codes = choices.tax_codes(sitting)
    mode = sitting.facts.tax_mode(sitting.content.tax_mode)
    return {
        "lines": shown_lines(sitting, codes),
        "rates": [
            (f"{rate.percent.normalize():f}", rate.net, rate.tax) for rate in sitting.totals.rates
        ],
        "blockers": [sentence for sentence in found if sentence.is_blocker],
        "warnings": [sentence for sentence in found if not sentence.is_blocker],
        "refused": _refused(sitting),
        "mode": mode.value,
        "mode_label": TAX_MODES.get(mode, ""),
        "edit_urls": {step.name: url_of(sitting, step) for step in steps_of(sitting)},
        "address": reading_address(sitting),
    }


def reading_address(sitting: Sitting) -> list[str]:
    """The customer's billing address, line by line."""
    new, customer = sitting.content.new_customer, sitting.customer
    address = new.address if new else customer.bill_address if customer else None
    if address is None:
        return []
    town = " ".join(part for part in (address.city, address.region, address.postcode) if part)
    return [line for line in (*address.lines, town, address.country) if line]


def _refused(sitting: Sitting) -> messages.Message | None:
    """Why QuickBooks sent the draft back, until it is changed or tried again."""
    operation = sitting.last_operation
    if operation is None or operation.point != RecoveryPoint.FAILED:
        return None
    if operation.finished_at is None or sitting.draft.edited_at > operation.finished_at:
        return None
    return messages.message(operation.problem, **operation.problem_parameters)


PARTS = {
    "company": _company,
    "source": source_page.source,
    "customer": customer_page.customer,
    "lines": _lines,
    "details": _details,
    "review": _review,
}
