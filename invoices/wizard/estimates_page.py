"""The source step's estimates: listed when asked for, each with why it can or cannot be used."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from integration import messages
from integration.messages import Message
from integration.records.quickbooks import Raw
from invoices import estimates, quote_source
from invoices.calendar import company_day
from invoices.draft import DraftContent
from invoices.draft_estimates import ESTIMATE
from invoices.estimates import Estimate
from invoices.quotes import Obstacle
from invoices.wizard import choices
from invoices.wizard.sitting import Sitting

LISTED = "estimates"
"""In the draft's extras: the estimates as last read, of which company, and when."""
ASKED = "estimates_asked"
"""In the draft's extras: the source step was opened for its estimates."""
FRESH = timedelta(minutes=5)
SHOWN = (
    "Id", "SyncToken", "MetaData", "DocNumber", "TxnDate", "ExpirationDate", "TxnStatus",
    "TotalAmt", "CurrencyRef", "CustomerRef",
)  # fmt: skip
"""All that is kept of an estimate that cannot be used."""
STATUSES: dict[str, Promise] = {
    "Accepted": _("Accepted"),
    "Pending": _("Pending"),
    "Closed": _("Closed"),
    "Converted": _("Closed"),
    "Rejected": _("Rejected"),
}


@dataclass(frozen=True)
class ShownEstimate:
    """``value`` is the radio button's; ``why_not`` speaks against it, ``refused`` says why choosing
    it just failed."""

    estimate: Estimate
    why_not: Message | None
    refused: tuple[Message, ...] = ()

    @property
    def value(self) -> str:
        return value_of(self.estimate.id)

    @property
    def status(self) -> Promise | str:
        return STATUSES.get(self.estimate.status, self.estimate.status)

    @property
    def is_usable(self) -> bool:
        return self.why_not is None


def value_of(estimate_id: str) -> str:
    return f"{ESTIMATE}:{estimate_id}"


def id_of(value: str) -> str:
    """The estimate a radio button means; "" for anything else."""
    kind, _colon, found = value.partition(":")
    return found if kind == ESTIMATE else ""


def customers(sitting: Sitting) -> dict[str, str]:
    """Id to name: the draft's customer, and those that the deal is linked to (D-06)."""
    content = sitting.content
    found = {content.customer_id: content.customer_name} if content.customer_id else {}
    certain = (each.customer for each in choices.suggestions(sitting) if each.is_certain)
    return {**found, **{each.id: each.display_name for each in certain}}


def are_used(sitting: Sitting) -> bool:
    """Whether the company works with estimates at all."""
    preferences = sitting.reference.preferences()
    forms = preferences.raw.get("SalesFormsPrefs") if preferences else None
    return not (isinstance(forms, dict) and forms.get("AllowEstimates") is False)


def part(
    sitting: Sitting, refused: dict[str, tuple[Message, ...]], failed: Message | None
) -> dict[str, Any]:
    """For the page. ``failed``: why QuickBooks could not be asked."""
    names = customers(sitting) if are_used(sitting) else {}
    rows = shown(sitting, refused)
    return {
        "estimates": rows,
        "estimates_read": stored(sitting) is not None,
        "estimates_of": ", ".join(names.values()),
        "estimates_asked": sitting.content.extras.get(ASKED, False),
        "estimates_failed": failed,
        "held_estimate": sitting.estimate,
    }


def shown(sitting: Sitting, refused: dict[str, tuple[Message, ...]]) -> list[ShownEstimate]:
    held = stored(sitting)
    found = []
    for row in held["rows"] if held else ():
        one = estimates.read(row["raw"], sitting.company.home_currency)  # type: ignore[union-attr]
        why = row.get("why")
        reason = Obstacle(why["code"], why["parameters"]) if why else obstacle_of(sitting, one)
        said = messages.message(reason.code, **reason.parameters) if reason else None
        found.append(ShownEstimate(one, said, refused.get(value_of(one.id), ())))
    return sorted(found, key=lambda each: not each.is_usable)


def stored(sitting: Sitting) -> dict[str, Any] | None:
    """The list as last read in this company; None: never."""
    held = sitting.content.extras.get(LISTED)
    return held if held and held["company"] == str(sitting.draft.company_id) else None


def with_list(
    content: DraftContent, sitting: Sitting, found: Sequence[Estimate], now: datetime
) -> dict[str, Any]:
    """The draft's extras with these estimates."""
    rows = [_row(sitting, one) for one in found]
    held = {"at": now.isoformat(), "company": str(sitting.draft.company_id), "rows": rows}
    return {**content.extras, LISTED: held, ASKED: True}


def fresh(sitting: Sitting, estimate_id: str) -> Estimate | None:
    """A usable one as just listed: choosing it needs no other call."""
    held = stored(sitting)
    if held is None or sitting.now - datetime.fromisoformat(held["at"]) >= FRESH:
        return None
    usable = (row["raw"] for row in held["rows"] if not row.get("why"))
    raw = next((raw for raw in usable if str(raw["Id"]) == estimate_id), None)
    return estimates.read(raw, sitting.company.home_currency) if raw else None  # type: ignore[union-attr]


def was_offered(sitting: Sitting, estimate_id: str) -> bool:
    held = stored(sitting)
    rows = held["rows"] if held else ()
    mine = sitting.estimate is not None and sitting.estimate.estimate.id == estimate_id
    return mine or any(str(row["raw"]["Id"]) == estimate_id for row in rows)


def _row(sitting: Sitting, found: Estimate) -> dict[str, Any]:
    reason = obstacle_of(sitting, found)
    if reason is None:
        return {"raw": found.raw}
    raw: Raw = {name: found.raw[name] for name in SHOWN if name in found.raw}
    return {"raw": raw, "why": {"code": reason.code, "parameters": dict(reason.parameters)}}


def obstacle_of(sitting: Sitting, found: Estimate) -> Obstacle | None:
    company = sitting.company
    if company is None:
        return None
    today = company_day(company, sitting.now)
    return estimates.obstacle(found, today, quote_source.billable_currencies([company]))
