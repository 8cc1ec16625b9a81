"""What people do about traces of HubSpot's own QuickBooks app: look again, dismiss with a reason (D-33)."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from integration import audit, jobs
from integration.access.actors import Actor
from integration.access.rights import Right
from integration.models import Company
from sync.coexistence.check import JOB, row_of
from sync.match_models import Coexistence, CoexistenceState
from sync.traces import Findings

LONGEST = 500


class ReasonMissing(Exception):
    """Dismissing wants a reason."""


@dataclass(frozen=True, slots=True)
class Standing:
    """``must_know``: whoever turns a tab on says that they saw this."""

    row: Coexistence
    findings: Findings

    @property
    def must_know(self) -> bool:
        return self.row.state == CoexistenceState.TRACES


def standing(company: Company) -> Standing | None:
    """None when nobody has looked yet."""
    rows = Coexistence.objects.for_portal(company.portal_id).filter(company=company)
    row = rows.select_related("dismissed_by").first()
    return Standing(row, Findings.of(row.findings)) if row is not None else None


def must_know(company: Company) -> bool:
    found = standing(company)
    return found is not None and found.must_know


def look_again(actor: Actor, company: Company, now: datetime) -> None:
    """Asking twice looks once."""
    actor.require(Right.MAP, company)
    with transaction.atomic():
        row_of(company)
        _audit("sync.coexistence_asked", actor, company, now)
        jobs.enqueue(JOB, portal=actor.portal, company=company, at=now)


def dismiss(actor: Actor, company: Company, why: str, now: datetime) -> bool:
    """The traces do not matter; False when there is nothing to dismiss. Raises ``ReasonMissing``."""
    actor.require(Right.MAP, company)
    if not why.strip():
        raise ReasonMissing
    with transaction.atomic():
        rows = Coexistence.objects.for_portal(actor.portal).filter(
            company=company, state=CoexistenceState.TRACES
        )
        said = why.strip()[:LONGEST]
        if not rows.update(
            state=CoexistenceState.DISMISSED,
            dismissed_at=now,
            dismissed_by=actor.person,
            dismissed_why=said,
        ):
            return False
        _audit("sync.coexistence_dismissed", actor, company, now, why=said)
    return True


def _audit(action: str, actor: Actor, company: Company, now: datetime, **told: str) -> None:
    audit.record(
        action,
        actor=actor,
        portal=actor.portal,
        company=company,
        subject=("company", company.pk),
        after=told,
        now=now,
    )
