"""Addresses below /patients/. The chart itself, /patients/<id>/, stands in the desk."""

from django.urls import path

from patients.views import appointments, cases, coverage, encounters, patients

app_name = "patients"

urlpatterns = [
    path("", patients.patient_list, name="list"),
    path("new/", patients.new, name="new"),
    path("<uuid:public_id>/edit/", patients.edit, name="edit"),
    path("<uuid:public_id>/coverages/new/", coverage.new, name="coverage-new"),
    path("coverages/<uuid:public_id>/", coverage.edit, name="coverage-edit"),
    path("<uuid:public_id>/encounters/new/", encounters.new, name="encounter-new"),
    path("appointments/", appointments.day_list, name="appointments"),
    path("appointments/import/", appointments.import_file, name="appointment-import"),
    path("appointments/<uuid:public_id>/", appointments.detail, name="appointment"),
    path("appointments/<uuid:public_id>/close/", appointments.close, name="appointment-close"),
    path("<uuid:public_id>/appointments/new/", appointments.new, name="appointment-new"),
    path("<uuid:public_id>/cases/new/", cases.case_new, name="case-new"),
    path("cases/<uuid:public_id>/", cases.case_edit, name="case-edit"),
    path(
        "<uuid:public_id>/authorizations/new/",
        cases.authorization_new,
        name="authorization-new",
    ),
    path(
        "authorizations/<uuid:public_id>/",
        cases.authorization_edit,
        name="authorization-edit",
    ),
    path("encounters/import/", encounters.import_file, name="encounter-import"),
]
