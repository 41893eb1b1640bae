"""What other tables say of a claim, as the flags that worklist buckets are made of.

Each table is a source: its rows, the column that names the claim, and the flags that hold where one
of these rows fulfils a condition. A list asks each flag of all claims at once, never claim by
claim; the counts (claims/bucket_counts.py) read each source once for all its flags.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import BooleanField, Case, Exists, F, OuterRef, Q, QuerySet, When

from claims import states
from claims.choices import DenialState, VersionState
from claims.denial_choices import CaseState
from claims.models import Claim, Denial, DenialCase, SubmissionAttempt
from core.choices import Role, WorkState
from core.models import WorkItem
from patients.models import Coverage

FILING_ALARM_DAYS = 15
STATE = "current_version__state"
# Both say the same; the second lets the database read only the versions of the first.
OPEN = Q(is_open=True) & Q(**{f"{STATE}__in": sorted(set(VersionState.values) - states.OVER)})
_EVERY, _ON_PAPER = Q(), Q(batch__interchange_control_number="")
_LEFT = Q(**{STATE: VersionState.ADJUDICATED}, insurance_balance_amount__gt=0)


@dataclass(frozen=True, slots=True)
class Source:
    """Rows of one table, the path from them to their claim, and by flag what the row is like."""

    rows: QuerySet[Any]
    claim: str
    flags: Mapping[str, Q]


def work_of_claims() -> QuerySet[WorkItem]:
    """The open work items about claims."""
    return WorkItem.objects.filter(subject_kind=Claim._meta.label_lower, state=WorkState.OPEN)


def sources(today: date) -> list[Source]:
    """The tables beside the claims, each with its flags."""
    later = Q(snoozed_until__isnull=False, snoozed_until__gt=today)
    return [
        Source(work_of_claims(), "subject_id", {
            # Put off is a claim while all its work is: news opens new work, which brings it back.
            "is_put_off": later,
            "is_at_hand": ~later,
            "is_due": Q(due_on__isnull=True) | Q(due_on__lte=today),
            "waits_for_provider": Q(role=Role.PROVIDER),
        }),
        Source(Denial.objects.filter(state=DenialState.OPEN), "version__claim", {
            "is_denied": _EVERY,
            # What is out on appeal waits for the payer; the rest may still wait for us.
            "is_unworked": ~Q(case__state=CaseState.APPEALED),
        }),
        Source(
            DenialCase.objects.filter(state=CaseState.APPEALED), "claim", {"is_appealed": _EVERY}
        ),
        # Nobody acknowledges paper: after thirty days of silence it is the answer that is late.
        Source(_silent(), "version__claim",
               {"is_silent": ~_ON_PAPER, "is_silent_on_paper": _ON_PAPER}),
        Source(_lost_on_the_way(), "pk", {"is_lost_on_the_way": _EVERY}),
    ]  # fmt: skip


def own_flags(today: date) -> dict[str, Q]:
    """What a claim and its current version say by themselves."""
    return {
        "is_held": ~Q(hold_reason=""),
        "is_near_limit": _near_limit(today),
        "is_underpaid": Q(underpaid_amount__gt=0),
    }


def flagged(claims: QuerySet[Claim], today: date) -> QuerySet[Any]:
    """`claims` with all flags."""
    told = {
        flag: _among(source.rows.filter(condition), source.claim)
        for source in sources(today)
        for flag, condition in source.flags.items()
    }
    told["is_snoozed"] = told.pop("is_put_off") & ~told.pop("is_at_hand")
    return claims.annotate(**told, **own_flags(today), has_second=_has_second())


def with_second() -> QuerySet[Any]:
    """The open claims of which something is left with an insurer and a further one is there."""
    rows = Claim.objects.filter(OPEN & _LEFT).annotate(has_second=_has_second())
    return rows.filter(has_second=True)


def _among(rows: QuerySet[Any], column: str) -> Q:
    """Asked once for all claims, where Exists would be asked claim by claim."""
    return Q(pk__in=rows.order_by().values(column))


def _silent() -> QuerySet[SubmissionAttempt]:
    """The sendings that are on their way with their clock run out."""
    return SubmissionAttempt.objects.filter(
        silence_reported_at__isnull=False,
        version__state__in=sorted(states.AWAITING_ACK),
        version__current_attempt=F("pk"),
    )


def _has_second() -> Case:
    """A further coverage on the day; looked for only where something is left with an insurer.

    After the carrier of an accident come its other payers, then whoever pays for all else.
    """
    further = Coverage.objects.filter(
        Q(effective_to__isnull=True) | Q(effective_to__gte=OuterRef("service_date_from")),
        patient=OuterRef("patient"),
        effective_from__lte=OuterRef("service_date_from"),
    )
    now = "current_version__coverage"
    later = Q(rank__gt=OuterRef(f"{now}__rank"))
    return Case(
        When(
            _LEFT & Q(**{f"{now}__case__isnull": True}),
            then=Exists(further.filter(later, case__isnull=True)),
        ),
        When(
            _LEFT,
            then=Exists(
                further.filter(Q(case__isnull=True) | (later & Q(case=OuterRef(f"{now}__case"))))
            ),
        ),
        default=False,
        output_field=BooleanField(),
    )


def _lost_on_the_way() -> QuerySet[Claim]:
    """Passed on by the payer before, and nobody has it: not on file, or its answer is overdue."""
    now = "current_version__crossover"
    nobody = Q(**{f"{now}__isnull": True}) | Q(**{f"{now}__reported_at__isnull": False})
    return Claim.objects.filter(nobody, **{STATE: VersionState.CROSSED_OVER})


def in_states(*wanted: str) -> Q:
    """Whose current version is in one of these states."""
    return Q(**{f"{STATE}__in": sorted(wanted)})


def _near_limit(today: date) -> Q:
    """Whose limit runs: no payer has it, or none has proved so yet (A1 is no proof, D.3)."""
    alarm = today + timedelta(days=FILING_ALARM_DAYS)
    known = Q(current_version__filing_deadline_on__isnull=False)
    unproved = Q(current_version__timely_proof_on__isnull=True)
    runs = in_states(*states.UNSENT, *states.REJECTED, VersionState.BATCHED)
    runs |= in_states(*states.WITH_PAYER) & unproved
    return known & runs & Q(current_version__filing_deadline_on__lte=alarm)
