"""How people who may not approve create customers (E-10). Pure."""

from enum import StrEnum


class CustomerPolicy(StrEnum):
    """As in ``CompanySettings.rep_customers``."""

    FREELY = "freely"
    LIMITED = "limited"
    REQUEST = "request"


class RequestState(StrEnum):
    """Of ``invoices.models.CustomerRequest``."""

    WAITING = "waiting"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
