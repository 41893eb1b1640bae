"""The description of the API. The apps add their own addresses under the same prefix."""

from django.http import HttpRequest, JsonResponse
from django.urls import path
from django.views.decorators.http import require_GET
from drf_spectacular.views import SpectacularAPIView

from core.api.openapi import document


@require_GET
def openapi(request: HttpRequest) -> JsonResponse:
    """The description as JSON; docs/api.openapi.json is the same."""
    return JsonResponse(document(), json_dumps_params={"indent": 1})


urlpatterns = [
    path(
        "schema",
        SpectacularAPIView.as_view(authentication_classes=[], permission_classes=[]),
        name="api-schema",
    ),
    path("openapi.json", openapi, name="api-openapi"),
]
