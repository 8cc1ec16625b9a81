"""``month_end.*``: the page that an accountant looks at before closing a month (E-11)."""

from django.utils.translation import gettext_lazy as _

from integration.messages import Entry, Helper

ENTRIES = {
    "month_end.month_unknown": Entry(
        _("No such month"),
        _("%(value)s is not a month."),
        _("A month is written like 2026-10."),
        _("The month that ended last is shown; choose another one above."),
        Helper.ACCOUNTANT,
    ),
    "month_end.quickbooks_slow": Entry(
        _("QuickBooks did not answer in time"),
        _("The payments and credit memos of %(company)s could not be read."),
        _("QuickBooks gave no answer that can be used, or took too long."),
        _("Everything else on this page is right. Look again in a minute."),
        Helper.ACCOUNTANT,
    ),
}
