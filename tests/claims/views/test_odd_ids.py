"""Buttons on many claims answer whatever ids they are sent."""

import pytest
from django.urls import reverse

from core.choices import Role
from core.models import Practice
from tests.cast import client_of

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("name", ["claims:batch-build", "claims:bulk"])
def test_an_id_that_is_none_names_no_claim(summit: Practice, name: str) -> None:
    answer = client_of(summit, Role.MANAGER).post(reverse(name), {"ids": ["nope"], "act": "send"})
    assert answer.status_code in {302, 303}


def test_an_order_that_is_not_known_sends_nothing(summit: Practice) -> None:
    client = client_of(summit, Role.MANAGER)
    answer = client.post(reverse("claims:batch-build"), {"act": "dry_run"}, follow=True)
    assert "Nothing was sent" in answer.content.decode()
