"""An archive that the poster downloads at payers' sites; its files show every fate that one has."""

import io
import zipfile
from collections.abc import Sequence
from decimal import Decimal

from billing.posting.post_remittance import post_remittance
from claims.choices import RemittanceState, VersionState
from claims.models import Claim, ClaimVersion, Remittance
from claims.services.set_aside import set_aside_remittance
from claims.services.take_upload import take_upload
from core import clock
from core.money import dollars
from core.services.documents import read_document
from desk.demo.set_up import Stage

# Patients of the system that the practice had before: Claimline knows none of them.
_OLD_CLAIM, _OLD_TRACE, _OTHER_NUMBER = "OLDSYSTEM0817", "OLD0000817", "2026REISSUE01"
_POSTED_TRACE, _OPEN_TRACE, _TEST_TRACE = "PORTAL88120", "PORTAL88133", "TEST0000001"
_SILENT = (VersionState.NO_RESPONSE, VersionState.PENDED, VersionState.PAYER_ACCEPTED)
_ALLOWED_SHARE, _PAID_SHARE = Decimal("0.70"), Decimal("0.55")


class PortalFiles:
    """Files for claims that payers were silent about: they answered, with numbers cut or gone."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage

    def bring(self) -> None:
        """Upload the archive; a job opens it."""
        files = self._of_a_posted_one() | self._of_silent_claims()
        files["readme.txt"] = "Payment files of the month. This is not one of them.\n"
        held = io.BytesIO()
        with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, text in files.items():
                archive.writestr(name, text)
        take_upload(
            practice=self.stage.practice,
            partner=None,
            name="payer-site-november.zip",
            content=held.getvalue(),
            user=self.stage.users["poster"],
        )

    def work_on_them(self) -> None:
        """One is posted before its claim is found, so its money waits in unapplied cash; another is
        set aside.
        """
        waiting = Remittance.objects.filter(state=RemittanceState.EXCEPTIONS)
        for remittance in waiting.filter(trace_number=_POSTED_TRACE):
            post_remittance(remittance=remittance)
        for remittance in waiting.filter(trace_number=_TEST_TRACE):
            set_aside_remittance(remittance, reason="A test file of the payer's site.")

    def _of_a_posted_one(self) -> dict[str, str]:
        """A payment for a patient of the system before, one reissued, and a copy of one we have."""
        for remittance in (
            Remittance.objects.filter(state=RemittanceState.POSTED, payment_amount__gt=0)
            .select_related("document")
            .order_by("pk")
        ):
            text = read_document(remittance.document).decode("ascii")
            claim = remittance.claims.first()
            if text.count("ST*835*") == 1 and text.count("CLP*") == 1 and claim is not None:
                reissued = text.replace(claim.payer_claim_number, _OTHER_NUMBER)
                old = reissued.replace(claim.patient_control_number, _OLD_CLAIM)
                old = old.replace(remittance.trace_number, _OLD_TRACE)
                for line in claim.lines.all():
                    old = old.replace(line.line_control_number, f"OLD{line.position}")
                test = old.replace(_OLD_TRACE, _TEST_TRACE)
                copy = text.replace("\n", "").replace("~", "~\r\n")
                return {
                    "old-system.835": old, "reissued.835": reissued, "copy.835": copy,
                    "test.835": test,
                }  # fmt: skip
        return {}

    def _of_silent_claims(self) -> dict[str, str]:
        versions = list(
            ClaimVersion.objects.filter(state__in=_SILENT, rank=1, frequency_code="1")
            .select_related("claim__patient", "payer", "coverage")
            .order_by("pk")
        )
        versions.sort(key=lambda version: _SILENT.index(VersionState(version.state)))
        by_payer: dict[int, list[ClaimVersion]] = {}
        for version in versions:
            by_payer.setdefault(version.payer_id, []).append(version)
        most = max(by_payer.values(), key=len, default=[])
        if len(most) < 3:
            return {}
        return {
            "portal-1.835": self._text(most[:1], _POSTED_TRACE),
            "portal-2.835": self._text(most[1:3], _OPEN_TRACE),
        }

    def _text(self, versions: Sequence[ClaimVersion], trace: str) -> str:
        """An 835 that decides these claims; without our numbers, as some payers' sites write it."""
        payer, billing = versions[0].payer, self.stage.billing_provider
        today = clock.today(self.stage.practice)
        answers = [self._answer(version, place) for place, version in enumerate(versions)]
        paid = sum((amount for _, amount in answers), Decimal(0))
        segments = (
            f"ST*835*0001~BPR*I*{paid}*C*CHK************{today:%Y%m%d}~TRN*1*{trace}*1999999990~"
            f"DTM*405*{today:%Y%m%d}~N1*PR*{payer.name.upper()}~N3*PO BOX 12~"
            f"N4*DENVER*CO*80202~PER*BL*CLAIMS DESK*TE*8005550155~"
            f"N1*PE*{billing.name.upper()}*XX*{billing.npi}~REF*TJ*{billing.tax_id}~LX*1~"
        ) + "".join(text for text, _ in answers)
        count = segments.count("~") + 1
        return (
            f"ISA*00*          *00*          *ZZ*{'PORTAL':<15}*ZZ*{'PRACTICE':<15}*{today:%y%m%d}"
            f"*0900*^*00501*{int(trace[-5:]):09d}*0*P*:~GS*HP*PORTAL*PRACTICE*{today:%Y%m%d}*0900*1"
            f"*X*005010X221A1~{segments}SE*{count}*0001~GE*1*1~IEA*1*{int(trace[-5:]):09d}~"
        )

    def _answer(self, version: ClaimVersion, place: int) -> tuple[str, Decimal]:
        """CLP to its last line, and what it pays. The second one's name is typed wrong."""
        claim: Claim = version.claim
        last = claim.patient.last_name.upper()
        last = last[:2] + last[3:] if place else last
        member = version.coverage.member_id if not place else ""
        lines, paid_in_all, share_in_all = "", Decimal(0), Decimal(0)
        for row in version.lines.order_by("line_number"):
            charge = row.charge_amount
            paid = dollars(charge * _PAID_SHARE)
            off = charge - dollars(charge * _ALLOWED_SHARE)
            share = charge - paid - off
            lines += (
                f"SVC*HC:{row.procedure_code}*{charge}*{paid}**{row.units.normalize():f}~"
                f"DTM*472*{row.service_date:%Y%m%d}~CAS*CO*45*{off}~CAS*PR*2*{share}~"
            )
            paid_in_all, share_in_all = paid_in_all + paid, share_in_all + share
        number = claim.control_number[:5] if place else "0"
        identity = f"****MI*{member}" if member else ""
        named = f"NM1*QC*1*{last}*{claim.patient.first_name.upper()}{identity}~"
        answered = f"{version.charge_amount}*{paid_in_all}*{share_in_all}"
        head = f"CLP*{number}*1*{answered}*CI*PS{claim.pk:07d}*11*1~"
        return head + named + lines, paid_in_all
