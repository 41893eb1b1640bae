"""Patients with several payers, and what these answer; all fictional."""

from datetime import date
from decimal import Decimal

from claims.models import Claim, PayerFilingSettings, Remittance
from claims.services.send_transmission import send_due
from core import sweeping
from patients.choices import PayerKind
from patients.models import Coverage, Patient, Payer, PayerPlan
from patients.services.record_coverage import record_coverage
from tests.claims.documents import document, enveloped, receive
from tests.factories.claims import LONG_AGO, World, batch_of, joan, make_claim, make_payer

W01 = ("99214-25 /ab", "20610-RT /a", "J3301-JZ x4 /a #0003-0293-05 1 ML")
NOVEMBER_2 = date(2026, 11, 2)


def plan_of(world: World, name: str, number: str, filing: str, *, limit: int = 180) -> PayerPlan:
    """A plan of a payer on the same route, whose remittances post by themselves."""
    payer = Payer.objects.filter(name=name).first()
    payer = payer or make_payer(world.practice, world.partner, name, number, limit=limit)
    if filing == "MC":
        payer.kind = PayerKind.MEDICAID
        payer.save(update_fields=["kind"])
    post_by_itself()
    return PayerPlan.objects.get_or_create(
        practice=world.practice, payer=payer, name="Plan", defaults={"claim_filing_code": filing}
    )[0]


def post_by_itself() -> None:
    """What ties out is posted without a person."""
    PayerFilingSettings.objects.update(posts="automatic")


def supplement(world: World, patient: Patient, *, rank: int = 2) -> Coverage:
    """W-03: ACME SUPPLEMENT after Medicare."""
    return record_coverage(
        patient=patient, plan=plan_of(world, "Acme Supplement", "54321", "CI"), rank=rank,
        member_id="SUP1234567", group_number="SUP900", effective_from=LONG_AGO,
    )  # fmt: skip


def medicaid(world: World, patient: Patient, *, rank: int = 2) -> Coverage:
    return record_coverage(
        patient=patient, plan=plan_of(world, "State Medicaid", "MCDCO", "MC"), rank=rank,
        member_id="M0001112223", effective_from=LONG_AGO,
    )  # fmt: skip


def sent(world: World, claim: Claim) -> Claim:
    """The claim's current version, sent."""
    claim.refresh_from_db()
    batch_of(world, claim)
    send_due()
    claim.refresh_from_db()
    return claim


def joans(world: World, *, covered: bool = True) -> Claim:
    """The W-01 claim, sent to Medicare; with `covered` she has the supplement, too."""
    patient = joan(world)
    post_by_itself()
    if covered:
        supplement(world, patient)
    return sent(world, make_claim(world, patient, *W01, on=NOVEMBER_2))


def answered(world: World, name: str, claim: Claim, number: str = "SFM1001") -> Remittance:
    """The payer's answer came in, was posted, and all that follows by itself has happened."""
    return told(world, enveloped(document(name, **{number: claim})), claim)


def told(world: World, text: str, claim: Claim) -> Remittance:
    """The same for a text."""
    message = receive(world, text)
    sweeping.run_one("news")
    claim.refresh_from_db()
    return Remittance.objects.get(message=message)


def remit(
    claim: Claim, payer: str, *lines: tuple[str, str], status: str = "1", trace: str = "T1",
    paid_on: str = "20261116", more: str = "",
) -> str:  # fmt: skip
    """An 835 that answers `claim`: for each line what is paid, and its CAS as `CO*45*40~PR*2*32`.

    `more` are segments that follow the CLP.
    """
    rows = list(claim.version.lines.order_by("line_number"))
    services, paid, share = "", Decimal(0), Decimal(0)
    for row, (amount, reasons) in zip(rows, lines, strict=True):
        paid += Decimal(amount)
        code = ":".join(["HC", row.procedure_code, *row.modifiers])
        services += f"SVC*{code}*{plain(row.charge_amount)}*{amount}**{plain(row.units)}~\n"
        services += f"DTM*472*{row.service_date:%Y%m%d}~\n"
        for reason in filter(None, reasons.split("~")):
            services += f"CAS*{reason}~\n"
            parts = reason.split("*")
            if parts[0] == "PR":
                share += sum((Decimal(part) for part in parts[2::3]), Decimal(0))
        services += f"REF*6R*{row.control_number}~\n"
    total = sum((row.charge_amount for row in rows), Decimal(0))
    owed = plain(share) if share else ""
    text = (
        "ST*835*0001~\n"
        f"BPR*I*{plain(paid)}*C*ACH*CCP*01*999999992*DA*12345678*1841111111**01*888888884*DA"
        f"*98765432*{paid_on}~\n"
        f"TRN*1*{trace}*1841111111~\nDTM*405*{paid_on}~\nN1*PR*{payer}~\nN3*1 PAYER WAY~\n"
        "N4*DENVER*CO*80202~\nPER*BL*EDI HELP*TE*8005550100~\n"
        "N1*PE*SUMMIT FAMILY MEDICINE PLLC*XX*2000000010~\nREF*TJ*841234567~\nLX*1~\n"
        f"CLP*{claim.control_number}*{status}*{plain(total)}*{plain(paid)}*{owed}*12*ICN{trace}"
        f"*11*1~\nNM1*QC*1*TESTPATIENT*JOAN~\n{more}{services}"
    )
    if not paid:
        text = text.replace("BPR*I*0*C*ACH*CCP*01*999999992*DA*12345678*1841111111**01*888888884"
                            "*DA*98765432*", "BPR*H*0*C*NON************")  # fmt: skip
    return enveloped(text + f"SE*{text.count('~') + 1}*0001~\n", int(trace.strip("T")) + 300)


def plain(amount: Decimal) -> str:
    return f"{amount.normalize():f}"
