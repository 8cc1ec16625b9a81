"""The table of transactions: properties, families, filters (reference sections 3 and 5)."""

from sandbox.quickbooks import parts
from sandbox.quickbooks.rows import row

__all__ = ["parts"]

_SALE = (
    "DocNumber:text21 AutoDocNumber:truth TxnDate:day PrivateNote:text4000 CustomerRef:ref(Customer)! "
    "CurrencyRef:ref ExchangeRate:number GlobalTaxCalculation:choice(TaxExcluded,TaxInclusive,NotApplicable) "
    "Line:list(SalesLine)! TxnTaxDetail:part(TxnTax) CustomerMemo:part(Memo) BillAddr:part(Address) "
    "ShipAddr:part(Address) ShipFromAddr:part(Address) BillEmail:part(Email) BillEmailCc:part(Email) "
    "BillEmailBcc:part(Email) ClassRef:ref(Class) DepartmentRef:ref(Department) SalesTermRef:ref(Term) "
    "CustomField:list(CustomField) PrintStatus:choice(NotSet,NeedToPrint,PrintComplete) "
    "EmailStatus:choice(NotSet,NeedToSend,EmailSent) ApplyTaxAfterDiscount:truth ShipDate:day "
    "ShipMethodRef:ref TrackingNum:text FreeFormAddress:truth ProjectRef:ref LinkedTxn:list(LinkedTxn) "
    "PaymentMethodRef:ref(PaymentMethod) PaymentRefNum:text21 DepositToAccountRef:ref(Account) "
    "TransactionLocationType:text TxnSource:text AttachableRef:any RecurDataRef:ref TaxExemptionRef:ref "
    "TotalAmt:money~ Balance:money~ HomeTotalAmt:money~ HomeBalance:money~ DeliveryInfo:any~ "
)
_ONLINE = (
    "AllowIPNPayment:truth AllowOnlinePayment:truth AllowOnlineCreditCardPayment:truth "
    "AllowOnlineACHPayment:truth InvoiceLink:any~ EInvoiceStatus:any~ ECloudStatusTimeStamp:any~ "
)
_PURCHASE = (
    "DocNumber:text21 TxnDate:day PrivateNote:text4000 CurrencyRef:ref ExchangeRate:number "
    "GlobalTaxCalculation:choice(TaxExcluded,TaxInclusive,NotApplicable) Line:list(PurchaseLine)! "
    "TxnTaxDetail:part(TxnTax) DepartmentRef:ref(Department) LinkedTxn:list(LinkedTxn) "
    "TransactionLocationType:text AttachableRef:any TxnSource:text TotalAmt:money~ HomeTotalAmt:money~ "
)
_TXN_FILTERS = "DocNumber* TxnDate* "

