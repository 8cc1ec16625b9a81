"""The table of name lists, tax and settings (reference sections 3 and 5)."""

from sandbox.quickbooks import parts
from sandbox.quickbooks.rows import row

__all__ = ["parts"]

_PERSON = (
    "Title:text16 GivenName:text100 MiddleName:text100 FamilyName:text100 Suffix:text16 "
    "DisplayName:text500 CompanyName:text100 PrintOnCheckName:text110 FullyQualifiedName:text~ "
    "Active:truth PrimaryPhone:part(Phone) AlternatePhone:part(Phone) Mobile:part(Phone) "
    "Fax:part(Phone) PrimaryEmailAddr:part(Email) WebAddr:part(Web) BillAddr:part(Address) "
    "CurrencyRef:ref V4IDPseudonym:any~ "
)
_TREE = "FullyQualifiedName:text~ Active:truth ParentRef:ref "

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
    _PERSON
    + "SSN:text EmployeeNumber:text PrimaryAddr:part(Address) BillRate:number CostRate:number "
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
row(
    "Class",
    "tree",
    "Name:text100! SubClass:truth " + _TREE,
    "Name* Active* FullyQualifiedName*",
    key="Name",
)
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
    "DisplayName*",
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
    "FileName* Note AttachableRef.EntityRef.Type AttachableRef.EntityRef.Value",
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
