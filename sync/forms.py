"""Forms of the sync settings."""

from django import forms
from django.utils.translation import gettext_lazy as _

from sync.models import DeletePolicy, SavePolicy

DELETE_CHOICES = [
    (DeletePolicy.MARK.value, _("Mark as deleted: voided in HubSpot, balance 0, out of the sums")),
    (DeletePolicy.KEEP.value, _("Keep as it was")),
]
SAVE_CHOICES = [
    (SavePolicy.CREATE_AND_UPDATE.value, _("Create and update in HubSpot")),
    (SavePolicy.UPDATE_ONLY.value, _("Update only what HubSpot has already")),
    (SavePolicy.CREATE_ONLY.value, _("Create only, never update")),
    (SavePolicy.DO_NOTHING.value, _("Do nothing")),
]


class InvoicesTabForm(forms.Form):
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
        help_text=_("When an invoice is deleted in QuickBooks."),
    )
    confirmed = forms.BooleanField(required=False, widget=forms.HiddenInput)