row(
    "Invoice",
    "sale",
    _SALE + _ONLINE + "DueDate:day Deposit:money InvoiceStatus:any~ ",
    _TXN_FILTERS + "DueDate* CustomerRef SalesTermRef ProjectRef Balance* TotalAmt",
    "txn",
)
row(
    "CreditMemo",
    "sale",
    _SALE + "RemainingCredit:money~ InvoiceRef:ref(Invoice) ",
    _TXN_FILTERS + "CustomerRef SalesTermRef Balance* TotalAmt",
    "txn",
)
row(
    "SalesReceipt",
    "sale",
    _SALE + "CreditCardPayment:any ",
    _TXN_FILTERS + "CustomerRef Balance TotalAmt DepositToAccountRef",
    "txn",
)
row(
    "RefundReceipt",
    "sale",
    _SALE + "PaymentType:text CheckPayment:any CreditCardPayment:any ",
    _TXN_FILTERS + "CustomerRef Balance TotalAmt DepositToAccountRef",
    "txn",
)
row(
    "Estimate",
    "sale",
    _SALE + "DueDate:day TxnStatus:choice(Pending,Accepted,Closed,Rejected,Converted) "
    "ExpirationDate:day AcceptedBy:text AcceptedDate:day ",
    _TXN_FILTERS + "ExpirationDate* CustomerRef TotalAmt TxnStatus",
    "txn",
)
row(
    "Payment",
    "payment",
    "CustomerRef:ref(Customer)! TotalAmt:money UnappliedAmt:money~ TxnDate:day CurrencyRef:ref "
    "ExchangeRate:number DepositToAccountRef:ref(Account) PaymentMethodRef:ref(PaymentMethod) "
    "PaymentRefNum:text21 PrivateNote:text4000 ProcessPayment:truth Line:list(PaymentLine) "
    "LinkedTxn:any~ CreditCardPayment:any ARAccountRef:ref(Account) TxnSource:text TxnStatus:text "
    "TransactionLocationType:text TaxExemptionRef:ref ProjectRef:ref CustomField:list(CustomField) "
    "HomeTotalAmt:money~ ",
    "TxnDate* CustomerRef TotalAmt PaymentMethodRef PaymentRefNum",
    "txn",
)
row(
    "Bill",
    "purchase",
    _PURCHASE + "VendorRef:ref(Vendor)! DueDate:day Balance:money~ HomeBalance:money~ "
    "APAccountRef:ref(Account) SalesTermRef:ref(Term) VendorAddr:part(Address) ",
    _TXN_FILTERS + "DueDate* VendorRef* APAccountRef* SalesTermRef TotalAmt* Balance",
    "txn",
)
row(
    "VendorCredit",
    "purchase",
    _PURCHASE
    + "VendorRef:ref(Vendor)! Balance:money~ APAccountRef:ref(Account) VendorAddr:part(Address) "
    "FromAccountRef:ref ToAccountRef:ref ",
    _TXN_FILTERS + "VendorRef TotalAmt Balance",
    "txn",
)
row(
    "Purchase",
    "purchase",
    _PURCHASE + "AccountRef:ref(Account)! PaymentType:choice(Cash,Check,CreditCard)! EntityRef:ref "
    "Credit:truth PrintStatus:text PaymentMethodRef:ref(PaymentMethod) RemitToAddr:part(Address) "
    "PurchaseEx:any ",
    _TXN_FILTERS + "TotalAmt PaymentType",
    "txn",
)
row(
    "PurchaseOrder",
    "purchase",
    _PURCHASE
    + "VendorRef:ref(Vendor)! APAccountRef:ref(Account) DueDate:day POStatus:choice(Open,Closed) "
    "Memo:text4000 ShipMethodRef:ref VendorAddr:part(Address) ShipAddr:part(Address) ClassRef:ref(Class) "
    "SalesTermRef:ref(Term) TaxCodeRef:ref POEmail:part(Email) EmailStatus:text CustomField:list(CustomField) ",
    _TXN_FILTERS + "DueDate VendorRef TotalAmt POStatus",
    "txn",
)
row(
    "BillPayment",
    "billpayment",
    "VendorRef:ref(Vendor)! PayType:choice(Check,CreditCard)! TotalAmt:money! CheckPayment:any "
    "CreditCardPayment:any Line:list(PaymentLine)! DocNumber:text21 TxnDate:day PrivateNote:text4000 "
    "CurrencyRef:ref ExchangeRate:number DepartmentRef:ref(Department) APAccountRef:ref(Account) "
    "ProcessBillPayment:truth ",
    _TXN_FILTERS + "VendorRef TotalAmt PayType",
    "txn",
)
row(
    "Deposit",
    "deposit",
    "DepositToAccountRef:ref(Account)! Line:list(DepositLine)! TxnDate:day DocNumber:text21 "
    "PrivateNote:text4000 CurrencyRef:ref ExchangeRate:number DepartmentRef:ref(Department) "
    "CashBack:any TxnSource:text TxnStatus:text GlobalTaxCalculation:text AttachableRef:any "
    "TotalAmt:money~ HomeTotalAmt:money~ TxnTaxDetail:any ",
    "TxnDate* DocNumber DepositToAccountRef TotalAmt",
    "txn",
)
row(
    "JournalEntry",
    "journal",
    "Line:list(JournalLine)! DocNumber:text21 TxnDate:day PrivateNote:text4000 CurrencyRef:ref "
    "ExchangeRate:number Adjustment:truth TxnTaxDetail:any TotalAmt:money~ ",
    _TXN_FILTERS + "Adjustment",
    "txn",
)
row(
    "Transfer",
    "plain",
    "FromAccountRef:ref(Account)! ToAccountRef:ref(Account)! Amount:money! TxnDate:day "
    "PrivateNote:text4000 TxnSource:text CurrencyRef:ref ",
    "TxnDate*",
    "txn",
)
row(
    "TimeActivity",
    "plain",
    "NameOf:choice(Vendor,Employee)! TxnDate:day EmployeeRef:ref(Employee) VendorRef:ref(Vendor) "
    "CustomerRef:ref(Customer) ItemRef:ref(Item) ClassRef:ref(Class) DepartmentRef:ref(Department) "
    "BillableStatus:text Taxable:truth HourlyRate:number CostRate:number Hours:number Minutes:number "
    "BreakHours:number BreakMinutes:number StartTime:text EndTime:text Description:text4000 AttachableRef:any ",
    "TxnDate*",
    "txn",
)
