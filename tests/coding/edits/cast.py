"""Encounters in a line of text, and a small set of reference data with one row for each rule.

`seen("E11.9 I10", "99213-25/a; 20610-rt/a", payer="medicare")` is a visit of Joan, born 1950, on
November 2, 2026. Codes are shortened copies of the tabular list; pairs and limits are made up
where the domain's worked examples say so.
"""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from coding.edits import (
    DiagnosisFacts,
    EarlierLine,
    EditSettings,
    EncounterFacts,
    LineFacts,
    Reference,
    run_edits,
)  # fmt: skip
from coding.edits.reference import (
    AddOn,
    Audience,
    CoverageGroup,
    CoveragePolicy,
    IcdFacts,
    IcdNote,
    MueLimit,
    ProcedureFacts,
    PtpEdit,
)  # fmt: skip
from coding.grammar import parse_line
from core.findings import Finding

DAY = date(2026, 11, 2)
FAMILY, BONES = "207Q00000X", "207X00000X"
REYES = 7


def seen(diagnoses: str, lines: str, **facts: Any) -> EncounterFacts:
    """An encounter. Lines are typed as on the screen, a semicolon between them; without pointers
    a line points to all diagnoses, up to four. `on` is the day, `payer` the payer's kind.
    """
    on = facts.pop("on", DAY)
    codes = [code.replace(".", "") for code in diagnoses.split()]
    typed = [parse_line(line) for line in filter(None, (part.strip() for part in lines.split(";")))]
    return EncounterFacts(
        **{
            "service_date_from": on,
            "service_date_to": on,
            "place_of_service_code": "11",
            "patient_birth_date": date(1950, 4, 12),
            "patient_sex": "F",
            "has_note": True,
            "provider_key": REYES,
            "specialty_code": FAMILY,
            "payer_kind": facts.pop("payer", "commercial"),
            "diagnoses": tuple(DiagnosisFacts(place, code) for place, code in enumerate(codes, 1)),
            "lines": tuple(
                LineFacts(
                    key=100 + place,
                    position=place,
                    procedure_code=line.procedure_code,
                    modifiers=line.modifiers,
                    units=line.units or Decimal(1),
                    charge_amount=line.fee_amount if line.fee_amount is not None else Decimal(100),
                    pointers=line.pointers or tuple(range(1, min(len(codes), 4) + 1)),
                    service_date_from=on,
                    service_date_to=on,
                    place_of_service_code=line.place_of_service_code,
                    minutes=line.minutes,
                    ndc_code=line.ndc_code,
                    ndc_unit_code=line.ndc_unit_code,
                    ndc_quantity=line.ndc_quantity,
                )
                for place, line in enumerate(typed, 1)
            ),
        }
        | facts
    )  # type: ignore[arg-type]


def with_line(facts: EncounterFacts, **changes: Any) -> EncounterFacts:
    """The encounter with its first line changed in a way that cannot be typed."""
    first, *rest = facts.lines
    return replace(facts, lines=(replace(first, **changes), *rest))


def before(code: str, day: date, **columns: Any) -> EarlierLine:
    """A line of an earlier encounter: `before("29881", date(2026, 10, 1))`."""
    procedure, *modifiers = code.split("-")
    return EarlierLine(
        **{
            "encounter_number": "E77",
            "procedure_code": procedure,
            "modifiers": tuple(modifiers),
            "units": Decimal(1),
            "service_date": day,
            "provider_key": REYES,
            "specialty_code": FAMILY,
        }
        | columns
    )  # type: ignore[arg-type]


def findings(
    facts: EncounterFacts,
    reference: Reference | None = None,
    settings: EditSettings | None = None,
) -> list[Finding]:
    """What the edits say."""
    return run_edits(facts, reference or REFERENCE, settings or EditSettings())


def said(facts: EncounterFacts, settings: EditSettings | None = None) -> list[str]:
    """The findings as "E ICD-02", the heaviest first."""
    return [f"{one.severity} {one.code}" for one in findings(facts, settings=settings)]


# -- reference data --------------------------------------------------------------------------

E1, FIRST, MORE = "excludes1", "code_first", "use_additional"


def _note(kind: str, owner: str, *texts: str, is_block: bool = False) -> IcdNote:
    return IcdNote(kind, owner, texts, is_block)


