"""The access table: denied by default, refused in words, kept in the audit log."""

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from core import access
from core.access import BILLERS, PUBLIC, READERS, Row, role_names
from core.choices import Role
from core.models import AuditEvent, Membership, Practice
from tests.cast import client_of, user_of

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.core.site")]


def names_of(patterns: list[URLPattern | URLResolver], prefix: str = "") -> set[str]:
    """Every URL name of a site, with its namespace."""
    found = set()
    for one in patterns:
        if isinstance(one, URLResolver):
            inner = f"{prefix}{one.namespace}:" if one.namespace else prefix
            found |= names_of(one.url_patterns, inner)
        elif one.name:
            found.add(f"{prefix}{one.name}")
    return found


def test_every_page_of_the_kernel_has_a_row() -> None:
    without = {name for name in names_of(get_resolver().url_patterns) if not access.row_for(name)}
    assert without == {"test-no-row"}  # the one that is there to be refused


def test_every_row_of_the_kernel_has_a_page() -> None:
    here = names_of(get_resolver().url_patterns)
    rows = {name for name in access.all_rows() if name.startswith("core:")}
    assert rows <= here


@pytest.mark.parametrize("role", Role.values)
def test_a_url_without_a_row_is_refused_to_everybody(summit: Practice, role: str) -> None:
    assert client_of(summit, role).get("/no-row/").status_code == 403


def test_a_stranger_is_sent_to_the_sign_in_page_and_back() -> None:
    answer = Client().get("/work/?size=100")
    assert answer.status_code == 302
    assert answer["Location"] == "/sign-in/?next=/work/%3Fsize%3D100"


def test_a_stranger_asking_for_a_fragment_gets_the_whole_sign_in_page() -> None:
    headers = {"HX-Request": "true", "HX-Current-URL": "https://other.example/jobs/?size=100"}
    answer = Client().get("/work/", headers=headers)
    assert answer.status_code == 204
    assert answer["HX-Redirect"] == "/sign-in/?next=/jobs/%3Fsize%3D100"


def test_a_refusal_names_the_roles_and_who_can_give_one(summit: Practice) -> None:
    admin = user_of(summit, Role.PRACTICE_ADMIN)
    admin.first_name, admin.last_name = "Ada", "Adminson"
    admin.save()
    answer = client_of(summit, Role.CODER).post("/work/close/")
    text = answer.content.decode()
    assert answer.status_code == 403
    assert role_names(BILLERS) in text
    assert "Coder" in text
    assert "Ada Adminson" in text


def test_a_refusal_is_kept_in_the_audit_log(summit: Practice) -> None:
    client_of(summit, Role.CODER).post("/work/close/")
    event = AuditEvent.objects.get(action="access.refused")
    assert event.note == "test-work-close"
    assert event.practice == summit
    assert event.user == user_of(summit, Role.CODER)


def test_a_method_without_a_row_is_not_allowed(summit: Practice) -> None:
    answer = client_of(summit, Role.BILLER).get("/work/close/")
    assert answer.status_code == 405
    assert answer["Allow"] == "POST"


def test_head_follows_get(summit: Practice) -> None:
    assert client_of(summit, Role.BILLER).head("/work/").status_code == 200
    assert client_of(summit, Role.SYSTEM_ADMIN).head("/work/").status_code == 403


def test_a_system_admin_reads_no_patient_data(summit: Practice) -> None:
    assert Role.SYSTEM_ADMIN not in READERS
    assert client_of(summit, Role.SYSTEM_ADMIN).get("/work/").status_code == 403
    assert client_of(summit, Role.SYSTEM_ADMIN).get("/jobs/").status_code == 403


def test_taking_a_role_away_counts_from_the_next_request(summit: Practice) -> None:
    client = client_of(summit, Role.BILLER)
    assert client.get("/work/").status_code == 200
    Membership.objects.filter(user=user_of(summit, Role.BILLER)).update(is_active=False)
    answer = client.get("/work/")
    assert answer.status_code == 403
    assert "no active role" in answer.content.decode()


def test_a_switched_off_user_is_a_stranger_at_once(summit: Practice) -> None:
    client = client_of(summit, Role.BILLER)
    user = user_of(summit, Role.BILLER)
    user.is_active = False
    user.save()
    assert client.get("/work/").status_code == 302


def test_two_different_rows_for_one_url_are_a_mistake() -> None:
    with pytest.raises(ValueError, match="two different access rows"):
        access.register("other", {"core:jobs": {"GET": BILLERS}})


def test_a_public_row_allows_a_stranger_and_any_method() -> None:
    row = Row("x", {"*": PUBLIC})
    assert row.allows("GET", None)
    assert row.allows("PUT", None)
    assert not Row("x", {"GET": BILLERS}).allows("GET", None)
