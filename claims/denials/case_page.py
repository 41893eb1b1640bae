"""What the page of one denial shows: reasons, clocks, chance, the step in hand and its form."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from claims.access import SENDERS
from claims.cob.next_payer import coverages_of, next_coverage
from claims.corrections import deadline_of_correction, versions_to_correct, way_to_correct
from claims.denial_choices import DenialStep
from claims.denial_forms import AsideForm, RerouteForm, StepForm, WaitForm
from claims.denials.chances import WEIGHT, in_words
from claims.denials.clocks import AT_STAKE, Level, Limit, limit_of, year_of_amounts
from claims.denials.drafts import current_appeal, limits_for
from claims.denials.money_actions import money_action
from claims.denials.places import appeal_url
from claims.denials.reasons import reason_of, stage_of
from claims.denials.remarks import known_first
from claims.denials.rights import no_patient
from claims.denials.score import nearness, score, worth
from claims.forms import CorrectForm
from claims.models import Claim, ClaimVersion, Denial, DenialCase
from core import clock, timeline
from core.services.work import open_items
from patients.models import Coverage

WAIT_DAYS = 14
_WAITS = {
    DenialStep.RECORDS: "the decision on the records that were sent",
    DenialStep.REOPEN: "the reopening for a clerical error",
    DenialStep.WAIT: "",
}


@dataclass(frozen=True, slots=True)
class Clock:
    """One limit, and how far it is."""

    name: str
    last_day: date
    work_by: date
    days_left: int
    is_next: bool = False
    note: str = ""


@dataclass(frozen=True, slots=True)
class Choice:
    """A step that can be chosen, with why not where it cannot."""

    step: str
    label: str
    refusal: str = ""
    is_suggested: bool = False
    is_now: bool = False


def case_context(
    request: HttpRequest, case: Any, *, do: str = "", forms: dict[str, Any] | None = None
) -> dict[str, Any]:
    """The page's values; `do` is the step whose form is open."""
    claim = case.claim
    today = clock.today(case.practice)
    step = do if do in DenialStep.values else case.next_step
    choices = _choices(case)
    days_left = (case.deadline_on - today).days if case.deadline_on else None
    may_work = getattr(request, "role", "") in SENDERS
    return {
        "case": case,
        "claim": claim,
        "patient": claim.patient,
        "reason": reason_of(case.reason_code),
        "stage": stage_of(case.category).label,
        "rows": _rows(case),
        "remarks": known_first(case.remark_codes),
        "days_left": days_left,
        "clocks": _clocks(case, today),
        "worth": worth(case.chance, case.expected_amount, case.work_cost),
        "nearness": nearness(days_left),
        "score": score(case.chance, case.expected_amount, case.work_cost, days_left),
        "record": in_words(case.won_count, case.partly_count, case.tried_count),
        "weight": WEIGHT,
        "step": step,
        "step_label": DenialStep(step).label,
        "choices": choices,
        "refusal": next((one.refusal for one in choices if one.step == step), ""),
        "may_work": may_work and case.is_open,
        "is_mine": getattr(case, "owner_id", None) == request.user.pk,
        "work": open_items(claim).filter(kind=case.work_kind).select_related("owner").first(),
        "appeals": list(case.appeals.select_related("packet", "sent_by").order_by("-level", "-pk")),
        "appeal": current_appeal(case),
        "appeal_url": appeal_url(case),
        "entries": list(timeline.entries_for(claim)[:100]),
        **_forms(case, step, choices, today),
        **_step_facts(claim, case, step),
        **(forms or {}),
    }


def _rows(case: DenialCase) -> list[Any]:
    rows = list(
        Denial.objects.filter(case=case)
        .select_related("charge_line", "remittance_claim__remittance")
        .order_by("pk")
    )
    for row in rows:
        row.words = reason_of(row.reason_code).words  # type: ignore[attr-defined]
        row.remarks = known_first(row.remark_codes)  # type: ignore[attr-defined]
    return rows


