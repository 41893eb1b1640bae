"""How timelines and work items name the kernel's own rows, and where their pages are."""

from django.urls import reverse

from core import subjects
from core.models import ApiToken, WebhookEndpoint


def register() -> None:
    """Keys and addresses of the practice's own systems."""
    subjects.register(
        ApiToken,
        lambda token: f"API key {token.name}",
        lambda token: reverse("core:api-key", args=[token.public_id]),
    )
    subjects.register(
        WebhookEndpoint,
        lambda endpoint: f"Webhook {endpoint.name}",
        lambda endpoint: reverse("core:webhook", args=[endpoint.public_id]),
    )
