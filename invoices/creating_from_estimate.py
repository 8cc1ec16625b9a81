"""The last look at an estimate before its invoice is created (D-35).

One that was changed, closed or invoiced meanwhile sends the draft back with what happened;
everything typed stays.
"""

from integration.gateways.errors import NotFound
from invoices import draft_estimates, estimate_source
from invoices.calendar import company_day
from invoices.creation import Refused, Walk
from invoices.draft_estimates import DraftEstimate
from invoices.estimates import Estimate, changes, obstacle
from invoices.quotes import Obstacle


def look_again(walked: Walk) -> None:
    """Nothing for a draft without an estimate. Raises Refused."""
    held = draft_estimates.of(walked.content)
    if held is None:
        return
    try:
        newer = estimate_source.read(walked.company, held.estimate.id)
    except NotFound:
        gone = Obstacle("estimate.gone")
        _send_back(walked, DraftEstimate(held.estimate, held.keys, gone))
    else:
        found = judged(held, newer, walked)
        if found.obstacle is not None or found.changes:
            _send_back(walked, found)


def judged(held: DraftEstimate, newer: Estimate, walked: Walk) -> DraftEstimate:
    reason = obstacle(newer, company_day(walked.company, walked.now))
    if reason is not None:
        return DraftEstimate(held.estimate, held.keys, reason)
    different = tuple(changes(held.estimate, newer))
    return DraftEstimate(held.estimate, held.keys, None, newer if different else None, different)


def _send_back(walked: Walk, found: DraftEstimate) -> None:
    """The draft remembers what was found, for the source step."""
    content = draft_estimates.kept(walked.content, found)
    with walked.fenced():
        walked.operation.content = content.to_json()
        walked.operation.save(update_fields=["content"])
    if found.obstacle is not None:
        raise Refused(found.obstacle.code, dict(found.obstacle.parameters))
    raise Refused("estimate.changed", {"number": found.estimate.name})
