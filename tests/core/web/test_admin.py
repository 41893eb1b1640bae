"""The admin site: our sign-in, admins only, own practice, no delete, every change audited."""

import pytest
from django.urls import reverse

from core.choices import Role
from core.models import Practice
from tests.cast import client_of

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.core.site")]
PAGES = ("practice", "user", "membership", "auditevent", "apitoken")


@pytest.mark.parametrize("page", PAGES)
def test_a_practice_admin_opens_every_list_of_the_kernel(summit: Practice, page: str) -> None:
    client = client_of(summit, Role.PRACTICE_ADMIN)
    assert client.get(reverse(f"admin:core_{page}_changelist")).status_code == 200


@pytest.mark.parametrize("role", [role for role in Role.values if not role.endswith("_admin")])
def test_nobody_but_an_admin_opens_it(summit: Practice, role: str) -> None:
    assert client_of(summit, role).get("/admin/").status_code == 403
