"""Where a problem is put right: a step of the wizard, a page of ours, QuickBooks or HubSpot (B-05)."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from integration import messages
from integration.access.rights import PRESETS, Right
from integration.models.people import Role
from invoices import links
from invoices.draft import Problem
from invoices.wizard.places import element_id, url_of
from invoices.wizard.sitting import Sitting
from invoices.wizard.steps import steps_of


@dataclass(frozen=True)
class Fix:
    """``elsewhere``: not in the wizard, so it opens beside it."""

    label: Any
    url: str
    elsewhere: bool = False


@dataclass(frozen=True)
class Finding:
    """A problem in words with the ways out, the nearest first."""

    code: str
    text: str
    is_blocker: bool
    fixes: list[Fix]


# code or family (ending in a dot): (label, route with company_id, right it needs)
SETTINGS: dict[str, tuple[Promise, str, Right]] = {
    "draft.custom_numbers": (_("Number series"), "number-series", Right.APPROVE),
    "draft.company_disconnected": (_("Connected apps"), "connections", Right.CONNECT),
    "draft.tax_filed": (_("Settings of the company"), "company_settings_of", Right.MAP),
    "quote.fee_item_missing": (_("Settings of the company"), "company_settings_of", Right.MAP),
    "quote.discount_item_missing": (_("Settings of the company"), "company_settings_of", Right.MAP),
    "quote.no_account": (_("Settings of the company"), "company_settings_of", Right.MAP),
    "finance.": (_("Invoicing rules"), "invoicing-rules", Right.MAP),
    "draft.over_credit_limit": (_("Invoicing rules"), "invoicing-rules", Right.MAP),
}
IN_QUICKBOOKS = frozenset(
    {
        "draft.custom_numbers", "draft.multicurrency_off", "draft.customer_inactive",
        "draft.item_inactive", "draft.books_closed", "draft.tax_code_inactive",
        "draft.terms_inactive", "discount.switched_off", "draft.us_address_missing",
        "draft.customer_overdue", "quote.product_inactive",
    }
)  # fmt: skip
"""What somebody with access to QuickBooks can change there."""


def findings(sitting: Sitting, problems: Iterable[Problem]) -> list[Finding]:
    """Blockers first, in the order of the steps."""
    found = [
        Finding(
            each.code,
            messages.sentence(each.code, **each.parameters),
            each.is_blocker,
            _fixes(sitting, each),
        )
        for each in problems
    ]
    return sorted(found, key=lambda finding: not finding.is_blocker)


def _fixes(sitting: Sitting, problem: Problem) -> list[Fix]:
    return [
        fix
        for fix in (
            _in_wizard(sitting, problem),
            _in_settings(sitting, problem.code),
            _in_quickbooks(sitting, problem.code),
            _in_hubspot(sitting, problem.code),
        )
        if fix is not None
    ]


def _in_wizard(sitting: Sitting, problem: Problem) -> Fix | None:
    step = next((each for each in steps_of(sitting) if each.name == problem.step), None)
    if step is None or step.name == "review":
        return None
    label = _("Mend it") if problem.is_blocker else _("Change")
    return Fix(label, f"{url_of(sitting, step)}#{element_id(problem.field)}")


def _in_settings(sitting: Sitting, code: str) -> Fix | None:
    family = f"{code.partition('.')[0]}."
    found = SETTINGS.get(code) or SETTINGS.get(family)
    company = sitting.company
    if found is None or company is None:
        return None
    label, route, right = found
    if not _full_rights(sitting, right):
        return None
    named = {"portal_id": sitting.actor.portal.pk}
    if route != "connections":
        named["company_id"] = company.pk
    return Fix(label, reverse(route, kwargs=named), elsewhere=True)


def _full_rights(sitting: Sitting, right: Right) -> bool:
    """Inside HubSpot's frame nobody has more than its few rights, but the link may lead out of it:
    there the person's own rights count."""
    member = sitting.actor.membership
    if sitting.actor.origin == "embed" and member is not None:
        return right in PRESETS[Role(member.role)]
    return sitting.actor.may(right, sitting.company)


def _in_quickbooks(sitting: Sitting, code: str) -> Fix | None:
    if code not in IN_QUICKBOOKS or sitting.company is None:
        return None
    return Fix(_("Open QuickBooks"), links.company_in_quickbooks(sitting.company), elsewhere=True)


def _in_hubspot(sitting: Sitting, code: str) -> Fix | None:
    """The deal stands in HubSpot; a quote does, too."""
    if code != "draft.deal_archived":
        return None
    url = links.deal_in_hubspot(sitting.actor.portal, sitting.deal.hubspot_id)
    return Fix(_("Open in HubSpot"), url, elsewhere=True) if url else None
