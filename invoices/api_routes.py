"""API of invoices."""

from django.urls import URLPattern, path

from invoices import (
    api,
    api_approvals,
    api_attachments,
    api_automation,
    api_changes,
    api_customer_requests,
    api_month_end,
    api_orders,
    api_sending,
    api_tax_map,
)

urlpatterns: list[URLPattern] = [
    path("invoices", api_orders.InvoicesAndOrders.as_view(), name="api-invoices"),
    path("orders/<uuid:operation_id>", api_orders.OrderState.as_view(), name="api-order"),
    path("invoices/<uuid:invoice_id>", api.InvoiceDetail.as_view(), name="api-invoice"),
    path(
        "invoices/<uuid:invoice_id>/changes",
        api_changes.InvoiceChanges.as_view(),
        name="api-invoice-changes",
    ),
    path("invoices/<uuid:invoice_id>/void", api_changes.InvoiceVoid.as_view(), name="api-void"),
    path(
        "invoices/<uuid:invoice_id>/correct",
        api_changes.InvoiceCorrect.as_view(),
        name="api-correct",
    ),
    path("invoices/<uuid:invoice_id>/copy", api_changes.InvoiceCopy.as_view(), name="api-copy"),
    path(
        "customer-requests",
        api_customer_requests.CustomerRequests.as_view(),
        name="api-customer-requests",
    ),
    path(
        "customer-requests/<uuid:request_id>/accept",
        api_customer_requests.AcceptCustomer.as_view(),
        name="api-accept-customer",
    ),
    path(
        "customer-requests/<uuid:request_id>/reject",
        api_customer_requests.RejectCustomer.as_view(),
        name="api-reject-customer",
    ),
    path(
        "records/<str:object_kind>/<str:record_id>/attachments",
        api_attachments.Attachments.as_view(),
        name="api-attachments",
    ),
    path(
        "records/<str:object_kind>/<str:record_id>/attachments/<uuid:invoice_id>",
        api_attachments.Attachment.as_view(),
        name="api-attachment",
    ),
    path(
        "existing-invoices",
        api_attachments.ExistingInvoices.as_view(),
        name="api-existing-invoices",
    ),
    path(
        "companies/<uuid:company_id>/tax-map",
        api_tax_map.TaxMapView.as_view(),
        name="api-tax-map",
    ),
    path(
        "companies/<uuid:company_id>/won-and-paid",
        api_automation.WonAndPaid.as_view(),
        name="api-won-and-paid",
    ),
    path(
        "companies/<uuid:company_id>/won-and-paid/choices",
        api_automation.WonAndPaidChoices.as_view(),
        name="api-won-and-paid-choices",
    ),
    path("month-end", api_month_end.MonthEnd.as_view(), name="api-month-end"),
    path("approvals", api_approvals.Approvals.as_view(), name="api-approvals"),
    path(
        "approvals/<uuid:approval_id>",
        api_approvals.ApprovalDetail.as_view(),
        name="api-approval",
    ),
    path(
        "approvals/<uuid:approval_id>/approve",
        api_approvals.Approve.as_view(),
        name="api-approve",
    ),
    path("approvals/<uuid:approval_id>/reject", api_approvals.Reject.as_view(), name="api-reject"),
    path("invoices/<uuid:invoice_id>/send", api_sending.InvoiceSend.as_view(), name="api-send"),
    path(
        "invoices/<uuid:invoice_id>/schedule",
        api_sending.InvoiceSchedule.as_view(),
        name="api-schedule",
    ),
    path(
        "invoices/<uuid:invoice_id>/pay-link",
        api_sending.InvoicePayLink.as_view(),
        name="api-pay-link",
    ),
]
