"""The admin site: our sign-in, admins only, own practice, no delete, every change audited."""

from typing import Any

import pytest
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.test import Client
from django.urls import reverse

from core import audit
from core.api.scopes import register_scope
from core.choices import Role
from core.models import ApiToken, AuditEvent, Membership, Practice
from core.services.api_tokens import hash_token
from core.services.documents import store_document
from core.services.work import open_work_item
from tests.cast import client_of, user_of

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.core.site")]
LISTS = ("practice", "user", "membership", "auditevent", "apitoken")


def url(page: str, *args: Any) -> str:
    return reverse(f"admin:core_{page}", args=args)


@pytest.fixture
def boss(summit: Practice) -> Client:
    """Summit's practice admin."""
    return client_of(summit, Role.PRACTICE_ADMIN)


def membership_of(practice: Practice, role: Role) -> Membership:
    return Membership.objects.get(user=user_of(practice, role), practice=practice)


@pytest.mark.parametrize("page", LISTS)
def test_a_practice_admin_opens_and_searches_every_list(boss: Client, page: str) -> None:
    answer = boss.get(url(f"{page}_changelist"), {"q": "summit"} if page != "auditevent" else {})
    assert answer.status_code == 200


@pytest.mark.parametrize("role", [role for role in Role.values if not role.endswith("_admin")])
def test_nobody_but_an_admin_opens_it(summit: Practice, role: str) -> None:
    assert client_of(summit, role).get("/admin/").status_code == 403


def test_djangos_own_flags_open_nothing(summit: Practice) -> None:
    user = user_of(summit, Role.BILLER)
    user.is_staff = user.is_superuser = True
    user.save()
    client = Client()
    client.force_login(user)
    assert client.get("/admin/").status_code == 403


def test_a_stranger_gets_the_one_sign_in_page() -> None:
    assert Client().get("/admin/")["Location"] == "/sign-in/?next=/admin/"


def test_an_admin_sees_the_own_practice_only(
    summit: Practice, lakeside: Practice, boss: Client
) -> None:
    theirs = membership_of(lakeside, Role.BILLER)
    for page in ("practice", "user", "membership", "auditevent"):
        assert "Lakeside" not in boss.get(url(f"{page}_changelist")).content.decode()
    for address in (
        url("practice_change", lakeside.pk),
        url("user_change", theirs.user_id),
        url("membership_change", theirs.pk),
    ):
        assert boss.get(address).status_code in {302, 404}  # "does not exist", back to the start
        assert boss.post(address, {}).status_code in {302, 404}


def test_a_change_is_kept_with_before_and_after(summit: Practice, boss: Client) -> None:
    row = membership_of(summit, Role.CODER)
    boss.post(url("membership_change", row.pk), {"role": Role.CODING_LEAD, "is_active": "on"})
    row.refresh_from_db()
    assert row.role == Role.CODING_LEAD
    event = AuditEvent.objects.get(action="admin.changed.core.membership")
    assert (event.before, event.after) == ({"role": "coder"}, {"role": "coding_lead"})
    assert event.user == user_of(summit, Role.PRACTICE_ADMIN)
    assert event.practice == summit
    assert not LogEntry.objects.exists()


def test_saving_without_a_change_writes_nothing(summit: Practice, boss: Client) -> None:
    row = membership_of(summit, Role.CODER)
    boss.post(url("membership_change", row.pk), {"role": Role.CODER, "is_active": "on"})
    assert not AuditEvent.objects.filter(action__startswith="admin.").exists()


def test_nothing_can_be_deleted(summit: Practice, boss: Client) -> None:
    row = membership_of(summit, Role.CODER)
    assert boss.post(url("membership_delete", row.pk), {"post": "yes"}).status_code == 403
    boss.post(
        url("membership_changelist"),
        {"action": "delete_selected", "_selected_action": row.pk, "post": "yes"},
    )
    assert Membership.objects.filter(pk=row.pk).exists()


def test_nobody_changes_the_own_role(summit: Practice, boss: Client) -> None:
    row = membership_of(summit, Role.PRACTICE_ADMIN)
    answer = boss.post(url("membership_change", row.pk), {"role": Role.MANAGER, "is_active": "on"})
    assert answer.status_code == 403


def test_nobody_gives_oneself_a_role_in_another_practice(
    summit: Practice, lakeside: Practice
) -> None:
    user = user_of(summit, Role.SYSTEM_ADMIN)
    system = client_of(summit, Role.SYSTEM_ADMIN)
    sent = {"user": user.pk, "practice": lakeside.pk, "role": Role.MANAGER, "is_active": "on"}
    answer = system.post(url("membership_add"), sent)
    assert "Nobody gives oneself a role" in answer.content.decode()
    assert not Membership.objects.filter(user=user, practice=lakeside).exists()
    other = user_of(summit, Role.BILLER)
    assert system.post(url("membership_add"), sent | {"user": other.pk}).status_code == 302
    assert Membership.objects.filter(user=other, practice=lakeside).exists()


def test_the_last_admin_stays(summit: Practice) -> None:
    row = membership_of(summit, Role.PRACTICE_ADMIN)
    system = client_of(summit, Role.SYSTEM_ADMIN)
    answer = system.post(url("membership_change", row.pk), {"role": Role.BILLER, "is_active": "on"})
    assert "last practice admin" in answer.content.decode()
    row.refresh_from_db()
    assert row.role == Role.PRACTICE_ADMIN


