"""Forms of the sync settings."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from sync.models import ConflictRule, DeletePolicy, SavePolicy, SyncDirection

DELETE_CHOICES = [
    (DeletePolicy.MARK.value, _("Mark as deleted: voided in HubSpot, balance 0, out of the sums")),
    (DeletePolicy.KEEP.value, _("Keep as it was")),
    (
        DeletePolicy.ARCHIVE.value,
        _("Archive what nobody edited and nothing hangs on; mark the rest"),
    ),
]
SAVE_CHOICES = [
    (SavePolicy.CREATE_AND_UPDATE.value, _("Create and update in HubSpot")),
    (SavePolicy.UPDATE_ONLY.value, _("Update only what HubSpot has already")),
    (SavePolicy.CREATE_ONLY.value, _("Create only, never update")),
    (SavePolicy.DO_NOTHING.value, _("Do nothing")),
]


class TabForm(forms.Form):
    """``seen``: what the tab said when the page was shown (``Tab.as_seen``)."""

    seen = forms.CharField(required=False, max_length=1000, widget=forms.HiddenInput)


class InvoicesTabForm(TabForm):
    """S-111, S-112. The policies concern invoices that nobody made or added here (D-26)."""

    enabled = forms.BooleanField(
        label=_("Sync QuickBooks invoices with HubSpot's invoices"),
        required=False,
        help_text=_(
            "Off: only invoices made here or added by hand appear in HubSpot. On: also every "
            "invoice that is created or changed in QuickBooks from now on."
        ),
    )
    save_policy = forms.ChoiceField(
        label=_("Create and update invoices"),
        choices=SAVE_CHOICES,
        widget=forms.RadioSelect,
        help_text=_("When an invoice is created or changed in QuickBooks."),
    )
    delete_policy = forms.ChoiceField(
        label=_("Delete invoices"),
        choices=DELETE_CHOICES,
        widget=forms.RadioSelect,
        help_text=_(
            "When an invoice is deleted in QuickBooks. More than 10 invoices or 2 percent in one "
            "run wait for your yes; the sums on deals follow the books at once."
        ),
    )
    confirmed = forms.BooleanField(required=False, widget=forms.HiddenInput)


RECORD_DELETE_CHOICES = [
    (DeletePolicy.KEEP.value, _("Keep as it was")),
    (DeletePolicy.MARK.value, _("Mark as deleted: the date stands on the record")),
    (
        DeletePolicy.ARCHIVE.value,
        _("Archive what was created here, nobody edited and nothing hangs on; mark the rest"),
    ),
]


DIRECTION_CHOICES = [
    (
        SyncDirection.TO_HUBSPOT.value,
        _("QuickBooks to HubSpot: QuickBooks is never changed"),
    ),
    (
        SyncDirection.TO_QUICKBOOKS.value,
        _(
            "HubSpot to QuickBooks: what changes in HubSpot changes QuickBooks, and nothing the other way"
        ),
    ),
    (
        SyncDirection.BOTH.value,
        _("Both ways: each side takes over what changes on the other one"),
    ),
]
RULE_CHOICES = [
    (ConflictRule.QUICKBOOKS.value, _("QuickBooks wins")),
    (ConflictRule.HUBSPOT.value, _("HubSpot wins")),
    (
        ConflictRule.NEWEST.value,
        _("The newest change wins, by the record's last change on each side"),
    ),
]


class RecordTabForm(TabForm):
    """S-79 to S-81 and S-84 to S-86, P-47; the words of one object come with it.

    A direction that is left out stays as it is.
    """

    enabled = forms.BooleanField(required=False)
    direction = forms.ChoiceField(
        label=_("Direction"),
        choices=DIRECTION_CHOICES,
        widget=forms.RadioSelect,
    )
    conflict_rule = forms.ChoiceField(
        label=_("When both sides changed the same field"),
        choices=RULE_CHOICES,
        widget=forms.RadioSelect,
        help_text=_(
            "With both ways only. Every such case is a line in the history, with both values."
        ),
    )
    creates_in_quickbooks = forms.BooleanField(
        label=_("Also create in QuickBooks"),
        required=False,
    )
    save_policy = forms.ChoiceField(choices=SAVE_CHOICES, widget=forms.RadioSelect)
    delete_policy = forms.ChoiceField(
        choices=RECORD_DELETE_CHOICES,
        widget=forms.RadioSelect,
        help_text=_(
            "When it is made inactive in QuickBooks, which is how QuickBooks deletes it. A merge "
            "never deletes anything. More than 10 records or 2 percent in one run wait for your yes."
        ),
    )
    confirmed = forms.BooleanField(required=False, widget=forms.HiddenInput)

    def __init__(self, *given: Any, **options: Any) -> None:
        super().__init__(*given, **options)
        if self.is_bound:
            kept = {name: self.initial.get(name) for name in ("direction", "conflict_rule")}
            self.data = {**kept, **dict(self.data.items())}


class ContactsTabForm(RecordTabForm):
    without_email = forms.BooleanField(
        label=_("Also customers without an e-mail address"),
        required=False,
        help_text=_(
            "HubSpot tells contacts apart by their address. Off: such customers are left out and "
            "listed with the reason."
        ),
    )
    field_order = (
        "enabled", "direction", "conflict_rule", "creates_in_quickbooks", "save_policy",
        "without_email", "delete_policy", "confirmed", "seen",
    )  # fmt: skip

    def __init__(self, *given: Any, **options: Any) -> None:
        super().__init__(*given, **options)
        self.fields["enabled"].label = _("Sync QuickBooks customers with HubSpot's contacts")
        self.fields["enabled"].help_text = _(
            "On: every customer that is created or changed in QuickBooks from now on becomes a "
            "contact, and a company where the customer is one. New contacts are non-marketing "
            "contacts, and their lifecycle stage is left alone."
        )
        self.fields["direction"].help_text = _(
            "All but the first change customers in your books: linked ones, by what changes in "
            "HubSpot after you save. Which fields go back is said in the field mappings. Nothing is "
            "ever deleted or made inactive in QuickBooks."
        )
        self.fields["creates_in_quickbooks"].help_text = _(
            "When HubSpot may change QuickBooks: companies that are new in HubSpot, and contacts "
            "without a company, become customers, unless QuickBooks has them already. With “The "
            "contact is the customer” every new contact does. A name that is taken waits for you."
        )
        self.fields["save_policy"].label = _("Create and update contacts")
        self.fields["delete_policy"].label = _("Delete contacts")


class ProductsTabForm(RecordTabForm):
    field_order = (
        "enabled", "direction", "conflict_rule", "creates_in_quickbooks", "save_policy",
        "delete_policy", "confirmed", "seen",
    )  # fmt: skip

    def __init__(self, *given: Any, **options: Any) -> None:
        super().__init__(*given, **options)
        self.fields["enabled"].label = _("Sync QuickBooks products with HubSpot's products")
        self.fields["enabled"].help_text = _(
            "On: every product or service that is created or changed in QuickBooks from now on is "
            "in HubSpot's product library too, found there by its SKU."
        )
        self.fields["direction"].help_text = _(
            "All but the first change products and services in your books: linked ones, by what "
            "changes in HubSpot after you save. Which fields go back is said in the field mappings. "
            "Nothing is ever deleted or made inactive in QuickBooks."
        )
        self.fields["creates_in_quickbooks"].help_text = _(
            "When HubSpot may change QuickBooks: products that are new in HubSpot become services "
            "with the income account of the company's settings, unless QuickBooks has their SKU."
        )
        self.fields["save_policy"].label = _("Create and update products")
        self.fields["delete_policy"].label = _("Delete products")
