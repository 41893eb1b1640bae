"""Addresses below /api/v1/ that this app brings."""

from django.urls import path

from patients.api import appointments, views

urlpatterns = [
    path("patients", views.PatientList.as_view(), name="api-patients"),
    path("encounters", views.EncounterList.as_view(), name="api-encounters"),
    path("encounters/<uuid:public_id>", views.EncounterDetail.as_view(), name="api-encounter"),
    path("appointments", appointments.AppointmentList.as_view(), name="api-appointments"),
    path(
        "appointments/<uuid:public_id>",
        appointments.AppointmentDetail.as_view(),
        name="api-appointment",
    ),
]
