"""The form of a new customer in the wizard (S-31, D-06)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from invoices.forms import NeededField


@dataclass(frozen=True, slots=True)
class Offered:
    """What the company and the person's policy (E-10) leave to choose from; empty: not asked."""

    currencies: Sequence[str] = ()
    terms: Sequence[tuple[str, str]] = ()
    taxes: Sequence[tuple[str, Any]] = ()


class NewCustomerForm(forms.Form):
    """S-31. Names are ``new_`` and those of ``draft.NewCustomer``."""

    use_required_attribute = False

    new_display_name = NeededField(
        label=_("Display name"), help_text=_("As QuickBooks lists the customer.")
    )
    new_company_name = forms.CharField(label=_("Company"), required=False)
    new_given_name = forms.CharField(label=_("First name"), required=False)
    new_family_name = forms.CharField(label=_("Last name"), required=False)
    new_email = forms.CharField(label=_("E-mail"), required=False)
    new_phone = forms.CharField(label=_("Phone"), required=False)
    new_line1 = forms.CharField(label=_("Street"), required=False)
    new_line2 = forms.CharField(label=_("Street, second line"), required=False)
    new_city = forms.CharField(label=_("City"), required=False)
    new_region = forms.CharField(label=_("State or county"), required=False)
    new_postcode = forms.CharField(label=_("ZIP or postcode"), required=False)
    new_country = forms.CharField(label=_("Country"), required=False)
    new_currency = forms.ChoiceField(
        label=_("Currency"), required=False, help_text=_("It cannot be changed later.")
    )
    new_terms_id = forms.ChoiceField(label=_("Terms"), required=False)
    new_tax = forms.ChoiceField(label=_("Sales tax"), required=False)

    def __init__(self, *args: Any, offered: Offered, **options: Any) -> None:
        super().__init__(*args, **options)
        self._offer("new_currency", [(code, code) for code in offered.currencies], least=2)
        self._offer("new_terms_id", [("", _("As the company has them")), *offered.terms], least=2)
        self._offer("new_tax", offered.taxes, least=2)
        if "new_currency" in self.fields:
            self.fields["new_currency"].required = True

    def _offer(self, name: str, choices: Iterable[tuple[str, Any]], least: int) -> None:
        """A choice of fewer than so many is none; one that is gone has its own sentence."""
        field: Any = self.fields[name]
        field.choices = list(choices)
        field.validate = lambda value: None
        if len(field.choices) < least:
            del self.fields[name]
