"""Addresses below /api/v1/ that this app brings."""

from django.urls import path

from claims.api import claims, denials, remittances

urlpatterns = [
    path("claims", claims.ClaimList.as_view(), name="api-claims"),
    path("claims/<uuid:public_id>", claims.ClaimDetail.as_view(), name="api-claim"),
    path("remittances", remittances.RemittanceList.as_view(), name="api-remittances"),
    path(
        "remittances/<uuid:public_id>",
        remittances.RemittanceDetail.as_view(),
        name="api-remittance",
    ),
    path(
        "remittances/<uuid:public_id>/claims",
        remittances.RemittanceClaims.as_view(),
        name="api-remittance-claims",
    ),
    path("denials", denials.DenialList.as_view(), name="api-denials"),
    path("denials/<uuid:public_id>", denials.DenialDetail.as_view(), name="api-denial"),
]
