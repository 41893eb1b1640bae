"""The practice worked for: one's own only, in scope for the request and no longer."""

from datetime import UTC, datetime

import pytest
from django.test import Client

from core import clock
from core.choices import Role
from core.models import AuditEvent, Membership, Practice, WorkItem
from core.tenancy import UnscopedQuery
from tests.cast import client_of, user_of

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.core.site")]


def item_of(practice: Practice, title: str) -> WorkItem:
    return WorkItem.everywhere.create(
        practice=practice, subject_kind="core.practice", subject_id=practice.pk, kind="fix",
        title=title,
    )  # fmt: skip


def two_practices(summit: Practice, lakeside: Practice) -> Client:
    """Summit's biller, who is also Lakeside's manager."""
    Membership.objects.create(
        user=user_of(summit, Role.BILLER), practice=lakeside, role=Role.MANAGER
    )
    return client_of(summit, Role.BILLER)


def test_the_other_practice_is_unseen_in_lists_and_by_address(
    summit: Practice, lakeside: Practice
) -> None:
    ours, theirs = item_of(summit, "Ours to do"), item_of(lakeside, "Theirs to do")
    client = client_of(summit, Role.BILLER)
    text = client.get("/work/").content.decode()
    assert "Ours to do" in text
    assert "Theirs to do" not in text
    assert client.get(f"/work/{ours.public_id}/").status_code == 200
    assert client.get(f"/work/{theirs.public_id}/").status_code == 404


def test_a_person_switches_between_own_practices(summit: Practice, lakeside: Practice) -> None:
    item_of(summit, "Ours to do")
    item_of(lakeside, "Theirs to do")
    client = two_practices(summit, lakeside)
    assert "Ours to do" in client.get("/work/").content.decode()
    client.post("/practice/", {"practice": str(lakeside.public_id)})
    text = client.get("/work/").content.decode()
    assert "Theirs to do" in text
    assert "Ours to do" not in text
    assert AuditEvent.objects.get(action="practice.switched").practice == lakeside


def test_nobody_switches_to_a_practice_of_others(summit: Practice, lakeside: Practice) -> None:
    client = client_of(summit, Role.BILLER)
    answer = client.post("/practice/", {"practice": str(lakeside.public_id)})
    assert answer.status_code == 404
    assert summit.name in client.get("/work/").content.decode()


def test_losing_the_second_practice_leads_back_to_the_first(
    summit: Practice, lakeside: Practice
) -> None:
    client = two_practices(summit, lakeside)
    client.post("/practice/", {"practice": str(lakeside.public_id)})
    Membership.objects.filter(practice=lakeside).update(is_active=False)
    assert summit.name in client.get("/work/").content.decode()


def test_the_role_is_that_in_the_practice_worked_for(summit: Practice, lakeside: Practice) -> None:
    user = user_of(summit, Role.CODER)
    Membership.objects.create(user=user, practice=lakeside, role=Role.BILLER)
    client = client_of(summit, Role.CODER)
    assert client.post("/work/close/").status_code == 403
    client.post("/practice/", {"practice": str(lakeside.public_id)})
    assert client.post("/work/close/").status_code == 200


def test_the_scope_ends_with_the_request(summit: Practice) -> None:
    client_of(summit, Role.BILLER).get("/work/")
    with pytest.raises(UnscopedQuery):
        WorkItem.objects.count()


def test_times_are_those_of_the_practice(summit: Practice, lakeside: Practice) -> None:
    with clock.travel(datetime(2026, 11, 24, 12, 30, tzinfo=UTC)):
        for practice, local in ((summit, "05:30"), (lakeside, "06:30")):
            text = client_of(practice, Role.BILLER).get("/work/").content.decode()
            assert f">{local}</time>" in text


def test_a_demo_practice_says_so_on_its_pages(summit: Practice) -> None:
    client = client_of(summit, Role.BILLER)
    assert "everyone here is fictional" not in client.get("/work/").content.decode()
    Practice.objects.filter(pk=summit.pk).update(is_demo=True)
    assert "everyone here is fictional" in client.get("/work/").content.decode()


def test_theme_and_density_are_kept_and_nonsense_is_not(summit: Practice) -> None:
    client = client_of(summit, Role.BILLER)
    client.post("/appearance/", {"theme": "dark", "density": "enormous", "next": "/work/"})
    text = client.get("/work/").content.decode()
    assert 'data-theme="dark"' in text
    assert "data-density" not in text
