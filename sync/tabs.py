"""What a tab of the sync settings says, and saving it (D-26 to D-28, P-47)."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from datetime import datetime

from django.db import transaction

from integration import audit
from integration.access.actors import Actor
from integration.access.rights import Right
from integration.models import Company
from mappings.transforms import fingerprint
from sync.coexistence.decisions import must_know
from sync.models import (
    ConflictRule,
    DeletePolicy,
    SavePolicy,
    SyncDirection,
    SyncObject,
    SyncSetting,
)

MADE_ELSEWHERE = "sync.made_elsewhere"
TRACES = "sync.traces_found"
CHANGED = "sync.tab_changed"


class TabRefused(Exception):
    """It cannot be saved so; ``code`` is of the catalogue."""

    def __init__(self, code: str, **parameters: str) -> None:
        super().__init__(code)
        self.code = code
        self.parameters = parameters


@dataclass(frozen=True, slots=True)
class Tab:
    """What one tab of one company says. ``without_email``: contacts only (P-20).

    The direction and what follows from it are for contacts and products; the names are those of
    ``sync.models.SyncSetting``.
    """

    enabled: bool
    save_policy: str
    delete_policy: str
    without_email: bool = False
    direction: str = SyncDirection.TO_HUBSPOT.value
    conflict_rule: str = ConflictRule.QUICKBOOKS.value
    creates_in_quickbooks: bool = False

    @property
    def version(self) -> str:
        """The same for the same choices: what a program that read them says when it writes."""
        return fingerprint({name: str(value) for name, value in asdict(self).items()})[:12]

    def as_seen(self) -> str:
        """For the form built from it; ``seen`` reads it back."""
        return json.dumps(asdict(self))

    @property
    def tells_hubspot(self) -> bool:
        return self.direction != SyncDirection.TO_QUICKBOOKS

    @property
    def tells_quickbooks(self) -> bool:
        return self.enabled and self.direction != SyncDirection.TO_HUBSPOT

    def asks_after(self, before: "Tab") -> bool:
        """Whether a person must see the numbers before it takes effect (D-26)."""
        creates = self.tells_quickbooks and self.creates_in_quickbooks
        return (
            self.enabled != before.enabled
            or (self.tells_quickbooks and not before.tells_quickbooks)
            or (creates and not (before.tells_quickbooks and before.creates_in_quickbooks))
        )


def seen(text: str, stored: Tab) -> Tab:
    """The tab that a form was built from, as the form says; ``stored`` where it says nothing."""
    try:
        told = json.loads(text)
    except ValueError:
        return stored
    known = {each.name: told[each.name] for each in fields(Tab) if each.name in told} \
        if isinstance(told, Mapping) else {}  # fmt: skip
    return Tab(**{**asdict(stored), **known})


def tab(company: Company, object: SyncObject) -> Tab:
    row = _row(company, object)
    if row is None:
        deletes = DeletePolicy.MARK if object == SyncObject.INVOICES else DeletePolicy.KEEP
        return Tab(False, SavePolicy.CREATE_AND_UPDATE.value, deletes.value)
    return Tab(
        row.enabled,
        row.save_policy,
        row.delete_policy,
        row.without_email,
        row.direction,
        row.conflict_rule,
        row.creates_in_quickbooks,
    )


def save_tab(
    actor: Actor,
    company: Company,
    object: SyncObject,
    chosen: Tab,
    now: datetime,
    *,
    knows_traces: bool = False,
    built_from: Tab | None = None,
) -> bool:
    """Whether anything is different now. Turning a tab or a direction on counts from this moment.

    ``built_from``: the tab as whoever chose had it before them. Raises ``TabRefused``: where it
    says something else by now, so that nobody's choice is overwritten unseen; and where HubSpot's
    own app was found and nobody said that they know (D-33).
    """
    actor.require(Right.MAP, company)
    with transaction.atomic():
        Company.objects.for_portal(actor.portal).select_for_update().get(pk=company.pk)
        before = tab(company, object)
        if before == chosen:
            return False
        if built_from is not None and built_from != before:
            raise TabRefused(CHANGED, name=company.name)
        if chosen.enabled and not before.enabled and not knows_traces and must_know(company):
            raise TabRefused(TRACES)
        refuse_two_makers(company, object, chosen)
        _write(actor, company, object, before, chosen, now)
        audit.record(
            "sync.settings_changed",
            actor=actor,
            portal=actor.portal,
            company=company,
            subject=("sync setting", f"{company.pk}:{object}"),
            before=_values(before),
            after=_values(chosen),
            now=now,
        )
    return True


def _write(
    actor: Actor, company: Company, object: SyncObject, before: Tab, chosen: Tab, now: datetime
) -> None:
    row = _row(company, object) or SyncSetting(portal=actor.portal, company=company, object=object)
    if chosen.enabled and not row.enabled:
        row.enabled_at = now
    if chosen.tells_quickbooks and not before.tells_quickbooks:
        row.to_quickbooks_at = now
    for name, value in asdict(chosen).items():
        setattr(row, name, value)
    row.save()


def refuse_changed(company: Company, stored: Tab, chosen: Tab, version: str) -> None:
    """What was chosen by an older tab is refused, unless it says what holds anyway."""
    if version != stored.version and chosen != stored:
        raise TabRefused(CHANGED, name=company.name)


def refuse_two_makers(company: Company, object: SyncObject, chosen: Tab) -> None:
    """A HubSpot record becomes a customer in one company only. Raises ``TabRefused``."""
    if not (chosen.tells_quickbooks and chosen.creates_in_quickbooks):
        return
    rows = SyncSetting.objects.for_portal(company.portal_id).filter(
        object=object, enabled=True, creates_in_quickbooks=True, company__disconnected_at=None
    )
    others = rows.exclude(company=company).exclude(direction=SyncDirection.TO_HUBSPOT)
    name = others.values_list("company__name", flat=True).first()
    if name:
        raise TabRefused(MADE_ELSEWHERE, other=name, company=company.name)


def _row(company: Company, object: SyncObject) -> SyncSetting | None:
    rows = SyncSetting.objects.for_portal(company.portal_id)
    return rows.filter(company=company, object=object).first()  # type: ignore[no-any-return]


def _values(chosen: Tab) -> dict[str, object]:
    return {
        name: value if isinstance(value, bool) else str(value)
        for name, value in asdict(chosen).items()
    }
