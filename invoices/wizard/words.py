"""Words of the wizard that are not messages."""

from django.utils.translation import gettext_lazy as _

from invoices.taxes import TaxMode

TAX_MODES = {
    TaxMode.EXCLUDED: _("Exclusive of tax"),
    TaxMode.INCLUSIVE: _("Inclusive of tax"),
    TaxMode.NOT_APPLICABLE: _("Out of scope of tax"),
}
"""QuickBooks' own words above an invoice's lines."""
