"""Items, accounts and currencies (reference sections 5.3 and 5.5)."""

from decimal import Decimal
from typing import Any

from sandbox.quickbooks import references, refusals
from sandbox.quickbooks.books import ZERO, Books, Record
from sandbox.quickbooks.names import NameFamily, refuse_duplicate
from sandbox.quickbooks.shapes import Row

CLASSIFICATIONS = {
    "Bank": "Asset",
    "Accounts Receivable": "Asset",
    "Other Current Asset": "Asset",
    "Fixed Asset": "Asset",
    "Other Asset": "Asset",
    "Accounts Payable": "Liability",
    "Credit Card": "Liability",
    "Other Current Liability": "Liability",
    "Long Term Liability": "Liability",
    "Equity": "Equity",
    "Income": "Revenue",
    "Other Income": "Revenue",
    "Expense": "Expense",
    "Other Expense": "Expense",
    "Cost of Goods Sold": "Expense",
}


class ItemFamily(NameFamily):
    def complete(
        self, books: Books, row: Row, values: dict[str, Any], before: Record | None
    ) -> None:
        kind = values["Type"] = values.get("Type") or "Service"
        values["SubItem"] = bool(values.get("ParentRef"))
        if before is None:
            self._require(kind, values)
        if kind == "Category":
            for name in ("UnitPrice", "Taxable", "TrackQtyOnHand"):
                values.pop(name, None)
            return
        values["Taxable"] = bool(values.get("Taxable"))
        values["UnitPrice"] = values.get("UnitPrice") or Decimal(0)
        values["PurchaseCost"] = values.get("PurchaseCost") or Decimal(0)
        values["TrackQtyOnHand"] = kind == "Inventory"

    @staticmethod
    def _require(kind: str, values: dict[str, Any]) -> None:
        needed = {
            "Service": ("IncomeAccountRef",),
            "NonInventory": ("IncomeAccountRef",),
            "Inventory": (
                "QtyOnHand",
                "InvStartDate",
                "IncomeAccountRef",
                "ExpenseAccountRef",
                "AssetAccountRef",
            ),
        }.get(kind, ())
        for name in needed:
            if values.get(name) is None:
                raise refusals.missing(name)


class AccountFamily(NameFamily):
    def complete(
        self, books: Books, row: Row, values: dict[str, Any], before: Record | None
    ) -> None:
        kind = values.get("AccountType")
        if not kind and not values.get("AccountSubType"):
            raise refusals.missing("AccountType")
        if kind and kind not in CLASSIFICATIONS:
            raise refusals.bad_enumeration("AccountType", kind)
        values["AccountType"] = kind or "Expense"
        values["Classification"] = CLASSIFICATIONS[values["AccountType"]]
        values["AccountSubType"] = values.get("AccountSubType") or values["AccountType"].replace(
            " ", ""
        )
        values["SubAccount"] = bool(values.get("ParentRef"))
        values["CurrencyRef"] = references.currency(
            (values.get("CurrencyRef") or {}).get("value") or books.home_currency
        )
        for name in ("CurrentBalance", "CurrentBalanceWithSubAccounts"):
            values[name] = before.data.get(name, ZERO) if before else ZERO


class CurrencyFamily(NameFamily):
    def prepare(
        self,
        books: Books,
        row: Row,
        values: dict[str, Any],
        before: Record | None,
        options: dict[str, Any],
    ) -> dict[str, Any]:
        if not books.multicurrency:
            raise refusals.business("Multi Currency should be enabled to perform this operation.")
        values["Code"] = str(values["Code"]).upper()
        values["Name"] = references.CURRENCY_NAMES.get(values["Code"], values["Code"])
        values["Active"] = values.get("Active") is not False
        refuse_duplicate(before, books.tables["CompanyCurrency"].find("Code", values["Code"]))
        return values
