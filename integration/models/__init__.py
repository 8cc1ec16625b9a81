from integration.models import among as among
from integration.models.audit import AuditEvent
from integration.models.companies import Company
from integration.models.company_settings import CompanySettings
from integration.models.embed import EmbedCode, EmbedSession
from integration.models.grants import Grant, OAuthState, PendingConnection
from integration.models.idempotency import IdempotentCall
from integration.models.jobs import Job
from integration.models.matching import EndedLink
from integration.models.mirror import Record, RecordLink
from integration.models.people import ApiToken, Membership, Person
from integration.models.portals import Portal
from integration.models.properties import PropertyList
from integration.models.tax_map import HubSpotTaxRate, TaxMapping
from integration.models.usage import MeteredDay, VendorUsage
from integration.models.views import SavedView
from integration.models.webhooks import CrmChange, WebhookDelivery, WebhookEvent

__all__ = [
    "ApiToken",
    "AuditEvent",
    "Company",
    "CompanySettings",
    "CrmChange",
    "EmbedCode",
    "EmbedSession",
    "EndedLink",
    "Grant",
    "HubSpotTaxRate",
    "IdempotentCall",
    "Job",
    "Membership",
    "MeteredDay",
    "OAuthState",
    "PendingConnection",
    "Person",
    "Portal",
    "PropertyList",
    "Record",
    "RecordLink",
    "SavedView",
    "TaxMapping",
    "VendorUsage",
    "WebhookDelivery",
    "WebhookEvent",
]
