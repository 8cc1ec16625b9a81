"""The tax map's form: a tax code for each of HubSpot's rates, and what unmapped ones become (B-25)."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from integration import company_settings, tax_map
from integration.models import Company, HubSpotTaxRate
from integration.models.company_settings import UnmappedTax
from integration.records.quickbooks import TaxCode
from integration.reference import Reference
from invoices.quote_taxes import HubSpotTax, TaxMap, chosen, percent_of
from invoices.taxes import NOT_TAXABLE, TAXABLE, TaxMode

US_CODES = ((TAXABLE, _("Taxable")), (NOT_TAXABLE, _("Not taxable")))


@dataclass(frozen=True)
class CodeList:
    """The codes a line of this company can carry, as choices and by id."""

    is_us: bool
    codes: Mapping[str, TaxCode]

    @classmethod
    def of(cls, company: Company) -> "CodeList":
        known = Reference.of(company).tax_codes()
        usable = {code.id: code for code in known if code.usable_for_sales}
        return cls(company.is_us, usable)

    def choices(self) -> list[tuple[str, Any]]:
        if self.is_us:
            return list(US_CODES)
        listed = [code for code in self.codes.values() if code.id not in (TAXABLE, NOT_TAXABLE)]
        return [(code.id, _label(code)) for code in listed]

    def untaxed(self) -> list[tuple[str, Any]]:
        """Those that add nothing: zero-rated, exempt, out of scope."""
        return [(id, name) for id, name in self.choices() if not percent_of(self.codes[id])]

    def without_map(self, rate: HubSpotTaxRate) -> str:
        """The code the rate means although nobody mapped it; "" where the policy decides."""
        mode = TaxMode.US_MANUAL if self.is_us else TaxMode.EXCLUDED
        found = chosen(HubSpotTax(rate.rate_id, rate.percent), (), mode, self.codes, TaxMap())
        return found.code_id

    def name_of(self, code_id: str) -> str:
        return str(dict(self.choices()).get(code_id, ""))


def _label(code: TaxCode) -> str:
    percents = " + ".join(f"{percent.normalize():f} %" for _id, percent in code.sales_rates)
    return f"{code.name} ({percents})" if percents else code.name


@dataclass(frozen=True)
class RateRow:
    """One of HubSpot's rates on the page; ``otherwise`` says what it means unmapped."""

    rate: HubSpotTaxRate
    bound: forms.BoundField
    otherwise: str

    @property
    def percent(self) -> str:
        found = self.rate.percent
        return "" if found is None else f"{Decimal(found).normalize():f} %"


class TaxMapForm(forms.Form):
    """``code_<rate id>`` for each rate, the policy, and the settings' version."""

    unmapped_tax = forms.ChoiceField(
        label=_("When a rate has no tax code"), choices=UnmappedTax, widget=forms.RadioSelect
    )
    non_taxable_code_id = forms.ChoiceField(
        label=_("Tax code of lines that are not taxed"),
        required=False,
        help_text=_("Outside the US QuickBooks wants a tax code on every line, also on those."),
    )
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(
        self, *args: Any, rates: list[HubSpotTaxRate], codes: CodeList, **options: Any
    ) -> None:
        super().__init__(*args, **options)
        self.rates, self.codes = rates, codes
        field: Any = self.fields["non_taxable_code_id"]
        field.choices = [("", _("None chosen")), *codes.untaxed()] if not codes.is_us else []
        if codes.is_us:
            del self.fields["non_taxable_code_id"]
        for rate in rates:
            self.fields[self.name_of(rate)] = self._field(rate)

    @staticmethod
    def name_of(rate: HubSpotTaxRate) -> str:
        return f"code_{rate.rate_id}"

    def _field(self, rate: HubSpotTaxRate) -> forms.ChoiceField:
        """A stored code that QuickBooks no longer has is shown as such, until another is chosen."""
        offered = [("", _("Not mapped")), *self.codes.choices()]
        stored = self.initial.get(self.name_of(rate), "")
        if stored and stored not in dict(offered):
            offered.append((stored, _("A tax code that is no longer in use")))
        label = rate.name or rate.rate_id
        return forms.ChoiceField(label=label, choices=offered, required=False)

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        needs = not self.codes.is_us and found.get("unmapped_tax") == UnmappedTax.NON_TAXABLE
        if needs and not found.get("non_taxable_code_id"):
            said = _("Choose the tax code that such lines get.")
            self.add_error("non_taxable_code_id", said)
        return found

    def rows(self) -> list[RateRow]:
        return [
            RateRow(rate, self[self.name_of(rate)], self._otherwise(rate)) for rate in self.rates
        ]

    def _otherwise(self, rate: HubSpotTaxRate) -> str:
        """Where nobody mapped the rate: what its percentage says, "" where nothing does."""
        found = self.codes.name_of(self.codes.without_map(rate))
        if found or not self.codes.is_us or not rate.percent:
            return found
        return str(_("As the product and the customer are taxed"))

    def chosen(self) -> dict[str, str]:
        """Rate id to tax code, "" for none."""
        return {rate.rate_id: self.cleaned_data[self.name_of(rate)] for rate in self.rates}

    def settings_values(self) -> dict[str, str]:
        names = ("unmapped_tax", "non_taxable_code_id")
        return {name: self.cleaned_data[name] for name in names if name in self.cleaned_data}


def form_of(company: Company, rates: list[HubSpotTaxRate], data: Any = None) -> TaxMapForm:
    """Bound to ``data``, or showing what is stored."""
    settings = company_settings.of_company(company)
    stored = tax_map.codes_by_rate(company)
    initial = {
        "unmapped_tax": settings.unmapped_tax,
        "non_taxable_code_id": settings.non_taxable_code_id,
        "version": settings.version,
        **{f"code_{rate_id}": code for rate_id, code in stored.items()},
    }
    return TaxMapForm(data, initial=initial, rates=rates, codes=CodeList.of(company))
