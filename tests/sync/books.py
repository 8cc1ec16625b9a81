"""A connected portal and company of the sandbox, and what people do in QuickBooks, for sync tests."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
import requests

from integration import jobs, sessions, vault
from integration.clock import now
from integration.gateways.errors import GatewayError
from integration.gateways.hubspot import HubSpot
from integration.gateways.quickbooks_records import invoice as parse_invoice
from integration.hubspot_setup import ensure_properties
from integration.jobs import Lease
from integration.models import Company, CompanySettings, Grant, Job, Portal, RecordLink
from integration.records.hubspot import Properties
from invoices.calendar import company_day
from invoices.mirror import mirror_invoices
from invoices.models import DealRef, Invoice, InvoiceAttachment
from invoices.models.invoices import Origin
from sync.apply.carry import Carrier
from sync.apply.history import Journal
from sync.engine.push import refresh
from sync.engine.runs import run
from sync.models import Cursor, SyncEntry, SyncRun
from sync.operations import Subject, WriteDealProperties
from tests import tenants
from tests.sandbox_process import SandboxProcess

HUB = 48100001
STATIC_TOKEN = "pat-na1-sandbox-demo"
US, UK = "9341450000000001", "9341450000000003"
PREPARED = "with properties"
DEAL, OTHER_DEAL = "20300100001", "20300100002"


class Books:
    """One company. Amounts are what QuickBooks makes of them, dates the company's."""

    def __init__(self, sandbox: SandboxProcess, portal: Portal, company: Company) -> None:
        self.sandbox = sandbox
        self.portal = portal
        self.company = company

    # -- in QuickBooks

    def do(self, action: str, **body: Any) -> dict[str, Any]:
        """One act of a person in QuickBooks, e.g. ``pay`` with ``invoice_id``."""
        answer = self.sandbox.admin(
            "POST", f"quickbooks/{action}", {"realm": self.company.realm_id, **body}
        )
        return dict(answer)

    def make(self, amount: str = "100.00", customer: str = "1", **facts: Any) -> dict[str, Any]:
        """A new invoice with one line; ``facts`` are QuickBooks' own members, e.g. ``DueDate``."""
        line = {
            "DetailType": "SalesItemLineDetail",
            "Amount": amount,
            "SalesItemLineDetail": {"ItemRef": {"value": "1"}, **facts.pop("detail", {})},
        }
        body = {"CustomerRef": {"value": customer}, "Line": [line], **facts}
        return dict(self.do("save", kind="Invoice", body=body)["Invoice"])

    # -- in our product

    def add(self, raw: dict[str, Any], deal: str = DEAL, *, counts: bool = True) -> Invoice:
        """The invoice as a person adds it to a deal (S-70), with the refresh that follows."""
        instant = now()
        qbo = sessions.quickbooks(self.company)
        record = parse_invoice(qbo.read("Invoice", raw["Id"]))
        mirror_invoices(self.company, [record], [], instant, origin=Origin.ATTACHED)
        row = Invoice.objects.for_portal(self.portal).get(company=self.company, qbo_id=raw["Id"])
        self.attach(row, deal, counts=counts)
        assert self.refresh(deal)
        row.refresh_from_db()
        return row  # type: ignore[no-any-return]

    def attach(self, row: Invoice, deal: str = DEAL, *, counts: bool = True) -> None:
        instant = now()
        DealRef.objects.for_portal(self.portal).get_or_create(
            portal=self.portal,
            hubspot_id=deal,
            defaults={"name": f"Deal {deal}", "fetched_at": instant},
        )
        InvoiceAttachment.objects.create(
            portal=self.portal,
            company=self.company,
            invoice=row,
            object_kind="deals",
            hubspot_id=deal,
            counts=counts,
            attached_at=instant,
        )

    def detach(self, row: Invoice, deal: str) -> None:
        """Taken off here; HubSpot is told by the next run about the invoice."""
        rows = InvoiceAttachment.objects.for_portal(self.portal)
        rows.filter(invoice=row, hubspot_id=deal).update(detached_at=now())

    def configure(self, **values: Any) -> None:
        """Change the company's settings."""
        CompanySettings.objects.for_portal(self.portal).update_or_create(
            company=self.company, defaults={"portal": self.portal, **values}
        )
        self.company = Company.objects.for_portal(self.portal).get(pk=self.company.pk)

    def sync(self, trigger: str = "person") -> SyncRun:
        """One run, under a lease as the worker holds it."""
        job = jobs.enqueue("sync.poll", portal=self.portal, company=self.company, at=now())
        return run(self.company, trigger, Lease(job.pk, job.epoch), now())

    def fails(self) -> GatewayError:
        """A run that a vendor's failure ends; the error it ended with."""
        with pytest.raises(GatewayError) as caught:
            self.sync()
        return caught.value

    def refresh(self, deal: str = DEAL) -> bool:
        job = jobs.enqueue("deal.refresh", portal=self.portal, subject=deal, at=now())
        return refresh(self.portal, deal, Lease(job.pk, job.epoch), now())

    def carry_late(self, before: DealRef) -> set[str]:
        """Write the deal as it was planned from ``before``; the deals to be looked at again."""
        journal = Journal(self.portal, self.company)
        job = jobs.enqueue("deal.refresh", portal=self.portal, subject="late", at=now())
        lease = Lease(job.pk, job.epoch)
        carrier = Carrier(self.portal, sessions.hubspot(self.portal), lease, journal, now())
        subject = Subject("Deal", before.hubspot_id, before.name)
        carrier.carry([WriteDealProperties(subject, before.written, "late", before.written_hash)])
        return carrier.look_again

    def link_customer(self, qbo_id: str, kind: str, hubspot_id: str) -> None:
        RecordLink.objects.create(
            portal=self.portal,
            company=self.company,
            kind="Customer",
            qbo_id=qbo_id,
            hubspot_kind=kind,
            hubspot_id=hubspot_id,
            source="manual",
            created_at=now(),
        )

    def entries(self, **filters: Any) -> list[SyncEntry]:
        rows = SyncEntry.objects.for_portal(self.portal).filter(**filters)
        return list(rows.order_by("at", "pk"))

    def row(self, raw: dict[str, Any]) -> Invoice:
        rows = Invoice.objects.for_portal(self.portal)
        return rows.get(company=self.company, qbo_id=raw["Id"])  # type: ignore[no-any-return]

    def cursor(self) -> Cursor:
        found: Cursor = Cursor.objects.for_portal(self.portal).get(company=self.company)
        return found

    def owed(self, kind: str) -> list[Job]:
        """Jobs of a kind that are waiting."""
        return list(jobs.open_jobs(self.portal).filter(kind=kind))

    # -- in HubSpot

    def hubspot(self) -> HubSpot:
        return sessions.hubspot(self.portal)

    def delete_property(self, kind: str, name: str) -> None:
        """As an admin of the portal may do at any time."""
        answer = requests.delete(
            f"{self.sandbox.hubspot}/crm/properties/2026-03/{kind}/{name}",
            headers={"Authorization": f"Bearer {STATIC_TOKEN}"},
            timeout=5,
        )
        answer.raise_for_status()

    def forget_hubspot(self, row: Invoice) -> None:
        """As if the object had never been made there."""
        self.sandbox.switch(delete_open_invoices=True)
        self.hubspot().archive("invoices", [row.hubspot_id])
        rows = Invoice.objects.for_portal(self.portal).filter(pk=row.pk)
        rows.update(hubspot_id="", mapped_hash="", written={})
        ties = InvoiceAttachment.objects.for_portal(self.portal).filter(invoice=row)
        ties.update(associated_at=None)

    def deal(self, deal: str = DEAL) -> Properties:
        """The deal's properties of ours as HubSpot has them; the empty ones left out."""
        found = self._hubspot("deals")[deal]["properties"]
        return {
            name.removeprefix("dealbooks_"): text
            for name, text in found.items()
            if name.startswith("dealbooks_") and text
        }

    def hubspot_invoices(self) -> list[dict[str, Any]]:
        return [each for each in self._hubspot("invoices").values() if not each["archived"]]

    def notes(self, deal: str = DEAL) -> list[str]:
        """Bodies of the notes on the deal's timeline that are ours, oldest first."""
        return [
            each["properties"]["hs_note_body"]
            for _, each in sorted(self._hubspot("notes").items(), key=lambda pair: int(pair[0]))
            if deal in each["associations"].get("deals", {})
            and not each["archived"]
            and "DB-P-" in each["properties"]["hs_note_body"]
        ]

    def _hubspot(self, kind: str) -> dict[str, Any]:
        state = self.sandbox.state("hubspot")["hubspot"][str(HUB)]
        return dict(state["objects"].get(kind, {}))

    # -- what it cost

    def calls(self, vendor: str = "", *, writes: bool = False) -> list[str]:
        """ "METHOD /path" of the vendor calls since the history was forgotten."""
        found = [
            f"{each['method']} {each['path']}"
            for each in self.sandbox.history()
            if "path" in each and vendor in ("", each["vendor"]) and _is_api(each["path"])
        ]
        return [each for each in found if not writes or _is_write(each)]

    def forget(self) -> None:
        self.sandbox.forget_history()

    def day(self, days: int = 0) -> str:
        """The company's own day, so many days from today, as QuickBooks writes it."""
        return (company_day(self.company, now()) + timedelta(days=days)).isoformat()

    def turn(self, days: int = 0, seconds: float = 0) -> datetime:
        """Turn the clock for both sides."""
        self.sandbox.advance(timedelta(days=days, seconds=seconds).total_seconds())
        return now()


