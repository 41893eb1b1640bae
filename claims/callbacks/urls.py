"""Where payers and clearinghouses post their events, and what their engineers read."""

from django.urls import path

from claims.callbacks import page, views

urlpatterns = [
    path("openapi.json", views.openapi, name="payer-openapi"),
    path("<str:key_id>/events", views.events, name="payer-events"),
    path("page/<str:token>/", page.show, name="payer-page"),
    path("page/<str:token>/try", page.try_it, name="payer-page-try"),
]
