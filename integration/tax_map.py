"""B-25: which tax code a HubSpot tax rate means in a company: read, seen rates kept, changed."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from integration import audit, company_settings, sessions
from integration.access.actors import Actor
from integration.access.rights import Right
from integration.company_settings import SettingsChanged
from integration.gateways.errors import GatewayError
from integration.models import Company, CompanySettings, HubSpotTaxRate, Portal, TaxMapping
from integration.records.hubspot import TaxRate


def note(portal: Portal, rates: Iterable[TaxRate]) -> None:
    """Keep what HubSpot tells of its rates; those it no longer lists stay."""
    rows = [
        HubSpotTaxRate(
            portal=portal, rate_id=rate.id, name=rate.name[:200], percent=rate.percent,
            active=rate.active,
        )
        for rate in rates
    ]  # fmt: skip
    HubSpotTaxRate.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["portal", "rate_id"],
        update_fields=["name", "percent", "active", "seen_at"],
    )


def note_named(portal: Portal, ids: Collection[str]) -> None:
    """Rates that lines name while HubSpot does not let us read what they are."""
    rows = [HubSpotTaxRate(portal=portal, rate_id=id) for id in sorted(ids)]
    HubSpotTaxRate.objects.bulk_create(rows, ignore_conflicts=True)


@dataclass(frozen=True)
class Rates:
    """``trouble``: why HubSpot told none now; the rows are those of earlier then."""

    rows: list[HubSpotTaxRate]
    trouble: GatewayError | None = None


def rates(portal: Portal) -> Rates:
    """Asked of HubSpot now (one call for a hundred), with those that only older quotes named."""
    trouble = None
    try:
        note(portal, sessions.hubspot(portal, urgent=True).tax_rates())
    except GatewayError as error:
        trouble = error
    return Rates(known_rates(portal), trouble)


def known_rates(portal: Portal) -> list[HubSpotTaxRate]:
    rows = HubSpotTaxRate.objects.for_portal(portal)
    return list(rows.order_by("-active", "name", "rate_id"))


def codes_by_rate(company: Company) -> dict[str, str]:
    rows = TaxMapping.objects.for_portal(company.portal_id).filter(company=company)
    return dict(rows.values_list("rate_id", "tax_code_id"))


def codes_of(company: Company) -> dict[str, str]:
    """Tax code by the id of HubSpot's rate, and by ``"20%"`` where all rates of that percentage
    mean the same: taxes of a whole quote have no rate of their own."""
    found = codes_by_rate(company)
    if not found:
        return {}
    known = HubSpotTaxRate.objects.for_portal(company.portal_id).filter(rate_id__in=found)
    by_percent: dict[str, set[str]] = {}
    for rate_id, percent in known.values_list("rate_id", "percent"):
        if percent is not None:
            by_percent.setdefault(f"{percent.normalize():f}%", set()).add(found[rate_id])
    agreed = {key: codes.pop() for key, codes in by_percent.items() if len(codes) == 1}
    return {**agreed, **found}


def change(
    actor: Actor,
    company: Company,
    codes: Mapping[str, str],
    settings_values: Mapping[str, str],
    *,
    version: int,
    now: datetime,
) -> CompanySettings:
    """Store the map: ``codes`` by rate id, "" for none; rates left out stay as they are.

    Raises ``SettingsChanged`` when ``version`` of the company's settings is an old one.
    """
    actor.require(Right.MAP, company)
    with transaction.atomic():
        Company.objects.for_portal(actor.portal).select_for_update().get(pk=company.pk)
        settings = company_settings.of_company(company)
        if settings.version != version:
            raise SettingsChanged
        before, after = _changes(company, settings, codes, settings_values)
        if not after:
            return settings
        _store(company, {id: after[id] for id in after if id in codes})
        for name in settings_values:
            setattr(settings, name, settings_values[name])
        settings.version += 1
        settings.save()
        audit.record(
            "tax_map.changed", actor=actor, portal=actor.portal, company=company,
            before=before, after=after, now=now,
        )  # fmt: skip
    return settings


def _changes(
    company: Company,
    settings: CompanySettings,
    codes: Mapping[str, str],
    settings_values: Mapping[str, str],
) -> tuple[dict[str, str], dict[str, str]]:
    stored = codes_by_rate(company)
    old = {id: stored.get(id, "") for id in codes}
    old |= {name: str(getattr(settings, name)) for name in settings_values}
    new = {**codes, **settings_values}
    changed = [name for name in new if new[name] != old[name]]
    return {name: old[name] for name in changed}, {name: new[name] for name in changed}


def _store(company: Company, codes: Mapping[str, str]) -> None:
    mine = TaxMapping.objects.for_portal(company.portal_id).filter(company=company)
    mine.filter(rate_id__in=[id for id, code in codes.items() if not code]).delete()
    rows = [
        TaxMapping(portal_id=company.portal_id, company=company, rate_id=id, tax_code_id=code)
        for id, code in codes.items()
        if code
    ]
    TaxMapping.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["company", "rate_id"],
        update_fields=["tax_code_id"],
    )
