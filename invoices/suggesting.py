"""Finding out which deal a noticed invoice is for, and attaching what is proven (B-23, D-32).

The job ``invoices.suggest`` of a company: a hundred invoices at a time, at most five calls to
HubSpot for them; QuickBooks is only asked about those that are attached.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from integration import jobs, sessions
from integration.access import actors
from integration.gateways.errors import NotFound
from integration.gateways.hubspot import HubSpot
from integration.gateways.values import day, optional_amount
from integration.models import Company, Job, RecordLink
from integration.models.company_settings import AutomaticAttachment
from integration.records.hubspot import Object
from invoices import attaching, attribution, deals
from invoices.attaching import Target
from invoices.attribution import Candidate, DealFacts, Person, Verdict
from invoices.crm_records import COMPANIES, CONTACTS, CUSTOMER, DEALS
from invoices.models import AttachmentSuggestion
from invoices.models.suggestions import SuggestionReason, SuggestionState
from invoices.noticing import FACTS, NEW, notice_since, on_a_deal, setting_of
from invoices.references import deals_in

AT_ONCE = 100
DEAL_PROPERTIES = ("dealname", "amount", "deal_currency_code", "closedate")
OPEN, JUDGED = SuggestionState.OPEN, SuggestionState.JUDGED
REFUSED = (SuggestionState.DISMISSED, SuggestionState.UNDONE)


def suggest(job: Job, lease: jobs.Lease, now: datetime) -> jobs.Again | None:
    """The job: look back if asked, then judge what was written down, a hundred at a time."""
    company = job.company
    if company is None or not company.is_connected:
        return None
    rows = AttachmentSuggestion.objects.for_portal(job.portal_id).filter(company=company)
    setting = setting_of(company)
    if setting == AutomaticAttachment.OFF:
        rows.filter(state__in=[NEW, JUDGED]).delete()
        return None
    if job.parameters.get("since"):
        notice_since(company, date.fromisoformat(str(job.parameters["since"])), lease, now)
        Job.objects.for_portal(job.portal_id).filter(pk=job.pk).update(parameters={})
    hubspot = sessions.hubspot(job.portal)
    while some := list(rows.filter(state=NEW).order_by("created_at", "pk")[:AT_ONCE]):
        lease.check()
        _judge(company, some, hubspot, setting, lease, now)
    return None


def _judge(
    company: Company,
    rows: Sequence[AttachmentSuggestion],
    hubspot: HubSpot,
    setting: str,
    lease: jobs.Lease,
    now: datetime,
) -> None:
    counted = on_a_deal(company, [row.qbo_id for row in rows])
    customers = _customers(company, {row.customer_id for row in rows})
    candidates = {row.pk: _candidate(row, customers, counted) for row in rows}
    facts = _deals(hubspot, candidates.values())
    found = {row.pk: attribution.verdicts(candidates[row.pk], facts) for row in rows}
    proven = _attach_proven(company, rows, found, hubspot, now) if _attaches(setting) else set()
    with lease.fenced():
        for row in rows:
            _keep(row, found[row.pk], facts, proven, setting, now)


def _attaches(setting: str) -> bool:
    return setting == AutomaticAttachment.ATTACH


def _candidate(
    row: AttachmentSuggestion,
    customers: Mapping[str, frozenset[Person]],
    counted: Mapping[str, str],
) -> Candidate:
    return Candidate(
        total=row.total,
        net=row.total - row.total_tax,
        currency=row.currency,
        txn_date=row.txn_date,
        in_field=deals_in(row.field_text),
        elsewhere=deals_in(row.other_text),
        customers=customers.get(row.customer_id, frozenset()),
        counted_on=counted.get(row.qbo_id, ""),
    )


def _customers(company: Company, ids: Iterable[str]) -> dict[str, frozenset[Person]]:
    """QuickBooks customer to the HubSpot contacts and companies it is linked to."""
    links = RecordLink.objects.for_portal(company.portal_id).filter(
        company=company, kind=CUSTOMER, qbo_id__in=list(ids)
    )
    found: dict[str, set[Person]] = defaultdict(set)
    for qbo_id, kind, hubspot_id in links.values_list("qbo_id", "hubspot_kind", "hubspot_id"):
        found[qbo_id].add((kind, hubspot_id))
    return {qbo_id: frozenset(people) for qbo_id, people in found.items()}


def _deals(hubspot: HubSpot, candidates: Iterable[Candidate]) -> dict[str, DealFacts]:
    """Deals that are named, and those of linked people; at most five calls for a hundred."""
    named: set[str] = set()
    people: dict[str, set[str]] = {COMPANIES: set(), CONTACTS: set()}
    for each in candidates:
        named |= {*each.in_field, *each.elsewhere}
        if not (each.in_field or each.elsewhere):
            for kind, hubspot_id in each.customers:
                people[kind].add(hubspot_id)
    for kind, ids in people.items():
        if ids:
            for found in hubspot.associations(kind, DEALS, sorted(ids)).values():
                named |= set(found)
    if not named:
        return {}
    rows = hubspot.read(DEALS, sorted(named), DEAL_PROPERTIES)
    ends = {
        kind: hubspot.associations(DEALS, kind, sorted(rows)) if rows else {}
        for kind in (COMPANIES, CONTACTS)
    }
    return {deal_id: _facts(row, ends) for deal_id, row in rows.items() if not row.archived}


def _facts(row: Object, ends: Mapping[str, Mapping[str, Sequence[str]]]) -> DealFacts:
    people = {(kind, one) for kind, found in ends.items() for one in found.get(row.id, ())}
    return DealFacts(
        id=row.id,
        name=row.text("dealname"),
        amount=optional_amount(row.text("amount")),
        currency=row.text("deal_currency_code"),
        close_date=day(row.text("closedate")[:10]),
        people=frozenset(people),
    )


# ---------------------------------------------------------------------------------- what comes of it
def _attach_proven(
    company: Company,
    rows: Sequence[AttachmentSuggestion],
    found: Mapping[Any, Sequence[Verdict]],
    hubspot: HubSpot,
    now: datetime,
) -> set[tuple[str, str]]:
    """Attach what is proven and nobody refused; (QuickBooks id, deal) of what hangs there now."""
    refused = _refused(company, [row.qbo_id for row in rows])
    by_deal: dict[str, list[str]] = defaultdict(list)
    for row in rows:
        for verdict in found[row.pk]:
            if verdict.is_proven and (row.qbo_id, verdict.deal_id) not in refused:
                by_deal[verdict.deal_id].append(row.qbo_id)
    machine = actors.machine(company.portal)
    done: set[tuple[str, str]] = set()
    for deal_id, ids in sorted(by_deal.items()):
        try:
            deal = deals.keep(company.portal, hubspot.deal(deal_id), now)
        except NotFound:
            continue
        added = attaching.attach(machine, Target(DEALS, deal_id, deal.name), company, ids, now)
        done |= {(each.qbo_id, deal_id) for each in (*added.added, *added.already)}
    return done


def _refused(company: Company, qbo_ids: Sequence[str]) -> set[tuple[str, str]]:
    """A person said no, or took it off again: that stands."""
    rows = AttachmentSuggestion.objects.for_portal(company.portal_id).filter(
        company=company, qbo_id__in=qbo_ids,
        state__in=REFUSED,
    )  # fmt: skip
    return set(rows.values_list("qbo_id", "deal_id"))


def _keep(
    row: AttachmentSuggestion,
    verdicts: Sequence[Verdict],
    facts: Mapping[str, DealFacts],
    proven: set[tuple[str, str]],
    setting: str,
    now: datetime,
) -> None:
    """A row for each verdict; open ones that hold no longer go; the noticed one is judged."""
    rows = AttachmentSuggestion.objects.for_portal(row.portal_id)
    same = rows.filter(company_id=row.company_id, qbo_id=row.qbo_id)
    wanted = {each.deal_id: each for each in verdicts}
    same.filter(state=OPEN).exclude(deal_id__in=list(wanted)).delete()
    known = {each.deal_id: each for each in same.exclude(deal_id="")}
    for deal_id, verdict in wanted.items():
        kept = known.get(deal_id) or AttachmentSuggestion(
            portal_id=row.portal_id, company_id=row.company_id, qbo_id=row.qbo_id,
            deal_id=deal_id, state=OPEN, created_at=now,
        )  # fmt: skip
        for name in FACTS:
            setattr(kept, name, getattr(row, name))
        kept.deal_name = facts[deal_id].name[:500]
        kept.reason = SuggestionReason(verdict.reason)
        kept.obstacles = list(verdict.obstacles) or _because(setting)
        if (row.qbo_id, deal_id) in proven and kept.decided_by_id is None:
            kept.state, kept.is_automatic, kept.decided_at = SuggestionState.ACCEPTED, True, now
        kept.save()
    if any(qbo_id == row.qbo_id for qbo_id, _deal in proven):
        same.filter(state=OPEN).delete()
    rows.filter(pk=row.pk, sync_token=row.sync_token).update(state=JUDGED)


def _because(setting: str) -> list[str]:
    return [] if _attaches(setting) else ["attach.only_suggesting"]
