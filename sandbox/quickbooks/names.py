"""Name lists: people, items, accounts, classes, terms (reference sections 2, 5.2, 5.3, 5.5)."""

from typing import Any

from sandbox.quickbooks import references, refusals
from sandbox.quickbooks.books import ZERO, Books, Record
from sandbox.quickbooks.families import Family
from sandbox.quickbooks.shapes import Row

DELETED = " (deleted)"
PEOPLE = ("Customer", "Vendor", "Employee")


def refuse_duplicate(own: Record | None, holders: list[Record]) -> None:
    for holder in holders:
        if own is None or (holder.kind, holder.id) != (own.kind, own.id):
            raise refusals.Refusal(
                "6240",
                "Duplicate Name Exists Error",
                f"The name supplied already exists. : Id={holder.id}",
            )


class NameFamily(Family):
    """Unique among siblings; Active false hides it and appends " (deleted)" to its name."""

    deletable = False

    def prepare(
        self,
        books: Books,
        row: Row,
        values: dict[str, Any],
        before: Record | None,
        options: dict[str, Any],
    ) -> dict[str, Any]:
        key = row.key
        values["Active"] = values.get("Active") is not False
        name = self._own_name(books, row, values, before)
        going = before is not None and before.active and not values["Active"]
        coming = before is not None and not before.active and values["Active"]
        if going and DELETED not in name:
            name = self._free_deleted_name(books, row, name)
        elif coming:
            name = name.partition(DELETED)[0]
        values[key] = name
        if before is None or name != before.data.get(key):
            refuse_duplicate(before, self._holders(books, row, values))
        if "FullyQualifiedName" in row.properties:
            self._place(books, row, values)
        self.complete(books, row, values, before)
        return values

    def _own_name(
        self, books: Books, row: Row, values: dict[str, Any], before: Record | None
    ) -> str:
        name = str(values.get(row.key) or "").strip()
        if not name:
            raise refusals.missing(row.key)
        if any(letter in name for letter in ":\t\n\r"):
            raise refusals.bad_text(row.key)
        return name

    def _free_deleted_name(self, books: Books, row: Row, name: str) -> str:
        candidate, number = name + DELETED, 0
        while books.tables[row.name].find(row.key, candidate):
            number += 1
            candidate = f"{name} (deleted {number})"
        return candidate

    def _holders(self, books: Books, row: Row, values: dict[str, Any]) -> list[Record]:
        parent = (values.get("ParentRef") or {}).get("value")
        return [
            record
            for record in books.tables[row.name].find(row.key, values[row.key])
            if (record.data.get("ParentRef") or {}).get("value") == parent
        ]

    def _place(self, books: Books, row: Row, values: dict[str, Any]) -> None:
        """FullyQualifiedName and Level from the parent."""
        parent_ref = values.get("ParentRef")
        if not parent_ref:
            values["FullyQualifiedName"] = values[row.key]
            values.pop("Level", None)
            return
        parent = references.resolve(books, row.name, parent_ref, "ParentRef")
        values["ParentRef"] = references.to(parent)
        values["FullyQualifiedName"] = f"{parent.data['FullyQualifiedName']}:{values[row.key]}"
        if "Level" in row.properties:
            values["Level"] = int(parent.data.get("Level", 0)) + 1

    def complete(
        self, books: Books, row: Row, values: dict[str, Any], before: Record | None
    ) -> None:
        """Defaults of one entity."""
        if row.name in ("Class", "Department"):
            values[f"Sub{row.name}"] = bool(values.get("ParentRef"))
        elif row.name == "Term":
            driven = values.get("DayOfMonthDue") is not None
            values["Type"] = values.get("Type") or ("DATE_DRIVEN" if driven else "STANDARD")
        elif row.name == "PaymentMethod":
            values["Type"] = values.get("Type") or "NON_CREDIT_CARD"

    def saved(self, books: Books, record: Record, before: Record | None) -> Record:
        if before is not None and references.name_of(before) != references.name_of(record):
            name = references.name_of(record)
            references.relabel_everywhere(books, record.kind, record.id, name)
        return record


