"""A change of an invoice, walked from point to point (B-04, D-13 to D-16; faults 20, 21, 77).

The same request id first: a lost answer is answered again. What QuickBooks has is looked at before
every first try; another version than the person saw goes back to a person, who sees both.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from time import monotonic

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from integration import audit, jobs, sessions
from integration.access import actors
from integration.access.actors import Actor
from integration.gateways.errors import NotFound
from integration.gateways.quickbooks import QuickBooks
from integration.gateways.quickbooks_transactions import invoice as parse_invoice
from integration.models import Company, Job, Portal
from integration.models import Record as Row
from integration.records.quickbooks import Invoice as Record
from integration.records.quickbooks import Preferences, Raw
from integration.reference import Reference
from invoices import change_compare
from invoices.approval_requests import withdraw_change
from invoices.change_facts import change_facts
from invoices.change_rules import Act, permission
from invoices.creation import DRAFT_LIFE, Refused
from invoices.custom_fields import po_number_field
from invoices.mirror import mirror_invoices
from invoices.models import Invoice, InvoiceChange
from invoices.models.changes import ChangeKind, ChangePoint
from invoices.models.drafts import DraftState
from invoices.taxes import NOT_TAXABLE, TAXABLE

CHANGE = "invoice.change"
"""The kind of the job that walks a change."""
NAMED = ("Term", "TaxCode", "Class", "Department")
MOST_RETRIES = 3
"""How often a newer version that says nothing new is gone on top of without asking."""


@dataclass
class ChangeWalk:
    """One walk of one change. ``lease`` None: nobody else can be walking it."""

    change: InvoiceChange
    lease: jobs.Lease | None
    now: datetime
    _quickbooks: QuickBooks | None = None
    looked: Record | None = None
    """What QuickBooks said in this very walk."""

    @property
    def company(self) -> Company:
        return self.change.company

    @property
    def portal(self) -> Portal:
        return self.change.portal

    @property
    def invoice(self) -> Invoice:
        return self.change.invoice

    @property
    def base(self) -> Record:
        """QuickBooks' record that the change goes on top of."""
        return parse_invoice(self.change.base)

    @property
    def quickbooks(self) -> QuickBooks:
        if self._quickbooks is None:
            self._quickbooks = sessions.quickbooks(self.company, urgent=True)
        return self._quickbooks

    def fenced(self) -> AbstractContextManager[None]:
        """The transaction a point is stored in; lost leases store nothing."""
        return self.lease.fenced() if self.lease else transaction.atomic()

    def reach(self, point: ChangePoint, **changes: object) -> None:
        """Store the point with what came of the step; the caller holds ``fenced()``."""
        for name, value in changes.items():
            setattr(self.change, name, value)
        self.change.point = point
        self.change.save(update_fields=["point", *changes])

    def record(self, action: str, **after: object) -> None:
        """A line of the invoice's history."""
        audit.record(
            action,
            person=self.change.created_by,
            portal=self.portal,
            company=self.company,
            subject=("invoice", str(self.change.invoice_id)),
            after={"number": str(self.invoice), **after},
            now=self.now,
            origin="worker",
        )


def walk(
    change: InvoiceChange, lease: jobs.Lease | None, deadline: float, now: datetime
) -> InvoiceChange:
    """As far as it goes before ``deadline`` (``time.monotonic()``).

    Raises GatewayError when the outcome is open or QuickBooks is away: walk again later.
    """
    steps = _steps()
    walked = ChangeWalk(change, lease, now)
    while change.point in steps and monotonic() < deadline:
        if lease is not None:
            lease.check()
        try:
            steps[ChangePoint(change.point)](walked)
        except Refused as refused:
            fail(walked, refused)
    return change


def _steps() -> dict[str, Callable[[ChangeWalk], None]]:
    """By the point reached: what comes next. What waits for a person waits: the answer owes a job."""
    from invoices import changing_steps, crediting

    return {
        ChangePoint.STORED: look,
        ChangePoint.CHECKED: changing_steps.post,
        ChangePoint.POSTED: crediting.apply,
        ChangePoint.APPLIED: changing_steps.finish,
    }


def run_change(job: Job, lease: jobs.Lease, now: datetime) -> jobs.Again | None:
    """The handler of ``invoice.change``: goes on where the last run stopped."""
    related = ("draft__deal", "company", "portal", "created_by", "invoice__company")
    rows = InvoiceChange.objects.for_portal(job.portal_id).select_related(*related)
    change = rows.filter(pk=job.parameters["change"]).first()
    if change is None:
        return None
    deadline = monotonic() + settings.DEALBOOKS["WEB_WALK_SECONDS"]
    walk(change, lease, deadline, now)
    return jobs.Again(at=now) if change.point in _steps() else None


