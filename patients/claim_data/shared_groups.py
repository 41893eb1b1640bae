"""Groups of facts that a claim and a line both have, and the code lists behind them.

The words beside the codes are ours; what a code means exactly is in the payer's guide.
"""

from patients.claim_data.fields import (
    Choices,
    Fact,
    Group,
    Kind,
    money,
    number,
    one_of,
    some_of,
)

YES_NO: Choices = (("Y", "Yes"), ("N", "No"))

ATTACHED: Choices = (
    ("03", "Report that justifies treatment beyond the usual"), ("04", "Drugs given"),
    ("05", "Treatment diagnosis"), ("06", "First assessment"), ("07", "Functional goals"),
    ("08", "Plan of treatment"), ("09", "Progress report"), ("10", "Continued treatment"),
    ("11", "Chemical analysis"), ("13", "Certified test report"), ("15", "Reason for admission"),
    ("21", "Recovery plan"), ("A3", "Allergies"), ("A4", "Autopsy report"),
    ("AM", "Ambulance certification"), ("AS", "Admission summary"), ("B2", "Prescription"),
    ("B3", "Physician's order"), ("B4", "Referral form"), ("BR", "Benchmark tests"),
    ("BS", "Baseline"), ("BT", "Blanket test results"), ("CB", "Chiropractic justification"),
    ("CK", "Consent form"), ("CT", "Certification"), ("D2", "Drug profile"),
    ("DA", "Dental models"), ("DB", "Durable equipment prescription"),
    ("DG", "Diagnostic report"), ("DJ", "Discharge monitoring report"),
    ("DS", "Discharge summary"), ("EB", "Explanation of benefits"),
    ("HC", "Health certificate"), ("HR", "Health clinic records"),
    ("I5", "Immunization record"), ("IR", "State school immunization records"),
    ("LA", "Laboratory results"), ("M1", "Medical record"), ("MT", "Models"),
    ("NN", "Nursing notes"), ("OB", "Operative note"), ("OC", "Oxygen content averaging"),
    ("OD", "Orders and treatments"), ("OE", "Objective physical examination"),
    ("OX", "Oxygen therapy certification"), ("OZ", "Support data"), ("P4", "Pathology report"),
    ("P5", "Patient's medical history"), ("PE", "Parenteral or enteral certification"),
    ("PN", "Physical therapy notes"), ("PO", "Prosthetics or orthotics certification"),
    ("PQ", "Paramedical results"), ("PY", "Physician's report"), ("PZ", "Therapy certification"),
    ("RB", "Radiology films"), ("RR", "Radiology reports"), ("RT", "Report of tests"),
    ("RX", "Renewable oxygen content averaging"), ("SG", "Symptoms"), ("V5", "Death notification"),
    ("XP", "Photographs"),
)  # fmt: skip
SENT_BY: Choices = (
    ("AA", "On request only"), ("BM", "By mail"), ("EL", "Electronically"), ("EM", "E-mail"),
    ("FT", "File transfer"), ("FX", "Fax"),
)  # fmt: skip


def attachments(loop: str, box: str = "") -> Group:
    """PWK: what goes to the payer beside the claim, with the number written on it."""
    return Group(
        "attachments", "Attachments", "Papers that go to the payer beside the claim",
        (
            one_of("type", "What it is", f"{loop} PWK01", ATTACHED, box),
            one_of("way", "How it goes", f"{loop} PWK02", SENT_BY),
            Fact("number", "Control number", f"{loop} PWK06", help="Write it on the fax, too"),
        ),
        most=10, needs=("type", "way"), shown=2,
    )  # fmt: skip


def contract(loop: str) -> Group:
    """CN1."""
    kinds: Choices = (
        ("01", "Diagnosis related group"), ("02", "Per diem"), ("03", "Variable per diem"),
        ("04", "Flat"), ("05", "Capitated"), ("06", "Percent"), ("09", "Other"),
    )  # fmt: skip
    return Group(
        "contract", "Contract", "Only where the contract with the payer asks for it",
        (
            one_of("type", "Kind of contract", f"{loop} CN101", kinds),
            money("amount", "Amount", f"{loop} CN102"),
            number("percent", "Percent", f"{loop} CN103"),
            Fact("code", "Contract code", f"{loop} CN104"),
            number("discount", "Terms discount percent", f"{loop} CN105"),
            Fact("version", "Version", f"{loop} CN106", longest=30),
        ),
        needs=("type",),
    )  # fmt: skip


