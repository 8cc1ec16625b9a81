"""What the products step shows of each line, and what can be added (S-33 to S-39, B-20)."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext

from integration import company_settings, messages
from integration.access.rights import Right
from integration.display import number_text
from invoices.draft import DraftLine, Problem
from invoices.payload_places import places_of
from invoices.taxes import ELSEWHERE_MODES, US_MODES
from invoices.typed_values import read_number
from invoices.wizard import choices, quote_lines_page
from invoices.wizard.choices import Option
from invoices.wizard.line_reading import REFUSED
from invoices.wizard.places import draft_url, problem_lists
from invoices.wizard.sitting import Sitting
from invoices.wizard.words import TAX_MODES


class Errors(dict[str, str]):
    """By field; a field without one has nothing to say, which templates ask of every field."""

    def __missing__(self, name: str) -> str:
        return ""


NO_ERRORS = Errors()


@dataclass(frozen=True)
class ShownLine:
    """One line with what is wrong about it, by field. ``listed`` is its amount before a discount."""

    line: DraftLine
    amount: Decimal | None
    code: Option | None
    list_price: str
    errors: dict[str, str]
    picker: str = ""
    number: int = 0
    listed: Decimal | None = None
    class_label: str = ""

    @property
    def key(self) -> str:
        return self.line.key

    @property
    def name(self) -> str:
        """The product's; of words their beginning, or what kind of line it is."""
        if self.line.name:
            return self.line.name
        return gettext("Text line") if self.line.is_text else gettext("Line without a product")

    @property
    def discount_text(self) -> str:
        """The line's discount as the reader writes numbers."""
        value = read_number(self.line.discount)
        return self.line.discount if value is None else number_text(value)

    @property
    def can_be_discounted(self) -> bool:
        return not self.line.is_text and not self.line.is_deduction

    @property
    def opens(self) -> bool:
        """Whether the folded fields are shown at once."""
        return bool(self.line.discount or self.errors.get("discount"))


@dataclass
class _Lookup:
    """What every line is shown with, read once."""

    sitting: Sitting
    codes: dict[str, Option]
    errors: dict[str, dict[str, str]] = field(default_factory=dict)
    classes: dict[str, str] = field(default_factory=dict)


def context(sitting: Sitting, checked: bool) -> dict[str, Any]:
    mode = sitting.facts.tax_mode(sitting.content.tax_mode)
    codes = choices.tax_codes(sitting)
    problems = sitting.problems_of("lines") if checked else quote_lines_page.shown_at_once(sitting)
    lines = shown_lines(sitting, codes, problems)
    return {
        "lines": lines,
        "coded_lines": [shown for shown in lines if not shown.line.is_text],
        "codes": codes,
        "is_us": mode in US_MODES,
        "mode": mode.value,
        "modes": []
        if mode in US_MODES
        else [(each.value, TAX_MODES[each]) for each in ELSEWHERE_MODES],
        "add_error": _add_error(sitting, problems),
        "products_url": draft_url(sitting, "wizard-products"),
        "found": [],
        **_extras(sitting),
        **quote_lines_page.context(sitting, problems),
    } | problem_lists(sitting, problems)


def _extras(sitting: Sitting) -> dict[str, Any]:
    """Fields that only some companies have, and what may be added."""
    places = places_of(sitting.facts.preferences)
    return {
        "has_service_dates": places.service_dates,
        "has_classes": places.class_per_line,
        "classes": sitting.reference.classes() if places.class_per_line else (),
        "may_write_free_lines": _may_write_free_lines(sitting),
        "may_discount": sitting.facts.preferences.allow_discount,
    }


def _may_write_free_lines(sitting: Sitting) -> bool:
    """D-08: with the right, and where the company chose the product that stands in."""
    if sitting.company is None or not sitting.actor.may(Right.FREE_LINES, sitting.company):
        return False
    return bool(company_settings.of_company(sitting.company).default_item_id)


def _add_error(sitting: Sitting, problems: Iterable[Problem]) -> str:
    """Why a line was not added just now, else that there is none yet."""
    refused = sitting.content.extras.get(REFUSED)
    if refused:
        return messages.sentence(refused["code"], **refused["parameters"])
    return " ".join(
        messages.sentence(found.code, **found.parameters)
        for found in problems
        if found.field == "lines" and found.is_blocker
    )


def shown_lines(
    sitting: Sitting, codes: list[Option], problems: Iterable[Problem] = ()
) -> list[ShownLine]:
    lookup = _Lookup(
        sitting,
        {code.value: code for code in codes},
        _errors(problems),
        {each.id: each.full_name for each in sitting.reference.classes()},
    )
    return [
        _shown(line, number, lookup) for number, line in enumerate(sitting.filled.lines, start=1)
    ]


def _errors(problems: Iterable[Problem]) -> dict[str, dict[str, str]]:
    errors: dict[str, dict[str, str]] = {}
    for problem in problems:
        first, _dot, rest = problem.field.partition(".")
        key, _dot, name = rest.partition(".")
        if first == "lines" and problem.is_blocker:
            text = messages.sentence(problem.code, **problem.parameters)
            errors.setdefault(key, Errors())[name] = text
    return errors


def _shown(line: DraftLine, number: int, lookup: _Lookup) -> ShownLine:
    sitting = lookup.sitting
    home = sitting.facts.preferences.home_currency
    item = sitting.facts.items.get(line.item_id)
    price = item.unit_price if item and sitting.currency != home else None
    return ShownLine(
        line,
        line.amount(sitting.currency),
        lookup.codes.get(line.tax_code_id),
        choices.list_price(price, home) if price is not None else "",
        lookup.errors.get(line.key) or NO_ERRORS,
        quote_lines_page.picker(line, sitting.facts.product_policy),
        number,
        line.listed(sitting.currency) if line.discount.strip() else None,
        lookup.classes.get(line.class_id, line.class_name),
    )
