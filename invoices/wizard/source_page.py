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
from invoices.wizard import estimates_page
from invoices.wizard.estimates_page import ShownEstimate
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
    estimates_failed: Message | None = None,
    chosen: str = "",
    missing: bool = False,
) -> dict[str, Any]:
    """``failed``: why HubSpot could not be asked, ``estimates_failed``: QuickBooks; ``refused``: by
    the choice's value, why it failed; ``chosen``: the choice that was on;
    ``missing``: going on without a choice was tried."""
    held = sitting.quote
    rows = shown(sitting, refused or {})
    said = {value: _messages(found) for value, found in (refused or {}).items()}
    estimates = estimates_page.part(sitting, said, estimates_failed)
    choice = next(iter(said), "") or chosen or _choice(sitting, rows)
    held_any = held or sitting.estimate
    reason = held_any.obstacle if held_any else None
    changes = held_any.changes if held_any else ()
    return estimates | {
        "quotes": rows,
        "is_read": listed(sitting.content) is not None,
        "is_fresh": is_fresh(sitting.content, sitting.now),
        "failed": failed,
        "choice": choice,
        "missing": missing and not choice,
        "held": held,
        "held_why_not": _message(reason) if reason else None,
        "changes": [messages.sentence(one.code, **one.parameters) for one in changes],
        "problems": [
            {"text": one.what, "field": "id_source"} for found in said.values() for one in found
        ],
        "lost": _lost(said, rows, estimates["estimates"]),
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
        why_not = _messages(refused.get(quote.id, ()))
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


def made_from(sitting: Sitting) -> str:
    """The value of the radio button that made the draft; "" before a choice and from scratch."""
    if sitting.quote is not None:
        return sitting.quote.quote.id
    held = sitting.estimate
    return estimates_page.value_of(held.estimate.id) if held else ""


def _choice(sitting: Sitting, rows: Sequence[ShownQuote]) -> str:
    """What the draft is made from; before a choice, the one quote that nothing speaks against."""
    if made := made_from(sitting):
        return made
    if sitting.content.extras.get(DECIDED):
        return SCRATCH
    usable = [row for row in rows if row.is_usable and not row.invoiced]
    return usable[0].quote.id if len(usable) == 1 else ""


def _lost(
    said: Mapping[str, tuple[Message, ...]],
    rows: Sequence[ShownQuote],
    estimates: Sequence[ShownEstimate],
) -> list[Message]:
    """Refusals of what is not on the page: they stand above the choices."""
    there = {row.quote.id for row in rows} | {row.value for row in estimates}
    return [one for value, found in said.items() if value not in there for one in found]


def _messages(found: Sequence[Obstacle]) -> tuple[Message, ...]:
    return tuple(_message(one) for one in found)


def _message(found: Obstacle) -> Message:
    return messages.message(found.code, **found.parameters)
