"""One person at one draft, for one request: everything its pages and partials show."""

from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from uuid import UUID

from integration.access.actors import Actor
from integration.clock import now
from integration.models import Company
from integration.models.tenancy import PortalQuerySet
from integration.records.quickbooks import Customer, Term
from integration.reference import Reference
from invoices import draft_estimates, draft_quotes, drafts, editing, services
from invoices.deals import People
from invoices.draft import DraftContent, DraftFacts, Problem
from invoices.draft_estimates import DraftEstimate
from invoices.draft_quotes import DraftQuote
from invoices.drafts import QUOTE_IDS, content_of
from invoices.models import DealRef, Draft, InvoiceChange, InvoiceOperation
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
    def is_edit(self) -> bool:
        """It changes an invoice that QuickBooks has (D-14)."""
        return self.draft.edits_id is not None

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

    @property
    def quote_ids(self) -> tuple[str, ...]:
        """The quotes the deal had when it was opened."""
        return tuple(self.content.extras.get(QUOTE_IDS) or ())

    @property
    def has_choice_of_source(self) -> bool:
        """Quotes; or estimates, which somebody has asked for (P-27)."""
        made_from = self.quote is not None or self.estimate is not None
        return bool(self.quote_ids or self.content.extras.get("estimates_asked")) or made_from

    @property
    def quote(self) -> DraftQuote | None:
        """The quote the draft is made from."""
        return draft_quotes.of(self.content)

    @property
    def estimate(self) -> DraftEstimate | None:
        """The estimate the draft is made from."""
        return draft_estimates.of(self.content)

    @cached_property
    def reference(self) -> Reference:
        return Reference.of(self.draft.company)

    @property
    def people(self) -> People:
        return People.from_json(dict(self.content.extras.get("people") or {}))

    @cached_property
    def judged(self) -> tuple[DraftContent, DraftFacts, list[Problem], Totals]:
        """Raises ReferenceMissing while the company's data is still being read."""
        judge = editing.judged if self.is_edit else services.judged
        return judge(self.draft, self.content, self.now)

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
    def last_operation(self) -> InvoiceOperation | InvoiceChange | None:
        """The refused one, when QuickBooks sent the draft back; of an edit its change."""
        if self.is_edit:
            return editing.last_change(self.draft)
        found = InvoiceOperation.objects.for_portal(self.draft.portal_id)
        return found.filter(draft=self.draft).first()  # type: ignore[no-any-return]


def sitting_of(actor: Actor, deal_id: str, draft_id: UUID) -> Sitting:
    """At this moment. Raises DraftUnknown and DraftClosed."""
    instant = now()
    draft = drafts.editable(drafts.find(actor, deal_id, draft_id), instant)
    return Sitting.of(actor, draft, instant)
