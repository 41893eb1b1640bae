"""Every door of the site. Each app names its own pages; nothing is reachable without a row."""

from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("admin/", admin.site.urls),
    path("payers/v1/", include("claims.callbacks.urls")),
    path("api/v1/", include("core.api.urls")),
    path("api/v1/", include("patients.api.urls")),
    path("api/v1/", include("coding.api.urls")),
    path("api/v1/", include("claims.api.urls")),
    path("api/v1/", include("billing.api.urls")),
    path("", include("desk.urls")),
    path("", include("core.urls")),
    path("patients/", include("patients.urls")),
    path("encounters/", include("coding.urls")),
    path("claims/", include("claims.urls")),
    path("billing/", include("billing.urls")),
]

handler400 = "core.views.errors.bad_request"
handler403 = "core.views.errors.permission_denied"
handler404 = "core.views.errors.page_not_found"
handler500 = "core.views.errors.server_error"
