"""The quote a draft is made from, kept in it as it was when its lines were taken over. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from invoices import quote_records
from invoices.draft_content import DraftContent
from invoices.quotes import Obstacle, Quote

QUOTE = "quote"
SCRATCH = "scratch"
"""Values of ``DraftContent.source``."""


@dataclass(frozen=True, slots=True)
class DraftQuote:
    """``obstacle`` and ``newer`` are what the last look at HubSpot found: the quote can no longer be
    used, or says something else than the lines taken over."""

    quote: Quote
    obstacle: Obstacle | None = None
    newer: Quote | None = None
    changes: tuple[Obstacle, ...] = ()


def of(content: DraftContent) -> DraftQuote | None:
    stored = content.extras.get(QUOTE)
    if content.source != QUOTE or not stored:
        return None
    newer = stored.get("newer")
    found = stored.get("obstacle")
    return DraftQuote(
        quote_records.from_json(stored[QUOTE]),
        _obstacle(found) if found else None,
        quote_records.from_json(newer) if newer else None,
        tuple(_obstacle(one) for one in stored.get("changes") or ()),
    )


def kept(content: DraftContent, found: DraftQuote) -> DraftContent:
    """The draft that remembers this quote."""
    stored: dict[str, Any] = {QUOTE: quote_records.to_json(found.quote)}
    if found.obstacle is not None:
        stored["obstacle"] = _json(found.obstacle)
    if found.newer is not None:
        stored["newer"] = quote_records.to_json(found.newer)
    if found.changes:
        stored["changes"] = [_json(one) for one in found.changes]
    return replace(content, source=QUOTE, extras={**content.extras, QUOTE: stored})


def let_go(content: DraftContent, *, with_lines: bool) -> DraftContent:
    """A draft from scratch again; ``with_lines``: what came from the quote goes too."""
    extras = {name: value for name, value in content.extras.items() if name != QUOTE}
    if with_lines:
        own = tuple(line for line in content.lines if not line.quote_line_id)
        content = replace(content, lines=own, discount=None)
    loose = tuple(replace(line, quote_line_id="") for line in content.lines)
    return replace(content, source=SCRATCH, lines=loose, extras=extras)


def quote_id(content: DraftContent) -> str:
    """For the draft's row; "" from scratch."""
    stored = content.extras.get(QUOTE)
    return str(stored[QUOTE]["id"]) if content.source == QUOTE and stored else ""


def _obstacle(stored: Mapping[str, Any]) -> Obstacle:
    return Obstacle(stored["code"], dict(stored["parameters"]))


def _json(found: Obstacle) -> dict[str, Any]:
    return {"code": found.code, "parameters": dict(found.parameters)}