def ambulance(loop: str, more: tuple[Fact, ...] = ()) -> Group:
    """CR1, and the addresses of pick-up and drop-off."""
    pick_up, drop_off = ("2310E", "2310F") if loop == "2300" else ("2420G", "2420H")
    why: Choices = (
        ("A", "To the nearest facility that can treat"),
        ("B", "For the benefit of a preferred physician"),
        ("C", "For nearness to family"), ("D", "For a specialist or equipment"),
        ("E", "Back from a rehabilitation facility"),
    )  # fmt: skip
    return Group(
        "ambulance", "Ambulance", "The ride: why, how far, from where to where",
        (
            one_of("reason", "Reason", f"{loop} CR104", why),
            number("miles", "Miles", f"{loop} CR106"),
            number("weight", "Patient's weight, pounds", f"{loop} CR102"),
            Fact("round_trip", "Why a round trip", f"{loop} CR109", longest=80),
            Fact("stretcher", "Why a stretcher", f"{loop} CR110", longest=80),
            *more,
            Fact("from_street", "Picked up at: street", f"{pick_up} N301", longest=55),
            Fact("from_city", "Picked up at: city", f"{pick_up} N401", longest=30),
            Fact("from_state", "Picked up at: state", f"{pick_up} N402", kind=Kind.STATE),
            Fact("from_zip", "Picked up at: ZIP", f"{pick_up} N403", kind=Kind.ZIP),
            Fact("to_name", "Dropped off at: name", f"{drop_off} NM103", longest=60),
            Fact("to_street", "Dropped off at: street", f"{drop_off} N301", longest=55),
            Fact("to_city", "Dropped off at: city", f"{drop_off} N401", longest=30),
            Fact("to_state", "Dropped off at: state", f"{drop_off} N402", kind=Kind.STATE),
            Fact("to_zip", "Dropped off at: ZIP", f"{drop_off} N403", kind=Kind.ZIP),
        ),
        needs=("reason", "miles"),
    )  # fmt: skip


def ambulance_conditions(loop: str) -> Group:
    """CRC*07."""
    conditions: Choices = (
        ("01", "Was admitted to a hospital"), ("04", "Moved by stretcher"),
        ("05", "Unconscious or in shock"), ("06", "Emergency"), ("07", "Had to be restrained"),
        ("08", "Visible bleeding"), ("09", "The ride was medically necessary"),
        ("12", "Confined to a bed or chair"),
    )  # fmt: skip
    return Group(
        "ambulance_conditions", "Ambulance: the patient's condition",
        "Up to three answers, each with up to five conditions",
        (
            one_of("applies", "Do they apply?", f"{loop} CRC*07", YES_NO),
            some_of("conditions", "Conditions", f"{loop} CRC*07", conditions, most=5),
        ),
        most=3, needs=("applies", "conditions"),
    )  # fmt: skip


def repricing(loop: str) -> Group:
    """HCP, which a repricer fills in and a payer sometimes wants passed on."""
    ways: Choices = (
        ("00", "Not priced, as billed"), ("01", "Percent of charges"), ("02", "Fee schedule"),
        ("03", "Per diem"), ("04", "Bundled"), ("05", "Case rate"), ("07", "Flat rate"),
        ("08", "Combination"), ("09", "Maternity"), ("10", "Other"), ("11", "Lower of charges"),
        ("12", "Peer review"), ("13", "Out-of-network"), ("14", "Negotiated"),
    )  # fmt: skip
    refused: Choices = (
        ("T1", "Not eligible"), ("T2", "Contract unknown"), ("T3", "Provider unknown"),
        ("T4", "Claim incomplete"), ("T5", "Repriced by somebody else"), ("T6", "Other first"),
    )  # fmt: skip
    complied: Choices = (
        ("1", "Was followed"), ("2", "Was not followed, called"), ("3", "Not followed, no call"),
        ("4", "Other"), ("5", "Not followed, of no account"),
    )  # fmt: skip
    exceptions: Choices = (
        ("1", "No one else near"), ("2", "Emergency"), ("3", "Other"), ("4", "Not to be had"),
        ("5", "Other network"), ("6", "Special agreement"),
    )  # fmt: skip
    return Group(
        "repricing", "Repricing", "Only where a repricer's answer must go along",
        (
            one_of("method", "How it was priced", f"{loop} HCP01", ways),
            money("allowed", "Repriced amount", f"{loop} HCP02"),
            money("saved", "Saved", f"{loop} HCP03"),
            Fact("organization", "Repricer's number", f"{loop} HCP04"),
            number("rate", "Rate", f"{loop} HCP05"),
            one_of("refused", "Refused because", f"{loop} HCP13", refused),
            one_of("complied", "Its policy", f"{loop} HCP14", complied),
            one_of("exception", "Exception", f"{loop} HCP15", exceptions),
        ),
        needs=("method", "allowed"),
    )  # fmt: skip


def provider_numbers(whose: Choices, loops: str, box: str = "") -> Group:
    """REF of providers and places: numbers by which a payer knows them besides the NPI."""
    return Group(
        "provider_numbers", "Other numbers of providers",
        "Where the payer knows one by more than the NPI",
        (
            one_of("whose", "Whose", f"{loops} REF", whose),
            one_of("kind", "Kind", f"{loops} REF01",
                   (("G2", "The payer's own"), ("0B", "State license"), ("1G", "UPIN"),
                    ("LU", "Location"))),
            Fact("number", "Number", f"{loops} REF02", box),
        ),
        most=12, needs=("whose", "kind", "number"),
    )  # fmt: skip
