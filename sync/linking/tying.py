"""Moving a contact to another HubSpot company, and choosing after a merge (B-24). Never QuickBooks."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from integration import audit, sessions
from integration.access.actors import Actor
from integration.access.rights import Right
from integration.gateways.errors import GatewayError, Unavailable
from integration.gateways.hubspot import HubSpot
from integration.gateways.hubspot_associations import CONTACT_TO_COMPANY
from integration.gateways.hubspot_batches import UNANSWERED
from integration.models import Company, EndedLink, RecordLink
from integration.models.matching import EndReason
from sync.linking.actions import link, record_of
from sync.linking.preview import ObjectUnknown
from sync.records import COMPANIES, CONTACTS


class NotTied(Exception):
    """HubSpot refused, and nothing is tied anew; ``code`` and ``parameters`` say why."""

    def __init__(self, code: str, parameters: Mapping[str, str]) -> None:
        super().__init__(code)
        self.code = code
        self.parameters = {"vendor": "hubspot", **parameters}


def retie(
    actor: Actor, company: Company, row: RecordLink, hubspot_company: str, now: datetime
) -> str:
    """The contact works for that company in HubSpot now; its name. Sync leaves it so afterwards.

    Only the association that we made is taken away. That a person chose is stored before HubSpot
    is called; both calls are safe to repeat. Raises ``ObjectUnknown``, ``NotTied`` and
    ``GatewayError``.
    """
    actor.require(Right.MAP, company)
    hubspot = sessions.hubspot(actor.portal, urgent=True)
    found = hubspot.read(COMPANIES, [hubspot_company], ["name"]).get(hubspot_company)
    if found is None or found.archived or row.hubspot_kind != CONTACTS:
        raise ObjectUnknown(hubspot_company)
    rows = RecordLink.objects.for_portal(actor.portal).filter(pk=row.pk)
    rows.update(tied_by_person=True)
    try:
        _tie(hubspot, (row.hubspot_id, hubspot_company))
    except (NotTied, GatewayError) as error:
        if not _may_be_tied(error):
            rows.update(tied_by_person=row.tied_by_person)
        raise
    if row.tied_to and row.tied_to != hubspot_company:
        hubspot.dissociate(CONTACTS, COMPANIES, [(row.hubspot_id, row.tied_to)])
    name = found.text("name") or hubspot_company
    record = record_of(company, row.kind, row.qbo_id)
    with transaction.atomic():
        rows.update(tied_to=hubspot_company)
        audit.record(
            "sync.retied",
            actor=actor,
            portal=actor.portal,
            company=company,
            subject=(row.kind, row.qbo_id),
            before={"tied_to": row.tied_to},
            after={
                "tied_to": hubspot_company,
                "object": name,
                "record": record.name if record else "",
            },
            now=now,
        )
    return name


def _tie(hubspot: HubSpot, pair: tuple[str, str]) -> None:
    [result] = hubspot.associate(CONTACTS, COMPANIES, [pair], CONTACT_TO_COMPANY)
    if result.error is not None:
        code, detail = result.error
        raise NotTied(code, {"detail": detail, **result.parameters})


def _may_be_tied(error: NotTied | GatewayError) -> bool:
    """No answer, or none that can be read, says nothing about what HubSpot did."""
    if isinstance(error, NotTied):
        return error.code == UNANSWERED[0]
    return isinstance(error, Unavailable) and error.sent


def choose(actor: Actor, company: Company, row: EndedLink, now: datetime) -> RecordLink | None:
    """After a merge in QuickBooks with two objects: the given up one stays linked, the other ends.

    Neither object is touched in HubSpot. None when the survivor is no longer there.
    """
    actor.require(Right.MAP, company)
    if row.reason != EndReason.MERGED_QUICKBOOKS or row.moved:
        return None
    record = record_of(company, row.kind, row.other_id)
    if record is None or record.deleted_at is not None:
        return None
    with transaction.atomic():
        made = link(actor, company, record, (row.hubspot_kind, row.hubspot_id), now)
        settle(actor, row, now)
    return made


def settle(actor: Actor, row: EndedLink, now: datetime) -> None:
    """The choice is made: what is linked now stays."""
    rows = EndedLink.objects.for_portal(actor.portal).filter(pk=row.pk, settled_at=None)
    if rows.update(settled_at=now):
        audit.record(
            "sync.merge_settled",
            actor=actor,
            portal=actor.portal,
            company=row.company,
            subject=(row.kind, row.other_id),
            after={"kind": row.hubspot_kind, "object": row.hubspot_id},
            now=now,
        )
