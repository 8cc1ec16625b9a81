"""The demo's sign-ins on the sign-in page; nothing outside simulated mode."""

from django import template
from django.conf import settings

from workflows.demo_data import PEOPLE, SignIn

register = template.Library()


@register.simple_tag
def demo_people() -> tuple[SignIn, ...]:
    """With their public passwords, so simulated mode only."""
    return PEOPLE if settings.DEALBOOKS["VENDORS"] == "simulated" else ()
