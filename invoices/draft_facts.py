"""What a draft is judged against, and how a judgement looks (B-05). Pure."""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from integration.records.quickbooks import Customer, Item, Preferences, TaxCode, Term
from invoices.finance_rules import FinanceRules, Overdue, Twin
from invoices.line_discounts import LineDiscounts
from invoices.product_matching import ProductPolicy
from invoices.quote_lines import Billed
from invoices.quote_taxes import TaxMap
from invoices.taxes import TaxMode, mode_of


class Severity(StrEnum):
    BLOCKER = "blocker"
    """The invoice cannot be created until it is mended."""
    WARNING = "warning"
    """Shown on Review; the rep may go on."""


@dataclass(frozen=True, slots=True)
class Problem:
    """``code`` is a message of ``invoices.texts``; ``field`` names an input, e.g. ``lines.k3.price``.

    ``parameters`` are plain texts and numbers for the sentence, never ids.
    """

    code: str
    severity: Severity
    field: str = ""
    parameters: Mapping[str, str] = dataclasses.field(default_factory=dict)

    @property
    def is_blocker(self) -> bool:
        return self.severity is Severity.BLOCKER

    @property
    def step(self) -> str:
        """The wizard step where it is mended."""
        return STEP_OF_FIELD.get(self.field.partition(".")[0], "review")


def blocker(code: str, field: str = "", **parameters: object) -> Problem:
    return Problem(code, Severity.BLOCKER, field, _texts(parameters))


def warning(code: str, field: str = "", **parameters: object) -> Problem:
    return Problem(code, Severity.WARNING, field, _texts(parameters))


def _texts(parameters: dict[str, object]) -> dict[str, str]:
    return {
        name: value.isoformat() if isinstance(value, date) else str(value)
        for name, value in parameters.items()
    }


STEP_OF_FIELD = {
    "company": "company",
    "source": "source",
    "quote": "source",
    "customer": "customer",
    "new_customer": "customer",
    "contact": "customer",
    "currency": "customer",
    "lines": "lines",
    "discount": "lines",
    "tax_mode": "lines",
    "class": "details",
    "location": "details",
    "custom_field": "details",
    "terms": "details",
    "txn_date": "details",
    "due_date": "details",
    "message": "details",
    "bill_email": "details",
    "bill_email_cc": "details",
    "po_number": "details",
}


@dataclass(frozen=True, slots=True)
class DraftFacts:
    """Read from the mirror (no vendor call). ``items``, ``terms`` and ``tax_codes`` by id.

    ``customer`` is the one the draft names, whatever its state; ``name_taken_by`` the existing
    customer with the new customer's name. ``invoiced_so_far`` in ``deal_currency``.
    """

    is_us: bool
    preferences: Preferences
    today: date
    company_name: str = ""
    company_connected: bool = True
    series_ready: bool = False
    """Numbers come from a confirmed series (D-12); matters with custom transaction numbers only."""
    tax_filed_up_to: date | None = None
    customer: Customer | None = None
    name_taken_by: Customer | None = None
    parent_customer: Customer | None = None
    customer_policy: str = "freely"
    """E-10: ``customer_policy.CustomerPolicy`` for whoever edited the draft last."""
    customer_request: str = ""
    """``customer_policy.RequestState`` of the request for exactly this customer."""
    customer_request_comment: str = ""
    items: Mapping[str, Item] = dataclasses.field(default_factory=dict)
    terms: Mapping[str, Term] = dataclasses.field(default_factory=dict)
    tax_codes: Mapping[str, TaxCode] = dataclasses.field(default_factory=dict)
    deal_archived: bool = False
    deal_currency: str = ""
    deal_amount: Decimal | None = None
    invoiced_so_far: Decimal = Decimal(0)
    portal_today: date | None = None
    """The portal's day, which quotes expire by (S-28)."""
    product_policy: str = ProductPolicy.ASK
    can_create_products: bool = False
    """An income account for new products was chosen."""
    quote_billed: Mapping[str, Billed] = dataclasses.field(default_factory=dict)
    """What earlier invoices took of the draft's quote, by line id."""
    line_discounts: LineDiscounts = dataclasses.field(default_factory=LineDiscounts)
    class_ids: frozenset[str] = frozenset()
    location_ids: frozenset[str] = frozenset()
    """Active ones, where the company uses them (B-20)."""
    tax_map: TaxMap = dataclasses.field(default_factory=TaxMap)
    """What HubSpot's tax rates mean in this company (B-25)."""

    rules: FinanceRules = dataclasses.field(default_factory=FinanceRules)
    """What finance lets reps do (E-06, E-08, E-11)."""
    home_rate: Decimal | None = None
    """Home units for one unit of the invoice's currency; None where nobody knows."""
    overdue: Overdue | None = None
    """What the customer owes past its due date."""
    twins: tuple[Twin, ...] = ()

    def tax_mode(self, chosen: str) -> TaxMode:
        return mode_of(self.is_us, self.preferences, chosen)
