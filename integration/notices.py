"""Mails to the people who can put a connection right (faults 5 and 6)."""

from django.conf import settings
from django.core.mail import send_mail
from django.utils.translation import override

from integration import messages
from integration.access.rights import PRESETS, Right
from integration.models import Grant, Membership
from integration.models.people import Role


def send(grant: Grant, code: str, parameters: dict[str, str]) -> int:
    """One mail to each person of the portal who may connect; how many were sent."""
    who = str(grant.company or grant.portal)
    values = {"vendor": grant.vendor, "company": who, "portal": str(grant.portal), **parameters}
    members = Membership.objects.for_portal(grant.portal_id).select_related("person")
    sent = 0
    for member in members:
        if not member.person.is_active or Right.CONNECT not in PRESETS[Role(member.role)]:
            continue
        with override(member.person.language or settings.LANGUAGE_CODE):
            found = messages.message(code, **values)
            body = f"{found.sentence}\n\n{settings.DEALBOOKS['PUBLIC_URL']}\n"
            title = f"Dealbooks: {found.title}: {who}".replace("\n", " ").replace("\r", " ")
            sent += send_mail(title, body, None, [member.person.email])
    return sent
