"""Customers that reps ask for and an accountant grants (E-10)."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from integration.models.fields import ExactJSONField
from integration.models.tenancy import CompanyRow
from invoices.customer_policy import RequestState as State


class CustomerRequestState(models.TextChoices):
    WAITING = State.WAITING.value, _("Waiting")
    ACCEPTED = State.ACCEPTED.value, _("Accepted")
    REJECTED = State.REJECTED.value, _("Rejected")
    WITHDRAWN = State.WITHDRAWN.value, _("Withdrawn")


class CustomerRequest(CompanyRow):
    """One question about exactly this customer: ``content_hash`` binds the answer to it."""

    draft = models.ForeignKey(
        "invoices.Draft", on_delete=models.CASCADE, related_name="customer_requests"
    )
    content = ExactJSONField(default=dict)
    """``invoices.draft.NewCustomer`` with its ``currency``."""
    content_hash = models.CharField(max_length=64)
    name = models.CharField(max_length=500)
    state = models.CharField(
        max_length=10, choices=CustomerRequestState, default=CustomerRequestState.WAITING
    )
    asked_by = models.ForeignKey("integration.Person", on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    decided_by = models.ForeignKey(
        "integration.Person", null=True, on_delete=models.SET_NULL, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    comment = models.CharField(max_length=1000, blank=True)
    customer_id = models.CharField(max_length=32, blank=True)
    """The existing customer that was chosen instead."""

    class Meta(CompanyRow.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["draft"],
                condition=Q(state=CustomerRequestState.WAITING),
                name="customer_request_once",
            ),
        ]
        indexes = [
            models.Index(fields=["portal", "state", "asked_at"], name="customer_request_list"),
        ]

    def __str__(self) -> str:
        return self.name
