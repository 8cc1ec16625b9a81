"""Built-in properties by object type: ``name | type and flags | label | options``.

Flags: ``ro`` read-only, ``ext`` options live elsewhere (stages, owners), ``unique``, ``long`` a text
area, ``multi`` several options in one value, ``computed`` derived when read.
"""

_STAMPS = """
hs_object_id | number ro | Record ID
hs_merged_object_ids | string ro | Merged record IDs
hubspot_owner_id | enumeration ext | Owner
hs_created_by_user_id | number ro | Created by user ID
hs_updated_by_user_id | number ro | Updated by user ID
"""

_ADDRESS = """
address | string | Street address
address2 | string | Street address 2
city | string | City
state | string | State/Region
zip | string | Postal code
country | string | Country/Region
phone | phone_number | Phone number
website | string | Website URL
"""

_CONTACTS = """
email | string | Email
firstname | string | First name
lastname | string | Last name
mobilephone | phone_number | Mobile phone number
company | string | Company name
jobtitle | string | Job title
fax | string | Fax number
salutation | string | Salutation
hs_additional_emails | string multi | Additional email addresses
associatedcompanyid | number ro computed | Primary company ID
hs_email_domain | string ro computed | Email domain
hs_language | string | Preferred language
lifecyclestage | enumeration | Lifecycle stage | subscriber:Subscriber, lead:Lead, marketingqualifiedlead:Marketing Qualified Lead, salesqualifiedlead:Sales Qualified Lead, opportunity:Opportunity, customer:Customer, evangelist:Evangelist, other:Other
hs_lead_status | enumeration | Lead status | NEW:New, OPEN:Open, IN_PROGRESS:In Progress, OPEN_DEAL:Open Deal, UNQUALIFIED:Unqualified, ATTEMPTED_TO_CONTACT:Attempted to Contact, CONNECTED:Connected, BAD_TIMING:Bad Timing
notes_last_updated | datetime ro | Last activity date
"""

_COMPANIES = """
name | string | Company name
domain | string | Company domain name
hs_additional_domains | string multi | Additional domains
description | string long | Description
industry | string | Industry
numberofemployees | number | Number of employees
annualrevenue | number | Annual revenue
timezone | string | Time zone
lifecyclestage | enumeration | Lifecycle stage | subscriber:Subscriber, lead:Lead, marketingqualifiedlead:Marketing Qualified Lead, salesqualifiedlead:Sales Qualified Lead, opportunity:Opportunity, customer:Customer, evangelist:Evangelist, other:Other
"""

_DEALS = """
dealname | string | Deal name
amount | number | Amount
closedate | datetime | Close date
pipeline | enumeration ext | Pipeline
dealstage | enumeration ext | Deal stage
dealtype | enumeration | Deal type | newbusiness:New Business, existingbusiness:Existing Business
description | string long | Deal description
deal_currency_code | enumeration ext | Currency
hs_priority | enumeration | Priority | low:Low, medium:Medium, high:High
hs_next_step | string | Next step
hs_is_closed | bool ro computed | Is deal closed?
hs_is_closed_won | bool ro computed | Is closed won
amount_in_home_currency | number ro computed | Amount in company currency
hs_exchange_rate | number ro computed | Exchange rate
hs_num_associated_contacts | number ro computed | Number of associated contacts
num_associated_contacts | number ro computed | Number of associated contacts
notes_last_updated | datetime ro | Last activity date
"""

_TICKETS = """
subject | string | Ticket name
content | string long | Ticket description
hs_pipeline | enumeration ext | Pipeline
hs_pipeline_stage | enumeration ext | Ticket status
hs_ticket_priority | enumeration | Priority | LOW:Low, MEDIUM:Medium, HIGH:High, URGENT:Urgent
"""

_RECURRING = """
recurringbillingfrequency | enumeration | Billing frequency | weekly:Weekly, biweekly:Every two weeks, monthly:Monthly, quarterly:Quarterly, per_six_months:Semi-annually, annually:Annually, per_two_years:Every two years, per_three_years:Every three years
hs_recurring_billing_period | string | Term
"""

