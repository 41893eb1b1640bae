"""Whatever payers answer, in whatever order: the variances are what a recount says."""

from dataclasses import dataclass
from decimal import Decimal
from itertools import count

from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from billing.models import LineVariance
from billing.posting.post_remittance import post_remittance, preview_remittance
from billing.services.save_tolerance import save_tolerance
from billing.underpayment_choices import VarianceState
from billing.underpayments.tolerance import Tolerance
from billing.verify_underpayments import check_underpaid, check_variances
from claims.expected_choices import Basis
from claims.models import ClaimVersionLine, ExpectedLine
from core.models import Practice
from tests.billing.inbox import deliver
from tests.billing.road import Account, cover, new_patient, sent_claim

D = Decimal
CHARGE = 200
_numbers = count(1)
_HEAD = (
    "ST*835*{n:04d}~\nBPR*{kind}*{total}*C*{way}*20261118~\nTRN*1*EFTU{n}*1841111111~\n"
    "DTM*405*20261118~\nN1*PR*ACME HEALTH PLAN~\nN3*2 PLAN PLAZA~\nN4*DENVER*CO*80203~\n"
    "PER*BL*EDI HELP*TE*8005550122~\nN1*PE*SUMMIT FAMILY MEDICINE PLLC*XX*2000000010~\n"
    "REF*TJ*841234567~\nLX*1~\n"
)
_ACH = "ACH*CCP*01*999999992*DA*12345678*1841111111**01*888888884*DA*98765432"


@dataclass(frozen=True)
class Said:
    """What a payer says about one line of 200.00."""

    paid: int
    share: int
    sequestered: int
    refused: int

    @property
    def agreed(self) -> int:
        return CHARGE - self.paid - self.share - self.sequestered - self.refused

    @property
    def allowed(self) -> Decimal:
        return D(self.paid + self.share + self.sequestered)

    def missing(self, expected: Decimal) -> Decimal:
        """The difference without what is worked as a denial; an unlisted reason of a line that is
        as expected is agreed, and no denial.
        """
        raw = expected - self.allowed
        if abs(raw) <= max(D("0.02"), expected / 100):
            return raw
        return raw - max(min(D(self.refused), raw), D(0))


lines = st.builds(
    Said, paid=st.integers(0, 110), share=st.integers(0, 40), sequestered=st.integers(0, 4),
    refused=st.sampled_from([0, 0, 0, 15, 40]),
)  # fmt: skip
claims = st.lists(
    st.tuples(lines, lines, st.integers(20, 180), st.booleans(), lines, lines),
    min_size=1, max_size=3,
)  # fmt: skip


@settings(
    max_examples=8, deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)  # fmt: skip
@given(drawn=claims)
def test_the_variances_are_what_a_recount_says(in_summit: Practice, drawn: list) -> None:
    save_tolerance(practice=in_summit, payer=None, tolerance=Tolerance(claim_amount=D(0)))
    accounts = [_account(in_summit, expected) for _, _, expected, *_ in drawn]
    first = [(one, said[:2]) for one, said in zip(accounts, drawn, strict=True)]
    _post(in_summit, [_clp(account, said) for account, said in first])
    again = [
        (account, said)
        for account, said in zip(accounts, drawn, strict=True)
        if said[3] and any(line.paid or line.share or line.agreed for line in said[:2])
    ]
    if again:
        _post(in_summit, [
            text
            for account, said in again
            for text in (_clp(account, said[:2], sign=-1), _clp(account, said[4:6]))
        ])  # fmt: skip
    for account, said in zip(accounts, drawn, strict=True):
        is_corrected = any(account is other for other, _ in again)
        stands = said[4:6] if is_corrected else said[:2]
        _agrees(account, stands, D(said[2]))
    assert _sum_of_rows() == _recounted()
    assert not check_underpaid().problems
    assert not check_variances().problems


def _agrees(account: Account, stands: tuple[Said, ...], expected: Decimal) -> None:
    """Each line: the row says what the drawn answer says, and there is none within tolerance."""
    for line, said in zip(account.lines, stands, strict=True):
        missing = said.missing(expected)
        row = LineVariance.objects.filter(charge_line=line).first()
        if abs(missing) > max(D("0.02"), expected / 100):
            if not (said.paid or said.share or said.sequestered or said.agreed):
                continue  # nothing moved: all of it is a denial
            assert row is not None, (said, expected)
            assert row.variance_amount == missing, (said, expected)
        else:
            assert row is None or row.state in {"recovered", "withdrawn"}, (row.state, said)


