"""Ten thousand coded visits of a fictional practice, and a full table of NCCI pairs, laid out fast.

Rows are written past the services, for the figures only; whoever calls it rolls them back.
"""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal

import django

from bench.measure import Figure

django.setup()

from django.db import transaction  # noqa: E402  (models need the setup)

from bench.frame import PLACE  # noqa: E402
from coding.code_sets.bulk import Table, copy_table  # noqa: E402
from coding.models import (  # noqa: E402
    CaseDiagnosis,
    ChargeItem,
    ChargeLine,
    CodeSetRelease,
    CodingCase,
    PtpEdit,
)  # fmt: skip
from coding.services.load_code_sets import load_icd10cm, load_places, load_starters  # noqa: E402
from core.models import Practice  # noqa: E402
from patients.models import (  # noqa: E402
    BillingProvider,
    Encounter,
    EncounterNote,
    Guarantor,
    Patient,
    Provider,
    ServiceFacility,
)  # fmt: skip

CASES, PAIRS = 10_000, 1_700_000
_DAY = date(2026, 10, 5)
_VISITS = (
    ("E1165 Z7984", "99214 83036"), ("I10", "99213"), ("M1711", "99213-25 20610-RT J3301"),
    ("S61211A", "12001"), ("R079 I10 E785", "99214-25 93000 36415 80061"),
)  # fmt: skip


class _UndoError(Exception):
    """Leaves the transaction, and with it everything that was laid out."""


def measured_and_undone(measured: Callable[[], list[Figure]]) -> list[Figure]:
    """The figures of `measured`, with the shipped code sets loaded; what it laid out is undone."""
    load_icd10cm()
    load_places()
    load_starters()
    rows: list[Figure] = []
    try:
        with transaction.atomic():
            rows = measured()
            raise _UndoError
    except _UndoError:
        return rows


def lay_out_pairs() -> None:
    """As many edits as the practitioner table has, on numbers that look like its own."""
    release = CodeSetRelease.objects.create(
        kind="ptp", label="bench", effective_from=date(2026, 10, 1), state="active"
    )
    width = 1_304  # squared it gives the number of pairs
    rows = (
        (f"{10_000 + 45 * one}", f"{10_001 + 45 * other}", date(2020, 1, 1), None, "1", 0)
        for one in range(width)
        for other in range(width)
    )
    columns = ("column1", "column2", "effective_from", "effective_to", "modifier_indicator",
               "rationale_code")  # fmt: skip
    copy_table(release.pk, Table(PtpEdit, columns, rows))


def lay_out_cases(practice: Practice) -> list[CodingCase]:
    """Visits as they are in a practice: each patient has five, half a year apart."""
    facility = ServiceFacility.objects.create(practice=practice, name="Main", **PLACE)
    provider = Provider.objects.create(practice=practice, first_name="A", last_name="B",
                                       npi="2000000028", taxonomy_code="207Q00000X")  # fmt: skip
    billing = BillingProvider.objects.create(
        practice=practice, name="Bench", npi="2000000010", tax_id="841234567",
        taxonomy_code="207Q00000X", phone="3035550100", **PLACE,
    )  # fmt: skip
    guarantor = Guarantor.objects.create(practice=practice, first_name="A", last_name="B", **PLACE)
    patients = Patient.objects.bulk_create(
        Patient(practice=practice, mrn=f"B{number}", first_name="A", last_name="B", sex="F",
                birth_date=date(1960, 1, 1), guarantor=guarantor, **PLACE)
        for number in range(CASES // 5)
    )  # fmt: skip
    encounters = Encounter.objects.bulk_create(
        Encounter(
            practice=practice, number=f"B{number}", patient=patients[number % len(patients)],
            billing_provider=billing, facility=facility, rendering_provider=provider,
            service_date_from=_day(number), service_date_to=_day(number),
            place_of_service_code="11",
        )
        for number in range(CASES)
    )  # fmt: skip
    EncounterNote.objects.bulk_create(
        EncounterNote(practice=practice, encounter=one, text="Seen, examined, plan agreed. " * 40)
        for one in encounters
    )
    cases = CodingCase.objects.bulk_create(
        CodingCase(practice=practice, encounter=one, patient=one.patient, state="ready")
        for one in encounters
    )
    _codes(practice, cases)
    return cases


def _day(number: int) -> date:
    return _DAY - timedelta(days=183 * (number // (CASES // 5)) + number % 20)


def _codes(practice: Practice, cases: list[CodingCase]) -> None:
    diagnoses = CaseDiagnosis.objects.bulk_create(
        CaseDiagnosis(practice=practice, case=case, position=place, code=code, title=code)
        for number, case in enumerate(cases)
        for place, code in enumerate(_VISITS[number % len(_VISITS)][0].split(), 1)
    )
    keys: dict[int, list[int]] = {}
    for row in diagnoses:
        keys.setdefault(row.case_id, []).append(row.pk)
    words = {word for _, lines in _VISITS for word in lines.split()}
    ChargeItem.objects.bulk_create(
        ChargeItem(practice=practice, procedure_code=code, short_name=code,
                   effective_from=date(2020, 1, 1))
        for code in {word.split("-")[0] for word in words}
    )  # fmt: skip
    ChargeLine.objects.bulk_create(
        ChargeLine(
            practice=practice, case=case, encounter=case.encounter, patient=case.patient,
            position=place, procedure_code=word.split("-")[0], modifiers=word.split("-")[1:],
            unit_fee_amount=Decimal(100), charge_amount=Decimal(100), fee_source="bench",
            pointers=keys[case.pk], service_date_from=case.encounter.service_date_from,
            service_date_to=case.encounter.service_date_to,
        )
        for number, case in enumerate(cases)
        for place, word in enumerate(_VISITS[number % len(_VISITS)][1].split(), 1)
    )  # fmt: skip
