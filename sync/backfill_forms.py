"""The form of "Bring in older records" (B-21)."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from integration.forms import DayInput
from integration.models import Company
from sync.backfill import Wanted
from sync.models import BackfillBy, SyncObject

BY_CHOICES = [
    (BackfillBy.CREATED.value, _("The day they were created in QuickBooks")),
    (BackfillBy.DATED.value, _("The invoice date (invoices only)")),
]


class BackfillForm(forms.Form):
    """Days are the company's own."""

    object = forms.ChoiceField(
        label=_("Which records"),
        choices=SyncObject.choices,
        widget=forms.RadioSelect,
        help_text=_("Only records whose sync is on under Settings can be brought in."),
    )
    by = forms.ChoiceField(
        label=_("Chosen by"),
        choices=BY_CHOICES,
        initial=BackfillBy.CREATED.value,
        widget=forms.RadioSelect,
    )
    first_day = forms.DateField(
        label=_("First day"),
        required=False,
        widget=DayInput(),
        help_text=_("Empty: from the company's first record on."),
    )
    last_day = forms.DateField(
        label=_("Last day"),
        required=False,
        widget=DayInput(),
        help_text=_("Empty: up to today."),
    )
    confirmed = forms.BooleanField(required=False, widget=forms.HiddenInput)

    def __init__(self, *given: Any, company: Company, **options: Any) -> None:
        super().__init__(*given, **options)
        self.company = company

    def clean(self) -> dict[str, Any]:
        found: dict[str, Any] = super().clean() or {}
        first, last = found.get("first_day"), found.get("last_day")
        if first and last and first > last:
            self.add_error(
                "last_day", _("The last day is before the first. Exchange the two days.")
            )
        if found.get("by") == BackfillBy.DATED and found.get("object") != SyncObject.INVOICES:
            self.add_error("by", _("Only invoices have an invoice date."))
        return found

    @property
    def wanted(self) -> Wanted:
        found = self.cleaned_data
        return Wanted(
            SyncObject(found["object"]),
            BackfillBy(found["by"]),
            found["first_day"],
            found["last_day"],
        )
