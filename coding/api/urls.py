"""Addresses below /api/v1/ that this app brings."""

from django.urls import path

from coding.api import charges

urlpatterns = [
    path("charges", charges.ChargesList.as_view(), name="api-charges"),
    path("charges/<uuid:public_id>", charges.ChargesDetail.as_view(), name="api-charge"),
]
