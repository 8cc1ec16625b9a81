"""What a rep has typed into the wizard so far, exactly as typed (D-07, S-25 to S-45). Pure.

Numbers and dates stay the text the person wrote: a wrong one is shown again beside its problem,
never dropped. ``invoices.draft.problems`` judges; the properties here only read.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any, Self

from invoices.draft_customer import NewCustomer
from invoices.draft_lines import DraftDiscount, DraftLine
from invoices.typed_values import read_date


@dataclass(frozen=True, slots=True)
class DraftContent:
    """``currency`` is the invoice's. Either ``customer_id`` or ``new_customer`` is set.

    ``due_date_typed``: the rep chose the date; otherwise it follows the terms and the invoice date.
    ``customer_confirmed``: a guess was confirmed by a person (D-06) and will be remembered.
    """

    source: str = "scratch"
    currency: str = ""
    customer_id: str = ""
    customer_name: str = ""
    customer_confirmed: bool = False
    new_customer: NewCustomer | None = None
    contact_id: str = ""
    contact_name: str = ""
    lines: tuple[DraftLine, ...] = ()
    discount: DraftDiscount | None = None
    tax_mode: str = ""
    terms_id: str = ""
    txn_date: str = ""
    due_date: str = ""
    due_date_typed: bool = False
    message: str = ""
    bill_email: str = ""
    bill_email_cc: str = ""
    po_number: str = ""
    class_id: str = ""
    """Where the company has one class for the whole invoice."""
    location_id: str = ""
    custom_fields: Mapping[str, str] = field(default_factory=dict)
    """DefinitionId to text, of the company's own fields (B-20)."""
    priced_in: str = ""
    """The invoice's currency when its first product was added."""
    price_rate: str = ""
    """D-23: home units for one unit of ``priced_in``, at which list prices were converted."""
    extras: Mapping[str, Any] = field(default_factory=dict)
    """What later sources (quotes) keep beside the form fields."""

    @property
    def txn_date_value(self) -> date | None:
        return read_date(self.txn_date)

    @property
    def due_date_value(self) -> date | None:
        return read_date(self.due_date)

    @property
    def recipient(self) -> str:
        """The customer's name, existing or new."""
        if self.new_customer is not None:
            return self.new_customer.display_name
        return self.customer_name if self.customer_id else ""

    @property
    def subtotal(self) -> Decimal:
        """All lines as typed; those that cannot be read count as nothing."""
        amounts = (line.amount(self.currency) for line in self.lines)
        return sum((amount for amount in amounts if amount is not None), Decimal(0))

    @property
    def discount_amount(self) -> Decimal:
        found = self.discount.amount(self.subtotal, self.currency) if self.discount else None
        return found or Decimal(0)

    def with_line(self, changed: DraftLine) -> Self:
        """The line of the same key replaced, or added at the end."""
        if any(line.key == changed.key for line in self.lines):
            lines = tuple(changed if line.key == changed.key else line for line in self.lines)
        else:
            lines = (*self.lines, changed)
        return replace(self, lines=lines)

    def without_line(self, key: str) -> Self:
        return replace(self, lines=tuple(line for line in self.lines if line.key != key))

    def to_json(self) -> dict[str, Any]:
        """Plain JSON values; ``from_json(to_json(x)) == x``."""
        found = _plain(self)
        found["lines"] = [_plain(line) for line in self.lines]
        found["discount"] = _plain(self.discount) if self.discount else None
        found["new_customer"] = _plain(self.new_customer) if self.new_customer else None
        found["extras"] = dict(self.extras)
        found["custom_fields"] = dict(self.custom_fields)
        return found

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Self:
        """Unknown names are ignored and missing ones default, so older drafts keep opening."""
        known = _known(cls, stored)
        if known.get("new_customer") is not None:
            known["new_customer"] = NewCustomer(**_known(NewCustomer, known["new_customer"]))
        if known.get("discount") is not None:
            known["discount"] = DraftDiscount(**_known(DraftDiscount, known["discount"]))
        known["lines"] = tuple(
            DraftLine(**_known(DraftLine, line)) for line in known.get("lines") or ()
        )
        return cls(**known)


@cache
def _names(kind: type) -> tuple[str, ...]:
    return tuple(entry.name for entry in fields(kind))


def _plain(found: Any) -> dict[str, Any]:
    """Its own members as they are; ``asdict`` would copy all that hangs on them."""
    return {name: getattr(found, name) for name in _names(found.__class__)}


def _known(kind: type, stored: Mapping[str, Any]) -> dict[str, Any]:
    names = _names(kind)
    return {name: value for name, value in stored.items() if name in names}
