"""What the API says of sync; fields are named, never "all" (control 17)."""

from typing import Any

from rest_framework import serializers

from integration import messages
from sync.models import RunState
from sync.policies import Listening
from sync.services import Status

STATES = ("running", "waiting", "saving", "failing", "paused", "off")


class RunFields(serializers.Serializer[Any]):
    """A run: what it found in QuickBooks and what it did in HubSpot, in records."""

    id = serializers.UUIDField()
    trigger = serializers.CharField(help_text="`poll`, `person`, `webhook`, `day` or `created`.")
    state = serializers.ChoiceField(choices=RunState.choices)
    started_at = serializers.DateTimeField()
    finished_at = serializers.DateTimeField(allow_null=True)
    changed = serializers.IntegerField(source="seen")
    written = serializers.IntegerField()
    skipped = serializers.IntegerField()
    failed = serializers.IntegerField()


class SyncFields(serializers.Serializer[Status]):
    """How sync of one company stands."""

    state = serializers.ChoiceField(
        choices=STATES,
        help_text="`waiting`: up to date; `saving`: rests until QuickBooks' reads are counted anew.",
    )
    is_busy = serializers.BooleanField(help_text="A run is going on or was asked for.")
    last_success_at = serializers.DateTimeField(allow_null=True)
    next_at = serializers.DateTimeField(allow_null=True)
    read_up_to = serializers.DateTimeField(
        allow_null=True, help_text="What QuickBooks changed later is not known yet."
    )
    records_waiting = serializers.IntegerField(source="waiting")
    records_stuck = serializers.IntegerField(source="stuck", help_text="Somebody must act.")
    last_run = RunFields(allow_null=True)
    webhooks = serializers.ChoiceField(
        choices=[str(each) for each in Listening],
        help_text="`absent`: none ever came; `silent`: a change was found of which none told.",
    )
    last_event_at = serializers.DateTimeField(
        allow_null=True, help_text="When a webhook of QuickBooks told of this company last."
    )
    problem = serializers.SerializerMethodField()

    def get_problem(self, status: Status) -> str:
        """Why it fails or is paused, in a sentence; empty while all is well."""
        if status.state not in ("failing", "paused", "saving"):
            return ""
        return messages.sentence(status.error, **(status.error_parameters or {}))
