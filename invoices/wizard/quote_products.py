"""A quote's planned lines as lines of the draft: products, descriptions, tax codes (B-12, D-08)."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from django.utils.translation import gettext

from integration import company_settings
from integration.models import Company, CompanySettings
from integration.models.company_settings import ProductPolicy
from integration.records.quickbooks import Item, TaxCode
from integration.reference import Reference
from invoices import product_pool
from invoices.currencies import exponent
from invoices.draft import DraftContent, DraftLine
from invoices.draft_lines import DEDUCTION, FEE
from invoices.facts import tax_map_of
from invoices.product_matching import Answer, Match, NoMatch, folded_name
from invoices.quote_lines import PlannedFee, PlannedLine, QuotePlan, fee_key
from invoices.quote_taxes import HubSpotTax, TaxMap, chosen
from invoices.quotes import QuoteLine
from invoices.taxes import TaxMode, mode_of


@dataclass(frozen=True)
class Shop:
    """What a company makes of a quote's lines."""

    company: Company
    reference: Reference
    settings: CompanySettings
    mode: TaxMode
    codes: Mapping[str, TaxCode]
    tax_map: TaxMap

    @classmethod
    def of(cls, company: Company, content: DraftContent) -> "Shop":
        reference = Reference.of(company)
        preferences = reference.preferences()
        mode = (
            mode_of(company.is_us, preferences, content.tax_mode)
            if preferences
            else TaxMode.NOT_APPLICABLE
        )
        codes = {code.id: code for code in reference.tax_codes() if code.usable_for_sales}
        settings = company_settings.of_company(company)
        return cls(company, reference, settings, mode, codes, tax_map_of(company, settings))

    def item(self, item_id: str) -> Item | None:
        """An active product chosen in the settings."""
        found = self.reference.item(item_id) if item_id else None
        return found if found is not None and found.active else None


def lines_of(due: list[PlannedLine], shop: Shop, currency: str) -> list[DraftLine]:
    """One line each, and one below it where the discount has a product of its own (D-08)."""
    answers = product_pool.answers(shop.company, [found.line for found in due])
    made: list[DraftLine] = []
    for found in due:
        line = _with_product(_plain(found, currency), answers[found.line.id], found, shop)
        made.append(line)
        if found.deduction:
            made.append(_deduction(found, line, shop, currency))
    return made


def _plain(found: PlannedLine, currency: str) -> DraftLine:
    price = price_text(found.unit_price, currency)
    return DraftLine(
        key=f"q{found.line.id}",
        quantity=f"{found.quantity.normalize():f}",
        unit_price=price,
        quoted_price=price,
        quote_line_id=found.line.id,
        product_id=found.line.product_id,
        wanted=found.line.name or found.line.sku,
        wanted_sku=found.line.sku,
    )


def _with_product(line: DraftLine, answer: Answer, found: PlannedLine, shop: Shop) -> DraftLine:
    """The matched product, or what the company's policy says of a missing one (B-12)."""
    item = answer.item if isinstance(answer, Match) else None
    policy = shop.settings.product_policy
    stands_in = item is None and policy == ProductPolicy.DEFAULT_ITEM
    if stands_in:
        item = shop.item(shop.settings.default_item_id)
    line = replace(line, description=_description(found, item, stands_in=stands_in))
    if item is not None:
        line = _with_tax(line, item, found, shop)
        return replace(
            line, item_id=item.id, item_name=item.name, wanted="", wanted_sku="",
            product_id="" if stands_in else line.product_id,
        )  # fmt: skip
    why = answer.why.value if isinstance(answer, NoMatch) else ""
    creates = policy == ProductPolicy.CREATE and why == "none"
    return replace(_with_tax(line, None, found, shop), why_not=why, creates=creates)


def _description(found: PlannedLine, item: Item | None, *, stands_in: bool) -> str:
    """What the customer was quoted: its name where QuickBooks says another, text, discount."""
    name = found.line.name
    same = item is not None and not stands_in and folded_name(item.name) == folded_name(name)
    text = found.line.description or (item.description if item and not stands_in else "")
    parts = ["" if same else name, "" if folded_name(text) == folded_name(name) else text]
    return "\n".join(part for part in (*parts, found.note) if part)


def _deduction(found: PlannedLine, line: DraftLine, shop: Shop, currency: str) -> DraftLine:
    item = shop.item(shop.settings.discount_item_id)
    price = price_text(-found.deduction, currency)
    return DraftLine(
        key=f"d{found.line.id}",
        item_id=item.id if item else "",
        item_name=item.name if item else "",
        description=", ".join(part for part in (found.line.name, found.note) if part),
        unit_price=price,
        quoted_price=price,
        tax_code_id=line.tax_code_id,
        tax_rate_id=line.tax_rate_id,
        tax_rate_name=line.tax_rate_name,
        kind=DEDUCTION,
        quote_line_id=found.line.id,
        wanted="" if item else found.line.name,
    )


def fee_lines(found: QuotePlan, shop: Shop, currency: str) -> list[DraftLine]:
    item = shop.item(shop.settings.fee_item_id)
    return [_fee_line(fee, item, shop, currency) for fee in found.fees if not fee.is_billed]


def _fee_line(fee: PlannedFee, item: Item | None, shop: Shop, currency: str) -> DraftLine:
    name = fee.fee.label or gettext("Fee")
    price = price_text(fee.amount, currency)
    line = DraftLine(
        key=f"f{fee.fee.id}",
        item_id=item.id if item else "",
        item_name=item.name if item else "",
        description=name,
        unit_price=price,
        quoted_price=price,
        kind=FEE,
        quote_line_id=fee_key(fee.fee),
        wanted="" if item else name,
    )
    return _with_tax(line, item, None, shop)


def _with_tax(
    line: DraftLine, item: Item | None, found: PlannedLine | None, shop: Shop
) -> DraftLine:
    """HubSpot's tax chooses a code, never a line (D-08, B-25); in the US item and customer decide
    (D-09), except that what HubSpot sells without tax is not taxed."""
    tax = hubspot_tax(found.line) if found else HubSpotTax()
    usual = [(item.sales_tax_code_id if item else ""), shop.settings.default_tax_code_id]
    choice = chosen(tax, usual, shop.mode, shop.codes, shop.tax_map)
    if not choice.is_open:
        return replace(line, tax_code_id=choice.code_id)
    shown = tax.name or ("" if tax.percent is None else f"{tax.percent.normalize():f} %")
    return replace(line, tax_code_id="", tax_rate_id=tax.key, tax_rate_name=shown or tax.rate_id)


def hubspot_tax(line: QuoteLine) -> HubSpotTax:
    return HubSpotTax(line.tax_rate_id, line.tax_percent, line.tax_rate_name)


def price_text(amount: Decimal, currency: str) -> str:
    """At least the currency's decimals, more where the amount needs them."""
    plain = amount.normalize()
    places = max(exponent(currency), -int(plain.as_tuple().exponent))
    return f"{plain:.{places}f}"
