"""What must hold once a history has come to rest, whatever happened before (the laws of style.md)."""

from collections.abc import Iterator
from typing import Any

from integration.clock import now
from integration.models import EndedLink, Record, RecordLink
from invoices.calendar import company_day
from invoices.models import DealRef, Invoice, InvoiceAttachment, PaymentApplication
from sync.engine.push import Push
from sync.fetch import state as fetched
from sync.fetch.records import RecordReader
from sync.fetch.settings import company_view
from sync.models import ParkedRecord
from sync.plan import note_marker, plan
from sync.snapshot import Snapshot
from tests.sync import history_oracle as oracle
from tests.sync.books import HUB
from tests.sync.history_ledger import TABS, Key, Ledger, shared_objects
from tests.sync.history_oracle import Raw, Seen
from tests.sync.history_world import World


class Checks:
    """One look at a world at rest."""

    def __init__(self, world: World, ledger: Ledger) -> None:
        self.world = world
        self.ledger = ledger
        self.quickbooks: dict[str, dict[str, list[Raw]]] = world.sandbox.state("quickbooks")[
            "quickbooks"
        ]["companies"]
        self.objects: dict[str, dict[str, Any]] = world.sandbox.state("hubspot")["hubspot"][
            str(HUB)
        ]["objects"]
        self.rows = list(
            Invoice.objects.for_portal(world.us.portal).select_related("company").order_by("pk")
        )
        self.seen = {row.pk: self._seen(row) for row in self.rows}

    def all(self) -> None:
        self._take_stock()
        self.nothing_is_parked()
        self.nothing_is_left_to_plan()
        self.invoices_agree()
        self.deals_agree()
        self.notes_agree()
        self.records_agree()
        self.nothing_hangs_on_what_was_merged_away()
        self.nothing_came_or_went_unasked()

    # -- what happened since the last rest

    def _take_stock(self) -> None:
        """Each record's version, and whether the period's policy had it told to HubSpot."""
        now_there = dict(self._versions())
        for key in self.ledger.made:
            before, after = self.ledger.versions.get(key), now_there.get(key)
            came_and_went = after is None and key not in self.ledger.known
            if before != after or came_and_went:
                self._news(key)
        self.ledger.known |= self.ledger.made
        self.ledger.may_go |= {
            key for key in self.ledger.went if self.ledger.tab(*key[:2]).delete_policy == "archive"
        }
        self.ledger.went.clear()
        self.ledger.versions = now_there

    def _versions(self) -> Iterator[tuple[Key, str]]:
        today = {
            books.company.realm_id: company_day(books.company, now()).isoformat()
            for books in self.world.both
        }
        for realm, tables in self.quickbooks.items():
            for entity in TABS:
                for raw in tables.get(entity, []):
                    late = entity == "Invoice" and raw["DueDate"] < today.get(realm, "")
                    at = raw["MetaData"]["LastUpdatedTime"]
                    yield (realm, entity, str(raw["Id"])), f"{raw['SyncToken']} {at} {late}"

    def _news(self, key: Key) -> None:
        tab = self.ledger.tab(*key[:2])
        if tab.enabled and tab.save_policy in ("create_and_update", "create_only"):
            self.ledger.may_exist.add(key)
        if tab.enabled and tab.save_policy == "create_and_update":
            self.ledger.unsure.discard(key)
        else:
            self.ledger.unsure.add(key)

    # -- the laws

    def nothing_is_parked(self) -> None:
        """I5 and I9: whatever stood in the way is over, but for what somebody deleted in HubSpot."""
        rows = ParkedRecord.objects.for_portal(self.world.us.portal)
        over = {str(row.pk) for row in self.rows if self._stands_on_what_was_deleted(row)}
        paid = PaymentApplication.objects.for_portal(self.world.us.portal).filter(invoice__in=over)
        over |= {str(pk) for pk in paid.values_list("pk", flat=True)} | self.ledger.dead_deals
        left = [row for row in rows if row.subject_id not in over]
        assert left == [], [(row.subject_kind, row.label, row.reason) for row in left]

    def _stands_on_what_was_deleted(self, row: Invoice) -> bool:
        """A deal it is or was on, its own object, or what its customer is or was in HubSpot."""
        ties = InvoiceAttachment.objects.for_portal(row.portal_id).filter(invoice=row)
        objects = {("invoices", row.hubspot_id), *ties.values_list("object_kind", "hubspot_id")}
        for links in (RecordLink, EndedLink):
            of_customer = links.objects.for_portal(row.portal_id).filter(
                company=row.company, kind="Customer", qbo_id=row.customer_id
            )
            objects |= set(of_customer.values_list("hubspot_kind", "hubspot_id"))
        gone = self.ledger.removed | {("deals", each) for each in self.ledger.dead_deals}
        return bool(objects & gone)

    def nothing_is_left_to_plan(self) -> None:
        """M14: a plan over everything we know has nothing to say."""
        left = [*self._invoice_plan(), *self._record_plan()]
        assert left == [], left

    def _invoice_plan(self) -> Iterator[Any]:
        portal = self.world.us.portal
        view = self._push().view
        deals = DealRef.objects.for_portal(portal).values_list("hubspot_id", flat=True)
        snapshot = fetched.snapshot(
            portal, view, invoice_ids=[row.pk for row in self.rows], deal_ids=list(deals), now=now()
        )
        unsure = {str(row.pk) for row in self.rows if self._is_unsure(row)}
        yield from (each for each in plan(snapshot) if each.subject.id not in unsure)

    def _record_plan(self) -> Iterator[Any]:
        shared = shared_objects(self.world.us.portal)
        for books in self.world.both:
            view = company_view(books.company)
            rows = Record.objects.for_portal(books.portal).filter(company=books.company)
            ids = list(rows.values_list("pk", flat=True))
            states = RecordReader(books.company, view, books.hubspot).states(ids)
            found = plan(
                Snapshot(
                    portal=self._push().view,
                    companies={str(books.company.pk): view},
                    invoices={},
                    records=states,
                    records_in_run=tuple(states),
                )
            )
            for each in found:
                key = (books.company.realm_id, each.subject.kind, each.subject.qbo_id)
                told = getattr(each, "hubspot_id", "") or getattr(each, "contact_id", "")
                if key not in self.ledger.unsure and told not in {"", *shared}:
                    yield each

    def _push(self) -> Push:
        return Push(self.world.us.portal, None, None, now())  # type: ignore[arg-type]

    def invoices_agree(self) -> None:
        """I2 and I10: each followed invoice is one object, equal to the cent."""
        by_key: dict[str, list[dict[str, Any]]] = {}
        for each in self.objects.get("invoices", {}).values():
            if not each["archived"] and each["properties"].get("dealbooks_key"):
                by_key.setdefault(each["properties"]["dealbooks_key"], []).append(each)
        for row in self.rows:
            seen = self.seen[row.pk]
            if self._is_unsure(row):
                continue
            found = by_key.pop(f"{seen.realm}:Invoice:{row.qbo_id}", [])
            if not found and seen.stage == "deleted":
                continue
            assert len(found) == 1, (row.doc_number, seen.stage, found)
            if seen.stage == "deleted" and row.origin == "synced":
                continue
            told = {name: found[0]["properties"].get(name) or "" for name in seen.on_hubspot()}
            assert told == seen.on_hubspot()
            ties = set(found[0]["associations"].get("deals", {})) - self.ledger.dead_deals
            assert ties == self._deals_of(row) - self.ledger.dead_deals

    def _is_unsure(self, row: Invoice) -> bool:
        """Not followed, deleted by a person in HubSpot, or taken off before HubSpot heard of it."""
        if row.origin == "synced" and self._key(row) in self.ledger.unsure:
            return True
        if ("invoices", row.hubspot_id) in self.ledger.removed:
            return True
        return row.origin != "synced" and not (row.hubspot_id or self._ties(row))

    def deals_agree(self) -> None:
        """Law f (D-21), law e (D-23) and B-06."""
        separate = self.world.uk.company.settings.currency_policy == "separate"
        blocked = {each: each != "USD" and not separate for each in ("USD", "GBP", "EUR")}
        ties = InvoiceAttachment.objects.for_portal(self.world.us.portal).filter(
            object_kind="deals", detached_at=None
        )
        by_deal: dict[str, list[InvoiceAttachment]] = {}
        for tie in ties:
            by_deal.setdefault(tie.hubspot_id, []).append(tie)
        for deal, found in by_deal.items():
            if deal in self.ledger.dead_deals:
                continue
            attached = [self.seen[tie.invoice_id] for tie in found]
            wanted = oracle.five(attached, blocked)
            if wanted is None:
                continue
            counted = [
                self.seen[tie.invoice_id]
                for tie in found
                if tie.counts and not blocked[self.seen[tie.invoice_id].currency]
            ]
            wanted |= oracle.sums(counted)
            told = self.world.us.deal(deal)
            shown = {name: told.get(name, "") for name in wanted}
            assert shown == wanted, (deal, shown, wanted)
        self._counted_once(list(ties))

    def nothing_hangs_on_what_was_merged_away(self) -> None:
        """E-02 and fault 76: neither here nor in HubSpot; the survivors have it all."""
        gone = set(self.ledger.merged)
        ties = InvoiceAttachment.objects.for_portal(self.world.us.portal).filter(detached_at=None)
        assert not gone & set(ties.values_list("object_kind", "hubspot_id"))
        links = RecordLink.objects.for_portal(self.world.us.portal).filter(lost_at=None)
        assert not gone & set(links.values_list("hubspot_kind", "hubspot_id"))
        deals = {id: self.ledger.survivor(kind, id) for kind, id in gone if kind == "deals"}
        for loser, survivor in deals.items():
            assert self.objects["deals"][loser]["archived"]
            if survivor not in self.ledger.dead_deals:
                assert not self.objects["deals"][survivor]["archived"]

    def _counted_once(self, ties: list[InvoiceAttachment]) -> None:
        """D-22."""
        for invoice in {tie.invoice_id for tie in ties}:
            assert sum(tie.counts for tie in ties if tie.invoice_id == invoice) == 1

    def notes_agree(self) -> None:
        """D-20: each payment is told once where a deal counts it, and its end once if it was told."""
        for row in self.rows:
            realm = self.seen[row.pk].realm
            bodies = self._notes_of(self._counting_deal(row))
            living = oracle.applications(self.quickbooks[realm].get("Payment", []))
            counts = self._counting_deal(row)
            for paid in PaymentApplication.objects.for_portal(row.portal_id).filter(invoice=row):
                marker = note_marker(realm, paid.payment_id, row.qbo_id)
                received = sum(f"Reference {marker}<" in body for body in bodies)
                reversed_ = sum(f"{marker}-R" in body for body in bodies)
                lives = (paid.payment_id, row.qbo_id) in living
                assert lives == (paid.reversed_at is None), (row.doc_number, paid.payment_id)
                if not counts or counts in self.ledger.dead_deals:
                    continue
                assert max(received, reversed_) <= 1, (row.doc_number, received, reversed_)
                if lives:
                    assert (received, reversed_) == (1, 0), row.doc_number
                else:
                    assert reversed_ >= received, row.doc_number

    def _notes_of(self, deal: str) -> list[str]:
        return [
            each["properties"].get("hs_note_body") or ""
            for each in self.objects.get("notes", {}).values()
            if not each["archived"] and deal in each["associations"].get("deals", {})
        ]

    def records_agree(self) -> None:
        """I1 and I2 for contacts: one object for each customer that its tab lets in, told the latest."""
        for realm, tables in self.quickbooks.items():
            for raw in tables.get("Customer", []):
                key = (realm, "Customer", str(raw["Id"]))
                if key in self.ledger.may_exist - self.ledger.unsure and raw.get("Active", True):
                    self._contact_agrees(realm, raw)

    def _contact_agrees(self, realm: str, raw: Raw) -> None:
        email = str((raw.get("PrimaryEmailAddr") or {}).get("Address", "")).lower()
        if not email or self._is_shared(email):
            return
        links = RecordLink.objects.for_portal(self.world.us.portal).filter(
            company__realm_id=realm, kind="Customer", qbo_id=raw["Id"], hubspot_kind="contacts"
        )
        if any(("contacts", link.hubspot_id) in self.ledger.removed for link in links):
            return
        [link] = links
        if link.hubspot_id in shared_objects(self.world.us.portal):
            return
        properties = self.objects["contacts"][link.hubspot_id]["properties"]
        assert not self.objects["contacts"][link.hubspot_id]["archived"]
        assert properties["email"] == email
        phone = (raw.get("PrimaryPhone") or {}).get("FreeFormNumber", "")
        assert (properties.get("phone") or "") == phone
        assert not properties.get("dealbooks_deleted_at")

    def _is_shared(self, email: str) -> bool:
        everybody = [raw for tables in self.quickbooks.values() for raw in tables["Customer"]]
        addresses = [(raw.get("PrimaryEmailAddr") or {}).get("Address", "") for raw in everybody]
        return [each.lower() for each in addresses].count(email) > 1

    def nothing_came_or_went_unasked(self) -> None:
        """Laws c and d: no object of a record that no tab let in, none archived without both a
        delete marker and the policy."""
        for kind in ("contacts", "companies", "products", "invoices"):
            for hubspot_id, each in self.objects.get(kind, {}).items():
                key = tuple((each["properties"].get("dealbooks_key") or "").split(":"))
                if len(key) != 3 or (kind, hubspot_id) in self.ledger.removed:
                    continue
                if kind != "invoices":
                    assert key in self.ledger.may_exist, (kind, key)
                elif key not in self.ledger.may_exist:
                    row = next(row for row in self.rows if self._key(row) == key)
                    assert row.origin != "synced", key
                assert not each["archived"] or key in self.ledger.may_go, (kind, key)

    # -- what is there

    def _key(self, row: Invoice) -> Key:
        return (row.company.realm_id, "Invoice", row.qbo_id)

    def _seen(self, row: Invoice) -> Seen:
        """As QuickBooks has it; a deleted one as it was when we saw it last."""
        tables = self.quickbooks[row.company.realm_id]
        raw = next((each for each in tables["Invoice"] if each["Id"] == row.qbo_id), None)
        return oracle.seen(
            row.company.realm_id,
            raw or row.raw,
            tables.get("Payment", []),
            company_day(row.company, now()),
            deleted=raw is None,
        )

    def _ties(self, row: Invoice) -> list[InvoiceAttachment]:
        ties = InvoiceAttachment.objects.for_portal(row.portal_id)
        return list(ties.filter(invoice=row, object_kind="deals", detached_at=None))

    def _deals_of(self, row: Invoice) -> set[str]:
        return {tie.hubspot_id for tie in self._ties(row)}

    def _counting_deal(self, row: Invoice) -> str:
        return next((tie.hubspot_id for tie in self._ties(row) if tie.counts), "")
