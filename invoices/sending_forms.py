"""The form of the page that sends an invoice: to whom, and when (D-17)."""

import uuid
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext_lazy as _

from integration import messages
from invoices import addresses, send_times
from invoices.addresses import Recipients
from invoices.forms import NeededField
from invoices.sending import Wish

NOW, LATER = "now", "later"


class MinuteInput(forms.DateTimeInput):
    """The browser's own picker of a day and a minute; it knows ISO times only."""

    input_type = "datetime-local"

    def __init__(self, **options: Any) -> None:
        super().__init__(**{**options, "format": "%Y-%m-%dT%H:%M"})


class SendForm(forms.Form):
    """``zone`` is the company's; ``wish`` is what the person wants, once the form is valid."""

    use_required_attribute = False

    to = NeededField(
        label=_("Send to"),
        help_text=_(
            "One or several addresses, separated by commas. The invoice keeps them; the customer's "
            "own address is not changed."
        ),
    )
    cc = forms.CharField(label=_("Copy to"), required=False)
    bcc = forms.CharField(label=_("Blind copy to"), required=False)
    when = forms.ChoiceField(
        label=_("When"),
        choices=[(NOW, _("Now")), (LATER, _("At a time"))],
        widget=forms.RadioSelect,
        initial=NOW,
    )
    at = NeededField(label=_("Day and time"), widget=MinuteInput)
    operation = forms.UUIDField(widget=forms.HiddenInput)
    """Fixed when the page is shown: pressing twice is one mail."""
    seen = forms.CharField(widget=forms.HiddenInput, max_length=64, required=False)
    after = forms.CharField(widget=forms.HiddenInput, max_length=36, required=False)

    def __init__(self, *args: Any, zone: ZoneInfo, now: datetime, **options: Any) -> None:
        super().__init__(*args, **options)
        self.zone, self.now = zone, now
        said = _("On the clock of the QuickBooks company: %(zone)s.")
        self.fields["at"].help_text = str(said) % {"zone": zone.key}

    def clean(self) -> dict[str, Any]:
        found = super().clean() or self.cleaned_data
        given = addresses.recipients(*(str(found.get(name, "")) for name in addresses.FIELDS))
        for problem in addresses.problems(given):
            said = messages.sentence(problem.code, **problem.parameters)
            self.add_error(problem.field, said)
        found["recipients"] = given
        found["instant"] = self._instant(found)
        return found

    def _instant(self, found: dict[str, Any]) -> datetime | None:
        if found.get("when") != LATER:
            return None
        try:
            local = datetime.fromisoformat(str(found.get("at") or ""))
        except ValueError:
            self.add_error("at", messages.sentence("sending.time_missing"))
            return None
        try:
            return send_times.chosen(local.replace(tzinfo=None), self.zone, self.now)
        except send_times.TimeRefused as refused:
            self.add_error("at", messages.sentence(refused.code, **refused.parameters))
            return None

    @property
    def wish(self) -> Wish:
        found = self.cleaned_data
        return Wish(found["recipients"], found["instant"], found["seen"], found["after"])


def first_values(given: Recipients, at: datetime | None, zone: ZoneInfo) -> dict[str, Any]:
    """What the form shows at first: the invoice's addresses, or those of what waits."""
    return {
        "to": _spaced(given.to),
        "cc": _spaced(given.cc),
        "bcc": _spaced(given.bcc),
        "when": LATER if at else NOW,
        "at": f"{at.astimezone(zone):%Y-%m-%dT%H:%M}" if at else "",
        "operation": uuid.uuid4(),
    }


def _spaced(text: str) -> str:
    return text.replace(",", ", ")