_KNEES = (
    ("M1710", "Unilateral primary osteoarthritis, unspecified knee"),
    ("M1711", "Unilateral primary osteoarthritis, right knee"),
    ("M1712", "Unilateral primary osteoarthritis, left knee"),
)
_CARPAL = (
    ("G5600", "Carpal tunnel syndrome, unspecified upper limb"),
    ("G5601", "Carpal tunnel syndrome, right upper limb"),
    ("G5602", "Carpal tunnel syndrome, left upper limb"),
    ("G5603", "Carpal tunnel syndrome, bilateral upper limbs"),
)
_WRIST = tuple(f"S52501{one}" for one in "ABCDEFGHJKMNPQRS")
_TWINS = (
    ("O30001", "Twin pregnancy, unspecified number of placenta, first trimester"),
    ("O30002", "Twin pregnancy, unspecified number of placenta, second trimester"),
    ("O30003", "Twin pregnancy, unspecified number of placenta, third trimester"),
)
_MATERNITY = (Audience("ages 9 to 64", 9, 64), Audience("women", sex="F"))
_ICD = (
    IcdFacts("E11", "Type 2 diabetes mellitus", False, ("E119", "E1122", "E1165")),
    IcdFacts("E119", "Type 2 diabetes mellitus without complications", notes=(
        _note(E1, "E11", "diabetes due to underlying condition (E08.-)",
              "type 1 diabetes mellitus (E10.-)"),
        _note(MORE, "E11", "code to identify control using:", "insulin (Z79.4)",
              "oral antidiabetic drugs (Z79.84)"),
    )),
    IcdFacts("E109", "Type 1 diabetes mellitus without complications", notes=(
        _note(E1, "E10", "type 2 diabetes mellitus (E11.-)"),)),
    IcdFacts("E1122", "Type 2 diabetes mellitus with diabetic chronic kidney disease", notes=(
        _note(MORE, "E1122", "code to identify stage of chronic kidney disease (N18.1-N18.6)"),)),
    IcdFacts("E1165", "Type 2 diabetes mellitus with hyperglycemia"),
    IcdFacts("I10", "Essential (primary) hypertension"),
    IcdFacts("I110", "Hypertensive heart disease with heart failure"),
    IcdFacts("I129", "Hypertensive chronic kidney disease with stage 1 through stage 4"),
    IcdFacts("I5022", "Chronic systolic (congestive) heart failure"),
    IcdFacts("N1831", "Chronic kidney disease, stage 3a"),
    IcdFacts("R059", "Cough, unspecified", notes=(
        _note(E1, "R05", "smoker's cough (J41.0)"),)),
    IcdFacts("J410", "Simple chronic bronchitis"),
    IcdFacts("J45990", "Exercise induced bronchospasm"),
    IcdFacts("J020", "Streptococcal pharyngitis"),
    IcdFacts("J069", "Acute upper respiratory infection, unspecified"),
    IcdFacts("J45909", "Unspecified asthma, uncomplicated", siblings=(
        ("J45901", "Unspecified asthma with (acute) exacerbation"),
        ("J45990", "Exercise induced bronchospasm"))),
    IcdFacts("F0280", "Dementia in other diseases classified elsewhere, unspecified severity",
             notes=(_note(FIRST, "F02", "the underlying physiological condition, such as:",
                          "Alzheimer's (G30.-)"),)),
    IcdFacts("G309", "Alzheimer's disease, unspecified"),
    IcdFacts("N400", "Benign prostatic hyperplasia without lower urinary tract symptoms",
             audiences=(Audience("men", sex="M"),)),
    IcdFacts("L97211", "Non-pressure chronic ulcer of right calf limited to skin", notes=(
        _note(FIRST, "L97", "any associated underlying condition, such as:",
              "diabetic ulcers (E11.621)"),)),
    IcdFacts("E854", "Organ-limited amyloidosis"),
    IcdFacts("H36811", "Nonproliferative retinopathy, right eye", notes=(
        _note(FIRST, "H3681", "sickle-cell disorders (D57.-)"),)),
    IcdFacts("D571", "Sickle-cell disease without crisis"),
    IcdFacts("T360X5A", "Adverse effect of penicillins, initial encounter", notes=(
        _note(FIRST, "T36-T50", "for adverse effects, the nature of the adverse effect, such as:",
              "dermatitis (L27.0)", is_block=True),)),
    IcdFacts("T360X1A", "Poisoning by penicillins, accidental, initial encounter", notes=(
        _note(FIRST, "T36-T50", "for adverse effects, the nature of the adverse effect, such as:",
              "dermatitis (L27.0)", is_block=True),)),
    IcdFacts("L270", "Generalized skin eruption due to drugs", notes=(
        _note(MORE, "L270", "code for adverse effect, if applicable, to identify drug "
              "(T36-T50 with fifth or sixth character 5)"),)),
    IcdFacts("W19", "Unspecified fall", False, ("W19XXXA", "W19XXXD", "W19XXXS"),
             frozenset("ADS")),
    IcdFacts("W19XXXA", "Unspecified fall, initial encounter", sevenths=frozenset("ADS")),
    IcdFacts("V4351XA", "Car driver injured in collision with sport utility vehicle, initial"),
    IcdFacts("Y92009", "Unspecified place in unspecified non-institutional residence"),
    IcdFacts("S52501", "Unspecified fracture of the lower end of right radius", False, _WRIST,
             frozenset("ABCDEFGHJKMNPQRS")),
    IcdFacts("S52501A", "Unspecified fracture of the lower end of right radius, initial"),
    IcdFacts("S52501D", "Unspecified fracture of the lower end of right radius, subsequent"),
    IcdFacts("S52501S", "Unspecified fracture of the lower end of right radius, sequela"),
    IcdFacts("H3532", "Exudative age-related macular degeneration", False,
             ("H353210", "H353211", "H353220")),
    IcdFacts("H353211", "Exudative age-related macular degeneration, right eye, active"),
    IcdFacts("M25531", "Pain in right wrist"),
    IcdFacts("M545", "Low back pain", False, ("M5450", "M5451", "M5459")),
    IcdFacts("M5451", "Vertebrogenic low back pain"),
    *(IcdFacts(code, title, siblings=_KNEES) for code, title in _KNEES),
    *(IcdFacts(code, title, siblings=_CARPAL) for code, title in _CARPAL),
    *(IcdFacts(code, title, siblings=_TWINS, audiences=_MATERNITY) for code, title in _TWINS),
    IcdFacts("Z3A30", "30 weeks gestation of pregnancy"),
    IcdFacts("Z3A10", "10 weeks gestation of pregnancy"),
    IcdFacts("Z331", "Pregnant state, incidental", audiences=_MATERNITY),
    IcdFacts("P599", "Neonatal jaundice, unspecified", audiences=(Audience("newborns", 0, 0),)),
    IcdFacts("Z0000", "Encounter for general adult medical examination without abnormal findings",
             audiences=(Audience("adults", 15, 124),)),
    IcdFacts("Z00129", "Encounter for routine child health examination without abnormal findings",
             audiences=(Audience("children", 0, 17),)),
    IcdFacts("Z794", "Long term (current) use of insulin"),
    IcdFacts("Z7984", "Long term (current) use of oral hypoglycemic drugs"),
    IcdFacts("Z23", "Encounter for immunization"),
    IcdFacts("E559", "Vitamin D deficiency, unspecified"),
    IcdFacts("M810", "Age-related osteoporosis without current pathological fracture"),
    *(IcdFacts(f"R{number}", f"Symptom {number}") for number in range(100, 113)),
)  # fmt: skip

