"""The description of the API. The apps add their own addresses under the same prefix."""

from django.urls import path
from drf_spectacular.views import SpectacularAPIView

from core.api import schema  # noqa: F401  (describes tokens to the generator)

urlpatterns = [
    path(
        "schema",
        SpectacularAPIView.as_view(authentication_classes=[], permission_classes=[]),
        name="api-schema",
    ),
]
