"""The estimate a draft is made from, kept in it as it was when its lines were taken over. Pure."""

from dataclasses import dataclass, replace
from typing import Any

from integration.records.quickbooks import Raw
from invoices import estimates
from invoices.draft_content import DraftContent
from invoices.draft_quotes import SCRATCH
from invoices.estimates import TRANSACTION, Estimate
from invoices.quotes import Obstacle

ESTIMATE = "estimate"
"""A value of ``DraftContent.source``, and the name in its extras."""
KEY = "e"
"""Lines of an estimate are called after their place on it."""


@dataclass(frozen=True, slots=True)
class DraftEstimate:
    """``obstacle`` and ``newer`` are what the last look at QuickBooks found: the estimate can no
    longer be used, or says something else than the lines taken over."""

    estimate: Estimate
    keys: tuple[str, ...] = ()
    obstacle: Obstacle | None = None
    newer: Estimate | None = None
    changes: tuple[Obstacle, ...] = ()


def of(content: DraftContent) -> DraftEstimate | None:
    stored = content.extras.get(ESTIMATE)
    if content.source != ESTIMATE or not stored:
        return None
    currency, newer, found = stored["currency"], stored.get("newer"), stored.get("obstacle")
    return DraftEstimate(
        estimates.read(stored["raw"], currency),
        tuple(stored["keys"]),
        Obstacle(found["code"], dict(found["parameters"])) if found else None,
        estimates.read(newer, currency) if newer else None,
        tuple(
            Obstacle(one["code"], dict(one["parameters"])) for one in stored.get("changes") or ()
        ),
    )


def kept(content: DraftContent, found: DraftEstimate) -> DraftContent:
    """The draft that remembers this estimate."""
    stored: dict[str, Any] = {
        "raw": found.estimate.raw,
        "currency": found.estimate.currency,
        "keys": list(found.keys),
        "changes": [_json(one) for one in found.changes],
    }
    if found.obstacle is not None:
        stored["obstacle"] = _json(found.obstacle)
    if found.newer is not None:
        stored["newer"] = found.newer.raw
    return replace(content, source=ESTIMATE, extras={**content.extras, ESTIMATE: stored})


def let_go(content: DraftContent, *, with_lines: bool) -> DraftContent:
    """A draft from scratch again; ``with_lines``: what came from the estimate goes too."""
    held = of(content)
    if held is None:
        return content
    extras = {name: value for name, value in content.extras.items() if name != ESTIMATE}
    if with_lines:
        own = tuple(line for line in content.lines if line.key not in held.keys)
        content = replace(content, lines=own, discount=None)
    return replace(content, source=SCRATCH, extras=extras)


def links(content: DraftContent) -> list[Raw]:
    """LinkedTxn of the invoice: QuickBooks closes the estimate with it."""
    held = of(content)
    return [{"TxnId": held.estimate.id, "TxnType": TRANSACTION}] if held else []


def _json(found: Obstacle) -> dict[str, Any]:
    return {"code": found.code, "parameters": dict(found.parameters)}