_PRODUCTS = """
name | string | Name
description | string long | Product description
price | number | Unit price
hs_sku | string | SKU
hs_cost_of_goods_sold | number | Unit cost
hs_images | string | Image URL
hs_url | string | URL
hs_folder_id | number | Folder
tax | number | Tax
hs_product_type | enumeration | Product type | inventory:Inventory, non_inventory:Non-inventory, service:Service
hs_price_gbp | number | Unit price GBP
hs_price_eur | number | Unit price EUR
hs_price_usd | number | Unit price USD
"""

_LINE_ITEMS = """
name | string | Name
description | string long | Description
quantity | number | Quantity
price | number | Unit price
amount | number ro | Net price
discount | number | Unit discount
hs_discount_percentage | number | Discount percentage
hs_total_discount | number ro | Total discount
hs_pre_discount_amount | number ro | Pre discount amount
hs_post_tax_amount | number ro | Post tax amount
hs_tax_rate_group_id | string | Tax rate
hs_auto_tax_amount | number ro | Auto tax amount
tax | number | Tax
hs_sku | string | SKU
hs_product_id | number | Product ID
hs_line_item_currency_code | enumeration ext | Currency
hs_cost_of_goods_sold | number | Unit cost
hs_position_on_quote | number | Position on quote
hs_recurring_billing_start_date | date | Billing start date
hs_term_in_months | number ro | Term in months
"""

_QUOTES = """
hs_title | string | Quote name
hs_expiration_date | date | Expiration date
hs_status | enumeration | Approval status | DRAFT:Draft, APPROVAL_NOT_NEEDED:No approval needed, PENDING_APPROVAL:Pending approval, APPROVED:Approved, REJECTED:Rejected, ACCEPTED:Accepted
hs_quote_status | enumeration ro | Quote status | DRAFT:Draft, PENDING_APPROVAL:Pending approval, APPROVED:Approved, REJECTED:Rejected, PUBLISHED:Published, ACCEPTED:Accepted
hs_template_type | enumeration | Template type | CUSTOMIZABLE_QUOTE_TEMPLATE:Customizable, CPQ_QUOTE:CPQ
hs_quote_number | string ro | Quote number
hs_quote_amount | number ro | Quote amount
hs_quote_link | string ro | Quote link
hs_pdf_download_link | string ro | PDF download link
hs_public_url_key | string ro | Public URL key
hs_currency | enumeration ext | Currency
hs_language | string | Language
hs_locale | string | Locale
hs_terms | string long | Terms
hs_comments | string long | Comments
hs_payment_enabled | bool | Payment enabled
hs_payment_type | enumeration | Payment type | HUBSPOT:HubSpot payments, BYO_STRIPE:Stripe, NONE:None
hs_payment_status | enumeration ro | Payment status | PENDING:Pending, PROCESSING:Processing, PAID:Paid
hs_esign_enabled | bool | E-signature enabled
hs_quote_esign_status | enumeration ro | E-signature status | PENDING_SIGNATURE:Pending signature, SIGNED:Signed
hs_esign_date | datetime ro | Signed on
hs_sender_firstname | string | Sender first name
hs_sender_lastname | string | Sender last name
hs_sender_email | string | Sender email
hs_sender_company_name | string | Sender company name
hs_sender_phone | string | Sender phone
"""

_QUOTE_TEMPLATES = """
hs_name | string | Name
hs_active | bool | Active
"""

