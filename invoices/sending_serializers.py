"""What the API says of an invoice's mail, and what it takes to send one (B-16, B-30)."""

from datetime import datetime
from typing import Any

from django.utils.dateparse import parse_datetime
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from integration import messages
from invoices import addresses
from invoices.mail_status import MailStatus
from invoices.models.sending import SendState


@extend_schema_field({"type": "string", "format": "date-time"})
class MomentField(serializers.Field[Any, Any, Any, Any]):
    """An instant; without an offset the clock of the QuickBooks company is meant."""

    def to_internal_value(self, data: Any) -> datetime:
        try:
            found = parse_datetime(data) if isinstance(data, str) else None
        except ValueError:
            found = None
        if found is None:
            raise serializers.ValidationError("A date and time such as 2026-12-01T09:30:00Z.")
        return found

    def to_representation(self, value: datetime) -> str:
        return value.isoformat()


class RecipientFields(serializers.Serializer[Any]):
    """Who gets it; a field left out is taken from the invoice."""

    to = serializers.CharField(
        required=False, help_text="One or several addresses, separated by commas."
    )
    cc = serializers.CharField(required=False, allow_blank=True)
    bcc = serializers.CharField(required=False, allow_blank=True)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """The addresses given, and those of the invoice for the others."""
        default = self.context["default"]
        values = {name: attrs.get(name, getattr(default, name)) for name in addresses.FIELDS}
        given = addresses.recipients(**values)
        wrong: dict[str, list[str]] = {}
        for problem in addresses.problems(given):
            said = messages.sentence(problem.code, **problem.parameters)
            wrong.setdefault(problem.field, []).append(said)
        if wrong:
            raise serializers.ValidationError(wrong)
        return {**attrs, "recipients": given}


class ScheduleFields(RecipientFields):
    """The same at a time; what was scheduled before is replaced."""

    at = MomentField(
        help_text="The minute it goes out, at most 180 days ahead. Without an offset the clock of "
        "the QuickBooks company is meant."
    )


class SendingFields(serializers.Serializer[Any]):
    """One mail that was asked for."""

    id = serializers.UUIDField()
    state = serializers.ChoiceField(
        SendState.choices,
        help_text="`waiting` for its time; `sending`: QuickBooks has not answered yet; `refused`: "
        "not mailed, see `problem`; `unknown`: QuickBooks never said, a person must look.",
    )
    to = serializers.CharField()
    cc = serializers.CharField()
    bcc = serializers.CharField()
    send_at = serializers.DateTimeField()
    is_scheduled = serializers.BooleanField()
    time_zone = serializers.CharField(help_text="Of the QuickBooks company.")
    sent_at = serializers.DateTimeField(allow_null=True)
    problem = serializers.SerializerMethodField()
    problem_code = serializers.CharField(source="problem", help_text="Empty while all is well.")

    def get_problem(self, row: Any) -> str:
        """Why it was not mailed, in a sentence."""
        return messages.sentence(row.problem, **row.problem_parameters) if row.problem else ""


class ReasonFields(serializers.Serializer[Any]):
    code = serializers.CharField()
    detail = serializers.CharField()


class MailFields(serializers.Serializer[Any]):
    """How the invoice's e-mail stands."""

    mail_status = serializers.ChoiceField(
        [each.value for each in MailStatus],
        help_text="What QuickBooks says. `sent`: it knows of no trouble; whether the mail was read "
        "it tells only with online invoicing (`viewed`).",
    )
    may_send = serializers.BooleanField()
    why_not = ReasonFields(many=True, help_text="All that stands in the way of sending it now.")
    scheduled = SendingFields(allow_null=True)
    last = SendingFields(allow_null=True, help_text="The newest one, whatever became of it.")


class PayLinkFields(serializers.Serializer[Any]):
    """Where the customer pays; asked of QuickBooks for each call and kept nowhere."""

    url = serializers.CharField(help_text="Empty when QuickBooks gives none.")
    code = serializers.CharField(help_text="Why there is none; empty with a link.")
    detail = serializers.CharField()
