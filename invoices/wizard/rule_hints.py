"""Finance's rules where they matter, before they are broken (E-06): a sentence beside the fields."""

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from invoices.custom_fields import po_number_field
from invoices.finance_rules import FinanceRules, Required
from invoices.rules_form import REQUIRED_LABELS
from invoices.wizard.sitting import Sitting


def of_step(sitting: Sitting, step: str) -> list[str]:
    """Sentences for the top of a step; empty where finance set nothing."""
    readers = {"lines": _of_lines, "details": _of_details}
    return list(readers[step](sitting)) if step in readers else []


FORM_FIELDS = {Required.TERMS: "terms_id", Required.LOCATION: "location_id"}
"""Names in the form of the details where they are not the rule's own."""


def mark_required(sitting: Sitting, form: Any) -> None:
    """Beside the field: nothing that finance wants is called optional. After the form was judged,
    so that the sentence stays that of ``draft.problems``."""
    for name in _required(sitting):
        field = form.fields.get(FORM_FIELDS.get(name, name.value))
        if field is not None:
            field.required = True


def _of_lines(sitting: Sitting) -> Iterator[str]:
    rules = sitting.facts.rules
    if rules.max_discount_percent is not None:
        percent = _plain(rules.max_discount_percent)
        yield _("Discounts may come to %(percent)s percent of the list prices at most.") % {
            "percent": percent
        }
    if rules.min_price_percent is not None:
        percent = _plain(rules.min_price_percent)
        yield _("No price may be below %(percent)s percent of the list price.") % {
            "percent": percent
        }
    if rules.allowed_items:
        yield _("Only certain products may be invoiced (%(count)s).") % {
            "count": len(rules.allowed_items)
        }
    if Required.CLASS in rules.required and sitting.facts.preferences.class_tracking:
        yield _("Every line needs a class.")


def _of_details(sitting: Sitting) -> Iterator[str]:
    wanted = [str(REQUIRED_LABELS[name]) for name in _required(sitting)]
    if wanted:
        yield _("Finance wants these on every invoice: %(names)s.") % {"names": ", ".join(wanted)}
    yield from _dates(sitting.facts.rules, sitting)


def _required(sitting: Sitting) -> Iterator[Required]:
    preferences = sitting.facts.preferences
    there: dict[Required, Any] = {
        Required.EMAIL: True,
        Required.TERMS: True,
        Required.MESSAGE: True,
        Required.PO_NUMBER: po_number_field(preferences.custom_fields),
        Required.LOCATION: preferences.location_tracking,
    }
    return (name for name in there if name in sitting.facts.rules.required and there[name])


def _dates(rules: FinanceRules, sitting: Sitting) -> Iterator[str]:
    today = sitting.facts.today
    if rules.backdating_days is not None:
        day = date_format(today - timedelta(days=rules.backdating_days), "DATE_FORMAT")
        yield _("The invoice date may be %(day)s at the earliest.") % {"day": day}
    if rules.future_days is not None:
        day = date_format(today + timedelta(days=rules.future_days), "DATE_FORMAT")
        yield _("The invoice date may be %(day)s at the latest.") % {"day": day}


def _plain(number: Decimal) -> str:
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
