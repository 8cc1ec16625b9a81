"""One person at one draft, for one request: everything its pages and partials show."""

from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

from integration.reference import Reference

from integration.access.actors import Actor
from integration.models import Company
from integration.models.tenancy import PortalQuerySet
from integration.records.quickbooks import Customer, Term
from invoices import services
from invoices.deals import People
from invoices.draft import DraftContent, DraftFacts, Problem
from invoices.drafts import content_of
from invoices.models import DealRef, Draft, InvoiceOperation
from invoices.taxes import Totals


@dataclass
class Sitting:
    """``content`` is the stored one unless a refused save put back what was typed."""

    actor: Actor
    draft: Draft
    now: datetime
    content: DraftContent = field(default_factory=DraftContent)

    @classmethod
    def of(cls, actor: Actor, draft: Draft, now: datetime) -> "Sitting":
        return cls(actor, draft, now, content_of(draft))

    @property
    def deal(self) -> DealRef:
        return self.draft.deal

    @property
    def company(self) -> Company | None:
        return self.draft.company

    @cached_property
    def companies(self) -> list[Company]:
        """Connected companies this person may draft for, by name."""
        found: PortalQuerySet = self.actor.companies()
        return list(found.order_by("name"))

    @property
    def has_choice_of_company(self) -> bool:
        return len(self.companies) > 1

    @cached_property
    def reference(self) -> Reference:
        return Reference.of(self.draft.company)

    @property
    def people(self) -> People:
        return People.from_json(dict(self.content.extras.get("people") or {}))

    @cached_property
    def judged(self) -> tuple[DraftContent, DraftFacts, list[Problem], Totals]:
        """Raises ReferenceMissing while the company's data is still being read."""
        return services.judged(self.draft, self.content, self.now)

    @property
    def filled(self) -> DraftContent:
        """With default tax codes: what would be sent."""
        return self.judged[0]

    @property
    def facts(self) -> DraftFacts:
        return self.judged[1]

    @property
    def problems(self) -> list[Problem]:
        return self.judged[2]

    @property
    def totals(self) -> Totals:
        return self.judged[3]

    def problems_of(self, step: str) -> list[Problem]:
        return [found for found in self.problems if found.step == step]

    @property
    def customer(self) -> Customer | None:
        return self.facts.customer

    @property
    def term(self) -> Term | None:
        return self.facts.terms.get(self.content.terms_id)

    @property
    def currency(self) -> str:
        return self.content.currency

    @cached_property
    def last_operation(self) -> InvoiceOperation | None:
        """The refused one, when QuickBooks sent the draft back."""
        found = InvoiceOperation.objects.for_portal(self.draft.portal_id)
        return found.filter(draft=self.draft).first()  # type: ignore[no-any-return]