class Person(NameFamily):
    """Customers, vendors and employees share one set of display names."""

    def _own_name(
        self, books: Books, row: Row, values: dict[str, Any], before: Record | None
    ) -> str:
        if not values.get("DisplayName"):
            parts = [
                values.get(name)
                for name in ("Title", "GivenName", "MiddleName", "FamilyName", "Suffix")
            ]
            values["DisplayName"] = " ".join(part for part in parts if part)
        for name in ("PrimaryEmailAddr",):
            address = (values.get(name) or {}).get("Address")
            if values.get(name) and not address:
                values[name] = None
            elif address:
                check_email(address, name)
        return super()._own_name(books, row, values, before)

    def _free_deleted_name(self, books: Books, row: Row, name: str) -> str:
        candidate, number = name + DELETED, 0
        while _people_named(books, candidate):
            number += 1
            candidate = f"{name} (deleted {number})"
        return candidate

    def _holders(self, books: Books, row: Row, values: dict[str, Any]) -> list[Record]:
        parent = (values.get("ParentRef") or {}).get("value")
        found = []
        for record in _people_named(books, values["DisplayName"]):
            above = (record.data.get("ParentRef") or {}).get("value")
            if record.kind != row.name or above == parent:
                found.append(record)
        return found

    def complete(
        self, books: Books, row: Row, values: dict[str, Any], before: Record | None
    ) -> None:
        values["PrintOnCheckName"] = (
            values.get("PrintOnCheckName") or values.get("CompanyName") or values["DisplayName"]
        )
        if row.name == "Employee":
            return
        self._currency(books, values, before)
        values["Balance"] = before.data.get("Balance", ZERO) if before else ZERO
        if row.name == "Customer":
            jobs = before.data.get("BalanceWithJobs", ZERO) if before else ZERO
            values["BalanceWithJobs"] = jobs
            values["Job"] = bool(values.get("ParentRef"))
            values["BillWithParent"] = bool(values.get("BillWithParent"))
            values["Taxable"] = bool(values.get("Taxable", books.regime != "us_manual"))
            values["IsProject"] = bool(values.get("IsProject"))
            values["ClientEntityId"] = "0"
            method = values.get("PreferredDeliveryMethod")
            values["PreferredDeliveryMethod"] = method or "Print"
            if before and before.data.get("V4IDPseudonym"):
                values["V4IDPseudonym"] = before.data["V4IDPseudonym"]
        else:
            values["Vendor1099"] = bool(values.get("Vendor1099"))

    @staticmethod
    def _currency(books: Books, values: dict[str, Any], before: Record | None) -> None:
        was = (before.data.get("CurrencyRef") or {}).get("value") if before else None
        code = (values.get("CurrencyRef") or {}).get("value") or was or books.home_currency
        if code != books.home_currency:
            if not books.multicurrency:
                raise refusals.business(
                    "Multi Currency should be enabled to perform this operation.", "CurrencyRef"
                )
            if not books.tables["CompanyCurrency"].find("Code", code):
                raise refusals.bad_reference("CurrencyRef")
        if before is not None and was and was != code and has_transactions(books, before):
            raise refusals.business("The currency of a name with transactions is fixed.")
        values["CurrencyRef"] = references.currency(code)


def check_email(address: str, name: str) -> None:
    """One or several addresses split by commas. Raises Refusal."""
    if len(address) > 100:
        raise refusals.too_long(name, 100, len(address))
    for one in address.split(","):
        if "@" not in one or "." not in one:
            raise refusals.Refusal(
                "2210",
                "Invalid Email Address format",
                f"Email Address does not conform to the syntax rules of RFC 822. Supplied:{one}",
                name,
            )


def has_transactions(books: Books, name: Record) -> bool:
    for kind in ("Invoice", "CreditMemo", "SalesReceipt", "Estimate"):
        if name.kind == "Customer" and books.tables[kind].find("CustomerRef", name.id):
            return True
    return False


def _people_named(books: Books, name: str) -> list[Record]:
    return [record for kind in PEOPLE for record in books.tables[kind].find("DisplayName", name)]
