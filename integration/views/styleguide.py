"""``/styleguide``: every part of the design system with made-up content. Simulated mode only."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django import forms
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from integration.access.pages import public_page
from integration.clock import now
from integration.forms import DayInput
from integration.listing import Chip, ChipOption, Head, Listing
from integration.templatetags.dealbooks import CONNECTIONS, OUTCOMES, STAGES

ITEMS = [
    ("Garden lighting, bronze", "SKU GL-200", "185.00"),
    ("Garden design, per hour", "Service", "75.00"),
    ("Rock fountain", "SKU RF-1", "275.00"),
    ("Sprinkler heads", "SKU SP-12", "2.00"),
    ("Soil, 2 cubic feet", "SKU SO-2", "6.50"),
]


class SampleForm(forms.Form):
    name = forms.CharField(label="Name on the invoice", help_text="Customers see this.")
    terms = forms.ChoiceField(label="Terms", choices=[("30", "Net 30"), ("15", "Net 15")])
    due = forms.DateField(label="Due date", widget=DayInput())
    message = forms.CharField(label="Message", required=False, widget=forms.Textarea)
    taxes = forms.ChoiceField(
        label="Amounts are",
        widget=forms.RadioSelect,
        choices=[("net", "Exclusive of tax"), ("gross", "Inclusive of tax")],
        help_text="Decides how QuickBooks reads the unit prices.",
    )
    notes = forms.BooleanField(
        label="Write payment notes", required=False, help_text="On the deal's timeline in HubSpot."
    )


@public_page("made-up content, simulated mode only")
@require_GET
def styleguide(request: HttpRequest) -> HttpResponse:
    _only_simulated()
    return render(request, "integration/styleguide.html", _content())


@public_page("made-up content, simulated mode only")
@require_GET
def styleguide_items(request: HttpRequest) -> HttpResponse:
    """What the sample picker asks."""
    _only_simulated()
    words = request.GET.get("q", "").lower()
    found = [
        {"value": str(place), "label": label, "detail": detail, "note": price}
        for place, (label, detail, price) in enumerate(ITEMS)
        if words in label.lower() or words in detail.lower()
    ]
    return render(request, "components/combobox_options.html", {"options": found})


@public_page("made-up content, simulated mode only")
@require_GET
def styleguide_confirm(request: HttpRequest) -> HttpResponse:
    """A question, as a page and as a dialog."""
    _only_simulated()
    return render(
        request,
        "integration/styleguide_confirm.html",
        {"back_url": "/styleguide/", "form_action": "/preferences/theme/", "danger": True},
    )


def _only_simulated() -> None:
    if settings.DEALBOOKS["VENDORS"] != "simulated":
        raise Http404


def _content() -> dict[str, Any]:
    this_instant = now()
    broken = SampleForm({"name": "", "terms": "30", "due": "", "taxes": ""})
    return {
        "stages": list(STAGES),
        "connections": list(CONNECTIONS),
        "outcomes": list(OUTCOMES),
        "form": SampleForm(initial={"terms": "30", "taxes": "net", "due": date(2026, 12, 23)}),
        "broken": broken,
        "amounts": [
            (Decimal("1234.5"), "USD"),
            (Decimal("-40"), "GBP"),
            (Decimal("120000"), "JPY"),
            (None, ""),
        ],
        "instants": [
            this_instant - timedelta(seconds=5),
            this_instant - timedelta(minutes=3),
            this_instant - timedelta(hours=20),
            this_instant - timedelta(days=40),
            this_instant + timedelta(hours=3),
        ],
        "listing": _listing(),
        "empty_listing": _listing(is_empty=True),
        "steps": _steps(),
        "tabs": [
            {"label": "Contacts", "url": "#tabs", "is_current": False},
            {"label": "Products", "url": "#tabs", "is_current": True, "count": 3},
            {"label": "Invoices", "url": "#tabs", "is_current": False},
        ],
        "changes": [
            {
                "record": "Deal “Fountain”",
                "field": "Amount invoiced",
                "before": "",
                "after": "362.07",
            },
            {
                "record": "Deal “Fountain”",
                "field": "Invoice status",
                "before": "Sent to customer",
                "after": "Paid in full",
            },
        ],
        "events": _events(this_instant),
        "tones": ["info", "ok", "warn", "danger"],
    }


ROWS = [
    {
        "number": "1037",
        "customer": "Sonnenschein Family Store",
        "stage": "sent",
        "due": date(2026, 12, 9),
        "total": Decimal("362.07"),
    },
    {
        "number": "1036",
        "customer": "0969 Ocean View Road",
        "stage": "overdue",
        "due": date(2026, 11, 2),
        "total": Decimal("477.50"),
    },
    {
        "number": "1035",
        "customer": "Mark Cho",
        "stage": "paid",
        "due": date(2026, 11, 15),
        "total": Decimal("314.28"),
    },
]


def _listing(is_empty: bool = False) -> Listing:
    options = [
        ChipOption("sent", "Sent to customer", False),
        ChipOption("overdue", "Overdue", is_empty),
    ]
    return Listing(
        rows=[] if is_empty else ROWS,
        heads=[
            Head("Number", "", "?sort=number", ""),
            Head("Customer", "", "?sort=customer", ""),
            Head("Stage", "", "", ""),
            Head("Due date", "", "?sort=-due", "descending"),
            Head("Total", "number", "?sort=-total", ""),
        ],
        chips=[
            Chip("stage", "Stage", "?", "Overdue" if is_empty else "", options),
            Chip("due", "Due date", "?", "", is_dates=True),
        ],
        total=0 if is_empty else 128,
        total_is_more=False,
        query="",
        search_label="Number or customer",
        hidden=[],
        next_url="?after=x",
        previous_url="",
        clear_url="?",
        export_url="?export",
        is_filtered=is_empty,
        caption="Invoices",
    )


def _steps() -> list[dict[str, str]]:
    names = ["Company", "Source", "Customer", "Lines", "Details", "Review"]
    states = ["done", "done", "problem", "current", "to_come", "to_come"]
    return [
        {"label": name, "state": state, "url": "" if state == "to_come" else "#stepper"}
        for name, state in zip(names, states, strict=True)
    ]


def _events(instant: Any) -> list[dict[str, Any]]:
    return [
        {
            "title": "Payment of 362.07 USD received",
            "icon": "money",
            "at": instant - timedelta(minutes=2),
            "who": "QuickBooks",
        },
        {
            "title": "Invoice 1037 sent to the customer",
            "icon": "send",
            "at": instant - timedelta(hours=5),
            "who": "Amy Lauterbach",
            "changes": [
                {"field": "Stage", "before": "Awaiting sending", "after": "Sent to customer"}
            ],
        },
        {
            "title": "Invoice 1037 created in QuickBooks",
            "icon": "invoice",
            "at": instant - timedelta(days=2),
            "who": "Rosa Reyes",
            "detail": "From deal “Fountain for the lobby”",
        },
    ]