def _sum_of_rows() -> Decimal:
    rows = LineVariance.objects.exclude(state=VarianceState.WITHDRAWN)
    return sum((row.variance_amount for row in rows), D(0))


def _recounted() -> Decimal:
    """Told by another statement: expected, less what the newest answer of each claim allowed."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT coalesce(sum(e.amount - l.allowed
                                - greatest(least(l.refused, e.amount - l.allowed), 0)), 0)
              FROM claims_expectedline e
              JOIN LATERAL (
                SELECT line.paid_amount + coalesce((
                         SELECT sum(amount) FROM claims_remittanceadjustment a
                          WHERE a.remittance_line_id = line.id
                            AND (a.group_code = 'PR' OR a.reason_code = '253')), 0) AS allowed,
                       coalesce((SELECT sum(amount) FROM claims_denial d
                                  WHERE d.remittance_line_id = line.id), 0) AS refused
                  FROM claims_remittanceline line
                  JOIN claims_remittanceclaim answer ON answer.id = line.remittance_claim_id
                 WHERE line.charge_line_id = e.charge_line_id AND answer.status_code = '1'
                 ORDER BY line.id DESC LIMIT 1) l ON true
             WHERE EXISTS (SELECT 1 FROM billing_linevariance v
                            WHERE v.charge_line_id = e.charge_line_id AND v.state <> 'withdrawn')
            """
        )
        return D(cursor.fetchone()[0])


def _account(practice: Practice, expected: int) -> Account:
    patient = new_patient(practice)
    cover(patient, "ACME HEALTH PLAN")
    account = sent_claim(patient, f"UND{next(_numbers)}", [str(CHARGE), str(CHARGE)])
    for row in ClaimVersionLine.objects.filter(version=account.version):
        ExpectedLine.objects.create(
            practice=practice, version=account.version, version_line=row,
            charge_line_id=row.charge_line_id, amount=D(expected), basis=Basis.FIXED,
            contract_name="Acme 2026", trace=[["Acme 2026, any code", str(expected)]],
        )  # fmt: skip
    return account


def _clp(account: Account, said: tuple[Said, ...], *, sign: int = 1) -> tuple[str, int]:
    number, total = account.claim.control_number, sum(line.paid for line in said)
    share = sum(line.share for line in said)
    status = "1" if sign > 0 else "22"
    shown = share if share and sign > 0 else ""
    text = (
        f"CLP*{number}*{status}*{2 * CHARGE * sign}*{total * sign}*{shown}*12*ICN{number}*11*1~\n"
        "NM1*QC*1*TESTPATIENT*JOAN****MI*AHP777888999~\n"
    )
    for place, line in enumerate(said, start=1):
        text += f"SVC*HC:99213*{CHARGE * sign}*{line.paid * sign}~\nDTM*472*20261012~\n"
        for group, reason, amount in (
            ("CO", "45", line.agreed), ("CO", "253", line.sequestered), ("PR", "2", line.share),
            ("CO", "16", line.refused),
        ):  # fmt: skip
            if amount:
                text += f"CAS*{group}*{reason}*{amount * sign}~\n"
        text += f"REF*6R*{number}L{place}~\n"
        if line.refused and sign > 0:
            text += "LQ*HE*N265~\n"
    return text, total * sign


def _post(practice: Practice, answers: list[tuple[str, int]]) -> None:
    number, total = next(_numbers), sum(amount for _, amount in answers)
    body = "".join(text for text, _ in answers)
    provider = ""
    if total < 0:  # what is taken back beyond this payment is carried forward (E.6 pattern 1)
        provider, total = f"PLB*2000000010*20261231*FB:CARRY{number}*{total}~\n", 0
    head = _HEAD.format(n=number, kind="I" if total else "H", total=total,
                        way=_ACH if total else "NON***********")  # fmt: skip
    whole = head + body + provider
    segments = whole.count("~") + 1
    remittance = deliver(practice, f"{whole}SE*{segments}*{number:04d}~\n", control=number)
    assert remittance.state == "matched", remittance.faults
    assert not preview_remittance(remittance).difference_amount
    post_remittance(remittance=remittance)
