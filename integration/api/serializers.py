"""What the API says of people, portals and connections; fields are named, never "all" (control 17)."""

from typing import Any

from rest_framework import serializers

from integration import messages
from integration.access.rights import Right
from integration.models.grants import GrantState, Vendor


class PersonFields(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    name = serializers.CharField()
    email = serializers.EmailField()


class PortalFields(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    hub_id = serializers.IntegerField(allow_null=True)
    name = serializers.CharField()
    domain = serializers.CharField()
    currency = serializers.CharField()
    time_zone = serializers.CharField()


class CompanyFields(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    realm_id = serializers.CharField()
    name = serializers.CharField()
    country = serializers.CharField()
    home_currency = serializers.CharField()
    time_zone = serializers.CharField()


class TokenFields(serializers.Serializer[Any]):
    name = serializers.CharField()
    prefix = serializers.CharField()
    scopes = serializers.ListField(child=serializers.ChoiceField([each.value for each in Right]))
    expires_at = serializers.DateTimeField(allow_null=True)


class MeFields(serializers.Serializer[Any]):
    person = PersonFields()
    portal = PortalFields()
    role = serializers.CharField()
    rights = serializers.ListField(child=serializers.ChoiceField([each.value for each in Right]))
    """The token's scopes that the person has, too."""
    companies = CompanyFields(many=True)
    token = TokenFields()


class ConnectionFields(serializers.Serializer[Any]):
    """A connection to HubSpot (no company) or to one QuickBooks company."""

    id = serializers.UUIDField()
    vendor = serializers.ChoiceField(Vendor.choices)
    company = CompanyFields(allow_null=True)
    state = serializers.ChoiceField(GrantState.choices)
    reason = serializers.SerializerMethodField()
    """A sentence when the state needs explaining."""
    refreshed_at = serializers.DateTimeField(allow_null=True)
    refresh_expires_at = serializers.DateTimeField(allow_null=True)
    connected_at = serializers.DateTimeField(source="created_at")

    def get_reason(self, grant: Any) -> str:
        if not grant.state_reason:
            return ""
        name = grant.company.name if grant.company else grant.portal.name
        return messages.sentence(grant.state_reason, vendor=grant.vendor, company=name)
