"""Which fee applies and why, and the import of a payer's rates, through their doors."""

import re
from datetime import date
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from coding.models import CodeSetRelease, Contract, ConversionFactor, FeeSchedule, RelativeValue
from coding.pricing.price import price
from coding.services.import_contract import NewContract, import_contract, read_rules
from core.choices import Role
from core.errors import ApplicationError
from core.models import AuditEvent, Practice
from core.tenancy import practice_scope
from tests.cast import client_of
from tests.factories.coding import load_codes
from tests.factories.patients import Site, make_site

pytestmark = pytest.mark.django_db
FEES, IMPORT = "coding:fees", "coding:contract-import"
HEAD = "code,to,modifier,place,method,value\n"
RATES = HEAD + ",,,,pct_medicare,120\n20610,,,,fixed,92.50\nJ0000,J9999,,,per_unit,1.58\n"
NEW_YEAR = date(2026, 1, 1)


@pytest.fixture
def site(in_summit: Practice) -> Site:
    load_codes(in_summit)
    release = CodeSetRelease.objects.create(
        kind="rvu", label="2026 D", effective_from=NEW_YEAR, state="active"
    )
    RelativeValue.objects.create(
        release=release, code="99214", status_code="A", work_rvu=Decimal("1.92"),
        pe_non_facility_rvu=Decimal("1.90"), pe_facility_rvu=Decimal("1.10"),
        mp_rvu=Decimal("0.15"),
    )  # fmt: skip
    ConversionFactor.objects.create(
        release=release, name="standard", effective_from=NEW_YEAR, factor=Decimal("33.4009")
    )
    return make_site(in_summit)


def acme(site: Site, text: str = RATES, on: date = NEW_YEAR, name: str = "Acme 2026") -> Contract:
    wanted = NewContract(site.acme_plan.payer, None, name, on)
    return import_contract(wanted=wanted, content=text.encode())


def ask(site: Site, **values: str) -> str:
    asked = {
        "plan": str(site.acme_plan.public_id), "on": "11/02/2026", "place": "11",
        "lines": "99214-25; 20610-rt; j3301 x4; 83036",
    } | values  # fmt: skip
    response = client_of(site.practice, Role.BILLER).get(reverse(FEES), asked)
    return " ".join(response.content.decode().split())


def test_charge_and_allowed_amount_come_with_their_steps(site: Site) -> None:
    acme(site)
    shown = ask(site)
    for words in (
        "Standard 2020, row 99214",
        "Acme 2026, any code: 120 % of Medicare",
        "Acme 2026, 20610: 92.50 a unit x 1",
        "Acme 2026, J0000 to J9999: 1.58 a unit x 4",
        "6.32",
        "no values for 83036",
        "unknown",
    ):
        assert words in shown, words


def test_without_a_plan_only_the_charge_is_shown(site: Site) -> None:
    shown = ask(site, plan="")
    assert "200.00" in shown
    assert "No plan chosen." in shown


def test_without_a_contract_that_is_said(site: Site) -> None:
    assert "No contract is in force on the day." in ask(site)


@pytest.mark.parametrize(
    ("wrong", "told"), [({"lines": "99214 please"}, "not understood"), ({"on": "soon"}, "a date")]
)
def test_a_question_that_is_not_understood_is_refused_at_its_field(
    site: Site, wrong: dict[str, str], told: str
) -> None:
    assert told in ask(site, **wrong)


def test_a_fee_may_depend_on_modifier_and_place(site: Site) -> None:
    schedule = FeeSchedule.objects.get()
    for modifier, place, amount in (("26", "", "40"), ("", "22", "120"), ("26", "22", "30")):
        schedule.items.create(
            practice=site.practice, procedure_code="20610", modifier=modifier,
            place_of_service_code=place, fee_amount=Decimal(amount),
        )  # fmt: skip
    asked = [((), "11"), (("26",), "11"), ((), "22"), (("26",), "22"), (("RT",), "22")]
    found = [price("20610", modifiers, date(2026, 11, 2), place) for modifiers, place in asked]
    assert [one.amount if one else None for one in found] == [150, 40, 120, 30, 120]


def test_a_new_contract_ends_the_one_before_and_keeps_its_terms(site: Site) -> None:
    first = acme(site, on=date(2025, 1, 1), name="Acme 2025")
    Contract.objects.filter(pk=first.pk).update(assistant_pct=20, mac="04112", locality="01")
    second = acme(site)
    first.refresh_from_db()
    assert first.effective_to == date(2025, 12, 31)
    assert (second.assistant_pct, second.mac, second.locality) == (20, "04112", "01")
    assert AuditEvent.objects.filter(action="contract.imported").count() == 2
    with pytest.raises(ApplicationError, match="begins on that day or later") as refused:
        acme(site)
    assert refused.value.field == "effective_from"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("code,price\n1,2\n", "The first line names the columns"),
        (HEAD, "The file has no rules."),
        (HEAD + "2061,,,,fixed,1\n", "line 2: code 2061 does not have 5 letters or digits"),
        (HEAD + "20610,10000,,,fixed,1\n", "line 2: the range ends at 10000 before it begins"),
        (HEAD + "20610,,,,gratis,1\n", "line 2: method GRATIS: one of fixed"),
        (HEAD + "20610,,,,fixed,NaN\n", "line 2: value NAN is not from 0 up"),
        (HEAD + "20610,,,,fixed,-1\n", "line 2: value -1 is not from 0 up"),
        (HEAD + "20610,,,,fixed,1\n20610,,,,fixed,2\n", "line 3: the same service as line 2"),
    ],
)
def test_a_wrong_file_is_refused_whole_with_the_line(text: str, told: str) -> None:
    with pytest.raises(ApplicationError, match=re.escape(told)) as refused:
        read_rules(text.encode())

    assert refused.value.field == "file"


def test_a_manager_imports_a_file_and_a_coder_may_not(site: Site) -> None:
    upload = {
        "payer": str(site.acme_plan.payer.public_id), "plan": "", "name": "Acme 2026",
        "effective_from": "01/01/2026", "file": SimpleUploadedFile("rates.csv", RATES.encode()),
    }  # fmt: skip
    assert client_of(site.practice, Role.CODER).post(reverse(IMPORT), upload).status_code == 403
    upload["file"] = SimpleUploadedFile("rates.csv", RATES.encode())
    done = client_of(site.practice, Role.MANAGER).post(reverse(IMPORT), upload, follow=True)
    assert "Acme 2026 is in force from 01/01/2026 with 3 rules." in done.content.decode()
    wrong = upload | {"file": SimpleUploadedFile("rates.csv", b"a,b\n"), "name": "Acme next"}
    again = client_of(site.practice, Role.MANAGER).post(reverse(IMPORT), wrong)
    assert again.status_code == 422
    assert "The first line names the columns" in again.content.decode()
    assert Contract.objects.count() == 1


def test_another_practices_contracts_are_not_seen(site: Site, lakeside: Practice) -> None:
    acme(site)
    page = client_of(lakeside, Role.BILLER).get(reverse(FEES))
    assert "Acme 2026" not in page.content.decode()
    with practice_scope(lakeside):
        assert not Contract.objects.exists()


def test_the_template_is_a_file_that_can_be_imported(site: Site) -> None:
    answer = client_of(site.practice, Role.MANAGER).get(reverse(IMPORT), {"template": "1"})
    assert len(read_rules(answer.content)) == 2
