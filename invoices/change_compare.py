"""Two versions of an invoice beside each other, member by member (fault 77, P-31). Pure.

A picture is what a person can compare: texts by name. ``lines`` are named ``line:<QuickBooks id>``.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace

from integration.records.quickbooks import Invoice
from invoices.change_content import TEXT, key_of, read
from invoices.currencies import round_money
from invoices.draft_content import DraftContent
from invoices.draft_lines import DraftLine

LINE = "line:"
QUIET = frozenset({"note", "number"})
"""Members that a change never touches and that mean nothing to it: no reason to ask anybody."""

FIELD = "field:"
"""Before a custom field's DefinitionId."""
COMPUTED = frozenset({"total", "open"})
"""Members that follow from others."""
Picture = dict[str, str]
Names = Mapping[tuple[str, str], str]
NO_NAMES: Names = {}
"""QuickBooks' entity and id to the name."""


@dataclass(frozen=True, slots=True)
class Difference:
    """``name`` is a member; ``before`` what the person saw, ``mine`` and ``theirs`` what followed."""

    name: str
    before: str
    mine: str
    theirs: str

    @property
    def is_clash(self) -> bool:
        """Both changed it, and not to the same."""
        both = self.before not in (self.mine, self.theirs) and self.mine != self.theirs
        return both and self.name not in COMPUTED


def of_record(
    record: Invoice, currency: str, po_field: str = "", names: Names = NO_NAMES
) -> Picture:
    """What QuickBooks has. ``names``: what terms, tax codes and the like are called, by id."""
    found = of_content(read(record, currency=currency, po_field=po_field).content, names)
    for line in record.lines:
        if f"{LINE}{key_of(line.id)}" not in found and line.detail != "DiscountLineDetail":
            shown = line.description if line.detail == TEXT else line.item_name or line.description
            amount = "" if line.detail == TEXT else f" {round_money(line.net, currency)}"
            found[f"{LINE}{key_of(line.id)}"] = f"{shown}{amount}"
    found |= {
        "number": record.doc_number,
        "total": str(round_money(record.total, found["currency"])),
        "open": str(round_money(record.balance, found["currency"])),
        "sent": record.email_status,
        "note": record.private_note,
    }
    return found


def of_content(content: DraftContent, names: Names = NO_NAMES) -> Picture:
    """What a draft says of the members it has."""
    found = {
        "customer": content.customer_name or content.customer_id,
        "currency": content.currency,
        "txn_date": content.txn_date.strip(),
        "due_date": content.due_date.strip(),
        "terms": names.get(("Term", content.terms_id), content.terms_id),
        "message": content.message.strip(),
        "bill_email": content.bill_email.strip(),
        "bill_email_cc": content.bill_email_cc.strip(),
        "po_number": content.po_number.strip(),
        "tax_mode": content.tax_mode,
        "discount": _discount(content),
        "class": names.get(("Class", content.class_id), content.class_id),
        "location": names.get(("Department", content.location_id), content.location_id),
    }
    found |= {f"{FIELD}{key}": text.strip() for key, text in content.custom_fields.items()}
    lines = {f"{LINE}{line.key}": _line(line, content.currency, names) for line in content.lines}
    return found | lines


def _line(line: DraftLine, currency: str, names: Names) -> str:
    if line.is_text:
        return line.description.strip()
    amount = line.amount(currency)
    worth = "" if amount is None else f" = {round_money(amount, currency)}"
    text = f"{line.name}: {line.quantity} \u00d7 {line.unit_price}{worth}"
    code = names.get(("TaxCode", line.tax_code_id), line.tax_code_id)
    place = names.get(("Class", line.class_id), line.class_name or line.class_id)
    parts = (code, place, line.service_date, line.description)
    extra = [part for part in parts if part and part != line.name]
    return " · ".join([text, *extra])


def _discount(content: DraftContent) -> str:
    if content.discount is None:
        return ""
    value = content.discount.value
    return f"{value} %" if content.discount.is_percent else value


def mine_of(
    before: Picture, began: DraftContent, wanted: DraftContent, names: Names = NO_NAMES
) -> Picture:
    """What the invoice would be: ``before`` with the person's changes laid over it."""
    old, new = of_content(began, names), of_content(wanted, names)
    found = {name: text for name, text in before.items() if name not in old or name in new}
    return found | {name: text for name, text in new.items() if text != old.get(name)}


def rebased(began: DraftContent, wanted: DraftContent, theirs: DraftContent) -> DraftContent:
    """The person's changes on top of what QuickBooks has now: members and lines they left alone
    are QuickBooks'."""
    changed = {
        each.name: getattr(wanted, each.name)
        for each in fields(DraftContent)
        if each.name not in ("lines", "extras")
        and getattr(wanted, each.name) != getattr(began, each.name)
    }
    old, new = ({line.key: line for line in each.lines} for each in (began, wanted))
    kept = [
        new.get(line.key, line) if new.get(line.key) != old.get(line.key) else line
        for line in theirs.lines
        if line.key in new or line.key not in old
    ]
    have = {line.key for line in theirs.lines}
    added = [line for line in wanted.lines if line.key not in have and line != old.get(line.key)]
    return replace(theirs, lines=(*kept, *added), extras=wanted.extras, **changed)


def news(before: Picture, theirs: Picture) -> set[str]:
    """Members that QuickBooks has differently from what the person saw."""
    return {
        name
        for name in before.keys() | theirs.keys()
        if before.get(name, "") != theirs.get(name, "")
    }


def matters(found: set[str]) -> bool:
    """Whether a person has to look at it."""
    return bool(found - QUIET)


def differences(
    before: Mapping[str, str], mine: Mapping[str, str], theirs: Mapping[str, str]
) -> list[Difference]:
    """Members in which the two newer versions are not both as before, in a steady order."""
    names = [*before, *(n for n in mine if n not in before)]
    names += [name for name in theirs if name not in names]
    rows = (
        Difference(name, before.get(name, ""), mine.get(name, ""), theirs.get(name, ""))
        for name in names
    )
    return [row for row in rows if not row.before == row.mine == row.theirs]
