"""Addresses of the kernel's own pages."""

from django.urls import path

from core import health
from core.views import documents, jobs, shell, sign_in

app_name = "core"

urlpatterns = [
    path("sign-in/", sign_in.sign_in_page, name="sign-in"),
    path("sign-out/", sign_in.sign_out, name="sign-out"),
    path("practice/", shell.switch_practice, name="switch-practice"),
    path("appearance/", shell.appearance, name="appearance"),
    path("shell/", shell.shell, name="shell"),
    path("jobs/", jobs.job_list, name="jobs"),
    path("jobs/<uuid:public_id>/", jobs.job_page, name="job"),
    path("jobs/<uuid:public_id>/cancel/", jobs.job_cancel, name="job-cancel"),
    path("documents/<uuid:public_id>/", documents.document, name="document"),
    path("livez", health.livez, name="livez"),
    path("readyz", health.readyz, name="readyz"),
]
