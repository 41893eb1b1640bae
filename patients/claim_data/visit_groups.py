"""The facts of a visit that go on its claim as a whole: loops 2000 to 2310 (domain B.4)."""

from patients.claim_data.fields import (
    Choices,
    Fact,
    Group,
    Kind,
    day,
    flag,
    money,
    number,
    one_of,
    some_of,
)
from patients.claim_data.shared_groups import (
    YES_NO,
    ambulance,
    ambulance_conditions,
    attachments,
    contract,
    provider_numbers,
    repricing,
)

CLIA_PATTERN, CLIA_WORDS = r"\d{2}D\d{7}", "A CLIA number looks like 06D0000001."
_DATES = Group(
    "dates", "Illness and treatment", "When it began and when it was treated before",
    (
        day("onset", "Illness began", "2300 DTP*431", "14 (431)"),
        day("lmp", "Last menstrual period", "2300 DTP*484", "14 (484)"),
        day("initial_treatment", "First treatment", "2300 DTP*454", "15 (454)"),
        day("last_seen", "Last seen by the attending provider", "2300 DTP*304", "15 (304)"),
        day("acute", "Acute manifestation", "2300 DTP*453", "15 (453)"),
        day("last_xray", "Last X-ray", "2300 DTP*455", "15 (455)"),
        day("prescription", "Glasses or hearing aid prescribed", "2300 DTP*471", "15 (471)"),
        day("first_contact", "First contact about the injury", "2300 DTP*444", "15 (444)",
            "Property and casualty only"),
        day("assumed", "Care taken over", "2300 DTP*090", "15 (090)"),
        day("relinquished", "Care handed over", "2300 DTP*091", "15 (091)"),
        day("repricer_received", "Received by the repricer", "2300 DTP*050"),
    ),
    in_order=(("initial_treatment", "last_seen"), ("assumed", "relinquished")),
)  # fmt: skip
_WORK = Group(
    "work", "Unable to work", "For workers' compensation and disability",
    (
        day("from", "Unable to work from", "2300 DTP*314, DTP*360", "16"),
        day("to", "Until", "2300 DTP*314, DTP*361", "16"),
        day("last_worked", "Last day worked", "2300 DTP*297"),
        day("may_return", "May return to work", "2300 DTP*296"),
    ),
    in_order=(("from", "to"),),
)  # fmt: skip
_HOSPITAL = Group(
    "hospital", "Hospital stay", "Needed where the service was given to an inpatient (place 21)",
    (
        day("admitted", "Admitted", "2300 DTP*435", "18"),
        day("discharged", "Discharged", "2300 DTP*096", "18"),
    ),
    in_order=(("admitted", "discharged"),),
)  # fmt: skip
_DELAYS: Choices = (
    ("1", "Eligibility took time"), ("2", "Litigation"), ("3", "Authorization took time"),
    ("4", "The provider's certification took time"), ("5", "Billing forms came late"),
    ("6", "Custom-made appliance came late"), ("7", "The other payer took time"),
    ("8", "Eligibility was decided late"), ("9", "Rejected before for an unrelated reason"),
    ("10", "Administrative delay in the approval"), ("11", "Other"), ("15", "Natural disaster"),
)  # fmt: skip
_SIGNATURES = Group(
    "signatures", "Signatures and assignment",
    "Empty: as it is on file for the patient, accepted, signed by the provider",
    (
        one_of("assignment", "Accepts assignment", "2300 CLM07",
               (("A", "Yes"), ("B", "Laboratory services only"), ("C", "No")), "27"),
        one_of("benefits", "Patient assigns the benefits", "2300 CLM08",
               (("Y", "Yes"), ("N", "No"), ("W", "Not applicable")), "13"),
        one_of("release", "Release of information", "2300 CLM09",
               (("Y", "Signed statement on file"), ("I", "Permitted by law")), "12"),
        one_of("signed_by", "Who signed for the patient", "2300 CLM10",
               (("P", "The provider, for the patient"),)),
        one_of("provider", "Provider's signature on file", "2300 CLM06", YES_NO, "31"),
        one_of("program", "Special program", "2300 CLM12",
               (("02", "Handicapped children"), ("03", "Special federal funding"),
                ("05", "Disability"), ("09", "Second opinion"))),
        one_of("delay", "Why the claim comes late", "2300 CLM20", _DELAYS),
    ),
)  # fmt: skip
_NUMBERS = Group(
    "numbers", "Numbers", "Authorizations that are recorded for the patient come by themselves",
    (
        Fact("authorization", "Prior authorization", "2300 REF*G1", "23",
             help="Instead of the recorded one"),
        Fact("referral", "Referral", "2300 REF*9F", "23", help="Instead of the recorded one"),
        Fact("exception", "Authorization exception code", "2300 REF*4N", kind=Kind.CHOICE, choices=(
            ("1", "Immediate or urgent care"), ("2", "In a facility that the plan does not pay"),
            ("3", "Emergency"), ("4", "The client had temporary Medicaid"),
            ("5", "Request was overridden"), ("6", "Special handling"),
            ("7", "Prior authorization is not on file"))),
        one_of("crossover", "Medicare crosses over by itself", "2300 REF*F5", YES_NO),
        Fact("mammography", "Mammography certification", "2300 REF*EW", "23"),
        Fact("clia", "CLIA", "2300 REF*X4", "23", pattern=CLIA_PATTERN, pattern_words=CLIA_WORDS,
             longest=10, help="Empty: that of the place, for waived tests"),
        Fact("device_trial", "Device exemption (IDE)", "2300 REF*LX"),
        Fact("repriced", "Repriced claim", "2300 REF*9A"),
        Fact("repriced_again", "Adjusted repriced claim", "2300 REF*9C"),
        Fact("intermediary", "Claim number of the intermediary", "2300 REF*D9", longest=20),
        Fact("medical_record", "Medical record", "2300 REF*EA"),
        Fact("demonstration", "Demonstration project", "2300 REF*P4"),
        Fact("care_plan", "Care plan oversight", "2300 REF*1J",
             help="Home health agency or hospice, by number"),
    ),
)  # fmt: skip
_PAYMENT = Group(
    "payment",
    "Paid by the patient",
    "Medicare may send money to the patient because of it",
    (money("patient", "Paid for this claim", "2300 AMT*F5", "29"),),
)
_NOTES = Group(
    "notes", "Note to the payer", "Read by a person, so it costs time: only what no field says",
    (
        one_of("code", "About", "2300 NTE01",
               (("ADD", "Anything else"), ("CER", "Certification"), ("DCP", "Goals and plans"),
                ("DGN", "Diagnosis"), ("TPO", "Third party organization"))),
        Fact("text", "Note", "2300 NTE02", "19", longest=80),
    ),
    needs=("text",),
)  # fmt: skip
_FILE = Group(
    "state_data", "Data that a state asks for", "As the state's rule spells it",
    (Fact("text", "Data", "2300 K3", longest=80),), most=10, shown=1,
)  # fmt: skip
_CONDITIONS = Group(
    "conditions", "Condition codes", "For instance W2 or W3 of workers' compensation",
    (
        Fact("codes", "Codes", "2300 HI*BG", "10d", Kind.CODES, most=12,
             pattern=r"[0-9A-Z]{2}", pattern_words="A condition code has two characters.",
             help="Parted by blanks"),
    ),
)  # fmt: skip
_SPINE = Group(
    "spine", "Spinal manipulation",
    "Chiropractic; with the dates of first treatment and acute phase",
    (
        one_of("condition", "Patient's condition", "2300 CR208",
               (("A", "Acute"), ("C", "Chronic"), ("D", "Not acute"), ("E", "Not life-threatening"),
                ("F", "Routine"), ("G", "Symptomatic"), ("M", "Acute phase of a chronic one"))),
        Fact("first", "Description", "2300 CR210", longest=80),
        Fact("second", "More description", "2300 CR211", longest=80),
    ),
    needs=("condition",),
)  # fmt: skip
_GLASSES: Choices = (
    ("L1", "Loss or theft"), ("L2", "Broken"), ("L3", "Doctor's advice"),
    ("L4", "Changed sight"), ("L5", "Other"),
)  # fmt: skip
_VISION = Group(
    "vision", "Glasses and lenses", "Why they are replaced",
    (
        one_of("what", "What", "2300 CRC*E1, E2, E3",
               (("E1", "Spectacle lenses"), ("E2", "Contact lenses"), ("E3", "Frames"))),
        one_of("applies", "Do they apply?", "2300 CRC*E1, E2, E3", YES_NO),
        some_of("reasons", "Reasons", "2300 CRC*E1, E2, E3", _GLASSES, most=5),
    ),
    most=3, needs=("what", "applies", "reasons"),
)  # fmt: skip
_HOME = Group(
    "home",
    "Homebound",
    "Independent laboratory at the patient's home",
    (flag("homebound", "The patient cannot leave home", "2300 CRC*75"),),
)
_EPSDT = Group(
    "epsdt", "Child screening (EPSDT)", "Was the child referred for diagnosis or treatment?",
    (
        one_of("referred", "Referred", "2300 CRC*ZZ", YES_NO),
        some_of("conditions", "What came of it", "2300 CRC*ZZ",
                (("AV", "Offered, refused"), ("NU", "Nothing needed"),
                 ("S2", "Under treatment"), ("ST", "New services asked for")), most=3, box="24H"),
    ),
    needs=("referred", "conditions"),
)  # fmt: skip
_SURGERY = Group(
    "anesthesia", "Anesthesia: the surgery", "Where the payer asks what the anesthesia was for",
    (
        Fact("codes", "Codes of the surgery", "2300 HI*BP", "", Kind.CODES, most=2,
             pattern=r"[0-9A-Z]{5}", pattern_words="A procedure code has five characters.",
             help="One or two, parted by a blank"),
    ),
)  # fmt: skip
_PATIENT = Group(
    "patient", "About the patient", "Weight for equipment, pregnancy where the payer asks",
    (
        number("weight", "Weight, pounds", "2000B or 2000C PAT08"),
        flag("pregnant", "Is pregnant", "2000B or 2000C PAT09"),
    ),
)  # fmt: skip
_WHOSE: Choices = (
    ("rendering", "Who gave the service"), ("referring", "Who referred"),
    ("supervising", "Who supervised"), ("facility", "The place"),
)  # fmt: skip
_PAYER = Group(
    "payer", "Numbers of and with the payer", "Where the payer is known by more than its id",
    (
        Fact("office", "Claim office", "2010BB REF*FY"),
        Fact("naic", "NAIC code", "2010BB REF*NF"),
        Fact("identity", "Payer's other number", "2010BB REF*2U"),
        Fact("provider", "Provider's number with the payer", "2010BB REF*G2", "33b"),
        Fact("location", "Location number", "2010BB REF*LU"),
    ),
)  # fmt: skip

VISIT: tuple[Group, ...] = (
    _DATES, _WORK, _HOSPITAL, _NUMBERS, _SIGNATURES, _PAYMENT, _NOTES, attachments("2300", "19"),
    _CONDITIONS, _SURGERY, ambulance("2300"), ambulance_conditions("2300"), _SPINE, _HOME, _EPSDT,
    _VISION, _PATIENT, provider_numbers(_WHOSE, "2310A to D", "17a, 24I, 24J, 32b"),
    _PAYER, contract("2300"), repricing("2300"), _FILE,
)  # fmt: skip
