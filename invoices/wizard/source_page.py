"""The source step's page: a deal's quotes with why each can or cannot be used (S-26, S-28)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from integration import messages
from integration.messages import Message
from invoices import quote_ledger, quote_records, quote_source
from invoices.calendar import portal_day
from invoices.draft import DraftContent
from invoices.draft_quotes import SCRATCH
from invoices.quotes import Obstacle, Quote, obstacle
from invoices.wizard.sitting import Sitting

LISTED = "quotes"
"""In the draft's extras: the quotes as last read, and when."""
DECIDED = "source_decided"
FRESH = timedelta(minutes=5)
Refusals = Mapping[str, Sequence[Obstacle]]


@dataclass(frozen=True)
class ShownQuote:
    """One quote to choose: ``why_not`` has the reasons against it, ``invoiced`` what was billed of
    it before tax, ``sentence`` why choosing it just failed."""

    quote: Quote
    why_not: Message | None
    invoiced: Decimal
    refused: tuple[Message, ...]

    @property
    def is_usable(self) -> bool:
        return self.why_not is None


def source(
    sitting: Sitting,
    checked: bool,
    *,
    failed: Message | None = None,
    refused: Refusals | None = None,
) -> dict[str, Any]:
    """``failed``: why HubSpot could not be asked; ``refused``: by quote id, why choosing failed."""
    held = sitting.quote
    rows = shown(sitting, refused or {})
    choice = next(iter(refused or ()), "") or _choice(sitting, rows)
    changes = held.changes if held else ()
    return {
        "quotes": rows,
        "is_read": listed(sitting.content) is not None,
        "is_fresh": is_fresh(sitting.content, sitting.now),
        "failed": failed,
        "choice": choice,
        "missing": checked and not choice,
        "held": held,
        "held_why_not": _message(held.obstacle) if held and held.obstacle else None,
        "changes": [messages.sentence(one.code, **one.parameters) for one in changes],
        "problems": [
            {"text": said.what, "field": "id_source"} for row in rows for said in row.refused
        ],
    }


def shown(sitting: Sitting, refused: Refusals) -> list[ShownQuote]:
    quotes = listed(sitting.content) or []
    today = portal_day(sitting.actor.portal, sitting.now)
    currencies = quote_source.billable_currencies(sitting.companies)
    ledgers = quote_ledger.of_quotes(
        sitting.actor.portal, {quote.id: quote.currency for quote in quotes}
    )
    found = []
    for quote in quotes:
        reason = obstacle(quote, today, currencies)
        why_not = tuple(
            messages.message(one.code, **one.parameters) for one in refused.get(quote.id, ())
        )
        found.append(
            ShownQuote(
                quote,
                _message(reason) if reason else None,
                quote_ledger.sum_of(ledgers[quote.id]),
                why_not,
            )
        )
    return found


def listed(content: DraftContent) -> list[Quote] | None:
    """As last read; None: never."""
    stored = content.extras.get(LISTED)
    return None if stored is None else [quote_records.from_json(one) for one in stored["rows"]]


def with_list(content: DraftContent, quotes: Sequence[Quote], now: datetime) -> dict[str, Any]:
    """The draft's extras with these quotes."""
    rows = [quote_records.to_json(quote) for quote in quotes]
    return {**content.extras, LISTED: {"at": now.isoformat(), "rows": rows}}


def is_fresh(content: DraftContent, now: datetime) -> bool:
    stored = content.extras.get(LISTED)
    return stored is not None and now - datetime.fromisoformat(stored["at"]) < FRESH


def _choice(sitting: Sitting, rows: Sequence[ShownQuote]) -> str:
    """What the draft is made from; before a choice, the one quote that nothing speaks against."""
    if sitting.quote is not None:
        return sitting.quote.quote.id
    if sitting.content.extras.get(DECIDED):
        return SCRATCH
    usable = [row for row in rows if row.is_usable and not row.invoiced]
    return usable[0].quote.id if len(usable) == 1 else ""


def _message(found: Obstacle) -> Message:
    return messages.message(found.code, **found.parameters)
