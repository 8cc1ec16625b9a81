"""Searches and filters of a list that a person keeps under a name."""

from django.db import models
from django.db.models.functions import Lower

from integration.models.tenancy import PortalRow

LONGEST_NAME = 60
LONGEST_QUERY = 2000


class SavedView(PortalRow):
    """``query`` is the address's part after the question mark, without the place in the list."""

    person = models.ForeignKey(
        "integration.Person", on_delete=models.CASCADE, related_name="saved_views"
    )
    page = models.CharField(max_length=40)
    """The route of the list, e.g. ``invoices``."""
    name = models.CharField(max_length=LONGEST_NAME)
    query = models.CharField(max_length=LONGEST_QUERY)
    is_shared = models.BooleanField(default=False)
    """Everybody of the portal sees it; only its owner changes it."""
    created_at = models.DateTimeField()

    class Meta(PortalRow.Meta):
        constraints = [
            models.UniqueConstraint(
                "portal", "person", "page", Lower("name"), name="saved_view_name_once"
            ),
        ]

    def __str__(self) -> str:
        return self.name
