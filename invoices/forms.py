"""Forms of the wizard's details, the new customer and the number series.

The wizard's fields are never required here: what is wrong comes from ``invoices.draft.problems``,
which a page shows beside the field (``with_problems``).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from integration import messages
from invoices.draft import Problem
from invoices.models import NumberSeries
from invoices.series import LONGEST, Series

DAY = forms.DateInput(attrs={"type": "date"})


class NeededField(forms.CharField):
    """Not marked optional, yet never refused by the form: ``draft.problems`` has the sentence."""

    def validate(self, value: Any) -> None:
        """Anything goes."""


def with_problems(form: forms.Form, problems: Iterable[Problem], prefix: str = "") -> forms.Form:
    """Blockers beside their fields; those without a field of this form on top of it."""
    form.is_valid()
    for problem in problems:
        name = problem.field.removeprefix(prefix)
        text = messages.sentence(problem.code, **problem.parameters)
        if problem.is_blocker:
            form.add_error(name if name in form.fields else None, text)
    return form


class DetailsForm(forms.Form):
    """S-40 to S-43, E-04. Names are those of ``DraftContent``; terms' is ``terms_id``."""

    terms_id = forms.ChoiceField(label=_("Terms"), required=False)
    use_required_attribute = False

    txn_date = NeededField(label=_("Invoice date"), widget=DAY)
    due_date = NeededField(
        label=_("Due date"),
        widget=DAY,
        help_text=_("Follows the terms until you choose another day."),
    )
    bill_email = forms.CharField(
        label=_("Send to"),
        required=False,
        help_text=_("Stands on the invoice; the customer's own address is not changed."),
    )
    bill_email_cc = forms.CharField(label=_("Copy to"), required=False)
    po_number = forms.CharField(label=_("Purchase order number"), required=False)
    message = forms.CharField(
        label=_("Write a message to your customer"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Printed on the invoice; 1,000 characters at most."),
    )

    class_id = forms.ChoiceField(label=_("Class"), required=False)
    location_id = forms.ChoiceField(label=_("Location"), required=False)

    def __init__(self, *args: Any, offered: "Offered", **options: Any) -> None:
        super().__init__(*args, **options)
        self._offer("terms_id", _("No terms"), offered.terms)
        self._offer("class_id", _("No class"), offered.classes)
        self._offer("location_id", _("No location"), offered.locations)
        if not offered.with_po:
            del self.fields["po_number"]
        for key, name in offered.custom_fields:
            self.fields[f"custom_field_{key}"] = forms.CharField(label=name, required=False)
        self.custom_fields = [self[f"custom_field_{key}"] for key, _name in offered.custom_fields]

    def _offer(self, name: str, none: Any, choices: Iterable[tuple[str, str]] | None) -> None:
        """None: the company has no such thing, and the page no such field."""
        if choices is None:
            del self.fields[name]
            return
        field: Any = self.fields[name]
        field.choices = [("", none), *choices]
        field.validate = lambda value: None  # an inactive choice is a problem with its own sentence


@dataclass(frozen=True)
class Offered:
    """What a company's details have: (id, name) of its lists, None where it has no such list."""

    terms: Iterable[tuple[str, str]] = ()
    with_po: bool = False
    classes: Iterable[tuple[str, str]] | None = None
    locations: Iterable[tuple[str, str]] | None = None
    custom_fields: Sequence[tuple[str, str]] = ()


class SeriesForm(forms.Form):
    """D-12: what an accountant confirms once."""

    prefix = forms.CharField(
        label=_("Prefix"),
        required=False,
        max_length=15,
        strip=False,
        help_text=_("Letters before the number, for example INV-."),
    )
    padding = forms.IntegerField(
        label=_("Digits"),
        min_value=0,
        max_value=12,
        help_text=_("Filled up with zeros: 4 makes 0042. 0 for none."),
    )
    next_number = forms.IntegerField(
        label=_("Next number"), min_value=1, max_value=10**15, widget=forms.TextInput
    )
    shared_by_all_forms = forms.BooleanField(
        label=_("Estimates, credit memos and sales receipts use the same numbers"), required=False
    )
    gaps_allowed = forms.BooleanField(
        label=_("Gaps are allowed"),
        required=False,
        help_text=_("Off: every number without an invoice is listed for an accountant."),
    )

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        if {"padding", "next_number"} <= found.keys():
            text = self.series().text(found["next_number"])
            if len(text) > LONGEST:
                self.add_error(
                    "next_number", messages.sentence("invoice.number_too_long", number=text)
                )
        return found

    def series(self) -> Series:
        found = self.cleaned_data
        return Series(found.get("prefix", ""), found["padding"], found["next_number"])

    @classmethod
    def initial_of(cls, row: NumberSeries | None, guessed: Series) -> dict[str, Any]:
        """The confirmed series, else the guess from the numbers in use."""
        if row is None:
            return {
                "prefix": guessed.prefix,
                "padding": guessed.padding,
                "next_number": guessed.next_number,
            }
        return {
            "prefix": row.prefix,
            "padding": row.padding,
            "next_number": row.next_number,
            "shared_by_all_forms": row.shared_by_all_forms,
            "gaps_allowed": row.gaps_allowed,
        }
