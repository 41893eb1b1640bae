"""Addresses below /api/v1/ that this app brings."""

from django.urls import path

from billing.api import journal, payments

urlpatterns = [
    path("payments", payments.PaymentList.as_view(), name="api-payments"),
    path("payments/<uuid:public_id>", payments.PaymentDetail.as_view(), name="api-payment"),
    path("journal", journal.JournalList.as_view(), name="api-journal"),
    path("journal/days", journal.JournalDays.as_view(), name="api-journal-days"),
    path("journal/<uuid:public_id>", journal.JournalDetail.as_view(), name="api-journal-entry"),
]