def _is_api(path: str) -> bool:
    return "__sandbox" not in path and "oauth" not in path


def _is_write(call: str) -> bool:
    method, path = call.split(" ", 1)
    return method != "GET" and not path.endswith(("/query", "/search", "/batch/read"))


def connect(sandbox: SandboxProcess, *, realm: str = US, portal: Portal | None = None) -> Books:
    """The demo portal by its service key, and a company with tokens of its own."""
    instant = now()
    portal = portal or _portal(instant)
    facts = sandbox.state("quickbooks")["quickbooks"]["companies"][realm]
    info, preferences = facts["CompanyInfo"][0], facts["Preferences"][0]
    company = tenants.company(
        portal,
        realm_id=realm,
        name=info["CompanyName"],
        country=info["Country"][:2],
        home_currency=preferences["CurrencyPrefs"]["HomeCurrency"]["value"],
        time_zone=info.get("DefaultTimeZone", "America/Los_Angeles"),
        connected_at=instant,
    )
    CompanySettings.objects.create(portal=portal, company=company)
    tokens = sandbox.admin("POST", "quickbooks/grant", {"realm": realm})
    grant = Grant(portal=portal, company=company, vendor="quickbooks", created_at=instant)
    vault.put(grant, "access_token", tokens["access_token"])
    vault.put(grant, "refresh_token", tokens["refresh_token"])
    grant.access_expires_at = instant + timedelta(hours=1)
    grant.save()
    return Books(sandbox, portal, company)


def connect_prepared(sandbox: SandboxProcess, *, realm: str = US) -> Books:
    """The same in a portal that has our properties, without the sandbox's limits.

    What the test before left in the sandbox, be it another scenario, is gone either way.
    """
    is_prepared = sandbox.go_back_to(PREPARED)
    if not is_prepared:
        sandbox.reset()
    found = connect(sandbox, realm=realm)
    if not is_prepared:
        sandbox.switch(burst_limit=0)
        ensure_properties(found.portal, sessions.hubspot(found.portal), now())
        sandbox.set_aside(PREPARED)
    found.forget()
    return found


def _portal(instant: datetime) -> Portal:
    portal = tenants.portal(
        hub_id=HUB,
        name="Harborlight Trading",
        domain="harborlight-trading.example",
        currency="USD",
        additional_currencies=["GBP", "EUR"],
        time_zone="America/Los_Angeles",
        properties_ready_at=instant,
    )
    grant = Grant(portal=portal, vendor="hubspot", static=True, created_at=instant)
    vault.put(grant, "access_token", STATIC_TOKEN)
    grant.save()
    return portal


def money(text: str | None) -> Decimal | None:
    return Decimal(text) if text else None
