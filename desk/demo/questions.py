"""Questions to payers in the demo: a check in each state, and claims that are asked about."""

from datetime import datetime, timedelta

from claims.choices import InquiryState, TransportKind, VersionState
from claims.models import ClaimVersion, EligibilityCheck
from claims.services.ask_eligibility import ask_eligibility
from claims.services.ask_status import ask_status
from claims.services.queue_inquiry import INQUIRIES
from core import clock, sweeping
from core.models import Practice
from core.tenancy import practice_scope
from patients.models import Coverage

# What becomes of a question about each of the newest coverages: every state of the page is there,
# and asking again gives the same. The others are active.
FATES = ("active", "inactive", "aaa_75", "aaa_71", "ended", "aaa_72", "down", "down", "aaa_42")
_ACTIVE_ONES = 6
_TRIES = 5
_PENDED, _ACCEPTED = 1, 2


def coverages(practice: Practice) -> list[Coverage]:
    """The newest coverages whose payer can be asked."""
    with practice_scope(practice):
        return list(
            Coverage.objects.filter(
                plan__payer__filing_settings__partner__transport=TransportKind.HTTPS
            )
            .select_related("patient", "plan__payer", "practice")
            .order_by("-id")[: len(FATES) + _ACTIVE_ONES]
        )


def fates() -> dict[str, str]:
    """By member id what the simulator answers, for the first demo practice."""
    practice = Practice.objects.filter(is_demo=True).order_by("pk").first()
    if practice is None:
        return {}
    # A family shares its member id, and so its fate.
    members = dict.fromkeys(coverage.member_id for coverage in coverages(practice))
    asked = zip(members, FATES, strict=False)
    return {member_id: fate for member_id, fate in asked if fate != "active"}


def check_coverages(practice: Practice, moment: datetime) -> None:
    """The front desk asks about some patients; one question is given up, others wait."""
    given_up = [member for member, fate in fates().items() if fate == "down"][:1]
    shown = coverages(practice)
    for coverage in shown:
        early = coverage.member_id in given_up
        with clock.travel(moment - timedelta(hours=2) if early else moment):
            ask_eligibility(coverage=coverage)
            if early:
                _try_until_given_up()
    with clock.travel(moment):
        sweeping.run_one(INQUIRIES)


def ask_about_claims(moment: datetime) -> None:
    """The biller asks about a claim that is put aside and some that the payer has."""
    for state, count in (
        (VersionState.PAYER_RECEIVED, _PENDED),
        (VersionState.PAYER_ACCEPTED, _ACCEPTED),
    ):
        with clock.travel(moment):
            out = ClaimVersion.objects.filter(
                state=state, current_attempt__batch__partner__transport=TransportKind.HTTPS
            )
            for version in out.filter(status_inquiries=None).order_by("pk")[:count]:
                ask_status(version=version)
            sweeping.run_one(INQUIRIES)


def _try_until_given_up() -> None:
    """At each time that it is due again."""
    due_at = clock.now()
    for _ in range(_TRIES):
        with clock.travel(due_at):
            sweeping.run_one(INQUIRIES)
        waiting = EligibilityCheck.objects.filter(state=InquiryState.QUEUED).first()
        due_at = waiting.due_at if waiting else due_at
