"""A practice with 10,000 sent claims of three lines each, and the 835 that answers them all.

Rows are written past the services, for the figures only; the charges are posted by the ledger's
own code, and the 835 comes in as text by the inbox, as any other.
"""

import os
from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import django

django.setup()

import psycopg2  # noqa: E402  (after the setup, as the models)
from django.db import models  # noqa: E402

from billing.ledger.entries import record_journals  # noqa: E402
from billing.ledger.lines import JournalDraft, Source  # noqa: E402
from billing.models import Journal, JournalLine  # noqa: E402
from billing.posting.facts import Party  # noqa: E402
from billing.posting.plan_charges import ChargeFact, plan_charge  # noqa: E402
from claims.models import (  # noqa: E402
    Claim,
    ClaimChargeLine,
    ClaimVersion,
    ClaimVersionLine,
    ExpectedLine,
    Remittance,
    SubmissionAttempt,
    SubmissionBatch,
    TradingPartner,
)  # fmt: skip
from claims.services.process_message import process_message  # noqa: E402
from claims.services.receive_message import receive_message  # noqa: E402
from coding.choices import LineState  # noqa: E402
from coding.models import ChargeLine, CodingCase  # noqa: E402
from core import clock  # noqa: E402
from core.models import Practice  # noqa: E402
from core.services.documents import store_document  # noqa: E402
from core.updating import update_each  # noqa: E402
from patients.models import (  # noqa: E402
    BillingProvider,
    Coverage,
    Encounter,
    Guarantor,
    Patient,
    Payer,
    PayerPlan,
    Provider,
    ServiceFacility,
)

DAY = date(2026, 10, 12)
PLACE = {"address_line1": "1 Main St", "city": "Anytown", "state_code": "CO",
         "zip_code": "800011234"}  # fmt: skip
# Of each line: billed, paid, agreed write-off, patient's share.
LINES = (("150", "80", "50", "20"), ("100", "64", "20", "16"), ("40", "0", "40", "0"))
CHARGED = sum(Decimal(billed) for billed, *_ in LINES)
# One claim in so many: refused, reversed and decided anew, supplemented by a second payer, paid
# less than its contract says.
DENIED, REVERSED, SECOND, UNDERPAID = 33, 25, 20, 20


def lay_out(practice: Practice, count: int, *, is_frozen: bool = True) -> Payer:
    """`count` claims, each of a patient of its own, sent and accepted; charges in the books, and
    what is expected of them frozen, if it `is_frozen`.
    """
    rows = _Frame(practice)
    guarantors = _many(Guarantor(first_name="Pat", last_name="Testpatient", **rows.own, **PLACE)
                       for _ in range(count))  # fmt: skip
    patients = _many(
        Patient(mrn=f"{practice.pk}B{n}", first_name="Pat", last_name="Testpatient", sex="F",
                birth_date=date(1960, 1, 1), guarantor=guarantor,
                insurance_balance_amount=CHARGED, **rows.own, **PLACE)
        for n, guarantor in enumerate(guarantors)
    )  # fmt: skip
    _many(
        Coverage(patient=patient, plan=plan, rank=rank, member_id=f"M{n}{rank}",
                 effective_from=date(2026, 1, 1), **rows.own)
        for n, patient in enumerate(patients)
        for rank, plan in enumerate(rows.plans, start=1)
        if rank == 1 or n % SECOND == 0
    )  # fmt: skip
    encounters = _many(
        Encounter(number=f"{practice.pk}E{n}", patient=patient, service_date_from=DAY,
                  service_date_to=DAY, place_of_service_code="11", **rows.visit)
        for n, patient in enumerate(patients)
    )  # fmt: skip
    cases = _many(
        CodingCase(encounter=one, patient_id=one.patient_id, **rows.own) for one in encounters
    )
    charges = _many(
        ChargeLine(case=case, encounter=encounter, patient_id=encounter.patient_id, position=place,
                   procedure_code="99213", charge_amount=Decimal(billed), service_date_from=DAY,
                   service_date_to=DAY, state=LineState.RELEASED, **rows.own)
        for case, encounter in zip(cases, encounters, strict=True)
        for place, (billed, *_) in enumerate(LINES, start=1)
    )  # fmt: skip
    stated = _claims(rows, encounters, charges)
    if is_frozen:
        _freeze(rows, stated)
    _charge(practice, rows.payer, patients, charges)
    _settle()
    return rows.payer


