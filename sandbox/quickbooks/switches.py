"""Every QuickBooks fact that the reference calls uncertain, and the knobs, each with its default.

Change one with ``POST /__sandbox/switches {"name": value}`` or in a scenario's ``switches``.
"""

from typing import Any

SWITCHES: dict[str, Any] = {
    # -- OAuth
    "intuit_access_token_seconds": 3600,  # documented
    "refresh_token_days": 101,  # Intuit's samples show 101 days, others 100
    "refresh_rotation_hours": 24,  # the same value comes back until it is this old
    "refresh_grace_hours": 24,  # how long a replaced value still works; 0: dead at once
    "concurrent_refresh": "tolerated",  # "kills": reuse of a replaced value ends the whole grant
    "refresh_hard_cap_days": 1825,  # five years from consent
    "intuit_authorization_code_seconds": 600,  # 5 to 10 minutes, not documented
    # -- refusals
    "wrong_realm_answer": "403",  # "401": the XML body with code 100
    "environment_mismatch": False,  # True: every API call meets the wrong cluster (401 XML, code 130)
    "fault_language": "en",  # "fr": fault texts as a French company sees them; codes stay
    # -- writes
    "requestid_retention_seconds": 0,  # 0: for ever; not documented
    "requestid_replays_faults": True,  # whether a refused write is remembered too
    "requestid_other_body": "replay",  # "refuse": code 600 when the id comes with another body
    "warn_duplicate_numbers": True,  # the company setting behind code 6140
    "missing_currency_ref": "refuse",  # "customer": the customer's currency is taken
    "closed_period_code": "6210",  # one report saw 5010 with this message
    "delete_paid_invoice": "refuse",  # "unlink": its payments become unapplied; not documented
    "estimate_after_invoice": "open",  # "closed": its invoice went, it stays; not documented
    "payment_line_over_balance": "refuse",  # "clamp": the rest stays unapplied; not documented
    "customer_touched_by_balance": "time",  # what a new balance moves: "time", "token" or "none"
    "sync_token_on_send": "unchanged",  # "bumped"; the one recording (2015) shows no change
    "emails_per_day": 40,  # a realm's daily cap in Intuit's sandbox; 0: none
    "mail_outcome": "delivered",  # or a DeliveryErrorType that every mail meets at once
    "mail_news_touch": "time",  # "none": a bounce leaves LastUpdatedTime alone; not documented
    # -- files
    "upload_requestid": "honoured",  # "ignored": /upload does not know the request id
    "upload_moves_invoice": False,  # True: an upload moves the record's SyncToken and time
    # -- tax
    "ast_without_codes": "untaxed",  # "by_item": lines default by the item and the customer
    "ast_override": "honoured",  # "ignored": the engine's own figure wins over TotalTax
    "us_missing_group": "none",  # "company_default": TAX lines without TxnTaxCodeRef still taxed
    "tax_inclusive_amount": "gross",  # "net": what Amount means when TaxInclusiveAmt is not sent
    # -- reads
    "max_results_over_1000": "clamp",  # "refuse": code 4001
    "query_total_count": False,  # True: totalCount also on ordinary queries, seen in some samples
    "cdc_cap_per": "response",  # "entity": 1,000 objects for each entity
    "cdc_metered_per": "call",  # "entity": one read for each entity asked
    "cdc_lag_seconds": 0,  # changes show in CDC only when this old
    "cdc_false_deleted": "",  # "Invoice:130": that live object is reported as deleted
    # -- limits
    "batch_limit": 30,  # sources say 10, 25, 30 and 50
    "batch_answer": "whole",  # "reversed": in another order; "short": the last of several is missing
    "throttle": False,  # True: 10/s and 500/min a realm, 40 and 120 batch/min
    "throttle_body": "json",  # "xml": what a 429 looks like even with Accept: application/json
    "coreplus_cap": 500_000,  # metered reads a month and workspace before reads answer 429; 0: none
    # -- webhooks
    "webhook_format": "cloudevents",  # "classic": eventNotifications
    "webhook_void_spelling": "void",  # "voided": some code expects it
    "webhook_content_type": "application/json",  # "application/cloudevents+json"
}
