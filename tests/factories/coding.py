"""A coded visit of the tests, made by the services; reference data as an admin would enter it."""

from datetime import date

from coding.grammar import parse_line
from coding.models import (
    ChargeItem,
    CodeSetRelease,
    CodingCase,
    FeeSchedule,
    FeeScheduleItem,
    IcdCode,
    WaivedTest,
)
from coding.services.diagnoses import add_diagnosis
from coding.services.lines import add_line
from core.models import Practice
from patients.models import Encounter

LONG_AGO = date(2020, 1, 1)
FEES = {"99213": "135", "99214": "200", "20610": "150", "J3301": "10", "83036": "25"}
# Code, title, billable: a slice of the tabular list, enough for the rules.
ICD = (
    ("E11", "Type 2 diabetes mellitus", False),
    ("E119", "Type 2 diabetes mellitus without complications", True),
    ("I10", "Essential (primary) hypertension", True),
    ("M17", "Osteoarthritis of knee", False),
    ("M1711", "Unilateral primary osteoarthritis, right knee", True),
    ("J020", "Streptococcal pharyngitis", True),
    ("F028", "Dementia in other diseases classified elsewhere", True),
    ("W19XXXA", "Unspecified fall, initial encounter", True),
    ("Z0000", "General adult medical examination without abnormal findings", True),
    ("Z794", "Long term (current) use of insulin", True),
    *((f"R{number}", f"Symptom {number}", True) for number in range(100, 113)),
)


def load_codes(practice: Practice) -> None:
    """ICD-10-CM in small, the charge master and the price list; `practice` must be in scope."""
    release, is_new = CodeSetRelease.objects.get_or_create(
        kind="icd10cm", label="small", defaults={"effective_from": LONG_AGO, "state": "active"}
    )
    if is_new:
        IcdCode.objects.bulk_create(
            IcdCode(release=release, code=code, title=title, is_billable=billable, chapter=1)
            for code, title, billable in ICD
        )
    clia, is_new = CodeSetRelease.objects.get_or_create(
        kind="clia", label="small", defaults={"effective_from": LONG_AGO, "state": "active"}
    )
    if is_new:
        WaivedTest.objects.create(release=clia, code="83036", needs_qw=True)
    schedule = FeeSchedule.objects.create(
        practice=practice, name="Standard", is_standard=True, effective_from=LONG_AGO
    )
    for code, fee in FEES.items():
        ChargeItem.objects.create(
            practice=practice,
            procedure_code=code,
            short_name=f"Service {code}",
            effective_from=LONG_AGO,
        )
        FeeScheduleItem.objects.create(
            practice=practice, schedule=schedule, procedure_code=code, fee_amount=fee
        )


def coded(encounter: Encounter, diagnoses: str = "E119 I10", lines: str = "99213") -> CodingCase:
    """The case of `encounter` with these codes; lines are typed, a semicolon between them."""
    case = CodingCase.objects.get(encounter=encounter)
    for code in diagnoses.split():
        add_diagnosis(case=case, code=code)
    for line in filter(None, lines.split(";")):
        add_line(case=case, typed=parse_line(line))
    return case