def _claims(
    rows: "_Frame", encounters: list[Encounter], charges: list[ChargeLine]
) -> list[ClaimVersionLine]:
    total = CHARGED
    claims = _many(
        Claim(control_number=_number(n), patient_id=one.patient_id, charge_amount=total,
              service_date_from=DAY, service_date_to=DAY, insurance_balance_amount=total,
              **rows.claim)
        for n, one in enumerate(encounters)
    )  # fmt: skip
    coverages = dict(Coverage.objects.filter(rank=1).values_list("patient_id", "pk"))
    versions = _many(
        ClaimVersion(claim=claim, number=1, payer=rows.payer, plan=rows.plans[0], rank=1,
                     coverage_id=coverages[claim.patient_id], state="payer_accepted", snapshot={},
                     snapshot_hash="0" * 64, charge_amount=total, **rows.own)
        for claim in claims
    )  # fmt: skip
    by_claim = [charges[place : place + len(LINES)] for place in range(0, len(charges), len(LINES))]
    _many(
        ClaimChargeLine(claim=claim, charge_line=line, **rows.own)
        for claim, lines in zip(claims, by_claim, strict=True)
        for line in lines
    )
    stated = _many(
        ClaimVersionLine(version=version, charge_line=line, line_number=place,
                         control_number=f"{version.claim.control_number}L{place}",
                         procedure_code="99213", charge_amount=line.charge_amount,
                         service_date=DAY, **rows.own)
        for version, lines in zip(versions, by_claim, strict=True)
        for place, line in enumerate(lines, start=1)
    )  # fmt: skip
    attempts = _many(
        SubmissionAttempt(version=version, number=1, batch=rows.batch, set_control_number="0001",
                          **rows.own)
        for version in versions
    )  # fmt: skip
    for version, attempt, claim in zip(versions, attempts, claims, strict=True):
        version.current_attempt, claim.current_version = attempt, version

    update_each(versions, ["current_attempt"])
    update_each(claims, ["current_version"])
    return stated


