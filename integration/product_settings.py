"""Company settings about products of quotes: fields, checks and type-ahead (B-12, D-08)."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from integration.models import Company, Record
from integration.models.company_settings import DiscountStyle, ProductPolicy
from integration.records.quickbooks import Item
from integration.reference import Reference

MOST_FOUND = 12
UNSELLABLE = frozenset({"Category", "Group"})
NEEDS = {
    ("product_policy", ProductPolicy.DEFAULT_ITEM): (
        "default_item_id",
        _("Choose the product that stands in for the missing ones."),
    ),
    ("product_policy", ProductPolicy.CREATE): (
        "new_item_account_id",
        _("Choose the income account of new products: QuickBooks creates none without it."),
    ),
    ("discount_style", DiscountStyle.ITEM_LINE): (
        "discount_item_id",
        _("Choose the product of discount lines."),
    ),
}


class ItemField(forms.CharField):
    """The id of a product, chosen in a type-ahead; ``chosen`` is its name for the page."""

    is_picker = True

    def __init__(self, **options: Any) -> None:
        super().__init__(required=False, max_length=32, **options)


class ProductFields(forms.ModelForm):
    """A part of the company's settings form. Fields that a post leaves out stay as they are."""

    product_policy = forms.ChoiceField(
        label=_("When QuickBooks does not have a quote's product"),
        choices=ProductPolicy,
        widget=forms.RadioSelect,
        required=False,
        help_text=_(
            "Products are found by their link, their SKU (capitals and blanks do not matter) and "
            "their name."
        ),
    )
    default_item_id = ItemField(
        label=_("Product for lines without one"),
        help_text=_("The line keeps the quote's name and price."),
    )
    new_item_account_id = forms.ChoiceField(
        label=_("Income account of new products"), required=False
    )
    fee_item_id = ItemField(
        label=_("Product for a quote's fees"),
        help_text=_("Without it a quote with a fee cannot be invoiced as it is."),
    )
    discount_style = forms.ChoiceField(
        label=_("Discounts of a quote's line"),
        choices=DiscountStyle,
        widget=forms.RadioSelect,
        required=False,
        help_text=_("A discount on the whole quote becomes QuickBooks' own discount line."),
    )
    discount_item_id = ItemField(label=_("Product for discount lines"))

    product_section = (
        _("Products of quotes"),
        (
            "product_policy",
            "default_item_id",
            "new_item_account_id",
            "fee_item_id",
            "discount_style",
            "discount_item_id",
        ),
    )

    def __init__(self, *args: Any, company: Company, **options: Any) -> None:
        super().__init__(*args, **options)
        self.reference = Reference.of(company)
        accounts: Any = self.fields["new_item_account_id"]
        accounts.choices = [("", _("None chosen")), *_income_accounts(company, self.instance)]

    def clean(self) -> dict[str, Any]:
        found = super().clean() or self.cleaned_data
        for name in self.product_section[1]:
            if name in found and self._is_left_out(name):
                found[name] = getattr(self.instance, name)
        for (field, value), (needed, sentence) in NEEDS.items():
            if found.get(field) == value and not found.get(needed):
                self.add_error(needed, sentence)
        for name, field in self.fields.items():
            if isinstance(field, ItemField):
                self._check_item(name, found.get(name, ""))
        return found

    def _is_left_out(self, name: str) -> bool:
        widget = self.fields[name].widget
        return widget.value_omitted_from_data(self.data, self.files, self.add_prefix(name))

    def _check_item(self, name: str, item_id: str) -> None:
        if not item_id or item_id == self.initial.get(name):
            return
        item = self.reference.item(item_id)
        if item is None or not item.active or item.kind in UNSELLABLE:
            self.add_error(name, _("QuickBooks has no such active product. Choose another one."))

    def item_name(self, name: str) -> str:
        """What the picker shows: the name of the typed or stored product."""
        item = self.reference.item(self[name].value() or "")
        return item.full_name or item.name if item else ""


def _income_accounts(company: Company, stored: Any) -> list[tuple[str, str]]:
    rows = Record.objects.for_portal(company.portal_id).filter(
        company=company, kind="Account", deleted_at=None, raw__AccountType="Income"
    )
    return [
        (row.qbo_id, row.name)
        for row in rows.order_by("name")
        if row.active or row.qbo_id == stored.new_item_account_id
    ]


def found_items(company: Company, text: str) -> list[Mapping[str, str]]:
    """Options of the pickers: active products and services that may stand on a line."""
    found = Reference.of(company).search_items(text.strip(), MOST_FOUND * 2)
    able = [item for item in found if item.active and item.kind not in UNSELLABLE]
    return [_option(item) for item in able[:MOST_FOUND]]


def _option(item: Item) -> Mapping[str, str]:
    return {"value": item.id, "label": item.full_name or item.name, "detail": item.sku}
