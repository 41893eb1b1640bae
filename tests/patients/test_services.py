"""Registration, coverage and encounters through the services; wrong input is told at its field."""

from datetime import date, timedelta

import pytest

from core import clock
from core.errors import ApplicationError, Conflict
from core.models import AuditEvent, NewsItem, Practice, TimelineEntry
from core.tenancy import practice_scope
from patients.models import Encounter, Guarantor
from patients.selectors import coverages_on, possible_duplicates
from patients.services.record_coverage import change_coverage, record_coverage
from patients.services.record_encounter import add_encounter_note
from patients.services.register_patient import register_patient, update_patient
from tests.factories.patients import VISIT_DAY, Site, joan, joans_medicare, make_site, visit

pytestmark = pytest.mark.django_db


@pytest.fixture
def site(in_summit: Practice) -> Site:
    return make_site(in_summit)


def test_a_patient_answers_for_themselves_unless_somebody_else_does(site: Site) -> None:
    mother = joan(site)
    child = joan(site, first_name="Lily", birth_date=date(2018, 9, 3), guarantor=mother.guarantor)
    assert mother.guarantor.last_name == "Testpatient"
    assert child.guarantor == mother.guarantor
    assert Guarantor.objects.count() == 1
    assert mother.mrn != child.mrn


@pytest.mark.parametrize(
    ("columns", "field"),
    [
        ({"birth_date": date(2999, 1, 1)}, "birth_date"),
        ({"deceased_on": date(1940, 1, 1)}, "deceased_on"),
    ],
)
def test_impossible_dates_are_told_at_their_field(
    site: Site, columns: dict[str, date], field: str
) -> None:
    with pytest.raises(ApplicationError) as refused:
        joan(site, **columns)
    assert refused.value.field == field


def test_only_real_changes_are_kept_and_audited(site: Site) -> None:
    patient = joan(site)
    update_patient(patient=patient, first_name="Joan", city="Newtown")
    event = AuditEvent.objects.get(action="patient.changed")
    assert (event.before, event.after) == ({"city": "Anytown"}, {"city": "Newtown"})
    assert event.patient_id is None or event.patient_id == patient.pk
    with pytest.raises(ApplicationError, match="cannot be changed"):
        update_patient(patient=patient, patient_balance_amount=0)


def test_the_same_birth_date_and_a_like_name_is_a_possible_duplicate(site: Site) -> None:
    patient = joan(site)
    found = possible_duplicates(
        first_name="JOAN", last_name="Someone", birth_date=patient.birth_date
    )
    assert list(found) == [patient]


def test_a_member_id_is_kept_without_dashes(site: Site) -> None:
    assert joans_medicare(site, joan(site)).member_id == "1EG4TE5MK73"


@pytest.mark.parametrize(
    ("columns", "field"),
    [
        ({"member_id": "1EG4TE5MK7S"}, "member_id"),
        ({"member_id": " - "}, "member_id"),
        ({"effective_to": date(2001, 1, 1)}, "effective_to"),
        ({"relationship_code": "19"}, "subscriber_last_name"),
    ],
)
def test_wrong_coverage_is_told_at_its_field(
    site: Site, columns: dict[str, object], field: str
) -> None:
    with pytest.raises(ApplicationError) as refused:
        joans_medicare(site, joan(site), **columns)
    assert refused.value.field == field


def test_two_coverages_of_one_rank_never_overlap(site: Site) -> None:
    patient = joan(site)
    medicare = joans_medicare(site, patient, effective_to=date(2026, 6, 30))
    with pytest.raises(ApplicationError, match="in force in this period") as refused:
        record_coverage(
            patient=patient, plan=site.acme_plan, member_id="A1", effective_from=date(2026, 6, 30)
        )
    assert refused.value.field == "effective_from"
    acme = record_coverage(
        patient=patient, plan=site.acme_plan, member_id="A1", effective_from=date(2026, 7, 1)
    )
    assert coverages_on(patient, date(2026, 6, 30)) == [medicare]
    assert coverages_on(patient, VISIT_DAY) == [acme]
    assert coverages_on(patient, date(2014, 1, 1)) == [], "nobody insured her then: self-pay"


