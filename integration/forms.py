"""Forms of connections, people and settings."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from integration.access.rights import WORDS, Right
from integration.models import Company, CompanySettings, Membership, Record
from integration.models.company_settings import (
    AutomaticAttachment,
    CurrencyPolicy,
    CustomerModel,
    NumberPolicy,
    QuotePdfs,
    RepCustomers,
)
from integration.models.people import Role
from integration.models.portals import DealScope
from integration.product_settings import ItemField, ProductFields

REFERENCE_PLACES = [
    ("custom_field", _("The first custom field of the invoice")),
    ("memo", _("The statement memo (customers may read it)")),
    ("none", _("Nowhere")),
]
AFTER_DISCONNECT = [
    ("keep", _("Keep everything as it is")),
    ("mark", _("Mark what was synced as no longer followed")),
]


class DayInput(forms.DateInput):
    """The browser's own date picker. It takes ISO dates only, whatever the reader's language."""

    input_type = "date"

    def __init__(self, **options: Any) -> None:
        super().__init__(**{**options, "format": "%Y-%m-%d"})


class CompanySettingsForm(ProductFields):
    """Every value of one company; ``sections`` is their order on the page."""

    customer_model = forms.ChoiceField(
        label=_("Who is the customer"),
        choices=CustomerModel,
        widget=forms.RadioSelect,
        help_text=_("Decides which QuickBooks customer the wizard looks for first."),
    )
    rep_customers = forms.ChoiceField(
        label=_("How sales reps create customers"),
        choices=RepCustomers,
        widget=forms.RadioSelect,
        required=False,
        help_text=_("Whoever may approve invoices creates customers freely."),
    )
    number_policy = forms.ChoiceField(
        label=_("Invoice numbers when QuickBooks has custom transaction numbers on"),
        choices=NumberPolicy,
        widget=forms.RadioSelect,
        help_text=_("Without custom transaction numbers QuickBooks numbers invoices itself."),
    )
    reference_place = forms.ChoiceField(
        label=_("Where our short reference is kept"),
        choices=REFERENCE_PLACES,
        help_text=_("With “Ref DB-…” on the invoice it is found again after a lost answer."),
    )
    automatic_attachment = forms.ChoiceField(
        label=_("An invoice made in QuickBooks that seems to belong to a deal"),
        choices=AutomaticAttachment,
        widget=forms.RadioSelect,
        help_text=_(
            "A deal's reference, such as D-20300100001-N, stands on its page here. It proves the "
            "deal only in the custom field named “Reference” or “Deal”, and only where the "
            "customer is linked to the deal's company or contact."
        ),
    )
    quote_pdfs = forms.ChoiceField(
        label=_("Attach the quote's PDF"),
        choices=QuotePdfs,
        widget=forms.RadioSelect,
        required=False,
        help_text=_("To the invoice in QuickBooks, once it was created from the quote."),
    )
    quote_pdf_on_mail = forms.BooleanField(
        label=_("Include the quote's PDF when QuickBooks mails the invoice"), required=False
    )
    default_terms_id = forms.ChoiceField(
        label=_("Terms for customers without their own"), required=False
    )
    default_tax_code_id = forms.ChoiceField(label=_("Default tax code"), required=False)
    tax_filed_up_to = forms.DateField(
        label=_("Tax filed up to"),
        required=False,
        widget=DayInput,
        help_text=_("Invoices may not be dated on or before this day."),
    )
    currency_policy = forms.ChoiceField(
        label=_("Invoices in another currency than the portal's"),
        choices=CurrencyPolicy,
        widget=forms.RadioSelect,
        help_text=_(
            "Concerns the deal's properties in HubSpot only, never the invoice. Deals that have such "
            "an invoice follow at once."
        ),
    )
    payment_notes = forms.BooleanField(
        label=_("Write payments to the deal's timeline"),
        required=False,
        help_text=_("One note for each payment; a reversed payment gets a second one."),
    )
    sending_allowed = forms.BooleanField(
        label=_("Allow sending invoices from here"),
        required=False,
        help_text=_(
            "Off: invoices wait in QuickBooks until somebody sends them there. On: people with the "
            "right to send can have QuickBooks e-mail them to the customer."
        ),
    )
    printed_counts_as_sent = forms.BooleanField(
        label=_("A printed invoice counts as sent"), required=False
    )
    version = forms.IntegerField(widget=forms.HiddenInput)

    sections = (
        (_("Customers"), ("customer_model", "rep_customers")),
        (
            _("Invoices"),
            (
                "number_policy",
                "reference_place",
                "automatic_attachment",
                "quote_pdfs",
                "quote_pdf_on_mail",
                "default_terms_id",
                "default_tax_code_id",
                "tax_filed_up_to",
            ),
        ),
        ProductFields.product_section,
        (_("In HubSpot"), ("currency_policy", "payment_notes")),
        (_("Sending"), ("sending_allowed", "printed_counts_as_sent")),
    )

    class Meta:
        model = CompanySettings
        fields = (
            "customer_model",
            "rep_customers",
            "number_policy",
            "reference_place",
            "automatic_attachment",
            "quote_pdfs",
            "quote_pdf_on_mail",
            "default_terms_id",
            "default_tax_code_id",
            "tax_filed_up_to",
            *ProductFields.product_section[1],
            "currency_policy",
            "payment_notes",
            "sending_allowed",
            "printed_counts_as_sent",
            "version",
        )

    def __init__(self, *args: Any, company: Company, **options: Any) -> None:
        super().__init__(*args, company=company, **options)
        self._offer("default_terms_id", company, "Term", _("Net 30 or the company's own"))
        self._offer("default_tax_code_id", company, "TaxCode", _("None: choose on each line"))

    def _offer(self, name: str, company: Company, kind: str, none: Any) -> None:
        """The mirrored records of a kind, and the stored one even when it is inactive now."""
        known = Record.objects.for_portal(company.portal_id).filter(company=company, kind=kind)
        stored = getattr(self.instance, name)
        offered = [
            (each.qbo_id, each.name)
            for each in known.order_by("name")
            if (each.active and each.deleted_at is None) or each.qbo_id == stored
        ]
        self.fields[name].choices = [("", none), *offered]

    def clean_rep_customers(self) -> str:
        return str(self.cleaned_data["rep_customers"] or self.instance.rep_customers)

    def clean_quote_pdfs(self) -> str:
        return str(self.cleaned_data["quote_pdfs"] or self.instance.quote_pdfs)

    def groups(self) -> list[tuple[Any, list[tuple[forms.BoundField, str]]]]:
        """Sections of (field, name of the chosen product where it is a picker)."""
        return [(title, [self._shown(name) for name in names]) for title, names in self.sections]

    def _shown(self, name: str) -> tuple[forms.BoundField, str]:
        is_picker = isinstance(self.fields[name], ItemField)
        return self[name], self.item_name(name) if is_picker else ""


class MemberForm(forms.Form):
    role = forms.ChoiceField(label=_("Role"), choices=Role, widget=forms.RadioSelect)
    companies = forms.ModelMultipleChoiceField(
        label=_("QuickBooks companies"),
        queryset=Company.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("None ticked means all companies, also those connected later."),
    )
    hubspot_user_id = forms.CharField(
        label=_("HubSpot user id"),
        required=False,
        max_length=32,
        help_text=_(
            "Links the person to their HubSpot user, so that the card on a deal knows them. "
            "HubSpot shows it under Settings, Users & Teams."
        ),
    )

    def __init__(self, *args: Any, membership: Membership, companies: Any, **options: Any) -> None:
        chosen = {
            "role": membership.role,
            "companies": membership.companies.all(),
            "hubspot_user_id": membership.hubspot_user_id,
        }
        super().__init__(*args, initial=chosen, **options)
        self.fields["companies"].queryset = companies

    def clean_hubspot_user_id(self) -> str:
        given = str(self.cleaned_data["hubspot_user_id"]).strip()
        if given and not (given.isascii() and given.isdigit()):
            raise forms.ValidationError(
                _("A HubSpot user id has digits only, for example 51234567.")
            )
        return given


class DealScopeForm(forms.Form):
    deal_scope = forms.ChoiceField(
        label=_("Deals that sales reps reach"), choices=DealScope, widget=forms.RadioSelect
    )


class DisconnectForm(forms.Form):
    choice = forms.ChoiceField(
        label=_("What was synced so far"),
        choices=AFTER_DISCONNECT,
        widget=forms.RadioSelect,
        initial="keep",
    )


class TokenForm(forms.Form):
    name = forms.CharField(
        label=_("What it is for"),
        max_length=100,
        help_text=_("For example “Month-end report”. It shows in the audit log."),
    )
    scopes = forms.MultipleChoiceField(
        label=_("What it may do"),
        widget=forms.CheckboxSelectMultiple,
        help_text=_("At most what you may do yourself, at the moment of each call."),
    )
    days = forms.TypedChoiceField(
        label=_("Ends after"),
        coerce=int,
        choices=[(30, _("30 days")), (90, _("90 days")), (365, _("1 year"))],
        initial=90,
    )

    def __init__(self, *args: Any, rights: Iterable[Right], **options: Any) -> None:
        super().__init__(*args, **options)
        held = frozenset(rights)
        self.fields["scopes"].choices = [
            (str(right), _sentence_case(str(words)))
            for right, words in WORDS.items()
            if right in held
        ]


def _sentence_case(words: str) -> str:
    return words[:1].upper() + words[1:]
