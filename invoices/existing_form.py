"""What a person types to find existing invoices (S-68)."""

import re
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from integration.forms import DayInput
from invoices.existing import OPEN, OVERDUE, PAID, Criteria

STATUSES = [
    ("", _("Any")),
    (OPEN, _("Not paid in full")),
    (OVERDUE, _("Overdue")),
    (PAID, _("Paid in full")),
]
RANGE = re.compile(r"\s*(?:-|–|\.\.|\bto\b)\s*")
LARGEST = Decimal("99999999999999")


class ExistingSearchForm(forms.Form):
    """Everything is optional; ``criteria`` is what the valid fields say."""

    number = forms.CharField(label=_("Invoice number"), required=False, max_length=30)
    customer = forms.CharField(label=_("Customer"), required=False, max_length=100)
    total = forms.CharField(
        label=_("Total"),
        required=False,
        max_length=40,
        help_text=_("One amount, or two with a dash: 300-400"),
    )
    since = forms.DateField(label=_("Dated from"), required=False, widget=DayInput)
    until = forms.DateField(label=_("Dated to"), required=False, widget=DayInput)
    status = forms.ChoiceField(label=_("Status"), required=False, choices=STATUSES)

    def clean_customer(self) -> str:
        text = str(self.cleaned_data["customer"]).strip()
        if len(text) == 1:
            raise forms.ValidationError(_("Type at least two letters of the customer's name."))
        return text

    def clean_total(self) -> tuple[Decimal | None, Decimal | None]:
        """(from, to); equal for one amount."""
        text = str(self.cleaned_data["total"]).strip()
        if not text:
            return None, None
        parts = [_amount(part) for part in RANGE.split(text, maxsplit=1)]
        lowest, highest = parts[0], parts[-1]
        if lowest > highest:
            lowest, highest = highest, lowest
        return lowest, highest

    def clean(self) -> dict[str, Any]:
        found: dict[str, Any] = super().clean() or {}
        since, until = found.get("since"), found.get("until")
        if since and until and since > until:
            self.add_error("until", _("This day comes before the first one."))
        return found

    @property
    def is_empty(self) -> bool:
        """Nothing was typed at all."""
        return not any(str(self.data.get(name, "")).strip() for name in self.fields)

    def criteria(self, customer_ids: tuple[str, ...] = ()) -> Criteria:
        """Of a valid form."""
        found = self.cleaned_data
        lowest, highest = found["total"]
        return Criteria(
            number=found["number"].strip(),
            customer=found["customer"],
            customer_ids=customer_ids,
            total_from=lowest,
            total_to=highest,
            since=found["since"],
            until=found["until"],
            status=found["status"],
        )


def _amount(text: str) -> Decimal:
    """``1,234.50`` and ``1.234,50`` alike: the last separator before one or two digits is the
    decimal one. Raises ValidationError."""
    plain = re.sub(r"[\s'’]", "", text)
    parts = re.fullmatch(r"(\d[\d.,]*?)(?:[.,](\d{1,2}))?", plain, re.ASCII)
    if parts is None:
        raise forms.ValidationError(
            _("Enter an amount such as 362.07, or a range such as 300-400.")
        )
    whole = re.sub(r"[.,]", "", parts[1])
    try:
        found = Decimal(f"{whole}.{parts[2] or 0}")
    except InvalidOperation:
        raise forms.ValidationError(_("Enter an amount such as 362.07.")) from None
    if found > LARGEST:
        raise forms.ValidationError(_("No invoice is that large."))
    return found
