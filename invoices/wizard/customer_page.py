"""The customer step: suggestions with reasons, the picker, a new customer (S-29 to S-31, D-06)."""

from typing import Any

from django.utils.translation import gettext as _

from integration import messages
from integration.models import Record
from invoices import customer_requests
from invoices.customer_form import NewCustomerForm, Offered
from invoices.customer_names import unique_names
from invoices.customer_policy import CustomerPolicy
from invoices.draft import NewCustomer, Problem
from invoices.draft_customer import EXEMPT
from invoices.facts import currencies_of
from invoices.forms import with_problems
from invoices.models import CustomerRequest
from invoices.taxes import TaxMode
from invoices.wizard import choices, estimates_page, new_customer_defaults, reading
from invoices.wizard.choices import Option
from invoices.wizard.places import draft_url, problem_lists
from invoices.wizard.sitting import Sitting

TAKEN_BY_OTHER = "draft.name_taken_by_other"


def customer(sitting: Sitting, checked: bool) -> dict[str, Any]:
    suggested = choices.suggestions(sitting)
    options = [choices.suggestion_option(found, sitting.currency) for found in suggested]
    taken = sitting.facts.name_taken_by
    if taken is not None and taken.active and taken.id not in {each.value for each in options}:
        why = _("Has this name already")
        options.insert(0, choices.customer_option(taken, sitting.currency, why))
    problems = sitting.problems_of("customer") if checked else []
    about_new = [found for found in problems if found.field.startswith("new_customer.")]
    policy = customer_requests.policy_for(sitting.actor, sitting.draft.company)
    new = sitting.content.new_customer or new_customer_defaults.of_deal(sitting)
    return {
        "options": options,
        "choice": _choice(sitting, options),
        "new_form": _new_form(sitting, new, policy, about_new),
        "new": new,
        "may_choose_parent": policy != CustomerPolicy.LIMITED,
        "parent_error": _error(about_new, "new_customer.parent_id"),
        "asks_for_customers": policy == CustomerPolicy.REQUEST,
        "request_made": _request(sitting, policy),
        "other_names": _other_names(sitting),
        "contacts": sitting.people.contacts,
        "customer_error": " ".join(
            messages.sentence(found.code, **found.parameters)
            for found in problems
            if found.is_blocker and found not in about_new
        ),
        "found": [],
        "options_url": draft_url(sitting, "wizard-customers"),
        "offers_estimates": estimates_page.are_used(sitting),
    } | problem_lists(sitting, problems)


def _error(problems: list[Problem], field: str) -> str:
    found = [each for each in problems if each.field == field]
    return " ".join(messages.sentence(each.code, **each.parameters) for each in found)


def _choice(sitting: Sitting, options: list[Option]) -> str:
    """The radio button that is on: a certain suggestion is preselected, a guess is not (D-06)."""
    content = sitting.content
    if content.new_customer is not None:
        return "new"
    if content.customer_id:
        offered = {option.value for option in options}
        return f"c:{content.customer_id}" if content.customer_id in offered else "search"
    if choices.is_sub_customer_model(sitting):
        return "new"
    return "" if options else "search"


def _request(sitting: Sitting, policy: str) -> CustomerRequest | None:
    """E-10: what became of the request, while the draft still wants this customer."""
    if policy != CustomerPolicy.REQUEST or sitting.content.new_customer is None:
        return None
    return customer_requests.latest(sitting.draft)


def _other_names(sitting: Sitting) -> list[str]:
    """P-18: free names to take with one press, when somebody bears the wanted one."""
    new, facts = sitting.content.new_customer, sitting.facts
    if new is None or not (facts.name_taken_by is not None or _taken_elsewhere(sitting, new)):
        return []
    return unique_names(
        new.display_name,
        lambda name: sitting.reference.customer_named(name) is not None,
        place=new.city,
        person=f"{new.given_name} {new.family_name}".strip(),
    )


def _taken_elsewhere(sitting: Sitting, new: NewCustomer) -> bool:
    """QuickBooks said so: a vendor or an employee has the name (6240)."""
    last = sitting.last_operation
    if last is None or getattr(last, "problem", "") != TAKEN_BY_OTHER:
        return False
    return bool(last.problem_parameters.get("name") == new.display_name.strip())


# ------------------------------------------------------------------------------------ the new one
def _new_form(
    sitting: Sitting, new: NewCustomer, policy: str, problems: list[Problem]
) -> NewCustomerForm:
    values = {f"new_{name}": getattr(new, name) for name in reading.NEW_CUSTOMER_FIELDS}
    values["new_currency"] = sitting.currency
    form = NewCustomerForm(values, offered=_offered(sitting, policy))
    named = [
        Problem(found.code, found.severity, found.field.replace("new_customer.", "new_"),
                found.parameters)
        for found in problems
        if found.field != "new_customer.parent_id"
    ]  # fmt: skip
    with_problems(form, named)
    return form


def _offered(sitting: Sitting, policy: str) -> Offered:
    if policy == CustomerPolicy.LIMITED:
        return Offered()
    terms = [(term.id, term.name) for term in sitting.reference.terms() if term.active]
    return Offered(_currencies(sitting), terms, _taxes(sitting))


def _taxes(sitting: Sitting) -> list[tuple[str, Any]]:
    """Taxable or exempt in the US; elsewhere the code that the customer's invoices start with."""
    mode = sitting.facts.tax_mode(sitting.content.tax_mode)
    if mode in (TaxMode.US_OFF, TaxMode.NOT_APPLICABLE):
        return []
    if sitting.facts.is_us:
        return [("", _("Taxable")), (EXEMPT, _("Exempt from sales tax"))]
    codes = [(code.value, code.label) for code in choices.tax_codes(sitting)]
    return [("", _("As the product or the company has it")), *codes]


def _currencies(sitting: Sitting) -> list[str]:
    preferences = sitting.facts.preferences
    if not preferences.multicurrency:
        return [preferences.home_currency]
    company = sitting.reference.company
    known = {preferences.home_currency, sitting.currency, *currencies_of(company)}
    known |= set(_active_currencies(sitting))
    return sorted(known)


def _active_currencies(sitting: Sitting) -> list[str]:
    """Those the company switched on, where their list was read."""
    company = sitting.reference.company
    rows = Record.objects.for_portal(company.portal_id).filter(
        company=company, kind="CompanyCurrency", active=True
    )
    return [code for code in rows.values_list("raw__Code", flat=True) if code]
