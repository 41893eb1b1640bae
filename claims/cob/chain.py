"""Who is asked to pay a claim, one after the other: billed, paid and left, for the claim's page."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from claims.choices import Outcome, VersionState
from claims.cob.answers import standing_answers
from claims.cob.next_payer import coverages_of, next_coverage, rerouted_of
from claims.models import Claim, ClaimVersion, Crossover, DeclinedPayer, RemittanceClaim
from core.money import ZERO
from patients.choices import Rank
from patients.models import Coverage
from patients.payer_order import insured_of

_PATIENT = "PR"
_UNBILLED = frozenset({VersionState.DRAFT, VersionState.SCRUB_FAILED, VersionState.READY})


@dataclass(frozen=True, slots=True)
class ChainLink:
    """One payer of the claim. Amounts are None where nothing is known yet."""

    rank: str
    payer_name: str
    version: ClaimVersion | None
    is_current: bool
    billed: Decimal | None = None
    paid: Decimal | None = None
    left: Decimal | None = None
    note: str = ""

    @property
    def state(self) -> str:
        """What a chip says where there is no version."""
        return "" if self.version else ("Not billed" if self.note else "Comes next")


@dataclass(frozen=True, slots=True)
class NextActs:
    """What a person can do about the next payer: its name where it can be billed, or declined."""

    payer_name: str = ""
    can_bill: bool = False
    can_decline: bool = False
    needs_reason: bool = False
    awaited_until: datetime | None = None


def payer_chain(claim: Claim) -> list[ChainLink]:
    """The payers in order of their ranks; [] for a claim with one payer only."""
    coverages = coverages_of(claim)
    versions = list(
        claim.versions.exclude(state=VersionState.VOIDED)
        .select_related("payer")
        .defer("snapshot")
        .order_by("number")
    )
    of_rank = {version.rank: version for version in versions}
    if len({*of_rank, *(coverage.place for coverage in coverages)}) < 2:
        return []
    answers = standing_answers([version.pk for version in versions])
    declined = {row.rank: row for row in DeclinedPayer.objects.filter(claim=claim)}
    names = {coverage.place: coverage.plan.payer.name for coverage in coverages}
    return [
        _link(claim, (rank, names.get(rank, "")), of_rank.get(rank), answers, declined.get(rank))
        for rank in sorted({*of_rank, *names})
    ]


def _link(
    claim: Claim,
    coming: tuple[int, str],
    version: ClaimVersion | None,
    answers: dict[int, list[RemittanceClaim]],
    declined: DeclinedPayer | None,
) -> ChainLink:
    rank, name = coming
    note = f"Not billed: {declined.reason}" if declined else ""
    label = str(Rank(rank).label)
    if version is None:
        return ChainLink(label, name, None, False, note=note)
    found = answers.get(version.pk, [])
    is_out = version.state not in _UNBILLED and version.state != VersionState.CROSSED_OVER
    return ChainLink(
        label,
        version.payer.name,
        version,
        claim.current_version_id == version.pk,
        billed=version.charge_amount if is_out or found else None,
        paid=sum((one.paid_amount for one in found), ZERO) if found else None,
        left=_left(found) + sum(rerouted_of(version).values(), ZERO) if found else None,
        note=note,
    )


def _left(answers: list[RemittanceClaim]) -> Decimal:
    """What the payer left to whoever comes next."""
    return sum(
        (
            one.amount
            for answer in answers
            for one in answer.adjustments.all()
            if one.group_code == _PATIENT
        ),
        ZERO,
    )


def next_acts(claim: Claim, version: ClaimVersion) -> NextActs:
    """What can be done about the payer after `version`, or about the one that waits."""
    waiting = _waiting(version)
    if version.rank > 1 and waiting:
        crossover = Crossover.objects.filter(version=version).first()
        awaits = version.state == VersionState.CROSSED_OVER and crossover is not None
        return NextActs(
            version.payer.name,
            can_bill=awaits,
            can_decline=not insured_of(version.coverage).is_medicaid,
            needs_reason=bool(awaits and crossover and crossover.reported_at is None),
            awaited_until=crossover.due_at if awaits and crossover else None,
        )
    decided = {VersionState.ADJUDICATED, VersionState.CROSSED_OVER, VersionState.CLOSED}
    coverage: Coverage | None = None
    if version.state in decided:
        coverage = next_coverage(claim, version.rank, version.coverage_id)
    if coverage is None:
        return NextActs()
    is_owed = bool(claim.insurance_balance_amount or claim.patient_balance_amount)
    # A denial is worked first; one that was sent on to the next payer is.
    is_denied = version.outcome == Outcome.DENIED and not rerouted_of(version)
    is_open = is_owed and not is_denied
    return NextActs(
        coverage.plan.payer.name,
        can_bill=is_open,
        can_decline=is_open and not insured_of(coverage).is_medicaid,
    )


def _waiting(version: ClaimVersion) -> bool:
    rejected = {VersionState.FILE_REJECTED, VersionState.CH_REJECTED, VersionState.PAYER_REJECTED}
    return version.state in {*_UNBILLED, *rejected, VersionState.CROSSED_OVER}
