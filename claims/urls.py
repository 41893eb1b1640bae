"""Pages of claims, batches, remittances and the inbox."""

from django.urls import path

app_name = "claims"
urlpatterns: list = []