def test_a_practice_admin_makes_no_system_admin(summit: Practice, boss: Client) -> None:
    row = membership_of(summit, Role.CODER)
    answer = boss.post(
        url("membership_change", row.pk), {"role": Role.SYSTEM_ADMIN, "is_active": "on"}
    )
    assert answer.status_code == 200  # shown again with its error
    row.refresh_from_db()
    assert row.role == Role.CODER


def test_a_new_person_belongs_to_the_practice_with_the_least_role(
    summit: Practice, boss: Client
) -> None:
    password = "correct-horse-battery"
    answer = boss.post(
        url("user_add"),
        {"username": "newcomer", "password1": password, "password2": password,
         "usable_password": "true"},
    )  # fmt: skip
    assert answer.status_code == 302
    row = Membership.objects.get(user__username="newcomer")
    assert (row.practice, row.role) == (summit, Role.FRONT_DESK)
    added = AuditEvent.objects.get(action="admin.added.core.user")
    assert "password" not in added.after


def test_a_password_is_set_for_ones_own_people_only(
    summit: Practice, lakeside: Practice, boss: Client
) -> None:
    ours = user_of(summit, Role.CODER)
    shared = user_of(summit, Role.BILLER)
    Membership.objects.create(user=shared, practice=lakeside, role=Role.BILLER)
    password = {"password1": "another-long-password", "password2": "another-long-password"}
    where = "admin:auth_user_password_change"
    assert boss.post(reverse(where, args=[ours.pk]), password).status_code == 302
    ours.refresh_from_db()
    assert ours.check_password("another-long-password")
    assert AuditEvent.objects.get(action="user.password_set").subject_id == ours.pk
    assert boss.post(reverse(where, args=[shared.pk]), password).status_code == 403


def test_a_system_admin_sees_all_practices_and_no_patient_event(
    summit: Practice, lakeside: Practice
) -> None:
    AuditEvent.objects.create(
        actor_kind="person", actor_name="Test Reader", action="read", practice=summit,
        subject_kind="patients.patient", subject_id=1, request_id=summit.public_id,
    )  # fmt: skip
    client = client_of(summit, Role.SYSTEM_ADMIN)
    assert "Lakeside" in client.get(url("practice_changelist")).content.decode()
    assert "Test Reader" not in client.get(url("auditevent_changelist")).content.decode()


def test_the_audit_log_can_only_be_read(summit: Practice, boss: Client) -> None:
    event = AuditEvent.objects.create(
        actor_kind="person", actor_name="Test Reader", action="read", practice=summit,
        request_id=summit.public_id,
    )  # fmt: skip
    assert boss.get(url("auditevent_change", event.pk)).status_code == 200
    assert boss.post(url("auditevent_change", event.pk), {"action": "x"}).status_code == 403
    assert boss.get(url("auditevent_add")).status_code == 403


def test_a_token_is_shown_once_and_kept_as_a_hash(summit: Practice, boss: Client) -> None:
    register_scope("encounters:write", "Send encounters")
    answer = boss.post(
        url("apitoken_add"), {"name": "Our EHR", "scopes": ["encounters:write"]}, follow=True
    )
    token = ApiToken.everywhere.get()
    secret = answer.content.decode().split("clk_")[1].split("<")[0].strip()
    assert token.token_hash == hash_token(f"clk_{secret}")
    assert (token.practice, token.scopes) == (summit, ["encounters:write"])
    assert secret not in boss.get(url("apitoken_changelist")).content.decode()


def test_a_token_is_revoked_and_that_is_audited(summit: Practice, boss: Client) -> None:
    token = ApiToken.everywhere.create(
        practice=summit, name="Old", prefix="clk_x", token_hash="0", scopes=[]
    )
    boss.post(url("apitoken_changelist"), {"action": "revoke", "_selected_action": [token.pk]})
    token.refresh_from_db()
    assert token.revoked_at is not None
    assert AuditEvent.objects.filter(action="api_token.revoked").count() == 1


def test_history_leads_to_the_one_audit_log(summit: Practice, boss: Client) -> None:
    row = membership_of(summit, Role.CODER)
    where = boss.get(url("membership_history", row.pk))["Location"]
    assert where.startswith(url("auditevent_changelist"))
    assert boss.get(where).status_code == 200


def test_every_admin_searches_and_deletes_nothing(rf: Any, summit: Practice) -> None:
    request = rf.get("/admin/")
    request.user = user_of(summit, Role.PRACTICE_ADMIN)
    request.role, request.practice = Role.PRACTICE_ADMIN, summit
    for model, one in admin.site._registry.items():
        assert not one.has_delete_permission(request), model
        few_rows = model.__name__ == "CodeSetRelease"
        assert one.search_fields or few_rows, f"{model.__name__} has no search"


def test_a_system_admin_reads_no_work_notes_or_lists_of_a_practice(in_summit: Practice) -> None:
    file = store_document(
        practice=in_summit, kind="test", content=b"x", content_type="text/plain", label="Test"
    )
    open_work_item(subject=file, kind="fix", title="Call Joan about her knee", reason="Her number")
    audit.record("list.read", note="claims, payer is Medicare", practice=in_summit)
    page = client_of(in_summit, Role.SYSTEM_ADMIN).get(url("auditevent_changelist"))
    assert page.status_code == 200
    assert "Joan" not in page.content.decode()
    assert "payer is Medicare" not in page.content.decode()
