"""For each entity the body of a create in the first company of the demo."""

from collections.abc import Callable

from tests.sandbox.qbo_client import Body, Company, line, link

EXPENSE = {
    "Amount": 40,
    "DetailType": "AccountBasedExpenseLineDetail",
    "AccountBasedExpenseLineDetail": {"AccountRef": {"value": "13"}},
}


def owner(company: Company) -> Body:
    return {"CustomerRef": {"value": "1"}, "Line": [line(40)]}


def supplier(company: Company) -> Body:
    vendor = company.first("Vendor", "DisplayName = 'Fidelity Freight'")
    return {"VendorRef": {"value": vendor["Id"]}}


def bought(company: Company) -> Body:
    return {**supplier(company), "Line": [EXPENSE]}


def paid_bill(company: Company) -> Body:
    bill = company.save("Bill", **bought(company))
    return {
        **supplier(company),
        "PayType": "Check",
        "TotalAmt": 40,
        "CheckPayment": {"BankAccountRef": {"value": "1"}},
        "Line": [{"Amount": 40, "LinkedTxn": [link(bill, "Bill")]}],
    }


def deposit(company: Company) -> Body:
    payment = company.pay(company.invoice("1", line(40)), 40)
    linked = [{"Amount": 40, "LinkedTxn": [link(payment, "Payment")]}]
    return {"DepositToAccountRef": {"value": "1"}, "Line": linked}


def journal(company: Company) -> Body:
    def entry(side: str, account: str) -> Body:
        detail = {"PostingType": side, "AccountRef": {"value": account}}
        return {
            "Amount": 40, "DetailType": "JournalEntryLineDetail", "JournalEntryLineDetail": detail,
        }  # fmt: skip

    return {"Line": [entry("Debit", "13"), entry("Credit", "1")]}


def worked(company: Company) -> Body:
    employee = company.save("Employee", DisplayName="Worker")
    facts = {"NameOf": "Employee", "EmployeeRef": {"value": employee["Id"]}}
    return {**facts, "Hours": 2, "Minutes": 30, "HourlyRate": 40}


def named(company: Company) -> Body:
    return {"Name": "Matrix"}


def person(company: Company) -> Body:
    return {"DisplayName": "Matrix", "GivenName": "Mat", "FamilyName": "Rix"}


MAKE: dict[str, Callable[[Company], Body]] = {
    "Invoice": owner,
    "CreditMemo": owner,
    "SalesReceipt": owner,
    "RefundReceipt": lambda company: {**owner(company), "DepositToAccountRef": {"value": "1"}},
    "Estimate": owner,
    "Payment": lambda company: {"CustomerRef": {"value": "1"}, "TotalAmt": 40},
    "Bill": bought,
    "VendorCredit": bought,
    "Purchase": lambda company: {
        "AccountRef": {"value": "1"},
        "PaymentType": "Check",
        "Line": [EXPENSE],
    },
    "PurchaseOrder": bought,
    "BillPayment": paid_bill,
    "Deposit": deposit,
    "JournalEntry": journal,
    "Transfer": lambda company: {
        "FromAccountRef": {"value": "1"},
        "ToAccountRef": {"value": "2"},
        "Amount": 40,
    },
    "TimeActivity": worked,
    "Customer": person,
    "Vendor": person,
    "Employee": person,
    "Item": lambda company: {
        "Name": "Matrix",
        "Type": "Service",
        "Sku": "MAT",
        "IncomeAccountRef": {"value": "10"},
    },
    "Account": lambda company: {"Name": "Matrix", "AccountType": "Bank"},
    "Class": named,
    "Department": named,
    "Term": lambda company: {"Name": "Matrix", "DueDays": 7},
    "PaymentMethod": named,
    "CustomerType": named,
    "Attachable": lambda company: {"Note": "Matrix"},
}
"""Body of a create in the first company."""
