"""What a step's form said, as changes of the draft. Nothing is refused here: wrong text is kept."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from unicodedata import category

from django.http import QueryDict

from integration.reference import Reference
from invoices.deals import Contact, People
from invoices.draft import DraftContent, NewCustomer
from invoices.models import Draft
from invoices.wizard import defaults

NEW_CUSTOMER_FIELDS = (
    "display_name", "company_name", "given_name", "family_name", "email", "phone",
    "line1", "line2", "city", "region", "postcode", "country", "parent_id", "terms_id", "tax",
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
    may_write_free_lines: bool = False

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
    """``new_unique``: a button that offers another name. A sub-customer has its parent's currency."""
    new = NewCustomer(**{name: typed.line(f"new_{name}") for name in NEW_CUSTOMER_FIELDS})
    parent = typed.reference.customer(new.parent_id) if new.parent_id else None
    new = replace(
        new,
        display_name=typed.line("new_unique") or new.display_name,
        parent_name=parent.display_name if parent else "",
        bill_with_parent=bool(new.parent_id and typed.post.get("new_bill_with_parent")),
    )
    currency = typed.line("new_currency") or content.currency
    made = replace(
        content,
        new_customer=new,
        customer_id="",
        customer_name="",
        customer_confirmed=True,
        currency=(parent.currency if parent else "") or currency,
        bill_email=content.bill_email or new.email,
    )
    terms_before = content.new_customer.terms_id if content.new_customer else ""
    if not new.terms_id or new.terms_id == terms_before or defaults.AGREED in content.extras:
        return made
    agreed = replace(made, terms_id=new.terms_id)
    return defaults.with_due_date(agreed, typed.reference, typed.today)


def details(content: DraftContent, typed: Typed) -> DraftContent:
    """A due date other than the one the page showed was chosen by the rep; else it follows the
    terms, also when they changed in the same moment."""
    shown = typed.line("due_date_was") if "due_date_was" in typed.post else content.due_date
    due = typed.line("due_date")
    chosen = due != shown
    moved = (typed.line("terms_id"), typed.line("txn_date")) != (
        content.terms_id,
        content.txn_date,
    )
    filled = replace(
        content,
        terms_id=typed.line("terms_id"),
        txn_date=typed.line("txn_date"),
        due_date=due if chosen else content.due_date,
        due_date_typed=bool(due) if chosen else content.due_date_typed,
        message=typed.text("message").strip(),
        bill_email=typed.line("bill_email"),
        bill_email_cc=typed.line("bill_email_cc"),
        po_number=typed.line("po_number"),
        class_id=_kept("class_id", content.class_id, typed),
        location_id=_kept("location_id", content.location_id, typed),
        custom_fields=_custom_fields(content, typed),
    )
    if moved and not filled.due_date_typed:
        return defaults.with_due_date(filled, typed.reference, typed.today)
    return filled


def _kept(name: str, stored: str, typed: Typed) -> str:
    """A field that is not on this company's page leaves the draft as it is."""
    return typed.line(name) if name in typed.post else stored


def _custom_fields(content: DraftContent, typed: Typed) -> dict[str, str]:
    """Those on the page; what is not on it stays."""
    prefix = "custom_field_"
    given = {name.removeprefix(prefix) for name in typed.post if name.startswith(prefix)}
    texts = {key: typed.line(f"{prefix}{key}") for key in sorted(given)}
    return {key: text for key, text in {**content.custom_fields, **texts}.items() if text}


def nothing(content: DraftContent, typed: Typed) -> DraftContent:
    """Steps that have no fields of their own."""
    return content
