"""Set-up in the admin site: validated, own practice only, each change audited."""

import pytest
from django.test import Client
from django.urls import reverse

from core.choices import Role
from core.models import AuditEvent, Practice
from patients.models import BillingProvider, Payer, Provider, ServiceFacility
from tests.cast import client_of, user_of
from tests.factories.patients import Site, make_site


@pytest.fixture
def site(in_summit: Practice) -> Site:
    return make_site(in_summit)


@pytest.fixture
def boss(summit: Practice) -> Client:
    return client_of(summit, Role.PRACTICE_ADMIN)


def url(model: str, page: str = "add", *args: object) -> str:
    return reverse(f"admin:patients_{model}_{page}", args=args)


PROVIDER = {
    "first_name": "Avery", "last_name": "Example", "npi": "2000000036",
    "taxonomy_code": "207Q00000X", "is_active": "on",
}  # fmt: skip


@pytest.mark.parametrize("model", ["billingprovider", "servicefacility", "provider", "payer"])
def test_every_list_opens_and_is_searched(boss: Client, site: Site, model: str) -> None:
    answer = boss.get(url(model, "changelist"), {"q": "e"})
    assert answer.status_code == 200


def test_a_provider_is_added_to_the_own_practice_and_audited(boss: Client, site: Site) -> None:
    assert boss.post(url("provider"), PROVIDER).status_code == 302
    added = Provider.objects.get(npi="2000000036")
    assert added.practice == site.practice
    assert AuditEvent.objects.filter(action="admin.added.patients.provider").exists()


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"npi": "2000000037"}, "check digit"),
        ({"npi": "3000000036"}, "check digit"),
        ({"taxonomy_code": "207Q"}, "ends in X"),
    ],
)
def test_wrong_numbers_are_refused(
    boss: Client, site: Site, changes: dict[str, str], says: str
) -> None:
    answer = boss.post(url("provider"), PROVIDER | changes)
    assert answer.status_code == 200
    assert says in answer.content.decode()
    assert Provider.objects.count() == 1


def test_tax_id_and_zip_are_checked(boss: Client, site: Site) -> None:
    row = site.billing_provider
    values = {
        "name": row.name, "npi": row.npi, "tax_id": "12-345", "tax_id_qualifier": "EI",
        "taxonomy_code": row.taxonomy_code, "phone": row.phone, "address_line1": row.address_line1,
        "city": row.city, "state_code": row.state_code, "zip_code": "80001",
    }  # fmt: skip
    text = boss.post(url("billingprovider", "change", row.pk), values).content.decode()
    assert "A tax id has 9 digits" in text
    assert "all 9 digits" in text
    row.refresh_from_db()
    assert row.tax_id == "841234567"


def test_only_members_can_be_a_provider(boss: Client, site: Site, lakeside: Practice) -> None:
    stranger = user_of(lakeside, Role.PROVIDER)
    answer = boss.post(url("provider"), PROVIDER | {"user": str(stranger.pk)})
    assert answer.status_code == 200
    assert not Provider.objects.filter(npi="2000000036").exists()


def test_a_plan_is_added_inside_its_payer(boss: Client, site: Site) -> None:
    payer = Payer.objects.get(payer_number="12345")
    values = {
        "name": payer.name, "payer_number": "12345", "kind": "commercial", "is_active": "on",
        "plans-TOTAL_FORMS": "2", "plans-INITIAL_FORMS": "1",
        "plans-0-id": str(site.acme_plan.pk), "plans-0-payer": str(payer.pk),
        "plans-0-name": "Acme PPO", "plans-0-claim_filing_code": "CI", "plans-0-is_active": "on",
        "plans-1-payer": str(payer.pk), "plans-1-name": "Acme HMO",
        "plans-1-claim_filing_code": "HM", "plans-1-is_active": "on",
    }  # fmt: skip
    assert boss.post(url("payer", "change", payer.pk), values).status_code == 302
    assert sorted(payer.plans.values_list("name", flat=True)) == ["Acme HMO", "Acme PPO"]


def test_another_practices_rows_are_not_there(boss: Client, site: Site, lakeside: Practice) -> None:
    for model in (BillingProvider, ServiceFacility, Provider, Payer):
        row = model.everywhere.first()
        model.everywhere.filter(pk=row.pk).update(practice=lakeside)
        name = model._meta.model_name or ""
        answer = boss.get(url(name, "change", row.pk))
        assert answer.status_code == 302, name  # Django: "doesn't exist, perhaps it was deleted"


def test_patients_themselves_are_no_set_up(boss: Client, site: Site) -> None:
    assert "patients/patient/" not in boss.get("/admin/").content.decode()
