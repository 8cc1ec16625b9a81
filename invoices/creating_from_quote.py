"""The last look at HubSpot before an invoice is created: quote and deal as they are now (S-28).

A quote that was edited, withdrawn or has expired sends the draft back with what changed; so does a
deleted deal. Everything typed stays.
"""

from integration import sessions
from integration.gateways.errors import GatewayError, NotFound
from invoices import creating_from_estimate, draft_quotes, quote_source
from invoices.calendar import portal_day
from invoices.creation import Refused, Walk
from invoices.draft_quotes import DraftQuote
from invoices.models import DealRef
from invoices.quotes import Obstacle, Quote, changes, obstacle


def look_again(walked: Walk) -> None:
    """Raises Refused with the sentence of the first thing found."""
    held = draft_quotes.of(walked.content)
    if held is None:
        creating_from_estimate.look_again(walked)
        return _deal_of_scratch(walked)
    try:
        newer = quote_source.read(walked.portal, held.quote.id)
    except NotFound:
        return _send_back(walked, DraftQuote(held.quote, Obstacle("quote.gone")))
    if walked.operation.draft.deal.hubspot_id not in newer.deal_ids:
        _require_deal(walked)
        return _send_back(walked, DraftQuote(held.quote, Obstacle("quote.gone")))
    found = judged(held, newer, walked)
    if found.obstacle is not None or found.changes:
        _send_back(walked, found)
    return None


def judged(held: DraftQuote, newer: Quote, walked: Walk) -> DraftQuote:
    reason = obstacle(newer, portal_day(walked.portal, walked.now), None)
    if reason is not None:
        return DraftQuote(held.quote, reason)
    different = changes(held.quote, newer)
    return DraftQuote(held.quote, None, newer if different else None, tuple(different))


def _deal_of_scratch(walked: Walk) -> None:
    """HubSpot being away is no reason to wait: the deal is only what the invoice hangs on."""
    try:
        _require_deal(walked)
    except GatewayError:
        return


def _require_deal(walked: Walk) -> None:
    deal = walked.operation.draft.deal
    try:
        sessions.hubspot(walked.portal, urgent=True).get("deals", deal.hubspot_id, ("dealname",))
    except NotFound:
        gone = DealRef.objects.for_portal(walked.portal).filter(pk=deal.pk, archived_at=None)
        gone.update(archived_at=walked.now)
        raise Refused("draft.deal_archived") from None


def _send_back(walked: Walk, found: DraftQuote) -> None:
    """The draft remembers what was found, so that the source step can show it and offer a way."""
    content = draft_quotes.kept(walked.content, found)
    with walked.fenced():
        walked.operation.content = content.to_json()
        walked.operation.save(update_fields=["content"])
    if found.obstacle is not None:
        raise Refused(found.obstacle.code, dict(found.obstacle.parameters))
    raise Refused("quote.changed", {"name": found.quote.name})
