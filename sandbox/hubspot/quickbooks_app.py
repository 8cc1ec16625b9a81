"""What HubSpot's own QuickBooks app leaves behind in a portal: invoices, and old deal properties.

``POST /__sandbox/hubspot/quickbooks-app`` makes it in a running sandbox; in a scenario it stands
under ``quickbooks_app`` in a portal. The names are a switch each: none is documented by HubSpot.
"""

from typing import TYPE_CHECKING, Any

from sandbox.core.messages import BadJson, Request, Response, json_response
from sandbox.hubspot.property_api import define, groups_of
from sandbox.hubspot.schemas import BY_NAME
from sandbox.hubspot.seed_records import add
from sandbox.hubspot.store import Portal

if TYPE_CHECKING:
    from sandbox.hubspot.application import HubSpot

PROPERTIES = (
    ("invoice_status", "Invoice status"),
    ("invoice_amount", "Invoice amount"),
    ("invoice_number", "Invoice number"),
    ("invoice_due_date", "Invoice due date"),
)


def leave_traces(portal: Portal, wanted: dict[str, Any]) -> dict[str, Any]:
    """``{"invoices": [{"number", "total", "currency"}], "source": "data_sync", "properties":
    true, "group": "accounting", "prefix": "quickbooks_"}``; what is left out is not made.

    ``source`` may be empty: then nothing but number and total tells where an invoice is from.
    """
    source = str(wanted.get("source", "data_sync"))
    made = [_invoice(portal, row, source).id for row in wanted.get("invoices", [])]
    names = _properties(portal, wanted) if wanted.get("properties") else []
    return {"invoices": made, "properties": names}


def _invoice(portal: Portal, row: dict[str, Any], source: str) -> Any:
    return add(
        portal,
        "invoices",
        {
            "hs_number": row["number"],
            "hs_title": f"Invoice {row['number']}",
            "hs_amount_billed": row["total"],
            "hs_balance_due": row["total"],
            "hs_currency": row.get("currency", portal.currency),
            "hs_invoice_status": row.get("status", "open"),
            "hs_invoice_billable": "false",
            "hs_invoice_source": source,
        },
        int(row.get("days_ago", 1)),
    )


def _properties(portal: Portal, wanted: dict[str, Any]) -> list[str]:
    kind = BY_NAME["deals"]
    group, prefix = str(wanted.get("group", "accounting")), str(wanted.get("prefix", ""))
    groups = groups_of(portal, kind)
    if group not in groups:
        row = {"name": group, "label": group.title(), "displayOrder": -1, "archived": False}
        portal.groups.setdefault(kind.name, {})[group] = row
    known = {each.name for each in portal.definitions(kind)}
    made = []
    for name, label in PROPERTIES:
        if prefix + name not in known:
            body = {
                "name": prefix + name,
                "label": label,
                "groupName": group,
                "type": "string",
                "fieldType": "text",
            }
            made.append(define(portal, kind, body).name)
    return made


class QuickBooksApp:
    """The control for tests."""

    def __init__(self, hubspot: "HubSpot") -> None:
        self.hubspot = hubspot

    def answer(self, request: Request) -> Response:
        try:
            body = request.json()
            portal = self.hubspot.portals[int(body["portal"])]
            return json_response(leave_traces(portal, body))
        except (BadJson, KeyError, TypeError, ValueError) as error:
            return json_response({"error": f"{type(error).__name__}: {error}"}, 400)
