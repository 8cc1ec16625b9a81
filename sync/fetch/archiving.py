"""What speaks against archiving an object whose QuickBooks record is gone (D-28)."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace

from integration.gateways.hubspot import HubSpot
from integration.models import Company, RecordLink
from integration.records.hubspot import Object
from invoices.models import InvoiceAttachment
from sync.reconcile import same_property
from sync.records import COMPANIES, CONTACTS, Against, LinkState, RecordState

OWNER, CLOSED = "hubspot_owner_id", "hs_is_closed"
PEOPLE = {CONTACTS: COMPANIES, COMPANIES: CONTACTS}


def against_archiving(
    company: Company, hubspot: Callable[[], HubSpot], states: Sequence[RecordState]
) -> dict[str, RecordState]:
    """The states with ``LinkState.against`` filled, by our id; a few calls for a hundred."""
    checks = [
        _Check(company, hubspot(), kind, states).reasons()
        for kind in sorted({link.kind for state in states for link in state.links})
    ]
    found = {key: reasons for check in checks for key, reasons in check.items()}
    return {
        state.id: replace(
            state,
            links=tuple(
                replace(link, against=found.get((link.kind, link.hubspot_id), frozenset()))
                for link in state.links
            ),
        )
        for state in states
    }


class _Check:
    """Of the links of one kind."""

    def __init__(
        self, company: Company, hubspot: HubSpot, kind: str, states: Sequence[RecordState]
    ) -> None:
        self.company = company
        self.hubspot = hubspot
        self.kind = kind
        self.links: list[tuple[RecordState, LinkState]] = [
            (state, link) for state in states for link in state.links if link.kind == kind
        ]
        self.ours = [link for _, link in self.links if link.made_by_us and not link.is_lost]

    def reasons(self) -> dict[tuple[str, str], frozenset[Against]]:
        ids = [link.hubspot_id for link in self.ours]
        current = self.hubspot.read(self.kind, ids, self._names()) if ids else {}
        elsewhere = self._linked_elsewhere(ids)
        with_deals = self._with_open_deals(ids)
        found = {}
        for _, link in self.links:
            why: set[Against] = set()
            if not link.made_by_us:
                why.add(Against.NOT_OURS)
            elif _is_edited(link, current.get(link.hubspot_id)):
                why.add(Against.EDITED)
            if link.hubspot_id in elsewhere:
                why.add(Against.OTHER_LINK)
            if link.hubspot_id in with_deals:
                why.add(Against.OPEN_DEAL)
            found[link.kind, link.hubspot_id] = frozenset(why)
        return found

    def _names(self) -> list[str]:
        return [*sorted({name for link in self.ours for name in link.told}), OWNER]

    def _linked_elsewhere(self, ids: Sequence[str]) -> set[str]:
        """To another customer, in any company; by an invoice; or to people it works with."""
        if not ids:
            return set()
        rows = RecordLink.objects.for_portal(self.company.portal_id).filter(
            hubspot_kind=self.kind, hubspot_id__in=ids
        )
        own = {link.id for link in self.ours}
        found = {row.hubspot_id for row in rows if str(row.pk) not in own}
        attached = InvoiceAttachment.objects.for_portal(self.company.portal_id).filter(
            object_kind=self.kind, hubspot_id__in=ids, detached_at=None
        )
        found |= set(attached.values_list("hubspot_id", flat=True))
        return found | self._tied_to_strangers(ids)

    def _tied_to_strangers(self, ids: Sequence[str]) -> set[str]:
        """A company with contacts that are not this customer's own, and the other way round."""
        other = PEOPLE.get(self.kind)
        if other is None:
            return set()
        own = {
            link.hubspot_id: {each.hubspot_id for each in state.links if each.kind == other}
            for state, link in self.links
        }
        tied = self.hubspot.associations(self.kind, other, ids)
        return {one for one, ends in tied.items() if set(ends) - own.get(one, set())}

    def _with_open_deals(self, ids: Sequence[str]) -> set[str]:
        if not ids or self.kind not in PEOPLE:
            return set()
        tied = self.hubspot.associations(self.kind, "deals", ids)
        deals = sorted({deal for ends in tied.values() for deal in ends})
        closed = _closed(self.hubspot.read("deals", deals, [CLOSED]) if deals else {})
        return {one for one, ends in tied.items() if any(deal not in closed for deal in ends)}


def _closed(deals: Mapping[str, Object]) -> set[str]:
    return {key for key, deal in deals.items() if deal.text(CLOSED) == "true"}


def _is_edited(link: LinkState, current: Object | None) -> bool:
    """Somebody changed what we wrote, or made it somebody's to look after."""
    if current is None:
        return False
    return bool(current.text(OWNER)) or _differs(link.told.items(), current)


def _differs(told: Iterable[tuple[str, str | None]], current: Object) -> bool:
    return any(not same_property(name, value, current.text(name)) for name, value in told)
