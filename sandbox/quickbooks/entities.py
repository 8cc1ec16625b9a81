"""The table of QuickBooks entities: properties, families, filters (reference sections 3 and 5)."""

from sandbox.quickbooks.shapes import PARTS, Row, Shape, part, shape

part(
    "Address",
    "Id:text Line1:text500 Line2:text500 Line3:text500 Line4:text500 Line5:text500 City:text255 "
    "CountrySubDivisionCode:text255 Country:text255 CountryCode:text PostalCode:text30 Lat:text "
    "Long:text Note:text Tag:text",
)
part("Phone", "Id:text FreeFormNumber:text30 Default:truth Tag:text")
part("Email", "Id:text Address:text Default:truth Tag:text")
part("Web", "Id:text URI:text1000 Default:truth Tag:text")
part("Memo", "value:text1000 id:text")
part("CustomField", "DefinitionId:text Name:text Type:text StringValue:text31 BooleanValue:any")
part("LinkedTxn", "TxnId:text TxnType:text TxnLineId:text")
part("Markup", "PercentBased:truth Value:number Percent:number PriceLevelRef:ref")
part(
    "SalesItem",
    "ItemRef:ref(Item) Qty:number UnitPrice:number RatePercent:number TaxCodeRef:ref(TaxCode) "
    "ClassRef:ref(Class) ServiceDate:day DiscountRate:number DiscountAmt:money ItemAccountRef:any~ "
    "TaxInclusiveAmt:money MarkupInfo:part(Markup) PriceLevelRef:ref TaxClassificationRef:ref "
    "DeferredRevenue:truth",
)
part("Description", "ServiceDate:day TaxCodeRef:ref(TaxCode)")
part(
    "Discount",
    "PercentBased:truth DiscountPercent:number DiscountAccountRef:ref(Account) "
    "ClassRef:ref(Class) TaxCodeRef:ref(TaxCode) Discount:any DiscountRef:ref",
)
part("SubTotal", "ItemRef:ref(Item)")
part(
    "Group",
    "GroupItemRef:ref(Item) Quantity:number Line:list(SalesLine) ServiceDate:day "
    "UOMRef:any TaxCodeRef:ref(TaxCode)",
)
_LINE = "Id:text LineNum:number Description:text4000 Amount:money LinkedTxn:list(LinkedTxn) CustomField:list(CustomField) "
part(
    "SalesLine",
    _LINE + "DetailType:choice(SalesItemLineDetail,DescriptionOnly,DescriptionLineDetail,"
    "DiscountLineDetail,SubTotalLineDetail,GroupLineDetail,TaxLineDetail) "
    "SalesItemLineDetail:part(SalesItem) DescriptionLineDetail:part(Description) "
    "DescriptionOnly:any DiscountLineDetail:part(Discount) SubTotalLineDetail:part(SubTotal) "
    "SubtotalLineDetail:part(SubTotal) GroupLineDetail:part(Group)",
)
part(
    "AccountExpense",
    "AccountRef:ref(Account) TaxCodeRef:ref(TaxCode) ClassRef:ref(Class) CustomerRef:ref(Customer) "
    "BillableStatus:text TaxInclusiveAmt:money TaxAmount:money MarkupInfo:part(Markup) ServiceDate:day",
)
part(
    "ItemExpense",
    "ItemRef:ref(Item) Qty:number UnitPrice:number TaxCodeRef:ref(TaxCode) ClassRef:ref(Class) "
    "CustomerRef:ref(Customer) BillableStatus:text TaxInclusiveAmt:money MarkupInfo:part(Markup) "
    "PriceLevelRef:ref",
)
part(
    "PurchaseLine",
    _LINE + "DetailType:choice(AccountBasedExpenseLineDetail,ItemBasedExpenseLineDetail,"
    "DescriptionOnly,TDSLineDetail) AccountBasedExpenseLineDetail:part(AccountExpense) "
    "ItemBasedExpenseLineDetail:part(ItemExpense) DescriptionLineDetail:part(Description) "
    "TDSLineDetail:any",
)
part("PaymentLine", "Amount:money LinkedTxn:list(LinkedTxn) LineEx:any~ Id:text LineNum:number Description:text")
part(
    "DepositDetail",
    "CheckNum:text TxnType:text Entity:ref ClassRef:ref(Class) AccountRef:ref(Account) "
    "PaymentMethodRef:ref(PaymentMethod) TaxCodeRef:ref",
)
part(
    "DepositLine",
    _LINE + "DetailType:choice(DepositLineDetail) DepositLineDetail:part(DepositDetail)",
)
part("Entity", "Type:text EntityRef:ref")
part(
    "JournalDetail",
    "PostingType:choice(Debit,Credit) AccountRef:ref(Account) ClassRef:ref(Class) "
    "DepartmentRef:ref(Department) TaxCodeRef:ref Entity:part(Entity) TaxApplicableOn:text "
    "TaxAmount:money BillableStatus:text",
)
part(
    "JournalLine",
    _LINE + "DetailType:choice(JournalEntryLineDetail,DescriptionOnly) "
    "JournalEntryLineDetail:part(JournalDetail)",
)
part("TaxLine", "Amount:money DetailType:text TaxLineDetail:any LineNum:number Id:text")
part("TxnTax", "TotalTax:money TxnTaxCodeRef:ref(TaxCode) TaxLine:list(TaxLine) DefaultTaxCodeRef:ref")
part("TaxRateDetail", "TaxRateRef:ref(TaxRate) TaxTypeApplicable:text TaxOrder:whole TaxOnTaxOrder:whole")
part("TaxRates", "TaxRateDetail:list(TaxRateDetail)")
part("EffectiveRate", "RateValue:number EffectiveDate:text EndDate:text")
part("ItemGroup", "ItemGroupLine:list(ItemGroupLine)")
part("ItemGroupLine", "ItemRef:ref(Item) Qty:number Id:text")

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
_PERSON = (
    "Title:text16 GivenName:text100 MiddleName:text100 FamilyName:text100 Suffix:text16 "
    "DisplayName:text500 CompanyName:text100 PrintOnCheckName:text110 FullyQualifiedName:text~ "
    "Active:truth PrimaryPhone:part(Phone) AlternatePhone:part(Phone) Mobile:part(Phone) "
    "Fax:part(Phone) PrimaryEmailAddr:part(Email) WebAddr:part(Web) BillAddr:part(Address) "
    "CurrencyRef:ref V4IDPseudonym:any~ "
)
_TREE = "FullyQualifiedName:text~ Active:truth ParentRef:ref "
_COMMON = "Id:text SyncToken:text sparse:truth domain:text status:any~ MetaData:any~ "
_TXN_FILTERS = "DocNumber* TxnDate* "

