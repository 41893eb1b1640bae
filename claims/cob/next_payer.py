"""Who is billed after a payer has decided, and for which lines (domain C.1)."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from claims.choices import DenialState
from claims.cob.answers import standing_answers
from claims.cob.crossing import Crossing, Passing, crossing_of
from claims.cob.decision import BilledLine, decision_of
from claims.cob.gather import declined_by, route_numbers
from claims.denial_choices import DenialOutcome
from claims.models import (
    Claim,
    ClaimChargeLine,
    ClaimVersion,
    ClaimVersionLine,
    Denial,
    PayerCoordination,
    RemittanceClaim,
)
from coding.models import ChargeLine
from core.money import ZERO
from patients.models import Coverage
from patients.selectors import coverages_on

_PATIENT, _PROTECTED, _COPAY = "PR", ("OA", "209"), ("PR", "3")


@dataclass(frozen=True, slots=True)
class NextPayer:
    """The coverage that comes next, what is left for it, and where the claim went by itself."""

    coverage: Coverage
    lines: tuple[ChargeLine, ...]
    left_amount: Decimal
    crossing: Crossing
    told_name: str = ""
    wants_zero_balance: bool = False

    @property
    def is_billable(self) -> bool:
        """Whether there is anything to bill it for."""
        return bool(self.lines) and (self.left_amount > 0 or self.wants_zero_balance)


def coverages_of(claim: Claim) -> list[Coverage]:
    """The coverages of the claim's visit, in the order in which they pay."""
    rows = ClaimChargeLine.objects.filter(claim=claim).order_by("pk")
    case_id = rows.values_list("charge_line__encounter__case", flat=True).first()
    return coverages_on(claim.patient, claim.service_date_from, case_id)


def next_coverage(claim: Claim, after_rank: int, billed_id: int | None = None) -> Coverage | None:
    """The first coverage after that rank, in force and not declined; None: the patient is next.

    `billed_id` is the coverage that was billed at that rank. Where it stands elsewhere by now (an
    accident's carrier was added before it), those that come after it there are meant.
    """
    coverages, declined = coverages_of(claim), declined_by(claim.control_number)
    after = next((one.place for one in coverages if one.pk == billed_id), after_rank)
    for coverage in coverages:
        if coverage.place > after and coverage.plan.payer_id not in declined:
            return coverage
    return None


def next_payer(claim: Claim, version: ClaimVersion) -> NextPayer | None:
    """Who comes after the decided `version`; None where nobody does, or nothing was decided.

    Lines whose only decision is an open denial are left out: they wait for the corrected claim.
    """
    coverage = next_coverage(claim, version.rank, version.coverage_id)
    answers = standing_answers([version.pk]).get(version.pk, []) if coverage else []
    if coverage is None or not answers:
        return None
    lines = _lines(version)
    numbered = {line.pk: BilledLine(n, line.procedure_code) for n, line in enumerate(lines, 1)}
    decision = decision_of(answers, numbered)
    denied, rerouted = _denied(version), rerouted_of(version)
    ways = {
        row.payer_id: row
        for row in PayerCoordination.objects.filter(
            payer_id__in=[version.payer_id, coverage.plan.payer_id]
        )
    }
    own, theirs = ways.get(version.payer_id), ways.get(coverage.plan.payer_id)
    is_copay_theirs = not (theirs and theirs.never_covers_copay)
    shares = _shares(answers, denied, with_copay=is_copay_theirs)
    for key, amount in rerouted.items():
        shares[key] = shares.get(key, ZERO) + amount
    # What was adjusted on the claim as a whole cannot be told of a part of its lines.
    is_whole = bool(decision and decision["adjustments"])
    paid = {row.charge_line_id for one in answers for row in one.lines.all() if row.paid_amount}
    kept = [
        line
        for line in lines
        if is_whole or line.pk not in denied or line.pk in paid or shares.get(line.pk, ZERO) > 0
    ]
    left = sum((shares.get(line.pk, ZERO) for line in kept), shares.get(None, ZERO))
    return NextPayer(
        coverage,
        tuple(kept),
        left,
        _crossing(version, coverage, answers, is_internal=bool(own and own.coordinates_internally)),
        told_name=next((a.forwarded_to for a in answers if a.forwarded_to), ""),
        wants_zero_balance=bool(theirs and theirs.wants_zero_balance),
    )


def _lines(version: ClaimVersion) -> list[ChargeLine]:
    rows = ClaimVersionLine.objects.filter(version=version).select_related("charge_line")
    return [row.charge_line for row in rows.order_by("line_number")]


def _shares(
    answers: Sequence[RemittanceClaim], denied: dict[int | None, Decimal], *, with_copay: bool
) -> dict[int | None, Decimal]:
    """What each line left to the next payer, without what waits for a review, nor a copay that it
    never covers (C.1); under None what stands on the claim as a whole.
    """
    found = {key: -review for key, review in denied.items()}
    for answer in answers:
        for one in answer.adjustments.all():
            if (one.group_code, one.reason_code) == _COPAY and not with_copay:
                continue
            if (one.group_code, one.reason_code) == _PROTECTED or one.group_code == _PATIENT:
                key = _charge_line_of(answer, one.remittance_line_id)
                found[key] = found.get(key, ZERO) + one.amount
    return found


def _charge_line_of(answer: RemittanceClaim, row_id: int | None) -> int | None:
    return next((line.charge_line_id for line in answer.lines.all() if line.pk == row_id), None)


def _denied(version: ClaimVersion) -> dict[int | None, Decimal]:
    """By charge line: how much of the patient's part waits for a person's review; 0 where only
    other refusals are open.
    """
    found: dict[int | None, Decimal] = {}
    for denial in Denial.objects.filter(version=version, state=DenialState.OPEN):
        review = denial.amount if denial.group_code == _PATIENT else ZERO
        found[denial.charge_line_id] = found.get(denial.charge_line_id, ZERO) + review
    return found


def copay_of(version: ClaimVersion) -> dict[int | None, Decimal]:
    """By charge line: the copay that the payer of `version` left."""
    found: dict[int | None, Decimal] = {}
    for answer in standing_answers([version.pk]).get(version.pk, []):
        for one in answer.adjustments.all():
            if (one.group_code, one.reason_code) == _COPAY:
                key = _charge_line_of(answer, one.remittance_line_id)
                found[key] = found.get(key, ZERO) + one.amount
    return found


def rerouted_of(version: ClaimVersion) -> dict[int | None, Decimal]:
    """By charge line (None: the claim as a whole): what the payer refused as another payer's
    business, and somebody sent on. What it called the patient's part counts as that already.
    """
    rows = Denial.objects.filter(version=version, settled_as=DenialOutcome.REROUTED)
    found: dict[int | None, Decimal] = {}
    for denial in rows.exclude(group_code=_PATIENT):
        found[denial.charge_line_id] = found.get(denial.charge_line_id, ZERO) + denial.amount
    return found


def _crossing(
    version: ClaimVersion,
    coverage: Coverage,
    answers: Sequence[RemittanceClaim],
    *,
    is_internal: bool,
) -> Crossing:
    payer = coverage.plan.payer
    numbers = {payer.payer_number, *route_numbers([payer.pk]).values()} - {""}
    return crossing_of(
        [
            Passing(
                answer.status_code,
                {
                    *answer.remark_codes,
                    *(c for line in answer.lines.all() for c in line.remark_codes),
                },
                answer.forwarded_to,
                answer.forwarded_to_number,
            )
            for answer in answers
        ],
        next_name=payer.name,
        next_numbers=numbers,
        is_internal=is_internal and payer.pk == version.payer_id,
    )
