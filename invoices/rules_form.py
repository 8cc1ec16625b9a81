"""The form of a company's invoicing rules (D-15, E-06, E-08, E-11)."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from integration.models import Company, CompanySettings
from integration.models.company_settings import ApprovalRule
from integration.records.quickbooks import Item
from integration.reference import Reference
from invoices.finance_rules import Required
from invoices.product_matching import UNSELLABLE
from invoices.rules import APPROVAL_FIELDS

REQUIRED_LABELS = {
    Required.EMAIL: _("E-mail address"),
    Required.TERMS: _("Terms"),
    Required.PO_NUMBER: _("Purchase order number"),
    Required.CLASS: _("Class"),
    Required.LOCATION: _("Location"),
    Required.MESSAGE: _("Message to the customer"),
}
MOST_PRODUCTS = 200
MOST_DAYS = 3650


def amount(**options: Any) -> forms.DecimalField:
    return forms.DecimalField(
        min_value=0, max_digits=15, decimal_places=2, required=False,
        widget=forms.TextInput(attrs={"inputmode": "decimal"}), **options,
    )  # fmt: skip


def percent(most: int, **options: Any) -> forms.DecimalField:
    return forms.DecimalField(
        min_value=0, max_value=most, decimal_places=2, required=False,
        widget=forms.TextInput(attrs={"inputmode": "decimal"}), **options,
    )  # fmt: skip


def days(**options: Any) -> forms.IntegerField:
    return forms.IntegerField(
        min_value=0, max_value=MOST_DAYS, required=False,
        widget=forms.TextInput(attrs={"inputmode": "numeric"}), **options,
    )  # fmt: skip


class RulesForm(forms.Form):
    """Names are those of ``CompanySettings``; ``groups`` is their order on the page."""

    approval_rule = forms.ChoiceField(
        label=_("What waits for approval"), choices=ApprovalRule, widget=forms.RadioSelect
    )
    approval_limit = amount(
        label=_("The amount"),
        help_text=_(
            "In home currency, tax included. A deal's invoices of 30 days count together, so that "
            "two halves wait where the whole would."
        ),
    )
    four_eyes = forms.BooleanField(
        label=_("Four eyes: whoever drafted, edited or sent an invoice does not approve it"),
        required=False,
    )
    max_discount_percent = percent(
        100,
        label=_("Highest discount, in percent"),
        help_text=_("Of all lines at their listed prices together. Empty: no limit."),
    )
    min_price_percent = percent(
        1000,
        label=_("Lowest price, in percent of the list price"),
        help_text=_("Of each line; the list price is the product's in QuickBooks. Empty: none."),
    )
    allowed_items = forms.CharField(
        label=_("Products that may be invoiced"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("One a line: the name or SKU as in QuickBooks. Empty: all products."),
    )
    required_fields = forms.MultipleChoiceField(
        label=_("What every invoice must have"),
        required=False,
        choices=[(name.value, label) for name, label in REQUIRED_LABELS.items()],
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Asked for only where the company has the field in QuickBooks."),
    )
    backdating_days = days(
        label=_("Days an invoice may be dated back"),
        help_text=_("0 means today at the earliest. Empty: any open period."),
    )
    future_days = days(
        label=_("Days an invoice may be dated ahead"),
        help_text=_("0 means today at the latest. Empty: any day."),
    )
    credit_limit = amount(
        label=_("Warn when a customer owes more than"),
        help_text=_(
            "In home currency, this invoice included. QuickBooks' programming interface tells no "
            "credit limits of its own. Empty: no warning."
        ),
    )
    warn_overdue = forms.BooleanField(
        label=_("Warn when a customer has overdue invoices"), required=False
    )
    version = forms.IntegerField(widget=forms.HiddenInput)

    sections = (
        (_("Approval"), APPROVAL_FIELDS),
        (_("Prices and products"), ("max_discount_percent", "min_price_percent", "allowed_items")),
        (_("Fields and dates"), ("required_fields", "backdating_days", "future_days")),
        (_("Customers"), ("credit_limit", "warn_overdue")),
    )

    def __init__(
        self,
        *args: Any,
        company: Company,
        stored: CompanySettings,
        may_change_policy: bool,
        **options: Any,
    ) -> None:
        super().__init__(*args, initial=initial_of(stored), **options)
        self.company = company
        for name in APPROVAL_FIELDS:
            self.fields[name].disabled = not may_change_policy

    def groups(self) -> list[tuple[Any, list[forms.BoundField]]]:
        return [(title, [self[name] for name in names]) for title, names in self.sections]

    def clean_allowed_items(self) -> list[list[str]]:
        """``[id, name]`` of each; names what QuickBooks does not have or has twice."""
        wanted = dict.fromkeys(
            line.strip() for line in self.cleaned_data["allowed_items"].splitlines() if line.strip()
        )
        if len(wanted) > MOST_PRODUCTS:
            raise forms.ValidationError(
                gettext("At most %(most)s products can be listed.") % {"most": MOST_PRODUCTS}
            )
        known = _by_name(Reference.of(self.company).items()) if wanted else {}
        found, wrong = [], []
        for text in wanted:
            items = known.get(text.casefold(), [])
            if len(items) == 1:
                found.append([items[0].id, items[0].full_name or items[0].name])
            else:
                wrong.append(text)
        if wrong:
            raise forms.ValidationError(
                gettext(
                    "QuickBooks has no such product, or several: %(names)s. Write each name or SKU "
                    "exactly as it stands there."
                )
                % {"names": ", ".join(wrong)}
            )
        return found

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        wants_amount = found.get("approval_rule") == ApprovalRule.OVER
        if wants_amount and found.get("approval_limit") is None:
            self.errors.setdefault(
                "approval_limit",
                self.error_class([gettext("Enter the amount above which they wait.")]),
            )
        return found

    def values(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if name != "version"}


def _by_name(items: Iterable[Item]) -> dict[str, list[Item]]:
    """Sellable products by name, full name and SKU, each folded."""
    found: dict[str, list[Item]] = {}
    for item in items:
        if not item.active or item.kind in UNSELLABLE:
            continue
        for text in {each.casefold() for each in (item.name, item.full_name, item.sku) if each}:
            found.setdefault(text, []).append(item)
    return found


def initial_of(stored: CompanySettings) -> dict[str, Any]:
    names = [name for _title, group in RulesForm.sections for name in group]
    found = {name: getattr(stored, name) for name in names}
    for name in ("approval_limit", "credit_limit", "max_discount_percent", "min_price_percent"):
        found[name] = None if found[name] is None else f"{found[name]:.2f}"
    found["allowed_items"] = "\n".join(name for _item_id, name in stored.allowed_items)
    return {**found, "version": stored.version}