ROWS: dict[str, Row] = {}


def row(
    name: str,
    family: str,
    properties: str,
    filters: str = "",
    sequence: str = "",
    key: str = "",
    cdc: bool = True,
) -> None:
    """Add one entity; in ``filters`` an asterisk means sortable too."""
    found: Shape = shape(_COMMON + properties)
    wanted = f"Id* MetaData.CreateTime* MetaData.LastUpdatedTime* {filters}".split()
    allowed = {field.rstrip("*").casefold(): field.endswith("*") for field in wanted}
    references = {prop.name: prop for prop in found.values() if prop.type == "ref" and prop.argument}
    ROWS[name] = Row(name, family, found, allowed, sequence or name, key, cdc, references)


# Transactions
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
    _PURCHASE + "VendorRef:ref(Vendor)! Balance:money~ APAccountRef:ref(Account) VendorAddr:part(Address) "
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
    _PURCHASE + "VendorRef:ref(Vendor)! APAccountRef:ref(Account) DueDate:day POStatus:choice(Open,Closed) "
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

# Names
row(
    "Customer",
    "person",
    _PERSON + "Notes:text4000 Job:truth BillWithParent:truth ParentRef:ref(Customer) Level:any~ "
    "Taxable:truth DefaultTaxCodeRef:ref(TaxCode) SalesTermRef:ref(Term) "
    "PaymentMethodRef:ref(PaymentMethod) ShipAddr:part(Address) Balance:money~ BalanceWithJobs:money~ "
    "OpenBalanceDate:day PreferredDeliveryMethod:choice(Print,Email,None) IsProject:truth "
    "ClientEntityId:any~ ResaleNum:text16 TaxExemptionReasonId:text ARAccountRef:ref(Account) "
    "CustomerTypeRef:ref(CustomerType) PrimaryTaxIdentifier:text BusinessNumber:text GSTIN:text "
    "GSTRegistrationType:text ",
    "DisplayName* GivenName* FamilyName* MiddleName* CompanyName* FullyQualifiedName* "
    "PrintOnCheckName Active Job Balance BalanceWithJobs ParentRef PrimaryEmailAddr",
    "name",
    "DisplayName",
)
row(
    "Vendor",
    "person",
    _PERSON + "Balance:money~ TaxIdentifier:text BillRate:number CostRate:number AcctNum:text "
    "Vendor1099:truth TaxReportingBasis:text TermRef:ref(Term) APAccountRef:ref(Account) "
    "OtherContactInfo:any VendorPaymentBankDetail:any Notes:text4000 ",
    "DisplayName* GivenName* FamilyName* CompanyName* PrintOnCheckName Active Balance PrimaryEmailAddr",
    "name",
    "DisplayName",
)
row(
    "Employee",
    "person",
    _PERSON + "SSN:text EmployeeNumber:text PrimaryAddr:part(Address) BillRate:number CostRate:number "
    "BirthDate:day Gender:text HiredDate:day ReleasedDate:day Organization:truth BillableTime:truth "
    "EmailAddress:any ",
    "DisplayName* GivenName* FamilyName* PrintOnCheckName Active",
    "name",
    "DisplayName",
)
row(
    "Item",
    "item",
    "Name:text100! Sku:text100 Description:text4000 Active:truth SubItem:truth ParentRef:ref(Item) "
    "Level:any~ FullyQualifiedName:text~ Taxable:truth SalesTaxIncluded:truth UnitPrice:number "
    "Type:choice(Service,NonInventory,Inventory,Group,Category) IncomeAccountRef:ref(Account) "
    "PurchaseDesc:text1000 PurchaseCost:number ExpenseAccountRef:ref(Account) "
    "AssetAccountRef:ref(Account) TrackQtyOnHand:truth QtyOnHand:number InvStartDate:day "
    "ReorderPoint:number SalesTaxCodeRef:ref(TaxCode) PurchaseTaxCodeRef:ref(TaxCode) "
    "PurchaseTaxIncluded:truth TaxClassificationRef:ref ClassRef:ref(Class) PrefVendorRef:ref(Vendor) "
    "ItemGroupDetail:part(ItemGroup) PrintGroupedItems:truth AbatementRate:number "
    "ReverseChargeRate:number ServiceType:text ItemCategoryType:text ManPartNum:text Source:text~ ",
    "Name* Type* Sku* Description* Active FullyQualifiedName* SubItem Taxable UnitPrice ParentRef",
    key="Name",
)
row(
    "Account",
    "account",
    "Name:text100! AcctNum:text7 AccountType:text AccountSubType:text Classification:text~ "
    "Description:text100 CurrentBalance:money~ CurrentBalanceWithSubAccounts:money~ CurrencyRef:ref "
    "SubAccount:truth TaxCodeRef:ref(TaxCode) TxnLocationType:text " + _TREE,
    "Name* AccountType AccountSubType Classification FullyQualifiedName Active CurrentBalance AcctNum",
    key="Name",
)
row("Class", "tree", "Name:text100! SubClass:truth " + _TREE, "Name* Active* FullyQualifiedName*", key="Name")
row(
    "Department",
    "tree",
    "Name:text100! SubDepartment:truth Address:part(Address) " + _TREE,
    "Name* Active* FullyQualifiedName*",
    key="Name",
)
row(
    "Term",
    "list",
    "Name:text31! Active:truth Type:choice(STANDARD,DATE_DRIVEN) DueDays:whole DiscountPercent:number "
    "DiscountDays:whole DayOfMonthDue:whole DueNextMonthDays:whole DiscountDayOfMonth:whole ",
    "Name* Active*",
    key="Name",
)
row(
    "PaymentMethod",
    "list",
    "Name:text31! Active:truth Type:choice(CREDIT_CARD,NON_CREDIT_CARD) ",
    "Name* Active* Type",
    key="Name",
)
row("CustomerType", "list", "Name:text! Active:truth ", "Name* Active", key="Name")
row(
    "CompanyCurrency",
    "currency",
    "Code:text3! Name:text Active:truth CustomField:any ",
    "Name* Active* Code",
    key="Code",
)

