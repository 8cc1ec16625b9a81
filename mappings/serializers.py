"""What the API says of field mappings; fields are named, never "all" (control 17)."""

from typing import Any

from rest_framework import serializers

from integration import messages
from mappings.models import FieldMapping, MappingVersion, ObjectKind, Validity
from mappings.pairs import Direction, WhenEmpty
from mappings.steps import StepKind

STEP_HELP = (
    'Transforms in order: `{"kind": …}` with the transform\'s parameters. Kinds: '
    + ", ".join(f"`{kind}`" for kind in StepKind)
    + "."
)


class ProblemFields(serializers.Serializer[Any]):
    code = serializers.CharField()
    detail = serializers.SerializerMethodField()

    def get_detail(self, row: Any) -> str:
        names = {"source": row["field"], "target": row["property"]}
        return messages.sentence(row["code"], **{**names, **row["parameters"]})


class MappingFields(serializers.Serializer[Any]):
    """One pair of a QuickBooks field and a HubSpot property."""

    property = serializers.CharField(max_length=100, help_text="HubSpot's internal name.")
    field = serializers.CharField(max_length=100, help_text="Path in QuickBooks' JSON.")
    direction = serializers.ChoiceField(
        [each.value for each in Direction], default=Direction.TO_HUBSPOT.value
    )
    steps = serializers.ListField(child=serializers.DictField(), default=list, help_text=STEP_HELP)
    when_empty = serializers.ChoiceField(
        [each.value for each in WhenEmpty], default=WhenEmpty.KEEP.value
    )
    enabled = serializers.BooleanField(default=True)
    type = serializers.CharField(read_only=True, help_text="HubSpot's type when it was saved.")
    once = serializers.BooleanField(read_only=True, help_text="Written on creation only.")
    locked = serializers.BooleanField(read_only=True, help_text="Cannot be changed or deleted.")
    status = serializers.ChoiceField(Validity.choices, read_only=True)
    checked_at = serializers.DateTimeField(read_only=True, allow_null=True)
    problems = ProblemFields(many=True, read_only=True)

    def to_representation(self, instance: Any) -> Any:
        """``instance`` is (pair as ``exchange`` writes it, its row)."""
        plain, row = instance
        given: FieldMapping = row
        extra = {"status": given.status, "checked_at": given.checked_at, "problems": given.reasons}
        return super().to_representation({**plain, **extra})


class MappingWriteFields(MappingFields):
    version = serializers.IntegerField(
        required=False,
        write_only=True,
        help_text="The set's version you looked at; refused when it changed since.",
    )


class MappingSetFields(serializers.Serializer[Any]):
    object = serializers.ChoiceField(ObjectKind.choices)
    version = serializers.IntegerField(help_text="0 while nothing was changed.")
    mappings = MappingFields(many=True)


class MappingVersionFields(serializers.Serializer[MappingVersion]):
    number = serializers.IntegerField()
    action = serializers.CharField()
    note = serializers.CharField()
    made_at = serializers.DateTimeField()
    made_by = serializers.CharField(allow_null=True, help_text="Name; null: Dealbooks itself.")


class TryFields(serializers.Serializer[Any]):
    record = serializers.CharField(max_length=40, help_text="QuickBooks' id of the record.")
    mapping = MappingFields(
        required=False, help_text="One mapping that is not stored; without it all that hold."
    )


class TrialRowFields(serializers.Serializer[Any]):
    property = serializers.CharField()
    field = serializers.CharField()
    to_hubspot = serializers.BooleanField(help_text="Which way this line goes.")
    source = serializers.CharField(allow_blank=True)
    trail = serializers.ListField(
        child=serializers.CharField(), help_text="The value after each transform."
    )
    before = serializers.CharField(allow_null=True, help_text="Null: not there yet.")
    after = serializers.CharField(allow_blank=True)
    outcome = serializers.ChoiceField(
        ["write", "clear", "same", "keep", "once", "later", "problem"]
    )
    problem = ProblemFields(allow_null=True)


class TrialFields(serializers.Serializer[Any]):
    """What would be written. Nothing is."""

    record = serializers.CharField()
    hubspot_id = serializers.CharField(allow_blank=True)
    rows = TrialRowFields(many=True)


class ExportFields(serializers.Serializer[Any]):
    """The same text wherever it is made: importing it elsewhere exports byte for byte the same."""

    format = serializers.CharField()
    version = serializers.IntegerField()
    object = serializers.CharField()
    mappings = serializers.ListField(child=serializers.DictField())


class ImportFields(ExportFields):
    dry_run = serializers.BooleanField(
        default=False, write_only=True, help_text="Say what would change, store nothing."
    )


class DifferenceFields(serializers.Serializer[Any]):
    property = serializers.CharField(source="name")
    change = serializers.ChoiceField(["added", "changed", "removed"])
    before = serializers.DictField(allow_null=True)
    after = serializers.DictField(allow_null=True)


class ImportedFields(serializers.Serializer[Any]):
    version = serializers.IntegerField(help_text="Of the set that holds now.")
    stored = serializers.BooleanField()
    differences = DifferenceFields(many=True)
