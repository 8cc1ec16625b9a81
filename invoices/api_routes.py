"""API of invoices."""

from django.urls import URLPattern, path

from invoices import api

urlpatterns: list[URLPattern] = [
    path("invoices", api.Invoices.as_view(), name="api-invoices"),
    path("invoices/<uuid:invoice_id>", api.InvoiceDetail.as_view(), name="api-invoice"),
]