def _clocks(case: DenialCase, today: date) -> list[Clock]:
    """Every limit that runs: the correction, and the levels from the next one on. A later level
    runs from the decision before it, which is not known yet.
    """
    found = []
    version = ClaimVersion.objects.select_related("payer").defer("snapshot").get(pk=case.version_id)
    correction = deadline_of_correction(version) or version.filing_deadline_on
    if correction is not None:
        found.append(_clock("Corrected claim", Limit(correction, correction), today))
    if case.appeal_refusal:
        return found
    for level in limits_for(case).levels:
        if level.number == case.level:
            limit = limit_of(level, case.decided_on)
            found.append(_clock(level.name, limit, today, is_next=True, note=_note(level, case)))
    return found


def _clock(name: str, limit: Limit, today: date, *, is_next: bool = False, note: str = "") -> Clock:
    return Clock(name, limit.last_day, limit.work_by, (limit.last_day - today).days, is_next, note)


def _note(level: Level, case: DenialCase) -> str:
    parts = []
    if level.least_amount:
        year = year_of_amounts(case.decided_on.year)
        known = "" if year == case.decided_on.year else f", the amount of {max(AT_STAKE)}"
        parts.append(f"at least ${level.least_amount:,.2f} must be at stake{known}")
    if level.decision_days:
        parts.append(f"they have {level.decision_days} days to decide")
    return "; ".join(parts)


def _choices(case: DenialCase) -> list[Choice]:
    """Every step, the suggested and fitting ones first, with why some are not offered."""
    order = [case.next_step, case.step, *case.other_steps, *DenialStep.values]
    found = []
    for step in dict.fromkeys(order):
        if step == DenialStep.NONE and step not in {case.step, case.next_step}:
            continue
        found.append(Choice(step, DenialStep(step).label, _refusal(case, step),
                            step == case.step, step == case.next_step))  # fmt: skip
    return found


def _refusal(case: DenialCase, step: str) -> str:
    if step == DenialStep.APPEAL:
        return case.appeal_refusal
    if step == DenialStep.PATIENT:
        found = no_patient(case.group_code, case.reason_code, case.remark_codes, ())
        return found.sentence if found else ""
    return ""


def _forms(case: DenialCase, step: str, choices: list[Choice], today: date) -> dict[str, Any]:
    steps = [(one.step, one.label) for one in choices if not one.refusal]
    why = reason_of(case.reason_code).words
    coverages = reroute_coverages(case)
    return {
        "step_form": StepForm(steps=steps, initial={"step": case.next_step}),
        "wait_form": WaitForm(initial={
            "waits_for": _WAITS.get(DenialStep(step), ""),
            "follow_up_on": today + timedelta(days=WAIT_DAYS),
        }),
        "aside_form": AsideForm(),
        "correct_form": CorrectForm(
            claim=case.claim, initial={"reason": f"{case.code}, {why}"[:300]}
        ),
        "reroute_form": RerouteForm(
            coverages=coverages,
            initial={"coverage": coverages[0].public_id if len(coverages) == 1 else None,
                     "reason": f"{case.code}, {why}"[:300]},
        ),
        "coverages": coverages,
    }  # fmt: skip


def reroute_coverages(case: DenialCase) -> list[Coverage]:
    """The coverages of the visit that may be asked instead: the one in the refusing payer's place
    by now, and the one that comes next.
    """
    standing = [
        one
        for one in coverages_of(case.claim)
        if one.place == case.rank and one.plan.payer_id != case.payer_id
    ]
    following = next_coverage(case.claim, case.rank, case.version.coverage_id)
    return [*standing, following] if following and following not in standing else standing


def _step_facts(claim: Claim, case: DenialCase, step: str) -> dict[str, Any]:
    """What only the step in hand needs to know."""
    found: dict[str, Any] = {}
    if step in {DenialStep.FIX, DenialStep.NEW}:
        row = Claim.objects.select_related("current_version__payer", "practice").get(pk=claim.pk)
        standing = {one.pk: one for one in versions_to_correct(row)}
        version = standing.get(case.version_id)
        found["version"] = version
        found["way"] = way_to_correct(row, version) if version else None
    if step in {DenialStep.WRITE_OFF, DenialStep.PATIENT}:
        found["money_action"] = money_action(step, claim.public_id)
    if step == DenialStep.REROUTE:
        found["coverages_url"] = reverse("desk:patient-chart", args=[claim.patient.public_id])
    return found
