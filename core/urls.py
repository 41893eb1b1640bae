"""Addresses of the kernel's own pages."""

from django.urls import path

from core import health
from core.views import api_docs, api_keys, documents, jobs, shell, sign_in, webhooks

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
    path("integrations/keys/", api_keys.key_list, name="api-keys"),
    path("integrations/keys/new/", api_keys.key_new, name="api-key-new"),
    path("integrations/keys/<uuid:public_id>/", api_keys.key, name="api-key"),
    path("integrations/keys/<uuid:public_id>/change/", api_keys.key_change, name="api-key-change"),
    path("integrations/keys/<uuid:public_id>/renew/", api_keys.key_renew, name="api-key-renew"),
    path("integrations/keys/<uuid:public_id>/revoke/", api_keys.key_revoke, name="api-key-revoke"),
    path("integrations/webhooks/", webhooks.webhook_list, name="webhooks"),
    path("integrations/webhooks/new/", webhooks.webhook_new, name="webhook-new"),
    path("integrations/webhooks/<uuid:public_id>/", webhooks.webhook, name="webhook"),
    path(
        "integrations/webhooks/<uuid:public_id>/change/",
        webhooks.webhook_change,
        name="webhook-change",
    ),
    path(
        "integrations/webhooks/<uuid:public_id>/switch/",
        webhooks.webhook_switch,
        name="webhook-switch",
    ),
    path(
        "integrations/webhooks/<uuid:public_id>/renew/",
        webhooks.webhook_renew,
        name="webhook-renew",
    ),
    path(
        "integrations/webhooks/<uuid:public_id>/test/", webhooks.webhook_test, name="webhook-test"
    ),
    path(
        "integrations/webhooks/<uuid:public_id>/replay/",
        webhooks.webhook_replay,
        name="webhook-replay",
    ),
    path("integrations/engineers/", api_docs.api_docs, name="api-docs"),
    path("livez", health.livez, name="livez"),
    path("readyz", health.readyz, name="readyz"),
]
