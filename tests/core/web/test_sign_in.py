"""The door: clear, but never telling which part was wrong; audited; ended by idleness."""

from datetime import timedelta

import pytest
from django.test import Client

from core import clock
from core.choices import Role
from core.models import AuditEvent, Membership, Practice, User
from core.sign_in import PREVIOUS_KEY, REFUSED
from tests.core.web.people import PASSWORD, person_with_password, sign_in

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.core.site")]


def test_the_right_password_opens_the_page_that_was_asked_for(summit: Practice) -> None:
    user = person_with_password(summit)
    client = Client()
    answer = sign_in(client, user.username, next="/work/")
    assert (answer.status_code, answer["Location"]) == (302, "/work/")
    assert client.get("/work/").status_code == 200
    event = AuditEvent.objects.get(action="sign_in.succeeded")
    assert event.user == user


@pytest.mark.parametrize("where", ["https://evil.example/", "//evil.example/", "javascript:alert"])
def test_the_way_back_stays_on_this_site(summit: Practice, where: str) -> None:
    user = person_with_password(summit)
    assert sign_in(Client(), user.username, next=where)["Location"] == "/jobs/"


def refusal(username: str, password: str = PASSWORD) -> tuple[int, str]:
    answer = sign_in(Client(), username, password)
    return answer.status_code, answer.content.decode()


def test_every_failure_says_the_same_words(summit: Practice) -> None:
    known = person_with_password(summit)
    switched_off = person_with_password(summit, Role.CODER)
    switched_off.is_active = False
    switched_off.save()
    without_role = User.objects.create_user("nobody", password=PASSWORD)
    for attempt in (
        (known.username, "wrong"),
        ("no-such-user", PASSWORD),
        (switched_off.username, PASSWORD),
        (without_role.username, PASSWORD),
    ):
        status, text = refusal(*attempt)
        assert status == 422
        assert REFUSED in text
        assert "<title>Error: Sign in" in text


def test_empty_fields_are_named_at_the_field(summit: Practice) -> None:
    status, text = refusal("", "")
    assert status == 422
    assert '<a href="#id_username">Enter your user name.</a>' in text
    assert 'aria-describedby="id_username-e"' in text


def test_failures_are_audited_and_what_was_typed_is_not_kept(summit: Practice) -> None:
    known = person_with_password(summit)
    refusal(known.username, "wrong")
    refusal("my-secret-password-in-the-wrong-field")
    first, second = AuditEvent.objects.filter(action="sign_in.failed").order_by("id")
    assert (first.subject_id, first.note) == (known.pk, "known account")
    assert (second.subject_id, second.note) == (None, "unknown account")
    assert first.before is None
    assert "secret" not in str(second.__dict__)


def test_signing_in_changes_the_session_key(summit: Practice) -> None:
    user = person_with_password(summit)
    client = Client()
    client.get("/sign-in/")
    session = client.session
    session["before"] = "1"
    session.save()
    old = str(session.session_key)
    client.cookies["claimline-session"] = old
    sign_in(client, user.username)
    assert client.session.session_key != old


def test_the_last_sign_in_is_remembered_for_the_home_page(summit: Practice) -> None:
    user = person_with_password(summit)
    first, second = Client(), Client()
    sign_in(first, user.username)
    assert first.session[PREVIOUS_KEY] == ""
    user.refresh_from_db()
    sign_in(second, user.username)
    assert second.session[PREVIOUS_KEY] == user.last_login.isoformat()


def test_signing_out_ends_the_session_on_the_server(summit: Practice) -> None:
    user = person_with_password(summit)
    client = Client()
    sign_in(client, user.username)
    stolen = client.cookies["claimline-session"].value
    assert client.get("/sign-out/").status_code == 405
    assert client.post("/sign-out/")["Location"] == "/sign-in/"
    thief = Client()
    thief.cookies["claimline-session"] = stolen
    assert thief.get("/work/").status_code == 302
    assert AuditEvent.objects.filter(action="sign_in.ended", user=user).count() == 1


def test_fifteen_idle_minutes_end_a_session(summit: Practice) -> None:
    client = Client()
    sign_in(client, person_with_password(summit).username)
    assert client.get("/work/").status_code == 200
    with clock.travel(clock.now() + timedelta(minutes=14)):
        assert client.get("/work/").status_code == 200
    with clock.travel(clock.now() + timedelta(minutes=28)):
        assert client.get("/work/").status_code == 200
    with clock.travel(clock.now() + timedelta(minutes=44)):
        assert client.get("/work/").status_code == 302


def test_a_page_that_refreshes_itself_keeps_nobody_signed_in(summit: Practice) -> None:
    client = Client()
    sign_in(client, person_with_password(summit).username)
    assert client.get("/work/").status_code == 200
    for minutes in (5, 10, 14):
        with clock.travel(clock.now() + timedelta(minutes=minutes)):
            assert client.get("/shell/", headers={"X-Heartbeat": "1"}).status_code == 200
    with clock.travel(clock.now() + timedelta(minutes=16)):
        assert client.get("/shell/", headers={"X-Heartbeat": "1"}).status_code == 302


def test_the_demo_sign_ins_are_named_only_in_a_demo(summit: Practice, settings: object) -> None:
    assert b"demo-claimline" not in Client().get("/sign-in/").content
    settings.DEMO = True
    assert b"demo-claimline" not in Client().get("/sign-in/").content
    Practice.objects.filter(pk=summit.pk).update(is_demo=True)
    assert b"demo-claimline" in Client().get("/sign-in/").content


def test_a_form_without_its_token_is_refused_in_plain_words(summit: Practice) -> None:
    client = Client(enforce_csrf_checks=True)
    answer = client.post("/sign-in/", {"username": "x", "password": "y"})
    assert answer.status_code == 403
    assert "open for too long" in answer.content.decode()


def test_a_person_signed_in_but_without_practice_is_told_so(summit: Practice) -> None:
    user = person_with_password(summit)
    client = Client()
    client.force_login(user)
    Membership.objects.all().delete()
    assert client.get("/work/").status_code == 403
