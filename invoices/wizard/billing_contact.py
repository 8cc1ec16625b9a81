"""Which of a deal's contacts the invoice goes to, where HubSpot labels one (D-07)."""

from dataclasses import replace

from integration.gateways.errors import GatewayError
from invoices import deals, drafts
from invoices.draft import DraftContent
from invoices.wizard import defaults
from invoices.wizard.sitting import Sitting


def found(sitting: Sitting) -> Sitting:
    """Asked once, where the contact is chosen: one call, and none when opening the wizard.

    While HubSpot does not answer the rep chooses, and the next look asks again.
    """
    people = sitting.people
    if not people.wants_labels or sitting.content.contact_id:
        return sitting
    try:
        told = deals.with_labels(sitting.actor.portal, sitting.deal.hubspot_id, people)
    except GatewayError:
        return sitting

    def with_people(content: DraftContent) -> DraftContent:
        extras = {**content.extras, "people": told.to_json()}
        return defaults.with_only_contact(replace(content, extras=extras), told)

    draft = sitting.draft
    try:
        saved = drafts.save(
            sitting.actor,
            draft,
            with_people,
            version=draft.version,
            step=draft.step,
            now=sitting.now,
        )
    except (drafts.DraftChanged, drafts.DraftClosed):
        return sitting
    return Sitting.of(sitting.actor, saved, sitting.now)
