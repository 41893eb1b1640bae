"""The facts of one service line: loops 2400 to 2440 (domain B.4)."""

from patients.claim_data.fields import Fact, Group, Kind, day, flag, money, number, one_of, some_of
from patients.claim_data.shared_groups import (
    YES_NO,
    ambulance,
    ambulance_conditions,
    attachments,
    contract,
    provider_numbers,
    repricing,
)
from patients.claim_data.visit_groups import CLIA_PATTERN, CLIA_WORDS

_MARKS = Group(
    "marks", "Marks and description", "Emergency, child screening, family planning",
    (
        flag("emergency", "Emergency", "2400 SV109", "24C"),
        flag("epsdt", "Child screening (EPSDT)", "2400 SV111", "24H"),
        flag("family_planning", "Family planning", "2400 SV112", "24H"),
        flag("no_copay", "Exempt from copay", "2400 SV115"),
        Fact("description", "What was done", "2400 SV101-7", "24 shaded (ZZ)", longest=80,
             help="For codes that do not say it, such as unlisted ones"),
    ),
)  # fmt: skip
_DRUG = Group(
    "drug",
    "Drug: prescription",
    "Beside the NDC, which is typed on the line itself",
    (
        Fact("prescription", "Prescription number", "2410 REF*XZ"),
        Fact("link", "Number that links a compound's parts", "2410 REF*VY"),
    ),
)
_ANESTHESIA = Group(
    "anesthesia", "Anesthesia", "From start to stop, and the units for obstetric anesthesia",
    (
        Fact("start", "Start", "2400 SV104 as minutes", "24 shaded (7)", Kind.TIME),
        Fact("stop", "Stop", "2400 SV104 as minutes", "24 shaded (7)", Kind.TIME),
        number("obstetric_units", "Obstetric units", "2400 QTY*FL"),
    ),
)  # fmt: skip
_DATES = Group(
    "dates", "Dates", "Treatment, tests and certifications of this service",
    (
        day("prescription", "Prescribed", "2400 DTP*471"),
        day("recertified", "Certification revised", "2400 DTP*607"),
        day("therapy_began", "Therapy began", "2400 DTP*463"),
        day("certified", "Last certified", "2400 DTP*461"),
        day("last_seen", "Last seen", "2400 DTP*304"),
        day("hemoglobin_test", "Hemoglobin or hematocrit tested", "2400 DTP*738"),
        day("creatinine_test", "Creatinine tested", "2400 DTP*739"),
        day("shipped", "Shipped", "2400 DTP*011"),
        day("last_xray", "Last X-ray", "2400 DTP*455"),
        day("initial_treatment", "First treatment", "2400 DTP*454"),
    ),
    in_order=(("therapy_began", "certified"),),
)  # fmt: skip
_NUMBERS = Group(
    "numbers", "Numbers", "Where a line has another one than its claim",
    (
        Fact("authorization", "Prior authorization", "2400 REF*G1"),
        Fact("referral", "Referral", "2400 REF*9F"),
        Fact("mammography", "Mammography certification", "2400 REF*EW"),
        Fact("clia", "CLIA", "2400 REF*X4", pattern=CLIA_PATTERN, pattern_words=CLIA_WORDS,
             longest=10),
        Fact("referring_clia", "CLIA of the referring laboratory", "2400 REF*F4",
             pattern=CLIA_PATTERN, pattern_words=CLIA_WORDS, longest=10),
        Fact("vaccine_lot", "Vaccine lot", "2400 REF*BT"),
        Fact("repriced", "Repriced line", "2400 REF*9B"),
        Fact("repriced_again", "Adjusted repriced line", "2400 REF*9D"),
    ),
)  # fmt: skip
_PURCHASED = Group(
    "purchased",
    "Bought from another",
    "An outside laboratory or reader; choose it above",
    (money("amount", "Paid for it", "2400 PS102", "20"),),
)
_EQUIPMENT = Group(
    "equipment", "Equipment (DME)", "Rental and purchase price",
    (
        number("days", "Days needed", "2400 SV503"),
        money("rental", "Rental price", "2400 SV504"),
        money("purchase", "Purchase price", "2400 SV505"),
        one_of("frequency", "Rental is paid", "2400 SV506",
               (("1", "Weekly"), ("4", "Monthly"), ("6", "Daily"))),
    ),
    needs=("days", "rental", "purchase", "frequency"),
)  # fmt: skip
_CERTIFICATION = Group(
    "certification", "Equipment: certification", "The certificate of medical necessity",
    (
        one_of("kind", "Kind", "2400 CR301", (("I", "First"), ("R", "Renewal"), ("S", "Revised"))),
        number("months", "Months needed", "2400 CR303"),
    ),
    needs=("kind", "months"),
)  # fmt: skip
_CERTIFICATE_PAPER = Group(
    "certificate", "Equipment: how the certificate goes", "",
    (
        one_of("way", "How it goes", "2400 PWK*CT",
               (("AB", "Sent before, to this payer"), ("AD", "With the claim"),
                ("AF", "Is on its way"), ("AG", "Not needed"), ("NS", "Not sent"))),
    ),
)  # fmt: skip
_EQUIPMENT_CONDITION = Group(
    "equipment_condition", "Equipment: condition", "",
    (
        one_of("applies", "Do they apply?", "2400 CRC*09", YES_NO),
        some_of("conditions", "Conditions", "2400 CRC*09",
                (("38", "Certification is on file"), ("ZV", "Replacement item")), most=2),
    ),
    needs=("applies", "conditions"),
)  # fmt: skip
_FORM = Group(
    "form", "Equipment: form", "The form whose questions are answered below",
    (
        one_of("kind", "Kind of form", "2440 LQ01",
               (("UT", "Of the equipment contractor (CMN, DIF)"), ("AS", "Of the payer"))),
        Fact("number", "Form number", "2440 LQ02", longest=30),
    ),
    needs=("kind", "number"),
)  # fmt: skip
_ANSWERS = Group(
    "answers", "Equipment: answers", "One answer a row, with the form's number of the question",
    (
        Fact("question", "Question", "2440 FRM01", longest=20),
        one_of("yes_no", "Yes or no", "2440 FRM02",
               (("Y", "Yes"), ("N", "No"), ("W", "Does not apply"))),
        Fact("text", "In words", "2440 FRM03"),
        day("date", "As a date", "2440 FRM04"),
        number("percent", "As a percentage", "2440 FRM05"),
    ),
    most=30, needs=("question",), any_of=("yes_no", "text", "date", "percent"), shown=3,
)  # fmt: skip
_HOSPICE = Group(
    "hospice",
    "Hospice",
    "Is it given by an employee of the hospice?",
    (one_of("employed", "Employee of the hospice", "2400 CRC*70", YES_NO),),
)
_RESULTS = Group(
    "results", "Test results", "Such as hemoglobin or height, where the payer asks",
    (
        one_of("kind", "Result of", "2400 MEA01", (("TR", "A test"), ("OG", "The first test"))),
        one_of("what", "What", "2400 MEA02",
               (("HT", "Height"), ("R1", "Hemoglobin"), ("R2", "Hematocrit"),
                ("R3", "Epoetin starting dose"), ("R4", "Creatinine"))),
        number("value", "Result", "2400 MEA03"),
    ),
    most=5, needs=("kind", "what", "value"),
)  # fmt: skip
_AMOUNTS = Group(
    "amounts", "Tax and postage", "Contained in the line's charge",
    (
        money("tax", "Sales tax", "2400 AMT*T"),
        money("postage", "Postage", "2400 AMT*F4"),
    ),
)  # fmt: skip
_NOTES = Group(
    "notes", "Note to the payer", "Read by a person, so it costs time: only what no field says",
    (
        one_of("code", "About", "2400 NTE01",
               (("ADD", "Anything else"), ("DCP", "Goals and plans"))),
        Fact("text", "Note", "2400 NTE02", "24 shaded (ZZ)", longest=80),
        Fact("third_party", "Note of a third party", "2400 NTE*TPO", longest=80),
    ),
)  # fmt: skip
_FILE = Group(
    "state_data", "Data that a state asks for", "As the state's rule spells it",
    (Fact("text", "Data", "2400 K3", longest=80),), most=10, shown=1,
)  # fmt: skip
_WHOSE = (
    ("rendering", "Who gave the service"), ("purchased", "Who it was bought from"),
    ("facility", "The place"), ("supervising", "Who supervised"), ("ordering", "Who ordered"),
    ("referring", "Who referred"),
)  # fmt: skip
_RIDERS = (number("riders", "Patients in the vehicle", "2400 QTY*PT"),)

LINE: tuple[Group, ...] = (
    _MARKS, _DRUG, _ANESTHESIA, _DATES, _NUMBERS, _PURCHASED, _NOTES, attachments("2400"),
    ambulance("2400", _RIDERS), ambulance_conditions("2400"), _EQUIPMENT, _CERTIFICATION,
    _CERTIFICATE_PAPER, _EQUIPMENT_CONDITION, _FORM, _ANSWERS, _HOSPICE, _RESULTS, _AMOUNTS,
    provider_numbers(_WHOSE, "2420A to F"), contract("2400"), repricing("2400"), _FILE,
)  # fmt: skip
