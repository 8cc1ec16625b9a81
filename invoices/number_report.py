"""What became of every number taken from a series, and explaining the gaps (D-12, B-02)."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from integration import audit
from integration.access.actors import Actor
from integration.access.rights import Right
from integration.models import Company
from integration.models.tenancy import PortalQuerySet
from invoices.models import NumberReservation
from invoices.numbering import gaps
from invoices.signals import gaps_explained

LONGEST = 500


class NotExplained(Exception):
    """``code`` and ``parameters`` are for ``integration.messages``."""

    def __init__(self, code: str, **parameters: str) -> None:
        super().__init__(code)
        self.code = code
        self.parameters = parameters


def rows_of(company: Company) -> PortalQuerySet:
    """Every number, with who took it and for which deal."""
    found = NumberReservation.objects.for_portal(company.portal_id).filter(company=company)
    return found.select_related(
        "operation__created_by", "operation__draft__deal", "operation__invoice", "explained_by"
    )


def explain(
    actor: Actor, company: Company, reservation_id: UUID, text: str, now: datetime
) -> NumberReservation:
    """A gap with its explanation is settled; explaining again replaces the text.

    Raises Forbidden, and NotExplained when the number is no gap or nothing was written.
    """
    actor.require(Right.APPROVE, company)
    said = text.strip()
    if not said:
        raise NotExplained("numbering.explanation_missing")
    if len(said) > LONGEST:
        raise NotExplained("numbering.explanation_long", limit=str(LONGEST))
    with transaction.atomic():
        rows = rows_of(company).filter(pk=reservation_id, state="gap")
        held = rows.select_for_update(of=("self",)).first()
        if held is None:
            raise NotExplained("numbering.no_gap")
        before = held.explanation
        held.explanation, held.explained_by, held.explained_at = said, actor.person, now
        held.save(update_fields=["explanation", "explained_by", "explained_at"])
        audit.record(
            "number.explained",
            actor=actor,
            portal=actor.portal,
            company=company,
            subject=("number", str(held.pk)),
            before={"explanation": before},
            after={"explanation": said, "number": held.text},
            now=now,
        )
        if not gaps(company).exists():
            gaps_explained.send(NumberReservation, company=company, person=actor.person, now=now)
    return held  # type: ignore[no-any-return]
