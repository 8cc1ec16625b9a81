"""Parts of entities: addresses, lines, tax details (reference section 5)."""

from sandbox.quickbooks.shapes import part

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
part(
    "PaymentLine",
    "Amount:money LinkedTxn:list(LinkedTxn) LineEx:any~ Id:text LineNum:number Description:text",
)
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
part(
    "TxnTax",
    "TotalTax:money TxnTaxCodeRef:ref(TaxCode) TaxLine:list(TaxLine) DefaultTaxCodeRef:ref",
)
part(
    "TaxRateDetail",
    "TaxRateRef:ref(TaxRate) TaxTypeApplicable:text TaxOrder:whole TaxOnTaxOrder:whole",
)
part("TaxRates", "TaxRateDetail:list(TaxRateDetail)")
part("EffectiveRate", "RateValue:number EffectiveDate:text EndDate:text")
part("ItemGroup", "ItemGroupLine:list(ItemGroupLine)")
part("ItemGroupLine", "ItemRef:ref(Item) Qty:number Id:text")
