"""The customer step: suggestions with reasons, the picker, a new customer (S-29 to S-31, D-06)."""

from typing import Any

from integration import messages
from invoices.draft import Problem
from invoices.facts import currencies_of
from invoices.forms import NewCustomerForm, with_problems
from invoices.wizard import choices, reading
from invoices.wizard.choices import Option
from invoices.wizard.places import draft_url, problem_lists
from invoices.wizard.sitting import Sitting


def customer(sitting: Sitting, checked: bool) -> dict[str, Any]:
    suggested = choices.suggestions(sitting)
    options = [choices.suggestion_option(found, sitting.currency) for found in suggested]
    taken = sitting.facts.name_taken_by
    if taken is not None and taken.id not in {option.value for option in options}:
        options.insert(0, choices.customer_option(taken, sitting.currency))
    problems = sitting.problems_of("customer") if checked else []
    about_new = [found for found in problems if found.field.startswith("new_customer.")]
    return {
        "options": options,
        "choice": _choice(sitting, options),
        "new_form": _new_form(sitting, about_new),
        "contacts": sitting.people.contacts,
        "customer_error": " ".join(
            messages.sentence(found.code, **found.parameters)
            for found in problems
            if found.is_blocker and found not in about_new
        ),
        "found": [],
        "options_url": draft_url(sitting, "wizard-customers"),
    } | problem_lists(sitting, problems)


def _choice(sitting: Sitting, options: list[Option]) -> str:
    """The radio button that is on: a certain suggestion is preselected, a guess is not (D-06)."""
    content = sitting.content
    if content.new_customer is not None:
        return "new"
    if not content.customer_id:
        return "" if options else "search"
    offered = {option.value for option in options}
    return f"c:{content.customer_id}" if content.customer_id in offered else "search"


def _new_form(sitting: Sitting, problems: list[Problem]) -> NewCustomerForm:
    new = sitting.content.new_customer
    if new is not None:
        values = {f"new_{name}": getattr(new, name) for name in reading.NEW_CUSTOMER_FIELDS}
    else:
        values = _new_from_deal(sitting)
    values["new_currency"] = sitting.currency
    form = NewCustomerForm(values, currencies=_currencies(sitting))
    with_problems(
        form,
        [
            Problem(found.code, found.severity, found.field.replace("new_customer.", "new_"),
                    found.parameters)
            for found in problems
        ],
    )  # fmt: skip
    return form


def _new_from_deal(sitting: Sitting) -> dict[str, str]:
    """What HubSpot knows fills in the new customer: its company, else the only contact."""
    people = sitting.people
    company = people.company
    contact = next((one for one in people.contacts if one.id == sitting.content.contact_id), None)
    first, _blank, last = (contact.name if contact else "").partition(" ")
    found = {
        "new_given_name": first,
        "new_family_name": last,
        "new_email": contact.email if contact else "",
        "new_phone": (company.phone if company else "") or (contact.phone if contact else ""),
    }
    if company is None:
        return found | {"new_display_name": contact.name if contact else ""}
    names = ("line1", "line2", "city", "region", "postcode", "country")
    found |= {f"new_{name}": getattr(company, name) for name in names}
    return found | {"new_display_name": company.name, "new_company_name": company.name}


def _currencies(sitting: Sitting) -> list[str]:
    preferences = sitting.facts.preferences
    if not preferences.multicurrency:
        return [preferences.home_currency]
    known = {preferences.home_currency, sitting.currency, *currencies_of(sitting.reference.company)}
    return sorted(known)
