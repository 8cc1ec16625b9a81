"""Holding, storing and renewing a QuickBooks company that proved who it is."""

from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction

from integration import audit, grants, jobs, oauth, vault
from integration.access.actors import Actor
from integration.consents import LIFE, ConnectRefused
from integration.disconnecting import give_back, owe_settling
from integration.models import (
    Company,
    CompanySettings,
    Grant,
    PendingConnection,
    Person,
    Portal,
)
from integration.models.grants import GrantState, Vendor
from integration.records.quickbooks import CompanyFacts

DAILY = timedelta(days=1)
FIRST_MATCHES = timedelta(minutes=10)
"""By then the customers and products of a company just connected are here."""
FACTS = ("name", "legal_name", "country", "time_zone", "offering_sku")


def hold(
    person: Person,
    portal: Portal,
    realm_id: str,
    facts: CompanyFacts,
    currency: str,
    tokens: oauth.Tokens,
    now: datetime,
) -> PendingConnection | Company:
    """Wait for the person's confirmation; a company of this portal is renewed instead.

    Raises ``ConnectRefused`` for a company that another portal holds. Its grant is left alone:
    giving it back would cut the other portal off.
    """
    mode = settings.DEALBOOKS["VENDORS"]
    everywhere = Company.objects.everywhere("a realm belongs to one portal at a time")
    held = everywhere.filter(realm_id=realm_id, environment=mode, disconnected_at=None).first()
    if held is not None and held.portal_id != portal.pk:
        raise ConnectRefused("connect.realm_taken")
    if held is not None:
        return renew_company(person, held, realm_id, facts, tokens, now)
    shown = {name: asdict(facts)[name] for name in FACTS} | {"currency": currency}
    with transaction.atomic():
        PendingConnection.objects.for_portal(portal).filter(
            person=person, realm_id=realm_id
        ).delete()
        pending = PendingConnection(
            portal=portal, person=person, realm_id=realm_id, environment=mode, facts=shown,
            created_at=now, expires_at=now + LIFE,
            access_expires_at=now + timedelta(seconds=tokens.expires_in),
            refresh_expires_at=_after(now, tokens.refresh_expires_in),
            hard_expires_at=_after(now, tokens.hard_expires_in),
        )  # fmt: skip
        vault.put(pending, "access_token", tokens.access_token)
        vault.put(pending, "refresh_token", tokens.refresh_token)
        pending.save()
    return pending


def connect_company(actor: Actor, pending: PendingConnection, now: datetime) -> Company:
    """The person confirmed: the company, its grant, its settings, its work.

    Raises ``ConnectRefused`` when another portal was faster or somebody confirmed it already.
    """
    try:
        with transaction.atomic():
            rows = PendingConnection.objects.for_portal(actor.portal)
            locked = rows.select_for_update().filter(pk=pending.pk).first()
            if locked is None:
                raise ConnectRefused("connect.pending_gone")
            company = _company(actor.portal, locked, now)
            _grant(company, locked, actor.person, now)
            CompanySettings.objects.for_portal(actor.portal).get_or_create(
                portal=actor.portal, company=company
            )
            rows.filter(pk=locked.pk).delete()
            _remember("company.connected", company, now, actor=actor)
            start_work(company, now)
            return company
    except IntegrityError:
        raise ConnectRefused("connect.realm_taken") from None


def _company(portal: Portal, pending: PendingConnection, now: datetime) -> Company:
    """A company that was connected here before comes back with its history."""
    rows = Company.objects.for_portal(portal).select_for_update()
    known = rows.filter(realm_id=pending.realm_id, environment=pending.environment).first()
    company: Company = known or Company(
        portal=portal, realm_id=pending.realm_id, environment=pending.environment
    )
    for name in FACTS:
        setattr(company, name, pending.facts.get(name, ""))
    company.home_currency = pending.facts["currency"]
    company.connected_at, company.disconnected_at, company.after_disconnect = now, None, ""
    company.save()
    return company


def _grant(
    company: Company, pending: PendingConnection, person: Person | None, now: datetime
) -> None:
    rows = Grant.objects.for_portal(company.portal_id).filter(company=company)
    grant = rows.select_for_update().first() or Grant(
        portal_id=company.portal_id, company=company, vendor=Vendor.QUICKBOOKS, created_at=now
    )
    for column in ("access_token", "refresh_token"):
        vault.put(grant, column, vault.take(pending, column))
    grant.access_expires_at = pending.access_expires_at
    grant.refresh_expires_at = pending.refresh_expires_at
    grant.hard_expires_at = pending.hard_expires_at
    grant.refreshed_at = pending.created_at
    grant.epoch += 1
    grant.state, grant.state_reason, grant.connected_by = GrantState.ACTIVE, "", person
    grant.save()


def renew_company(
    person: Person,
    company: Company,
    realm_id: str,
    facts: CompanyFacts,
    tokens: oauth.Tokens,
    now: datetime,
) -> Company:
    """Fresh permission for a company we have; another one is refused and given back (D-02)."""
    mode = settings.DEALBOOKS["VENDORS"]
    if (realm_id, mode) != (company.realm_id, company.environment):
        give_back("quickbooks", realm_id, tokens.refresh_token)
        raise ConnectRefused("connect.other_company", chosen=facts.name, company=company.name)
    try:
        with transaction.atomic():
            rows = Company.objects.for_portal(company.portal_id).select_for_update()
            locked: Company = rows.get(pk=company.pk)
            locked.disconnected_at, locked.after_disconnect = None, ""
            locked.save()
            grant = _grant_row(locked, now)
            grants.store(grant, tokens, now)
            grant.state, grant.state_reason, grant.connected_by = GrantState.ACTIVE, "", person
            grant.save()
            _remember("company.reconnected", locked, now, person=person)
            start_work(locked, now)
            return locked
    except IntegrityError:
        raise ConnectRefused("connect.realm_taken") from None


def _grant_row(company: Company, now: datetime) -> Grant:
    rows = Grant.objects.for_portal(company.portal_id).filter(company=company)
    return rows.select_for_update().first() or Grant(
        portal_id=company.portal_id, company=company, vendor=Vendor.QUICKBOOKS, created_at=now
    )


def start_work(company: Company, now: datetime) -> None:
    """What a connected company owes: its reference data, then its changes.

    Invoices that were being created when it was disconnected go on.
    """
    portal = company.portal
    jobs.resume(portal, company, vendor="quickbooks")
    seconds = timedelta(seconds=settings.DEALBOOKS["POLL_SECONDS"])
    for kind, every in (("company.reference", DAILY), ("sync.poll", seconds)):
        jobs.ensure_recurring(kind, portal=portal, company=company, every=every, at=now)
        jobs.enqueue(kind, portal=portal, company=company, at=now)
    # It looks for the company's own quiet hour by itself (B-26).
    jobs.ensure_recurring("sync.reconcile", portal=portal, company=company, every=DAILY, at=now)
    jobs.enqueue("sync.coexistence", portal=portal, company=company, at=now)
    jobs.ensure_recurring(
        "sync.match", portal=portal, company=company, every=DAILY, at=now + FIRST_MATCHES
    )
    owe_settling(company, now)


def _remember(action: str, company: Company, now: datetime, **who: Any) -> None:
    audit.record(
        action,
        portal=company.portal,
        company=company,
        subject=("company", company.pk),
        after={"name": company.name, "country": company.country, "currency": company.home_currency},
        now=now,
        **who,
    )


def _after(now: datetime, seconds: int | None) -> datetime | None:
    return now + timedelta(seconds=seconds) if seconds is not None else None
