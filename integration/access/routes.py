"""Every route says who may come in; a route that does not say so fails a test (control 13).

The decorators of ``integration.access.pages`` and the API's base view put an ``Entrance`` on the
view. Views of other packages stand in ``OUTSIDE``.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeVar

from integration.access.rights import Right

View = TypeVar("View", bound=Callable[..., Any])


class Door(StrEnum):
    PUBLIC = "public"
    """Anybody, for a stated reason."""
    SIGNED_IN = "signed_in"
    """Any signed-in person; shows nothing of a portal."""
    PORTAL = "portal"
    """A member of the portal in the address, with the right."""
    RECORD = "record"
    """The same for a record, or a frame's session bound to that record."""
    API = "api"
    """A token of a member, with the right."""
    SIGNED = "signed"
    """A request signed by a vendor."""
    OPERATOR = "operator"
    """This machine, or a token with the right to operate."""


@dataclass(frozen=True, slots=True)
class Entrance:
    door: Door
    right: Right | None = None
    reason: str = ""
    all_deals: bool = False
    """Only for people who see every deal (D-05)."""


def entrance(
    view: View,
    door: Door,
    right: Right | None = None,
    reason: str = "",
    all_deals: bool = False,
) -> View:
    """Put the entrance on the view and give the view back."""
    view.entrance = Entrance(door, right, reason, all_deals)  # type: ignore[attr-defined]
    return view


# Modules of other packages whose views check for themselves who comes in.
OUTSIDE: dict[str, Entrance] = {
    "allauth.account": Entrance(Door.PUBLIC, reason="signing in; allauth guards its own pages"),
    "allauth.mfa": Entrance(Door.PUBLIC, reason="second factor; allauth guards its own pages"),
    "allauth.usersessions": Entrance(Door.SIGNED_IN, reason="a person's own sessions"),
    "allauth.decorators": Entrance(Door.PUBLIC, reason="wrappers of allauth's own pages"),
    "django.views.i18n": Entrance(Door.PUBLIC, reason="sets the language cookie"),
}


def entrance_of(view: Any) -> Entrance | None:
    """Where the view of a route says who may come in; None when it does not."""
    for candidate in (view, getattr(view, "view_class", None), getattr(view, "cls", None)):
        found = getattr(candidate, "entrance", None)
        if isinstance(found, Entrance):
            return found
    module = getattr(view, "__module__", "")
    return next(
        (door for name, door in OUTSIDE.items() if f"{module}.".startswith(f"{name}.")), None
    )
