"""Where payers and clearinghouses post their events."""

from django.urls import path

from claims.callbacks import views

urlpatterns = [path("<str:key_id>/events", views.events, name="payer-events")]