_INVOICES = """
hs_currency | enumeration ext | Currency
hs_invoice_status | enumeration | Invoice status | draft:Draft, open:Open, paid:Paid, voided:Voided
hs_invoice_date | datetime | Invoice date
hs_due_date | datetime | Due date
hs_number | string | Number
hs_title | string | Title
hs_amount_billed | number | Amount billed
hs_balance_due | number | Balance due
hs_amount_paid | number | Amount paid
hs_purchase_order_number | string | Purchase order number
hs_comments | string long | Comments
hs_tax_id | string | Tax ID
hs_language | string | Language
hs_locale | string | Locale
hs_invoice_link | string ro | Invoice link
hs_pdf_download_link | string ro | PDF download link
hs_invoice_billable | bool | Billable
hs_invoice_source | enumeration | Invoice source | hubspot:HubSpot, data_sync:Data Sync, legacy_quickbooks:Legacy QuickBooks
hs_allowed_payment_methods | string multi | Allowed payment methods
hs_invoice_payment_collection_method | enumeration | Payment collection | manual:Manual, none:None
hs_allow_partial_payments | bool | Allow partial payments
hs_collect_address_types | string multi | Addresses to collect
hs_recipient_shipping_address | string | Shipping address
hs_recipient_shipping_address2 | string | Shipping address 2
hs_recipient_shipping_city | string | Shipping city
hs_recipient_shipping_state | string | Shipping state
hs_recipient_shipping_zip | string | Shipping postal code
hs_recipient_shipping_country | string | Shipping country
hs_recipient_company_address | string | Billing address
hs_recipient_company_address2 | string | Billing address 2
hs_recipient_company_city | string | Billing city
hs_recipient_company_state | string | Billing state
hs_recipient_company_zip | string | Billing postal code
hs_custom_fields | string long | Custom fields
hs_external_recipient | string | External recipient
hs_external_createdate | datetime | Created outside HubSpot
hs_external_invoice_status | string | External invoice status
"""

_NOTES = """
hs_timestamp | datetime | Activity date
hs_note_body | string long | Note body
hs_attachment_ids | string multi | Attached files
hs_body_preview | string ro computed | Body preview
"""

_TASKS = """
hs_timestamp | datetime | Due date
hs_task_subject | string | Title
hs_task_body | string long | Notes
hs_task_status | enumeration | Status | NOT_STARTED:Not started, IN_PROGRESS:In progress, WAITING:Waiting, DEFERRED:Deferred, COMPLETED:Completed
hs_task_priority | enumeration | Priority | NONE:None, LOW:Low, MEDIUM:Medium, HIGH:High
hs_task_type | enumeration | Type | TODO:To-do, CALL:Call, EMAIL:Email
"""

_ADJUSTMENT = """
hs_label | string | Label
hs_type | enumeration | Type | FIXED:Fixed, PERCENT:Percent
hs_value | number | Value
"""

_PAYMENTS = """
hs_initial_amount | number | Amount
hs_initiated_date | datetime | Date
hs_latest_status | enumeration | Status | processing:Processing, succeeded:Succeeded, failed:Failed, refunded:Refunded
hs_currency_code | enumeration ext | Currency
hs_customer_email | string | Customer email
hs_payment_method | string | Method
hs_reference_number | string | Reference number
"""

TABLES: dict[str, str] = {
    "contacts": _STAMPS + _ADDRESS + _CONTACTS,
    "companies": _STAMPS + _ADDRESS + _COMPANIES,
    "deals": _STAMPS + _DEALS,
    "tickets": _STAMPS + _TICKETS,
    "products": _STAMPS + _PRODUCTS + _RECURRING,
    "line_items": _STAMPS + _LINE_ITEMS + _RECURRING,
    # The owner of a quote is that of its deal (hubspot_owner_id is calculated there).
    "quotes": _STAMPS.replace("enumeration ext", "enumeration ext ro computed") + _QUOTES,
    "quote_templates": _STAMPS + _QUOTE_TEMPLATES,
    "invoices": _STAMPS + _INVOICES,
    "notes": _STAMPS + _NOTES,
    "tasks": _STAMPS + _TASKS,
    "discounts": _STAMPS + _ADJUSTMENT,
    "fees": _STAMPS + _ADJUSTMENT,
    "taxes": _STAMPS + _ADJUSTMENT,
    "commerce_payments": _STAMPS + _PAYMENTS,
}
