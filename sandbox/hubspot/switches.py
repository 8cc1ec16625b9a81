"""Every uncertainty of the reference page and every knob, by name. Listed in sandbox/README.md."""

from typing import Any

SWITCHES: dict[str, Any] = {
    # How long search answers from before a write. HubSpot says "a few moments"; no figure is known.
    "search_lag_seconds": 1.0,
    # Direct writes of status, amounts and number on non-billable invoices: third-party evidence.
    "non_billable_invoice_direct_writes": True,
    # Whether hs_balance_due may be written too where direct writes are allowed.
    "invoice_balance_writable": True,
    # The account setting that lets open invoices be deleted, not only drafts.
    "delete_open_invoices": False,
    # A legacy quote needs a template before it is published.
    "legacy_quote_needs_template": True,
    # What a published quote's hs_pdf_download_link leads to; whether it needs a sign-in is unknown.
    # "redirect": to a file elsewhere on HubSpot; "sign_in": a page; "none": no link; or an address.
    "quote_pdf_link": "public",
    # Clash on a hasUniqueValue property: 400 VALIDATION_ERROR or 409 CONFLICT; both were seen.
    "unique_clash_status": 400,
    # Spelling of the ids in association lists: text in the specification, numbers in older v4.
    "association_ids_as_numbers": False,
    # Whether a refresh answers with a new refresh token; today it is the same one.
    "refresh_token_rotates": False,
    "access_token_seconds": 1800,
    "authorization_code_seconds": 60,
    # Requests in ten seconds by app: 190 Professional, 100 Starter, 110 Marketplace. 0 is no limit.
    "burst_limit": 190,
    "search_limit_per_second": 5,
    "daily_limit": 650_000,
    # Seconds to put into Retry-After on 429; HubSpot documents none (0 leaves it out).
    "retry_after_on_429": 0,
    # Newer 429 bodies carry category RATE_LIMITS.
    "rate_limit_category": False,
    "custom_property_limit": 1000,
    # HubSpot payments or Stripe are set up, so payment records may be created.
    "commerce_payments_set_up": False,
    # Technology-partner rights: timeline and app events answer instead of refusing.
    "partner_timeline": False,
    # The portal is on Enterprise: custom events and their scope are allowed.
    "enterprise_portal": False,
    # Webhook deliveries: time-out, number of retries, and the day they are spread over.
    "hubspot_webhook_timeout_seconds": 5,
    "hubspot_webhook_retries": 10,
    "hubspot_webhook_retry_hours": 24,
}
