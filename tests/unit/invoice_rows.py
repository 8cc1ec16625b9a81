"""Deals, drafts and operations for tests that need rows but no vendor."""

import itertools
import uuid
from datetime import timedelta
from typing import Any

from integration.models import Company, Membership
from invoices.models import DealRef, Draft, InvoiceOperation
from invoices.payload import content_hash
from tests import tenants
from tests.unit.invoice_builders import CONTENT

_numbers = itertools.count(1)


def deal(company: Company, **fields: Any) -> DealRef:
    number = next(_numbers)
    return DealRef.objects.create(
        portal=company.portal,
        **{
            "hubspot_id": str(90_000 + number),
            "name": f"Deal {number}",
            "currency": "USD",
            "fetched_at": tenants.NOON,
            **fields,
        },
    )


def draft(company: Company, by: Membership, **fields: Any) -> Draft:
    found = fields.pop("deal", None) or deal(company)
    return Draft.objects.create(
        portal=company.portal,
        company=company,
        deal=found,
        created_by=by.person,
        edited_by=by.person,
        **{
            "content": CONTENT.to_json(),
            "created_at": tenants.NOON,
            "edited_at": tenants.NOON,
            "expires_at": tenants.NOON + timedelta(days=30),
            **fields,
        },
    )


def operation(company: Company, by: Membership, **fields: Any) -> InvoiceOperation:
    number = next(_numbers)
    return InvoiceOperation.objects.create(
        portal=company.portal,
        company=company,
        draft=fields.pop("draft", None) or draft(company, by),
        **{
            "number": f"DB-{number:05}",
            "invoice_request_id": uuid.uuid4(),
            "content": CONTENT.to_json(),
            "content_hash": content_hash(CONTENT),
            "currency": "USD",
            "created_by": by.person,
            "created_at": tenants.NOON,
            **fields,
        },
    )
