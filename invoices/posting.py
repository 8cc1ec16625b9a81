"""May this operation be posted? Asked by the worker just before posting (D-15, control 38).

Pages only predict the answer. Today's policy is "never needs approval"; the rights of the person
who chose to create the invoice are looked at again every time.
"""

from dataclasses import dataclass, field

from integration.access import actors
from integration.access.rights import Right
from invoices.models import InvoiceOperation


@dataclass(frozen=True, slots=True)
class Verdict:
    """``code`` and ``parameters`` say why not, for ``integration.messages``.

    ``waiting``: not refused, but somebody has to approve first.
    """

    allowed: bool
    code: str = ""
    parameters: dict[str, str] = field(default_factory=dict)
    waiting: bool = False


ALLOWED = Verdict(True)


def may_post(operation: InvoiceOperation) -> Verdict:
    """Every path to QuickBooks passes here: pages, API, retries, schedules."""
    return _rights(operation) or _policy(operation)


def _rights(operation: InvoiceOperation) -> Verdict | None:
    """A refusal, or None when the creator still may do this."""
    person, company = operation.created_by, operation.company
    names = {"name": str(person), "company": company.name}
    if not company.is_connected:
        return Verdict(False, "posting.company_disconnected", names)
    actor = actors.of_person(person, operation.portal_id, origin="worker")
    if actor is None:
        return Verdict(False, "posting.creator_left", names)
    if not actor.may(Right.POST, company):
        return Verdict(False, "posting.right_missing", names)
    if not actor.sees_deal(operation.draft.deal):
        return Verdict(False, "posting.deal_out_of_reach", names)
    return None


def _policy(operation: InvoiceOperation) -> Verdict:
    """No company asks for approval yet; the answer comes from here once one can."""
    del operation
    return ALLOWED
