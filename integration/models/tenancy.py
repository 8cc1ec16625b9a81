"""One entrance to a portal's rows (architecture, Data; control 14).

Every row below a portal is read with ``Model.objects.for_portal(portal)``. Work that must look
across portals says why: ``Model.objects.everywhere("tick claims due jobs")``. Any other query
raises ``Unscoped``, in tests and in production alike.
"""

import uuid
from collections.abc import Iterable, Iterator
from typing import Any, Self

from django.db import models


class Unscoped(RuntimeError):
    """A query on portal-owned rows that names no portal."""


class PortalQuerySet(models.QuerySet[Any]):
    _scoped = False

    def _clone(self) -> Self:
        clone = super()._clone()  # type: ignore[misc]
        clone._scoped = self._scoped
        return clone  # type: ignore[no-any-return]

    def for_portal(self, portal: Any) -> Self:
        """Rows of one portal: a Portal, or its id."""
        found = self.filter(portal_id=getattr(portal, "pk", portal))
        found._scoped = True
        return found

    def everywhere(self, reason: str) -> Self:
        """Rows of all portals; ``reason`` documents why this place may see them."""
        if not reason:
            raise Unscoped(f"{self.model.__name__}: everywhere() wants a reason")
        found = self._clone()
        found._scoped = True
        return found

    def _guard(self) -> None:
        if not self._scoped and "instance" not in self._hints:  # type: ignore[attr-defined]
            raise Unscoped(
                f"{self.model.__name__}: say for_portal(portal) or everywhere(reason) first"
            )

    def _fetch_all(self) -> None:
        if self._result_cache is None:  # type: ignore[has-type]
            self._guard()
        super()._fetch_all()  # type: ignore[misc]

    def iterator(self, *args: Any, **options: Any) -> Iterator[Any]:
        self._guard()
        return super().iterator(*args, **options)

    def count(self) -> int:
        self._guard()
        return super().count()

    def exists(self) -> bool:
        self._guard()
        return super().exists()

    def aggregate(self, *args: Any, **options: Any) -> dict[str, Any]:
        self._guard()
        return super().aggregate(*args, **options)

    def update(self, **values: Any) -> int:
        self._guard()
        return super().update(**values)

    def delete(self) -> tuple[int, dict[str, int]]:
        self._guard()
        return super().delete()


PortalManager = models.Manager.from_queryset(PortalQuerySet)


class Row(models.Model):
    """Anything stored: a UUID key."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)

    class Meta:
        abstract = True

    @classmethod
    def from_db(cls, db: Any, field_names: Iterable[str], values: Any) -> Self:
        """Django looks each column up among the names of those that were read, one by one."""
        return super().from_db(db, frozenset(field_names), values)


class PortalRow(Row):
    """Anything that belongs to one HubSpot portal."""

    portal = models.ForeignKey("integration.Portal", on_delete=models.CASCADE, related_name="+")

    objects = PortalManager()
    unscoped = models.Manager()
    """For Django's own machinery (saving, foreign keys); never call it."""

    class Meta:
        abstract = True
        base_manager_name = "unscoped"


class CompanyRow(PortalRow):
    """Anything that belongs to one QuickBooks company of a portal.

    The database ties (company, portal) together, so a row can never name another portal's company.
    """

    company = models.ForeignKey("integration.Company", on_delete=models.CASCADE, related_name="+")

    class Meta(PortalRow.Meta):
        abstract = True
