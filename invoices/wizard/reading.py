"""What a step's form said, as changes of the draft. Nothing is refused here: wrong text is kept."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from unicodedata import category

from django.http import QueryDict

from integration.reference import Reference
from invoices.deals import Contact, People
from invoices.draft import DraftContent, DraftLine, NewCustomer
from invoices.models import Draft
from invoices.wizard import defaults, quote_reading

NEW_CUSTOMER_FIELDS = (
    "display_name", "company_name", "given_name", "family_name", "email", "phone",
    "line1", "line2", "city", "region", "postcode", "country",
)  # fmt: skip
LONGEST_TEXT = 20_000


@dataclass(frozen=True)
class Typed:
    """One form post with what is needed to understand it."""

    post: QueryDict
    draft: Draft
    reference: Reference
    today: date
    rate: str = ""
    """For the price of a product added to a foreign invoice; asked before, outside the save."""

    def text(self, name: str) -> str:
        """Without what no browser types: control characters but line breaks, lone surrogates."""
        given = self.post.get(name, "").replace("\r\n", "\n")[:LONGEST_TEXT]
        readable = given.encode("utf-8", "ignore").decode()
        return "".join(
            letter for letter in readable if letter in "\n\t" or category(letter) != "Cc"
        )

    def line(self, name: str) -> str:
        return " ".join(self.text(name).split())


Reader = Callable[[DraftContent, Typed], DraftContent]


def customer(content: DraftContent, typed: Typed) -> DraftContent:
    """``choice``: ``c:<id>`` a suggestion, ``search`` the picker, ``new`` a new customer."""
    people = People.from_json(dict(content.extras.get("people") or {}))
    content = _contact(content, typed, people)
    choice = typed.post.get("choice", "")
    if choice == "new":
        return _new_customer(content, typed)
    chosen = choice.removeprefix("c:") if choice.startswith("c:") else ""
    if choice == "search" or not choice:
        chosen = typed.line("customer_id")
    if not chosen:
        return replace(
            content, customer_id="", customer_name="", new_customer=None, customer_confirmed=False
        )
    found = typed.reference.customer(chosen)
    if found is None:
        return replace(content, customer_id=chosen, new_customer=None)
    return defaults.with_customer(content, found, typed.reference, typed.today)


def _contact(content: DraftContent, typed: Typed, people: People) -> DraftContent:
    if "contact_id" not in typed.post:
        return content
    wanted = typed.line("contact_id")
    if wanted == content.contact_id:
        return content
    by_id: dict[str, Contact] = {person.id: person for person in people.contacts}
    return defaults.with_contact(content, by_id.get(wanted))


def _new_customer(content: DraftContent, typed: Typed) -> DraftContent:
    new = NewCustomer(**{name: typed.line(f"new_{name}") for name in NEW_CUSTOMER_FIELDS})
    currency = typed.line("new_currency") or content.currency
    return replace(
        content,
        new_customer=new,
        customer_id="",
        customer_name="",
        customer_confirmed=True,
        currency=currency,
        bill_email=content.bill_email or new.email,
    )


def lines(content: DraftContent, typed: Typed) -> DraftContent:
    """Fields ``line-<key>-…``; ``add_item`` adds a product, ``remove`` takes a line away."""
    before = content
    for line in content.lines:
        content = content.with_line(quote_reading.picked(_line(line, typed), typed))
    content = quote_reading.removed(content, typed.post.get("remove", ""))
    if typed.line("tax_mode"):
        content = replace(content, tax_mode=typed.line("tax_mode"))
    if typed.line("tax_code_for_all"):
        code = typed.line("tax_code_for_all")
        content = replace(
            content, lines=tuple(replace(line, tax_code_id=code) for line in content.lines)
        )
    content = quote_reading.discounted(_added(content, typed), typed)
    return quote_reading.settled(before, content, typed)


def _line(line: DraftLine, typed: Typed) -> DraftLine:
    prefix = f"line-{line.key}-"
    changes: dict[str, str] = {}
    for name in ("quantity", "unit_price", "tax_code_id"):
        if f"{prefix}{name}" in typed.post:
            changes[name] = typed.line(f"{prefix}{name}")
    if f"{prefix}description" in typed.post:
        changes["description"] = typed.text(f"{prefix}description").strip()
    return replace(line, **changes) if changes else line  # type: ignore[arg-type]


def _added(content: DraftContent, typed: Typed) -> DraftContent:
    company = typed.draft.company
    item = typed.reference.item(typed.line("add_item")) if typed.line("add_item") else None
    if item is None or company is None:
        return content
    if not content.lines:
        content = replace(content, priced_in=content.currency, price_rate=typed.rate)
    key = secrets.token_hex(3)
    return content.with_line(defaults.line_of(item, key, content, company, typed.reference))


def details(content: DraftContent, typed: Typed) -> DraftContent:
    """A due date other than the stored one was chosen by the rep; else it follows the terms."""
    due = typed.line("due_date")
    chosen = due != content.due_date
    moved = (typed.line("terms_id"), typed.line("txn_date")) != (
        content.terms_id,
        content.txn_date,
    )
    filled = replace(
        content,
        terms_id=typed.line("terms_id"),
        txn_date=typed.line("txn_date"),
        due_date=due,
        due_date_typed=bool(due) and (chosen or content.due_date_typed),
        message=typed.text("message").strip(),
        bill_email=typed.line("bill_email"),
        bill_email_cc=typed.line("bill_email_cc"),
        po_number=typed.line("po_number"),
    )
    if moved and not filled.due_date_typed:
        return defaults.with_due_date(filled, typed.reference, typed.today)
    return filled


def nothing(content: DraftContent, typed: Typed) -> DraftContent:
    """Steps that have no fields of their own."""
    return content
