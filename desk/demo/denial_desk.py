"""What the office does about denials: corrects some, appeals some, waits, and gives up on one.

So that every state of a denial is there to be seen, with some won and some lost before.
"""

from datetime import date, timedelta

from claims.corrections import way_to_correct
from claims.denial_choices import AppealOutcome, CaseState, DenialStep, SendMethod
from claims.denials.letters import gaps_in
from claims.models import Appeal, Claim, DenialCase
from claims.services.correct_claim import correct_claim
from claims.services.decide_appeal import decide_appeal
from claims.services.draft_appeal import begin_appeal, save_draft
from claims.services.save_appeal_rules import save_appeal_rules
from claims.services.save_letter import save_letter
from claims.services.send_appeal import make_packet, send_appeal
from claims.services.work_denial import assign_case, set_aside, wait_for
from core import clock
from core.errors import ApplicationError
from core.pdf import PdfUnavailable
from desk.demo.set_up import Stage

_A_TIME = 2  # so many are corrected on one day
_ADDRESS = "PO Box 100\nAnytown, CO 80001"
_LETTER = """To whom it may concern:

We ask for a {{level_name}} of your decision of {{decision_date}} on claim {{payer_claim_number}} for {{patient_name}}.

{{denied_lines}}

{{denial_reasons}}

The enclosed record answers each reason. Please pay ${{denied_amount}}.
"""  # noqa: E501 - the letter's own lines


def correct_some() -> int:
    """The biller corrects the oldest denials that a correction can mend; the payer answers."""
    done = 0
    rows = DenialCase.objects.filter(
        state=CaseState.NOT_STARTED, step__in=[DenialStep.FIX, DenialStep.NEW]
    )
    for case in rows.select_related("claim").order_by("pk")[: _A_TIME * 4]:
        claim = Claim.objects.select_related("current_version__payer", "practice").get(
            pk=case.claim_id
        )
        if done < _A_TIME and claim.current_version_id == case.version_id:
            if not way_to_correct(claim).is_open:
                continue
            correct_claim(claim=claim, reason=f"{case.code}: put right.")
            done += 1
    return done


def work_denials(stage: Stage) -> None:
    """At the end of the history: something in every state, and a letter of the practice's own."""
    practice, biller = stage.practice, stage.users["biller"]
    save_letter(
        practice=practice, name="Short and plain", category="varies", body=_LETTER,
        user=stage.users["manager"],
    )  # fmt: skip
    today = clock.today(practice)
    late = _shorten_limits()
    rows = list(
        DenialCase.objects.filter(state=CaseState.NOT_STARTED)
        .exclude(pk=late or 0)
        .select_related("claim", "practice", "payer", "version")
        .order_by("-pk")[:40]
    )
    able = [case for case in rows if not case.appeal_refusal]
    _appeal_three(able, biller)
    left = [case for case in rows if not Appeal.objects.filter(case=case).exists()]
    if len(left) > 3:
        wait_for(
            case=left[0], step=DenialStep.RECORDS, waits_for="The visit note went out by fax",
            follow_up_on=today + timedelta(days=10), reference="FAX-2217",
        )  # fmt: skip
        set_aside(case=left[1], reason="Less than what the work costs.")
        assign_case(case=left[2], owner=biller)


def _shorten_limits() -> int | None:
    """The payer of the oldest open denial takes disputes for thirty days only: that one is past."""
    oldest = (
        DenialCase.objects.filter(state=CaseState.NOT_STARTED, appeal_refusal="")
        .exclude(step__in=[DenialStep.FIX, DenialStep.NEW, DenialStep.REOPEN])
        .select_related("payer")
        .order_by("decided_on", "pk")
        .first()
    )
    if oldest is None:
        return None
    level = {
        "name": "Provider dispute", "days": 30, "decision_days": 30,
        "goes_to": f"Disputes\n{_ADDRESS}",
    }  # fmt: skip
    save_appeal_rules(payer=oldest.payer, levels=[level, {**level, "name": "Second dispute"}])
    return oldest.pk


def _appeal_three(able: list[DenialCase], biller: object) -> None:
    """One is out, one was upheld and goes to the next level, one was overturned."""
    old = [c for c in reversed(able) if c.decided_on <= clock.today(c.practice) - timedelta(40)]
    chosen = [*old[:2], *able[:1]]
    for place, case in enumerate(chosen):
        is_old = place < len(old[:2])
        sent_on = case.decided_on + timedelta(days=7 if is_old else 0)
        try:
            appeal = _sent(case, sent_on, biller)
        except (PdfUnavailable, ApplicationError):
            return  # without PDF there is no packet, and nothing is said to be sent
        if is_old:
            outcome = (AppealOutcome.UPHELD, AppealOutcome.OVERTURNED)[place]
            decide_appeal(
                appeal=appeal, outcome=outcome, decided_on=sent_on + timedelta(days=25),
                reference=f"AP-{4100 + place}",
            )  # fmt: skip


def _sent(case: DenialCase, sent_on: date, biller: object) -> Appeal:
    appeal = begin_appeal(case=case, user=biller)
    letter = appeal.letter
    for gap in gaps_in(letter):
        letter = letter.replace(gap, "(see the enclosed record)")
    appeal = save_draft(
        appeal=appeal, letter=letter, recipient=f"{case.payer.name}\nAppeals\n{_ADDRESS}",
        signed_by=appeal.signed_by or "The billing office",
        included=[str(one.public_id) for one in appeal.parts.all()],
    )  # fmt: skip
    make_packet(appeal=appeal)
    return send_appeal(
        appeal=appeal, method=SendMethod.MAIL, sent_on=sent_on, tracking_number="9400 1000 2200",
        user=biller,
    )  # fmt: skip
