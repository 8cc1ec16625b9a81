"""Lists of what waits for somebody's decision, and reading what was decided.

class Approvals(WaitingList[ApprovalRequest]):
    states = ApprovalState

    def visible(self) -> QuerySet[Any]: ...

    @extend_schema(operation_id="approvals", parameters=[state_parameter(ApprovalState)])
    def get(self, request: Request) -> Response:
        return super().get(request)
"""

from abc import abstractmethod
from typing import Any, ClassVar, TypeVar

from django.db.models import Model, QuerySet, TextChoices
from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers
from rest_framework.generics import ListAPIView
from rest_framework.request import Request

from integration.api.base import PortalApiView
from integration.api.errors import ApiProblem

Row = TypeVar("Row", bound=Model)
WAITING = "waiting"


def state_parameter(states: type[TextChoices]) -> OpenApiParameter:
    return OpenApiParameter(
        "state",
        str,
        enum=list(states.values),
        default=WAITING,
        description="Those that wait, unless another state is named.",
    )


class WaitingList(PortalApiView, ListAPIView[Row]):
    """Rows within reach in one ``state``; an unknown state is a 400 that names the known ones."""

    states: ClassVar[type[TextChoices]]
    filter_backends: ClassVar[list[Any]] = []

    @abstractmethod
    def visible(self) -> QuerySet[Any]:
        """What the actor may see, in every state."""

    def get_queryset(self) -> QuerySet[Any]:
        if getattr(self, "swagger_fake_view", False):
            return self.serializer_class.Meta.model.objects.none()  # type: ignore[union-attr,no-any-return]
        state = self.request.query_params.get("state", WAITING)
        if state not in self.states.values:
            wrong = {"field": "state", "detail": ", ".join(self.states.values)}
            raise ApiProblem("api.invalid", errors=[wrong])
        return self.visible().filter(state=state)


def given(kind: type[serializers.Serializer[Any]], request: Request) -> dict[str, Any]:
    """The body as the serializer reads it; raises ``ValidationError``."""
    fields = kind(data=request.data)
    fields.is_valid(raise_exception=True)
    found: dict[str, Any] = fields.validated_data
    return found