def test_coverages_come_by_rank(site: Site) -> None:
    patient = joan(site)
    second = record_coverage(
        patient=patient, plan=site.acme_plan, member_id="A1", rank=2, effective_from=VISIT_DAY
    )
    first = joans_medicare(site, patient)
    assert coverages_on(patient, VISIT_DAY) == [first, second]


def test_a_changed_coverage_is_news_and_an_unchanged_one_is_not(site: Site) -> None:
    coverage = joans_medicare(site, joan(site))
    change_coverage(coverage=coverage, group_number="")
    assert NewsItem.objects.filter(topic="patients.coverage_changed").count() == 1
    change_coverage(coverage=coverage, group_number="55001")
    assert NewsItem.objects.filter(topic="patients.coverage_changed").count() == 2
    event = AuditEvent.objects.get(action="coverage.changed")
    assert event.after == {"group_number": "55001"}


def test_a_visit_takes_its_place_from_the_site(site: Site) -> None:
    encounter = visit(site, joan(site))
    assert encounter.place_of_service_code == "11"
    assert encounter.service_date_to == VISIT_DAY
    assert encounter.notes.get().signed_at is not None


@pytest.mark.parametrize(
    ("columns", "field"),
    [
        ({"service_date_from": date(1950, 4, 11)}, "service_date_from"),
        ({"service_date_to": VISIT_DAY - timedelta(1)}, "service_date_to"),
    ],
)
def test_impossible_visits_are_told_at_their_field(
    site: Site, columns: dict[str, date], field: str
) -> None:
    with pytest.raises(ApplicationError) as refused:
        visit(site, joan(site), **columns)
    assert refused.value.field == field
    assert not Encounter.objects.exists()


def test_a_visit_is_not_in_the_future_and_not_after_death(site: Site) -> None:
    tomorrow = clock.today(site.practice) + timedelta(1)
    with pytest.raises(ApplicationError, match="future"):
        visit(site, joan(site), service_date_from=tomorrow)
    with pytest.raises(ApplicationError, match="death"):
        visit(site, joan(site, deceased_on=VISIT_DAY - timedelta(1)))


def test_the_other_practices_patient_cannot_be_seen_here(site: Site, lakeside: Practice) -> None:
    with practice_scope(lakeside):
        stranger = joan(make_site(lakeside))
    with pytest.raises(ApplicationError, match="no such patient") as refused:
        visit(site, stranger)
    assert refused.value.field == "patient"


def test_an_external_number_is_taken_once(site: Site) -> None:
    visit(site, joan(site), external_number="EHR-1")
    with pytest.raises(Conflict) as refused:
        visit(site, joan(site), external_number="EHR-1")
    assert refused.value.field == "external_number"
    visit(site, joan(site))
    visit(site, joan(site))


def test_a_second_note_is_an_addendum_and_an_empty_one_is_refused(site: Site) -> None:
    encounter = visit(site, joan(site))
    add_encounter_note(
        encounter=encounter, text="Lab came back.", author_name="Dr. Reyes", signed_at=clock.now()
    )
    assert encounter.notes.count() == 2
    with pytest.raises(ApplicationError):
        add_encounter_note(encounter=encounter, text=" ", author_name="", signed_at=None)
    assert TimelineEntry.objects.filter(kind="note.added").count() == 2


def test_a_son_of_his_fathers_name_does_not_rename_the_guarantor(site: Site) -> None:
    father = joan(site)
    son = register_patient(
        practice=father.practice, first_name=father.first_name, last_name=father.last_name,
        birth_date=date(2015, 3, 1), sex="M", guarantor=father.guarantor, address_line1="7 Elm Ave",
        city="Anytown", state_code="CO", zip_code="80001",
    )  # fmt: skip
    update_patient(patient=son, first_name="Junior", address_line1="9 Oak St")
    father.guarantor.refresh_from_db()
    assert father.guarantor.first_name == father.first_name
    assert father.guarantor.address_line1 != "9 Oak St"
    update_patient(patient=father, address_line1="9 Oak St")
    father.guarantor.refresh_from_db()
    assert father.guarantor.address_line1 == "9 Oak St"
