"""Who signs in, where they belong and what they may do there (D-04)."""

from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from integration.models.tenancy import PortalRow, Row


class PersonManager(BaseUserManager["Person"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "Person":
        person = self.model(email=self.normalize_email(email).lower(), **fields)
        person.set_password(password)
        person.save(using=self._db)
        return person

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "Person":
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)


class Person(Row, AbstractBaseUser, PermissionsMixin):
    """Signs in by e-mail. Rights come from memberships, never from Django's permissions."""

    email = models.EmailField(_("e-mail"), unique=True)
    name = models.CharField(_("name"), max_length=150, blank=True)
    language = models.CharField(max_length=10, blank=True)
    is_active = models.BooleanField(default=True)
    is_staff = models.BooleanField(default=False)
    joined_at = models.DateTimeField(auto_now_add=True)

    objects = PersonManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"

    class Meta:
        constraints = [
            models.UniqueConstraint(Lower("email"), name="person_email_any_case"),
        ]

    def __str__(self) -> str:
        return self.name or self.email

    def get_full_name(self) -> str:
        return str(self)

    def get_short_name(self) -> str:
        return self.name.split(" ")[0] or self.email


class Role(models.TextChoices):
    OWNER = "owner", _("Owner")
    ADMIN = "admin", _("Admin")
    ACCOUNTANT = "accountant", _("Accountant")
    SALES_REP = "sales_rep", _("Sales rep")
    OPERATOR = "operator", _("Operator")
    READ_ONLY = "read_only", _("Read only")


class Membership(PortalRow):
    """One person in one portal. No companies chosen means all companies of the portal."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=20, choices=Role)
    companies = models.ManyToManyField("integration.Company", blank=True, related_name="+")
    hubspot_user_id = models.CharField(max_length=32, blank=True)
    """The person's HubSpot user in this portal, linked once; identity of the card (control 13)."""
    hubspot_owner_id = models.CharField(max_length=32, blank=True)
    hubspot_team_ids = models.JSONField(default=list, blank=True)

    class Meta(PortalRow.Meta):
        constraints = [
            models.UniqueConstraint(fields=["portal", "person"], name="membership_once"),
            models.UniqueConstraint(
                fields=["portal", "hubspot_user_id"],
                condition=~models.Q(hubspot_user_id=""),
                name="membership_hubspot_user_once",
            ),
        ]


class ApiToken(PortalRow):
    """``prefix.secret``, shown once; only the SHA-256 of the secret is kept (control 15)."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="api_tokens")
    name = models.CharField(max_length=100)
    prefix = models.CharField(max_length=16, unique=True)
    secret_sha256 = models.CharField(max_length=64)
    scopes = models.JSONField(default=list)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
