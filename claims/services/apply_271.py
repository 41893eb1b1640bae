"""271: whether a patient is covered, read onto the question it answers (domain J)."""

from dataclasses import asdict

from claims.benefits import Sheet, read_sheet
from claims.choices import CoverageVerdict, InquiryState
from claims.edi.inquiry_records import CoverageAnswer
from claims.estimate import figures_of
from claims.models import EligibilityCheck, InboundMessage
from claims.refusals import Place
from claims.services.find_question import (
    CONTRADICTS,
    IS_OURS,
    MAY_BE,
    Sought,
    cannot_be_told,
    the_one_meant,
)
from claims.services.message_results import Applied
from claims.services.settle_inquiry import (
    MOST_TRIES,
    NO_ELIGIBILITY,
    about,
    come_back_later,
    settle,
)
from claims.waiting import may_answer_question
from core import clock, timeline
from core.choices import Role
from core.services.work import close_work_item, open_work_item

NOT_COVERED, CANNOT_SAY = "eligibility.not_covered", "eligibility.cannot_say"


def apply_271(message: InboundMessage, answer: CoverageAnswer) -> Applied:
    """Fill the check that asked. A second answer or one to no question of ours changes nothing."""
    sought = _asked(message, answer)
    if sought.among:
        return cannot_be_told("271", sought.among)
    check = sought.question
    if check is None:
        return Applied("271: it answers no question of ours", took_effect=False)
    if check.state == InquiryState.ANSWERED:
        return Applied("271: this question is answered already", False, is_duplicate=True)
    if _is_of_another(check, answer):
        return Applied("271: it speaks of another person than was asked for", took_effect=False)
    sheet = read_sheet(answer, check.service_on)
    if sheet.asks_for_patience and check.is_open and check.attempts < MOST_TRIES:
        come_back_later(check, message, reason=sheet.refusals[0].sentence.rstrip("."))
        return Applied("271: the payer cannot answer now, it is asked again")
    settle(
        check,
        message,
        verdict=sheet.verdict,
        plan_name=sheet.plan_name[:60],
        sheet=check.sheet | asdict(sheet) | {"figures": figures_of(answer.benefits)},
    )
    _tell(check, sheet, message)
    return Applied(f"271 from {check.payer.name}: {sheet.headline.lower()}")


def _asked(message: InboundMessage, answer: CoverageAnswer) -> Sought[EligibilityCheck]:
    """By the number that the answer repeats, its trace before that of the file, and only a question
    that the sender may answer.
    """
    for numbers in (answer.traces, (answer.reference,)):
        rows = (
            EligibilityCheck.objects.filter(
                may_answer_question(message), reference__in=[one for one in numbers if one]
            )
            .order_by("pk")
            .select_related("practice", "partner", "payer", "coverage__patient")
            .select_for_update(of=("self",))
        )
        named = list(rows)
        if named:
            return the_one_meant(named, lambda check: _fit(check, answer))
    return Sought()


def _fit(check: EligibilityCheck, answer: CoverageAnswer) -> int:
    """How person and member id of the answer fit those that were asked about."""
    if _is_of_another(check, answer):
        return CONTRADICTS
    coverage = check.coverage
    same_id = answer.member_id in {"", coverage.member_id}
    same_day = answer.birth_date in {None, coverage.patient.birth_date}
    return IS_OURS if same_id and same_day else MAY_BE


def _is_of_another(check: EligibilityCheck, answer: CoverageAnswer) -> bool:
    """Neither the member id nor the birth date is the one that was asked for.

    One of them alone may be a correction.
    """
    coverage = check.coverage
    other_id = bool(answer.member_id) and answer.member_id != coverage.member_id
    born = answer.birth_date
    return other_id and born is not None and born != coverage.patient.birth_date


def _tell(check: EligibilityCheck, sheet: Sheet, message: InboundMessage) -> None:
    coverage = check.coverage
    patient = coverage.patient
    timeline.record(
        patient,
        kind="eligibility.answered",
        sentence=f"learned about the coverage by {check.payer.name}: {sheet.headline.lower()}",
        document=message.document,
    )
    close_work_item(
        subject=patient, kind=about(coverage, NO_ELIGIBILITY), outcome="The payer answered."
    )
    today = clock.today(check.practice)
    if check.verdict == CoverageVerdict.ACTIVE:
        for kind in (NOT_COVERED, CANNOT_SAY):
            outcome = "The coverage is active."
            close_work_item(subject=patient, kind=about(coverage, kind), outcome=outcome)
    elif check.verdict == CoverageVerdict.INACTIVE:
        kind = about(coverage, CANNOT_SAY)
        close_work_item(subject=patient, kind=kind, outcome="The payer answered.")
        open_work_item(
            subject=patient,
            kind=about(coverage, NOT_COVERED),
            title=f"Not covered by {check.payer.name} on {check.service_on:%m/%d/%Y}",
            reason="Ask the patient for other coverage.",
            role=Role.FRONT_DESK,
            due_on=today,
            renews=True,
        )
    elif sheet.refusals:
        first = sheet.refusals[0]
        open_work_item(
            subject=patient,
            kind=about(coverage, CANNOT_SAY),
            title=f"{check.payer.name} could not answer about the coverage",
            reason=f"{first.sentence} {first.then}".strip(),
            role=Role.PRACTICE_ADMIN if first.place == Place.PROVIDER else Role.FRONT_DESK,
            due_on=today,
            renews=True,
        )
