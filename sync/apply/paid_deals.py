"""Telling deals that they are paid (E-01): read first, so that nothing is written that is so already."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from integration.gateways.hubspot import HubSpot
from integration.models import Portal
from integration.records.hubspot import Object, Write
from invoices.models import PaidDeal
from sync.apply.outcomes import Ending, Outcome, of_result
from sync.operations import MarkPaidDeal
from sync.reconcile import same_property

OTHER_PIPELINE, IS_SO, GONE = "sync.paid_other_pipeline", "sync.paid_already", "sync.paid_deal_gone"
SETTLED = frozenset({OTHER_PIPELINE, IS_SO, GONE})


def mark_paid(hubspot: HubSpot, operations: Sequence[MarkPaidDeal]) -> list[Outcome]:
    """One read and at most one write for a hundred. A refusal concerns this property alone: the
    deal's other properties do not wait for it."""
    names = sorted({"pipeline", *(each.name for each in operations)})
    current = hubspot.read("deals", [each.subject.id for each in operations], names)
    judged = [(each, _why_not(each, current.get(each.subject.id))) for each in operations]
    left = [_skipped(each, why) for each, why in judged if why]
    told = [
        replace(each, before={each.name: current[each.subject.id].text(each.name)})
        for each, why in judged
        if not why
    ]
    if not told:
        return left
    writes = [Write(each.subject.id, {each.name: each.value}, each.subject.id) for each in told]
    results = hubspot.update("deals", writes)
    done = [of_result(each, result) for each, result in zip(told, results, strict=True)]
    return [*left, *(_alone(each) for each in done)]


def _why_not(operation: MarkPaidDeal, current: Object | None) -> str:
    if current is None:
        return GONE
    if operation.pipeline and current.text("pipeline") != operation.pipeline:
        return OTHER_PIPELINE
    return (
        IS_SO
        if same_property(operation.name, operation.value, current.text(operation.name))
        else ""
    )


def _skipped(operation: MarkPaidDeal, reason: str) -> Outcome:
    told = {"name": operation.subject.label, "property": operation.name}
    return Outcome(operation, Ending.SKIPPED, reason=reason, parameters=told)


def _alone(outcome: Outcome) -> Outcome:
    return replace(outcome, ending=Ending.SKIPPED) if outcome.ending is Ending.FAILED else outcome


def save_paid(portal: Portal, outcomes: Sequence[Outcome], now: datetime) -> None:
    """Told once, or found to need no word: never again. What was refused is tried with the deal's
    next news."""
    done = [
        each.operation.subject
        for each in outcomes
        if isinstance(each.operation, MarkPaidDeal) and (each.ok or each.reason in SETTLED)
    ]
    PaidDeal.objects.for_portal(portal).bulk_create(
        [
            PaidDeal(portal=portal, company_id=each.company_id, deal_id=each.id, told_at=now)
            for each in done
        ],
        ignore_conflicts=True,
    )
