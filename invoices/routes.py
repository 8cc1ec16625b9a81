"""Pages of deals, invoices and the wizard. Record pages stand below ``/p/`` and ``/embed/``."""

from django.urls import URLPattern, path

from integration.access.pages import View, crm_record_paths, record_paths
from invoices.views import (
    approvals,
    automation,
    changing,
    customer_requests,
    deal,
    deals,
    draft_list,
    existing,
    invoice,
    invoices,
    month_end,
    number_report,
    numbers,
    quote_pdf,
    records,
    rules,
    sending,
    settlements,
    suggested,
    tax_map,
)
from invoices.wizard import approval, pickers, results, review_page
from invoices.wizard import views as wizard

DRAFT = "invoice/<uuid:draft_id>/"
INVOICE = "invoices/<uuid:invoice_id>/"


def invoice_paths(name: str, views: tuple[View, View]) -> list[URLPattern]:
    """One act on an invoice, from its own page and from its deal's."""
    of_portal, of_deal = views
    return [
        path(f"p/<uuid:portal_id>/{INVOICE}{name}/", of_portal, name=f"invoice-{name}"),
        *record_paths(f"{INVOICE}{name}/", of_deal, f"deal-invoice-{name}"),
    ]


urlpatterns: list[URLPattern] = [
    path("p/<uuid:portal_id>/deals/", deals.deal_list, name="deals"),
    path("p/<uuid:portal_id>/invoices/", invoices.invoice_list, name="invoices"),
    path("p/<uuid:portal_id>/invoices/export.csv", invoices.invoice_csv, name="invoices-csv"),
    path("p/<uuid:portal_id>/invoices/drafts/", draft_list.draft_list, name="drafts"),
    path("p/<uuid:portal_id>/invoices/<uuid:invoice_id>/", invoice.invoice_detail, name="invoice"),
    path(
        "p/<uuid:portal_id>/invoices/<uuid:invoice_id>/pdf/",
        invoice.invoice_pdf,
        name="invoice-pdf",
    ),
    path(
        "p/<uuid:portal_id>/invoices/<uuid:invoice_id>/delivered/",
        invoice.mark_delivered,
        name="invoice-delivered",
    ),
    path(
        "p/<uuid:portal_id>/companies/<uuid:company_id>/numbers/",
        numbers.number_series,
        name="number-series",
    ),
    path("p/<uuid:portal_id>/" + INVOICE + "send/", sending.send_page, name="invoice-send"),
    path(
        "p/<uuid:portal_id>/" + INVOICE + "send/cancel/",
        sending.cancel_sending,
        name="invoice-send-cancel",
    ),
    path(
        "p/<uuid:portal_id>/" + INVOICE + "pay-link/",
        sending.invoice_pay_link,
        name="invoice-pay-link",
    ),
    *record_paths(f"{INVOICE}pay-link/", sending.deal_invoice_pay_link, "deal-invoice-pay-link"),
    path(
        "p/<uuid:portal_id>/companies/<uuid:company_id>/tax-map/",
        tax_map.tax_map_page,
        name="tax_map",
    ),
    path(
        "p/<uuid:portal_id>/companies/<uuid:company_id>/numbers/report/",
        number_report.report,
        name="number-report",
    ),
    path(
        "p/<uuid:portal_id>/companies/<uuid:company_id>/numbers/report/export.csv",
        number_report.report_csv,
        name="number-report-csv",
    ),
    path(
        "p/<uuid:portal_id>/companies/<uuid:company_id>/numbers/<uuid:reservation_id>/explain/",
        number_report.explain,
        name="explain-number",
    ),
    path(
        "p/<uuid:portal_id>/settings/companies/<uuid:company_id>/rules/",
        rules.invoicing_rules,
        name="invoicing-rules",
    ),
    path(
        "p/<uuid:portal_id>/settings/companies/<uuid:company_id>/won-and-paid/",
        automation.deal_automation,
        name="deal-automation",
    ),
    path(
        "p/<uuid:portal_id>/invoices/customers/",
        customer_requests.request_list,
        name="customer-requests",
    ),
    path(
        "p/<uuid:portal_id>/invoices/customers/<uuid:request_id>/",
        customer_requests.customer_request,
        name="customer-request",
    ),
    path(
        "p/<uuid:portal_id>/invoices/customers/<uuid:request_id>/options/",
        customer_requests.request_options,
        name="customer-request-options",
    ),
    path("p/<uuid:portal_id>/invoices/month-end/", month_end.month_end_page, name="month-end"),
    path(
        "p/<uuid:portal_id>/invoices/month-end/export.csv",
        month_end.month_end_csv,
        name="month-end-csv",
    ),
    path("p/<uuid:portal_id>/invoices/approvals/", approvals.approval_list, name="approvals"),
    path(
        "p/<uuid:portal_id>/invoices/approvals/<uuid:approval_id>/",
        approvals.approval,
        name="approval",
    ),
    *record_paths("", deal.panel, "deal"),
    *record_paths("", deal.panel, "panel"),  # as HubSpot's card calls it
    *record_paths("invoice/", wizard.wizard, "wizard"),
    *record_paths(DRAFT, wizard.draft_entry, "wizard-draft"),
    *record_paths(f"{DRAFT}customers/", pickers.customer_options, "wizard-customers"),
    *record_paths(f"{DRAFT}products/", pickers.product_options, "wizard-products"),
    *record_paths(f"{DRAFT}discard/", wizard.discard, "wizard-discard"),
    *record_paths(f"{DRAFT}revive/", wizard.revive, "wizard-revive"),
    *record_paths(f"{DRAFT}result/", results.result, "wizard-result"),
    *record_paths(f"{DRAFT}readiness/", review_page.readiness_page, "wizard-readiness"),
    *record_paths(f"{DRAFT}take-back/", approval.take_back, "wizard-take-back"),
    *record_paths(f"{DRAFT}<slug:step>/", wizard.wizard_step, "wizard-step"),
    *record_paths(INVOICE, invoice.deal_invoice, "deal-invoice"),
    *invoice_paths("edit", changing.edit),
    *invoice_paths("copy", changing.copy),
    *invoice_paths("void", changing.void),
    *invoice_paths("correct", changing.correct),
    *invoice_paths("refunds", settlements.decide),
    *invoice_paths("quote-pdf", quote_pdf.again),
    path(
        f"p/<uuid:portal_id>/{INVOICE}changes/<uuid:change_id>/",
        changing.change,
        name="invoice-change",
    ),
    *record_paths(
        f"{INVOICE}changes/<uuid:change_id>/", changing.deal_change, "deal-invoice-change"
    ),
    *record_paths(f"{INVOICE}pdf/", invoice.deal_invoice_pdf, "deal-invoice-pdf"),
    path("p/<uuid:portal_id>/invoices/suggestions/", suggested.suggestion_list, name="suggestions"),
    path(
        "p/<uuid:portal_id>/invoices/suggestions/<uuid:suggestion_id>/undo/",
        suggested.undo_suggestion,
        name="undo-suggestion",
    ),
    path(
        "p/<uuid:portal_id>/companies/<uuid:company_id>/look-for-matches/",
        suggested.look_back,
        name="look-for-matches",
    ),
    *record_paths("suggestions/", suggested.decide_on_deal, "deal-suggestions"),
    *crm_record_paths("", records.record, "record"),
    *crm_record_paths("existing/", existing.existing_invoices, "existing-invoices"),
    *crm_record_paths("existing/added/", existing.invoices_added, "invoices-added"),
    *crm_record_paths(INVOICE, records.record_invoice, "record-invoice"),
    *crm_record_paths(f"{INVOICE}pdf/", records.record_invoice_pdf, "record-invoice-pdf"),
    *crm_record_paths(f"{INVOICE}remove/", records.detach_invoice, "detach-invoice"),
]