# ---------------------------------------------------------------------------------------- looking
def look(walked: ChangeWalk) -> None:
    """Is it still what the person saw, and may it be done at this moment (D-13, D-14, D-15)?"""
    record, preferences = read_now(walked)
    require(walked, record, preferences)
    if differs(walked, record):
        return conflict(walked, record)
    if not _may_post(walked):
        return None
    with walked.fenced():
        walked.reach(ChangePoint.CHECKED, base=record.raw, problem="", problem_parameters={})
    return None


def read_now(walked: ChangeWalk) -> tuple[Record, Preferences]:
    """The invoice and the preferences as QuickBooks has them at this moment."""
    preferences = walked.quickbooks.preferences()
    Reference.of(walked.company).keep("Preferences", [preferences.raw], walked.now)
    record = parse_invoice(read_invoice(walked))
    walked.looked = record
    return record, preferences


def read_invoice(walked: ChangeWalk) -> Raw:
    try:
        return walked.quickbooks.read("Invoice", walked.invoice.qbo_id)
    except NotFound as error:
        raise Refused("change.deleted", {"number": str(walked.invoice)}, error.trace_id) from error


def require(walked: ChangeWalk, record: Record, preferences: Preferences) -> None:
    """Raises Refused: what may be done is decided by what is there now, not by the page."""
    change = walked.change
    facts = change_facts(
        _actor(walked), walked.invoice, walked.now, change.deal_id,
        record=record, preferences=preferences, besides=change,
    )  # fmt: skip
    found = permission(Act(change.kind), facts)
    if not found.allowed:
        raise Refused(found.code, dict(found.parameters))
    if change.kind == ChangeKind.EDIT:
        from invoices import editing

        editing.require(change, preferences, walked.now)


def _actor(walked: ChangeWalk) -> Actor:
    person = walked.change.created_by
    found = actors.of_person(person, walked.change.portal_id, origin="worker")
    if found is None:
        raise Refused("change.person_left", {"name": str(person)})
    return found


def differs(walked: ChangeWalk, record: Record) -> bool:
    """Whether QuickBooks has news that a person has to see first."""
    before, theirs = (picture(walked.change, each) for each in (walked.base, record))
    return change_compare.matters(change_compare.news(before, theirs))


def picture(change: InvoiceChange, record: Record) -> change_compare.Picture:
    known = Reference.of(change.company).preferences()
    field = po_number_field(known.custom_fields) if known else ""
    return change_compare.of_record(record, change.currency, field, names_of(change.company))


def names_of(company: Company) -> dict[tuple[str, str], str]:
    """What the lists that an invoice refers to are called: one query."""
    rows = Row.objects.for_portal(company.portal_id).filter(company=company, kind__in=NAMED)
    found = rows.values_list("kind", "qbo_id", "name")
    names = {(kind, qbo_id): name for kind, qbo_id, name in found}
    us_codes = {("TaxCode", TAXABLE): _("Taxable"), ("TaxCode", NOT_TAXABLE): _("Not taxable")}
    return names | us_codes


def _may_post(walked: ChangeWalk) -> bool:
    """D-15: a change of the amount is asked like a new invoice; False while somebody decides."""
    from invoices import editing

    change = walked.change
    if change.kind != ChangeKind.EDIT or not editing.changes_amount(change):
        return True
    return editing.is_approved(walked)


def conflict(walked: ChangeWalk, record: Record) -> None:
    """A person sees both and chooses; our copy has what QuickBooks has."""
    with walked.fenced():
        mirror_invoices(walked.company, [record], [], walked.now)
        walked.reach(ChangePoint.CONFLICT, theirs=record.raw)
        walked.record("change.conflict")


# ----------------------------------------------------------------------------------------- ending
def fail(walked: ChangeWalk, refused: Refused) -> None:
    """Nothing was changed; an edit's draft opens again as it was, with the reason."""
    change = walked.change
    with walked.fenced():
        give_back(change, walked.now)
        withdraw_change(change, walked.now)
        walked.reach(
            ChangePoint.FAILED,
            problem=refused.code,
            problem_parameters=refused.parameters,
            trace_id=refused.trace,
            finished_at=walked.now,
        )
        walked.record(f"{change.kind}.refused", reason=refused.code)
        if walked.looked is not None:
            mirror_invoices(walked.company, [walked.looked], [], walked.now)


def give_back(change: InvoiceChange, now: datetime) -> None:
    """The draft of an edit is the person's again; the caller holds the transaction."""
    draft = change.draft
    if change.kind != ChangeKind.EDIT or draft is None:
        return
    draft.state, draft.step = DraftState.OPEN, "review"
    draft.version += 1
    draft.expires_at = now + DRAFT_LIFE
    draft.save(update_fields=["state", "step", "version", "expires_at"])
