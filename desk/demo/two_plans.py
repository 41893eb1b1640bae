"""Patients with two plans: the first is on paper, its answer is brought from the payer's portal.

Two visits of one day. The first plan passes one claim on to the second by itself: its answer is
awaited. The other it only decides: the second plan gets a claim of ours.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from billing.posting.post_remittance import post_remittance
from claims.choices import MessageSource, RemittanceState, VersionState
from claims.models import Claim, Remittance
from claims.services.receive_message import receive_message
from coding.models import CodingCase
from core import clock
from core.money import dollars
from desk.demo.paper_office import PaperOffice, visit_of
from desk.demo.set_up import Stage
from patients.models import Payer

COME, ANSWERED = 5, 3  # so many working days ago
_NOTE = (
    "Low back pain after a long drive, no red flags. Lumbar muscles tender, straight leg raise "
    "negative. Plan: stretching, ibuprofen as needed, return in four weeks."
)
_SECOND = "bluebird"
_PAID_SHARE, _ALLOWED_SHARE = Decimal("0.60"), Decimal("0.75")


@dataclass(frozen=True)
class _Visitor:
    first_name: str
    last_name: str
    birth_date: date
    sex: str
    is_passed_on: bool


_VISITORS = (
    _Visitor("Juniper", "Twoplans", date(1979, 5, 14), "F", is_passed_on=True),
    _Visitor("Sorrel", "Nextpayer", date(1983, 9, 2), "M", is_passed_on=False),
)


class TwoPlans:
    """Registers them, and brings what the first plan decided."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.passed_on: dict[int, bool] = {}

    def receive(self, days_left: int) -> list[CodingCase]:
        """The visits of the day, to be coded."""
        return [self._visit(one) for one in _VISITORS] if days_left == COME else []

    def code(self, cases: list[CodingCase]) -> None:
        """Code, finish and release them, as the paper office does its own."""
        for case in cases:
            PaperOffice(self.stage).code(case)

    def bring_answers(self) -> None:
        """The poster downloads the first plan's remittances and takes them in."""
        claims = Claim.objects.filter(
            patient_id__in=self.passed_on, current_version__state=VersionState.SENT
        )
        for number, claim in enumerate(claims.select_related("current_version__payer"), 1):
            partner = next(iter(self.stage.partners.values()))
            receive_message(
                practice=self.stage.practice,
                partner=partner,
                source=MessageSource.UPLOAD,
                content=self._remittance(claim, number, partner.sender_id).encode("ascii"),
                content_type="application/edi-x12",
            )

    def post_answers(self) -> None:
        """Post what ties out: this payer's remittances are looked at first."""
        payer = self.stage.plans["paper"].payer
        waiting = Remittance.objects.filter(state=RemittanceState.MATCHED, payer=payer)
        for remittance in waiting.order_by("pk"):
            post_remittance(remittance=remittance)

    def _visit(self, visitor: _Visitor) -> CodingCase:
        cards = (("paper", "GRG", "GR-200"), (_SECOND, "BLU", ""))
        case = visit_of(self.stage, visitor, cards, _NOTE)
        self.passed_on[case.patient_id] = visitor.is_passed_on
        return case

    def _remittance(self, claim: Claim, number: int, receiver: str) -> str:
        """An 835 over the one line of `claim`: 75 % allowed, 60 % paid, the rest the patient's."""
        second: Payer = self.stage.plans[_SECOND].payer
        is_passed_on = self.passed_on[claim.patient_id]
        row = claim.version.lines.get()
        charge = row.charge_amount
        paid = dollars(charge * _PAID_SHARE)
        off = charge - dollars(charge * _ALLOWED_SHARE)
        share, today = charge - paid - off, clock.today(self.stage.practice)
        billing, payer = self.stage.billing_provider, claim.version.payer
        status, tells = "1", ""
        if is_passed_on:
            status = "19"
            tells = f"NM1*TT*2*{second.name.upper()}*****PI*{second.payer_number}~"
        segments = (
            "ST*835*0001~"
            f"BPR*I*{paid}*C*CHK************{today:%Y%m%d}~TRN*1*TWOPLANS{number}*1999999999~"
            f"DTM*405*{today:%Y%m%d}~N1*PR*{payer.name.upper()}~N3*{payer.address_line1.upper()}~"
            f"N4*{payer.city.upper()}*{payer.state_code}*{payer.zip_code}~"
            f"PER*BL*CLAIMS DESK*TE*8005550155~N1*PE*{billing.name.upper()}*XX*{billing.npi}~"
            f"REF*TJ*{billing.tax_id}~LX*1~"
            f"CLP*{claim.control_number}*{status}*{charge}*{paid}*{share}*CI*GRG{number:07d}*11*1~"
            f"NM1*QC*1*{claim.patient.last_name.upper()}*{claim.patient.first_name.upper()}~{tells}"
            f"SVC*HC:{row.procedure_code}*{charge}*{paid}**1~DTM*472*{row.service_date:%Y%m%d}~"
            f"CAS*CO*45*{off}~CAS*PR*2*{share}~REF*6R*{row.control_number}~"
        )
        count, head = segments.count("~") + 1, f"{9000 + number:09d}"
        return (
            f"ISA*00*          *00*          *ZZ*{'GRANGE':<15}*ZZ*{receiver:<15}*{today:%y%m%d}"
            f"*0900*^*00501*{head}*0*P*:~GS*HP*GRANGE*{receiver}*{today:%Y%m%d}*0900*{number}*X"
            f"*005010X221A1~{segments}SE*{count}*0001~GE*1*{number}~IEA*1*{head}~"
        )
