"""Where a signed-in person goes: to their portal, to choose one, or to connect the first."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from integration.access.pages import signed_in_page
from integration.models import Membership


def memberships_of(request: HttpRequest) -> list[Membership]:
    """The person's portals by name."""
    found = Membership.objects.everywhere("a person's own memberships").filter(person=request.user)
    return list(found.select_related("portal").order_by("portal__name"))


@signed_in_page
def front_door(request: HttpRequest) -> HttpResponse:
    """``/``: the only portal's Home, else the choice."""
    memberships = memberships_of(request)
    if len(memberships) == 1:
        return redirect("home", portal_id=memberships[0].portal_id)
    return redirect("portals")


@signed_in_page
def portals(request: HttpRequest) -> HttpResponse:
    return render(request, "integration/portals.html", {"memberships": memberships_of(request)})