# Tax; created through taxservice/taxcode, absent from CDC
row(
    "TaxCode",
    "list",
    "Name:text100! Description:text100 Active:truth Taxable:truth TaxGroup:truth Hidden:truth "
    "TaxCodeConfigType:text SalesTaxRateList:part(TaxRates) PurchaseTaxRateList:part(TaxRates) ",
    "Name* Active Description*",
    key="Name",
    cdc=False,
)
row(
    "TaxRate",
    "list",
    "Name:text100! Description:text100 Active:truth RateValue:number AgencyRef:ref(TaxAgency) "
    "SpecialTaxType:text DisplayType:text EffectiveTaxRate:list(EffectiveRate) TaxReturnLineRef:ref ",
    "Name* Active Description* AgencyRef*",
    key="Name",
    cdc=False,
)
row(
    "TaxAgency",
    "list",
    "DisplayName:text100! TaxTrackedOnSales:truth TaxTrackedOnPurchases:truth "
    "TaxRegistrationNumber:text LastFileDate:day TaxAgencyConfig:any ",
    "DisplayName* Name*",
    key="DisplayName",
    cdc=False,
)

# Others
row(
    "ExchangeRate",
    "rate",
    "SourceCurrencyCode:text3! TargetCurrencyCode:text3 Rate:number! AsOfDate:day CustomField:any ",
    "SourceCurrencyCode AsOfDate",
    cdc=False,
)
row(
    "Attachable",
    "attachable",
    "AttachableRef:any FileName:text1000 Note:text2000 Category:text ContentType:text PlaceName:text "
    "Lat:text Long:text Tag:text Size:any~ FileAccessUri:any~ TempDownloadUri:any~ "
    "ThumbnailFileAccessUri:any~ ThumbnailTempDownloadUri:any~ ",
    "FileName* Note",
)
row(
    "CompanyInfo",
    "company",
    "CompanyName:text1024 LegalName:text1024 CompanyAddr:part(Address) LegalAddr:part(Address) "
    "CustomerCommunicationAddr:part(Address) CompanyEmailAddr:any CustomerCommunicationEmailAddr:any "
    "PrimaryPhone:part(Phone) Email:part(Email) WebAddr:part(Web) Country:text CompanyStartDate:day "
    "FiscalYearStartMonth:text SupportedLanguages:text DefaultTimeZone:text NameValue:any EmployerId:text ",
)
row(
    "Preferences",
    "company",
    "AccountingInfoPrefs:any ProductAndServicesPrefs:any SalesFormsPrefs:any EmailMessagesPrefs:any "
    "VendorAndPurchasesPrefs:any TimeTrackingPrefs:any TaxPrefs:any CurrencyPrefs:any ReportPrefs:any "
    "OtherPrefs:any ",
)

BY_PATH = {name.lower(): found for name, found in ROWS.items()}
"""Entities by the last part of their path."""

assert all(
    prop.argument[0] in PARTS
    for found in ROWS.values()
    for prop in found.properties.values()
    if prop.type in ("part", "list")
)
