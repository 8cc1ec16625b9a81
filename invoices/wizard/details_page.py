"""What the details step shows: terms, dates, message, and what only some companies have (B-20)."""

from typing import Any

from django.utils.translation import gettext

from integration import company_settings
from integration.records.quickbooks import ListEntry
from invoices.custom_fields import po_number_field
from invoices.draft import Problem
from invoices.forms import DetailsForm, Offered, with_problems
from invoices.payload_places import own_custom_fields, places_of
from invoices.wizard.places import problem_lists
from invoices.wizard.sitting import Sitting

FIELD_NAMES = {"terms": "terms_id", "class": "class_id", "location": "location_id"}
"""A problem's field to the form's, where they differ."""


def context(sitting: Sitting, checked: bool) -> dict[str, Any]:
    content = sitting.content
    values = {
        "terms_id": content.terms_id,
        "txn_date": content.txn_date,
        "due_date": content.due_date,
        "bill_email": content.bill_email,
        "bill_email_cc": content.bill_email_cc,
        "po_number": content.po_number,
        "message": content.message,
        "class_id": content.class_id,
        "location_id": content.location_id,
    }
    values |= {f"custom_field_{key}": text for key, text in content.custom_fields.items()}
    form = DetailsForm(values, offered=offered(sitting))
    problems = sitting.problems_of("details") if checked else []
    named = [
        Problem(found.code, found.severity, _form_field(found.field), found.parameters)
        for found in problems
    ]
    return {"form": with_problems(form, named)} | problem_lists(sitting, problems)


def _form_field(field: str) -> str:
    first, _dot, key = field.partition(".")
    return f"custom_field_{key}" if first == "custom_field" else FIELD_NAMES.get(field, field)


def offered(sitting: Sitting) -> Offered:
    """What this company has: another one's wizard shows other fields."""
    preferences, reference = sitting.facts.preferences, sitting.reference
    places = places_of(preferences)
    place = company_settings.of_company(sitting.company).reference_place if sitting.company else ""
    return Offered(
        terms=[(term.id, term.name) for term in reference.terms() if term.active],
        with_po=bool(po_number_field(preferences.custom_fields)),
        classes=_named(reference.classes()) if places.class_per_invoice else None,
        locations=_named(reference.locations()) if places.locations else None,
        custom_fields=own_custom_fields(preferences.custom_fields, place),
    )


def chosen_places(sitting: Sitting) -> list[tuple[str, str]]:
    """(label, text) of class, location and custom fields as Review shows them (B-20)."""
    found, content = offered(sitting), sitting.content
    rows = [
        (gettext("Class"), dict(found.classes or ()).get(content.class_id, "")),
        (gettext("Location"), dict(found.locations or ()).get(content.location_id, "")),
        *((name, content.custom_fields.get(key, "")) for key, name in found.custom_fields),
    ]
    return [(label, text) for label, text in rows if text]


def _named(entries: tuple[ListEntry, ...]) -> list[tuple[str, str]]:
    return [(each.id, each.full_name) for each in entries]
