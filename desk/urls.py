"""Addresses of the desk. The patient chart stands here: it shows what all apps know."""

from django.urls import path

from desk.views import calls, chart, check_in, follow_up, home, palette, preferences

app_name = "desk"

urlpatterns = [
    path("", home.home, name="home"),
    path("find/", palette.palette, name="palette"),
    path("preferences/", preferences.preferences, name="preferences"),
    path("views/<str:key>/remove/", preferences.saved_view_remove, name="saved-view-remove"),
    path("follow-up/", follow_up.follow_up, name="follow-up"),
    path("follow-up/calls/", calls.call_list, name="calls"),
    path("follow-up/calls/patients/", calls.patient_calls, name="patient-calls"),
    path("follow-up/calls/payers/<uuid:public_id>/", calls.payer_calls, name="payer-calls"),
    path("follow-up/<uuid:public_id>/", follow_up.work_item, name="work-item"),
    path("patients/<uuid:public_id>/", chart.chart, name="patient-chart"),
    path("patients/<uuid:public_id>/audit/", chart.audit_tab, name="patient-audit"),
    path("patients/<uuid:public_id>/notes/", chart.add_note, name="patient-note"),
    path("patients/<uuid:public_id>/contacts/", chart.add_contact, name="patient-contact"),
    path("appointments/<uuid:public_id>/check-in/", check_in.check_in, name="check-in"),
]