def _freeze(rows: "_Frame", stated: list[ClaimVersionLine]) -> None:
    _many(
        ExpectedLine(version_id=row.version_id, version_line=row,
                     charge_line_id=row.charge_line_id,
                     amount=_expected(place // len(LINES), row.line_number), basis="fixed",
                     contract_name="Bench 2026", trace=[["any code", ""]], **rows.own)
        for place, row in enumerate(stated)
    )  # fmt: skip


def _expected(n: int, line_number: int) -> Decimal:
    """What the payer allows by `LINES`; of some claims ten dollars more on the first line."""
    _, paid, _, share = LINES[line_number - 1]
    more = 10 if n % UNDERPAID == 1 and line_number == 1 else 0
    return Decimal(paid) + Decimal(share) + more


def _charge(
    practice: Practice, payer: Payer, patients: list[Patient], charges: list[ChargeLine]
) -> None:
    guarantors = {patient.pk: patient.guarantor_id for patient in patients}
    for start in range(0, len(charges), 5000):
        drafts = []
        for line in charges[start : start + 5000]:
            key = f"charge:{line.control_number}"
            fact = ChargeFact(line.pk, line.patient_id, guarantors[line.patient_id],
                              line.charge_amount, Party(payer.pk, 1))  # fmt: skip
            planned = plan_charge(fact)
            if planned is not None:
                source = Source("charge", line.pk)
                drafts.append(JournalDraft(clock.today(practice), source, key, (planned,)))
        record_journals(practice=practice, drafts=drafts)


def deliver(practice: Practice, text: str, control: int) -> Remittance:
    """Take ST to SE `text` in by the inbox: read, stored and matched."""
    envelope = (
        "ISA*00*          *00*          *ZZ*PAYERID01      *ZZ*SUMMIT01       *261116*0200*^*00501*"
        f"{control:09d}*0*P*:~GS*HP*PAYERID01*SUMMIT01*20261116*0200*{control}*X*005010X221A1~"
    )
    message = receive_message(
        practice=practice, partner=None, source="upload", content_type="application/edi-x12",
        content=f"{envelope}{text}GE*1*{control}~IEA*1*{control:09d}~".encode(),
    )  # fmt: skip
    process_message(message)
    return Remittance.objects.get(message=message)


def first_answers(count: int) -> str:
    """An earlier 835 that decided the claims which the big one reverses."""
    claims = [_answer(n, 1) for n in range(count) if _is_reversed(n)]
    return _payment("EARLIER1", claims, ())


def answers(count: int) -> str:
    """The big 835: every claim once, some reversed first, interest and a fee beside."""
    claims = []
    for n in range(count):
        if _is_reversed(n):
            claims.append(_answer(n, -1))
        claims.append(_answer(n, 1, is_denied=n % DENIED == 7))
    return _payment("BIG1", claims, (("L6:INTEREST", "-1.25"), ("AH:FEES", "12.50")))


def _is_reversed(n: int) -> bool:
    return n % REVERSED == 3 and n % DENIED != 7


def _answer(n: int, sign: int, *, is_denied: bool = False) -> tuple[str, Decimal]:
    """The CLP loop of claim `n`, and what it pays."""
    loops, paid = [], Decimal(0)
    for place, (billed, pays, agreed, share) in enumerate(LINES, start=1):
        gets = Decimal(0) if is_denied else sign * Decimal(pays)
        trios = f"CAS*CO*197*{billed}~" if is_denied else (
            f"CAS*CO*45*{sign * int(agreed)}~" + (f"CAS*PR*2*{sign * int(share)}~" if int(share)
                                                   else ""))  # fmt: skip
        loops.append(f"SVC*HC:99213*{sign * int(billed)}*{gets}~DTM*472*{DAY:%Y%m%d}~{trios}"
                     f"REF*6R*{_number(n)}L{place}~")  # fmt: skip
        paid += gets
    status = "22" if sign < 0 else "1"
    total = sign * sum(int(billed) for billed, *_ in LINES)
    head = f"CLP*{_number(n)}*{status}*{total}*{paid}**12*ICN{n}*11*1~"
    return head + "NM1*QC*1*TESTPATIENT*PAT****MI*M1~" + "".join(loops), paid


def _payment(
    trace: str, claims: list[tuple[str, Decimal]], provider: tuple[tuple[str, str], ...]
) -> str:
    total = sum((paid for _, paid in claims), Decimal(0))
    total -= sum((Decimal(amount) for _, amount in provider), Decimal(0))
    text = "".join(
        (
            f"ST*835*0001~BPR*I*{total}*C*ACH*CCP*01*999999992*DA*12345678*1841111111**01",
            "*888888884*DA*98765432*20261119~",
            f"TRN*1*{trace}*1841111111~DTM*405*20261119~N1*PR*BENCH HEALTH PLAN~N3*2 PLAN PLAZA~",
            "N4*DENVER*CO*80203~PER*BL*EDI HELP*TE*8005550122~N1*PE*BENCH*XX*2000000010~",
            "REF*TJ*841234567~LX*1~",
            *(loop for loop, _ in claims),
            *(f"PLB*2000000010*20261231*{code}*{amount}~" for code, amount in provider),
        )
    )
    return f"{text}SE*{text.count('~') + 1}*0001~"


def _number(n: int) -> str:
    return f"BIG{n:06d}"


def _many(rows: Iterable[Any]) -> list[Any]:
    found = list(rows)
    return list(type(found[0])._base_manager.bulk_create(found, batch_size=2000)) if found else []


def _tables() -> Iterator[type[models.Model]]:
    yield from (Patient, Guarantor, Coverage, ChargeLine, Claim, ClaimVersion, ClaimVersionLine,
                ClaimChargeLine, SubmissionAttempt, Journal, JournalLine)  # fmt: skip


def _settle() -> None:
    """Statistics, as autovacuum leaves them in a database that lives."""
    owner = psycopg2.connect(os.environ["DATABASE_OWNER_URL"])
    owner.autocommit = True
    with owner.cursor() as cursor:
        for model in _tables():
            cursor.execute(f"VACUUM (ANALYZE) {model._meta.db_table}")
    owner.close()


class _Frame:
    """The rows that every claim shares."""

    def __init__(self, practice: Practice) -> None:
        self.own: dict[str, Any] = {"practice": practice}
        facility = ServiceFacility.objects.create(name="Main", **self.own, **PLACE)
        provider = Provider.objects.create(
            first_name="A", last_name="B", npi="2000000028", taxonomy_code="207Q00000X", **self.own
        )
        billing = BillingProvider.objects.create(
            name="Bench", npi="2000000010", tax_id="841234567", taxonomy_code="207Q00000X",
            phone="3035550100", **self.own, **PLACE,
        )  # fmt: skip
        payers = [
            Payer.objects.create(name=name, payer_number=name[:8], **self.own)
            for name in ("BENCH HEALTH PLAN", "SECOND PLAN")
        ]
        self.payer = payers[0]
        self.plans = [
            PayerPlan.objects.create(payer=payer, name="Plan", claim_filing_code="CI", **self.own)
            for payer in payers
        ]
        self.visit = {
            **self.own, "billing_provider": billing, "facility": facility,
            "rendering_provider": provider,
        }  # fmt: skip
        self.claim = self.visit
        partner = TradingPartner.objects.create(
            name="Bench", transport="folder", sender_id="BENCH", receiver_id="BENCH",
            outbound_folder="nowhere", **self.own,
        )  # fmt: skip
        self.batch = SubmissionBatch.objects.create(
            partner=partner, reference="B1", interchange_control_number="000000001",
            group_control_number="1", claim_count=1, charge_amount=Decimal(1),
            document=store_document(practice=practice, kind="x12.837p", content=b"ISA",
                                    content_type="text/plain", label="837P"),
            **self.own,
        )  # fmt: skip
