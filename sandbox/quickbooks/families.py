"""What a family of entities adds to the common way of writing; the default adds nothing."""

from typing import Any

from sandbox.quickbooks import refusals
from sandbox.quickbooks.books import Books, Record
from sandbox.quickbooks.shapes import Row


class Family:
    """``options``: ``include`` (set of words) and ``sent`` (names of the properties in the body)."""

    deletable = True

    def prepare(
        self,
        books: Books,
        row: Row,
        values: dict[str, Any],
        before: Record | None,
        options: dict[str, Any],
    ) -> dict[str, Any]:
        """All properties to store, checked and completed. Changes nothing. Raises Refusal."""
        return values

    def identity(self, books: Books, values: dict[str, Any]) -> str:
        """A fixed id for a new entity, or empty for the next of the sequence."""
        return ""

    def saved(self, books: Books, record: Record, before: Record | None) -> Record:
        """Effects on other entities; gives the record as it is afterwards."""
        return record

    def check_change(self, books: Books, record: Record) -> None:
        """Raises Refusal when this record may not be changed, voided or deleted now."""

    def check_delete(self, books: Books, record: Record) -> None:
        """Raises Refusal when this record may not be deleted now."""

    def removed(self, books: Books, record: Record) -> None:
        """Effects on other entities after a delete."""

    def void(self, books: Books, record: Record) -> Record:
        raise refusals.unsupported_operation("void")


class Settings(Family):
    """Preferences and CompanyInfo: one each, changed but never made or deleted."""

    deletable = False


def money_of(values: dict[str, Any], name: str) -> Any:
    value = values.get(name)
    return 0 if value is None else value
