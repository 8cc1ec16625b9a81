"""A rep with a connected company and a deal of the sandbox, who makes invoices."""

from dataclasses import replace
from typing import Any

from integration import sessions
from integration.access import actors
from integration.access.actors import Actor
from integration.clock import now
from integration.models import Company, Membership
from integration.models.people import Role
from integration.records.quickbooks import Customer, Item
from integration.reference import Reference, refresh_reference
from invoices import deals, drafts, services
from invoices.draft import DraftContent, DraftLine
from invoices.models import Draft, InvoiceOperation
from invoices.wizard import defaults
from tests import tenants
from tests.kept_reference import read_reference
from tests.sync.books import Books

DEAL = "20300100001"


class Desk:
    """``books`` are the company's; ``actor`` is an owner unless another member sits down.

    ``prepared``: nobody has changed anything in QuickBooks since the sandbox was prepared.
    """

    def __init__(
        self, books: Books, member: Membership | None = None, *, prepared: bool = False
    ) -> None:
        self.books = books
        self.member = member or tenants.member(books.portal, Role.OWNER)
        if prepared:
            read_reference(books.company, now())
        else:
            refresh_reference(books.company, sessions.quickbooks(books.company), now())
        self.company: Company = Company.objects.for_portal(books.portal).get(pk=books.company.pk)
        books.company = self.company
        self.sandbox = books.sandbox

    @property
    def actor(self) -> Actor:
        found = actors.of_person(self.member.person, self.books.portal, origin="session")
        assert found is not None
        return found

    @property
    def reference(self) -> Reference:
        return Reference.of(self.company)

    def customer(self, currency: str = "") -> Customer:
        """An active customer with an e-mail address, in the company's currency."""
        wanted = currency or self.company.home_currency
        return next(
            found
            for found in self.reference.customers()
            if found.emails and found.currency in ("", wanted) and found.bill_address.postcode
        )

    def item(self) -> Item:
        return next(
            found
            for found in self.reference.items()
            if found.kind in ("Service", "NonInventory") and found.unit_price
        )

    def draft(self, deal: str = DEAL, **changes: Any) -> Draft:
        """A complete draft: one product, two of it. ``changes`` are of its content."""
        instant = now()
        opened = deals.open_deal(self.actor, deal, instant, with_people=True)
        draft = drafts.start(self.actor, opened, None, instant)
        customer, item = self.customer(), self.item()

        def filled(content: DraftContent) -> DraftContent:
            begun = defaults.for_company(content, self.company, opened.row, instant)
            chosen = defaults.with_customer(begun, customer, self.reference, instant.date())
            line = defaults.line_of(item, "a", chosen, self.company, self.reference)
            lines: tuple[DraftLine, ...] = (replace(line, quantity="2"),)
            return replace(chosen, **{"lines": lines, **changes})

        return drafts.save(
            self.actor, draft, filled, version=draft.version, step="review", now=instant,
            company=self.company,
        )  # fmt: skip

    def submit(self, draft: Draft) -> InvoiceOperation:
        draft.refresh_from_db()
        return services.submit(self.actor, draft, draft.version, now())

    def in_quickbooks(self, **facts: str) -> list[dict[str, Any]]:
        """The company's invoices in the sandbox that have these members, newest last."""
        state = self.sandbox.state("quickbooks")["quickbooks"]["companies"][self.company.realm_id]
        found = state.get("Invoice", [])
        return [row for row in found if all(row.get(name) == text for name, text in facts.items())]

    def ours(self, operation: InvoiceOperation) -> list[dict[str, Any]]:
        """Invoices in QuickBooks that bear the operation's reference."""
        return [
            row
            for row in self.in_quickbooks()
            if any(
                f"Ref {operation.number}" in (field.get("StringValue") or "")
                for field in row.get("CustomField") or ()
            )
        ]

    def customers_named(self, name: str) -> list[dict[str, Any]]:
        state = self.sandbox.state("quickbooks")["quickbooks"]["companies"][self.company.realm_id]
        return [row for row in state["Customer"] if row["DisplayName"] == name]
