"""Charge master and fees are set up in the admin site; coded cases are only looked at."""

import pytest
from django.test import Client
from django.urls import reverse

from coding.models import ChargeItem, CodingCase, FeeSchedule
from core.choices import Role
from core.models import AuditEvent, Practice
from tests.cast import client_of
from tests.factories.coding import coded, load_codes
from tests.factories.patients import joan, make_site, visit


@pytest.fixture
def case(in_summit: Practice) -> CodingCase:
    load_codes(in_summit)
    site = make_site(in_summit)
    return coded(visit(site, joan(site)))


@pytest.fixture
def boss(summit: Practice) -> Client:
    return client_of(summit, Role.PRACTICE_ADMIN)


def url(model: str, page: str, *args: object) -> str:
    return reverse(f"admin:coding_{model}_{page}", args=args)


def test_a_service_is_added_with_its_dates_in_order(boss: Client, case: CodingCase) -> None:
    values = {
        "procedure_code": "12001", "short_name": "Small wound closed", "default_units": "1",
        "effective_from": "2026-01-01", "effective_to": "2025-01-01",
    }  # fmt: skip
    assert boss.post(url("chargeitem", "add"), values).status_code == 200
    assert not ChargeItem.objects.filter(procedure_code="12001").exists()
    values["effective_to"] = ""
    assert boss.post(url("chargeitem", "add"), values).status_code == 302
    assert AuditEvent.objects.filter(action="admin.added.coding.chargeitem").exists()


def test_a_fee_is_changed_inside_its_schedule(boss: Client, case: CodingCase) -> None:
    schedule = FeeSchedule.objects.get()
    item = schedule.items.get(procedure_code="99213")
    values = {
        "name": schedule.name, "is_standard": "on", "effective_from": "2020-01-01",
        "items-TOTAL_FORMS": "1", "items-INITIAL_FORMS": "1", "items-0-id": str(item.pk),
        "items-0-schedule": str(schedule.pk), "items-0-procedure_code": "99213",
        "items-0-modifier": "", "items-0-fee_amount": "-1",
    }  # fmt: skip
    page = url("feeschedule", "change", schedule.pk)
    assert boss.post(page, values).status_code == 200
    assert boss.post(page, values | {"items-0-fee_amount": "140.00"}).status_code == 302
    item.refresh_from_db()
    assert item.fee_amount == 140


def test_a_case_is_read_only_and_each_look_is_kept(boss: Client, case: CodingCase) -> None:
    assert (
        boss.get(url("codingcase", "changelist"), {"q": case.encounter.number}).status_code == 200
    )
    assert boss.get(url("codingcase", "change", case.pk)).status_code == 200
    assert AuditEvent.objects.filter(action="read", subject_id=case.pk).exists()
    assert boss.post(url("codingcase", "change", case.pk), {"state": "released"}).status_code == 403
    assert boss.post(url("codingcase", "delete", case.pk)).status_code == 403
    assert boss.get(url("codingcase", "add")).status_code == 403


def test_releases_of_code_sets_are_shown(boss: Client, case: CodingCase) -> None:
    assert "small" in boss.get(url("codesetrelease", "changelist")).content.decode()