_NO_PART = {"pctc": "0", "multiple": "0", "bilateral": "0", "assistant": "0"}
_SURGERY = {"pctc": "0", "multiple": "2", "bilateral": "1", "assistant": "1", "cosurgeon": "0"}
_PROCEDURES = {
    **{code: ProcedureFacts("XXX", **_NO_PART)
       for code in ("99202", "99203", "99204", "99212", "99213", "99214", "99215", "83036")},
    "20610": ProcedureFacts("000", **_SURGERY), "12001": ProcedureFacts("000", **_NO_PART),
    "11400": ProcedureFacts("010", pctc="0", bilateral="0", assistant="1"),
    "27447": ProcedureFacts("090", pctc="0", bilateral="1", assistant="2", cosurgeon="1", team="0"),
    "29881": ProcedureFacts("090", pctc="0", bilateral="1", assistant="1", cosurgeon="0"),
    "45378": ProcedureFacts("000", **_NO_PART), "45380": ProcedureFacts("000", **_NO_PART),
    "64484": ProcedureFacts("ZZZ", **_NO_PART), "64483": ProcedureFacts("000", **_SURGERY),
    "73030": ProcedureFacts("XXX", pctc="1", bilateral="3"),
    "28285": ProcedureFacts("090", **_SURGERY), "26055": ProcedureFacts("090", **_SURGERY),
}  # fmt: skip

# W-35: made-up edits.
_PAIRS = (
    PtpEdit("11400", "12001", date(2020, 1, 1), None, "1"),
    PtpEdit("45378", "45380", date(2019, 1, 1), date(2026, 6, 30), "0"),
    PtpEdit("20610", "99213", date(2013, 1, 1), None, "1"),
    PtpEdit("36415", "36416", date(2015, 1, 1), None, "9"),
    PtpEdit("20610", "20526", date(2015, 1, 1), None, "1"),
)

# W-40: a made-up policy.
_VITAMIN_D = CoveragePolicy(
    "L99999", "LCD",
    (CoverageGroup(frozenset({"E559", "N1831"})), CoverageGroup(frozenset({"M810"}), age_from=50)),
)  # fmt: skip

REFERENCE = Reference(
    icd={row.code: row for row in _ICD},
    procedures=_PROCEDURES,
    ptp={(row.column1, row.column2): (row,) for row in _PAIRS},
    mue={
        "81002": MueLimit(Decimal(4), "1"),
        "20610": MueLimit(Decimal(1), "2"),
        "94640": MueLimit(Decimal(2), "3"),
    },
    add_ons={
        "64484": AddOn("1", frozenset({"64483"})),
        "99417": AddOn("2", frozenset()),
    },
    policies={"82306": (_VITAMIN_D,)},
    places={"02": True, "10": False, "11": False, "21": True, "22": True, "23": True},
    waived_with_qw=frozenset({"87880"}),
    ended_modifiers={"JG": date(2025, 12, 31)},
    unknown_modifiers=frozenset({"ZZ"}),
    ended_codes={"99241": date(2022, 12, 31)},
    releases={
        "icd10cm": "ICD-10-CM small",
        "ptp": "NCCI small",
        "mue": "MUE small",
        "hcpcs": "HCPCS small",
    },
)
