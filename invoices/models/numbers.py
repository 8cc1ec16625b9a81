"""Invoice numbers where QuickBooks leaves numbering to us (D-12, B-02)."""

from django.db import models
from django.db.models import Q

from integration.models.tenancy import CompanyRow


class NumberSeries(CompanyRow):
    """The confirmed series of a company with custom transaction numbers on."""

    company = models.OneToOneField(
        "integration.Company", on_delete=models.CASCADE, related_name="number_series"
    )
    prefix = models.CharField(max_length=15, blank=True)
    padding = models.PositiveSmallIntegerField(default=0)
    """Digits the number is filled up to with zeros; 0 means none."""
    next_number = models.PositiveBigIntegerField()
    shared_by_all_forms = models.BooleanField(default=False)
    gaps_allowed = models.BooleanField(default=False)
    confirmed_by = models.ForeignKey(
        "integration.Person", null=True, on_delete=models.SET_NULL, related_name="+"
    )
    confirmed_at = models.DateTimeField(null=True, blank=True)


class NumberReservation(CompanyRow):
    """A number taken by an operation: used, given back, or in the gap report."""

    series = models.ForeignKey(NumberSeries, on_delete=models.CASCADE, related_name="reservations")
    operation = models.ForeignKey(
        "invoices.InvoiceOperation", on_delete=models.CASCADE, related_name="reservations"
    )
    number = models.PositiveBigIntegerField()
    text = models.CharField(max_length=21)
    state = models.CharField(max_length=10)
    """``reserved``, ``used``, ``returned``, ``taken`` (6140: someone else's) or ``gap``."""
    reserved_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    """When it was used, taken, returned or left as a gap."""
    reason = models.CharField(max_length=100, blank=True)
    """Message code of why no invoice has it, with the facts for its sentence."""
    reason_parameters = models.JSONField(default=dict)
    explanation = models.CharField(max_length=500, blank=True)
    """What an accountant wrote about a gap; an explained one is settled."""
    explained_by = models.ForeignKey(
        "integration.Person", null=True, on_delete=models.SET_NULL, related_name="+"
    )
    explained_at = models.DateTimeField(null=True, blank=True)

    class Meta(CompanyRow.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["series", "number"],
                condition=Q(state__in=["reserved", "used", "taken", "gap"]),
                name="number_once",
            ),
        ]
