"""The job of an undo: compare, wait for the yes, put back; resumes wherever it was interrupted."""

from datetime import datetime

from integration.gateways.errors import GatewayError
from integration.jobs import Again, Lease
from integration.models import Job
from sync.models import Undo, UndoState
from sync.undo_engine import look, work

JOB = "sync.undo"
TURNS = {UndoState.LOOKING: look, UndoState.RUNNING: work}


def undo(job: Job, lease: Lease, now: datetime) -> Again | None:
    """``sync.undo``: the next turn of the undo that is the job's subject."""
    rows = Undo.objects.for_portal(job.portal_id).filter(pk=job.subject)
    row = rows.select_related("company", "portal", "run").first()
    if row is None or row.state not in TURNS:
        return None
    try:
        return Again(at=now) if TURNS[UndoState(row.state)](row, lease, now) else None
    except GatewayError as error:
        told = {**error.parameters, "vendor": error.vendor}
        rows.update(error=error.code, error_parameters=told, trace_id=error.trace_id)
        raise
