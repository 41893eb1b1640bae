"""What the office keeps about its payers: filing settings, enrolments, sending times; and a claim
that it corrects.
"""

from datetime import time, timedelta

from claims.choices import VersionState
from claims.corrections import way_to_correct
from claims.models import Claim, PayerFilingSettings
from claims.payer_choices import CorrectionMode, EnrolmentCheck
from claims.services.correct_claim import correct_claim
from claims.services.save_enrolment import save_enrolment, set_step
from claims.services.save_filing_settings import save_filing_settings
from claims.services.save_schedule import save_payer_schedule, save_schedule
from core import clock
from desk.demo.set_up import Stage
from patients.choices import PayerKind
from patients.models import BillingProvider, Payer, Provider

_LIMITS = {"corrected_limit_days": 90, "appeal_limit_days": 120}
_WHY = "The authorization number was left out."
_LOOKED_AT = 40


def keep_payers(stage: Stage) -> None:
    """At the end of the history, so that the days before were played without them."""
    today = clock.today(stage.practice)
    _settings()
    people: list[Provider | BillingProvider] = [
        *BillingProvider.objects.order_by("pk"),
        *Provider.objects.order_by("pk"),
    ]
    for payer in Payer.objects.order_by("pk")[:3]:
        for place, who in enumerate(people):
            is_ending = place == 1 and payer.kind == PayerKind.MEDICAID
            enrolment = save_enrolment(
                payer=payer, who=who, effective_from=today - timedelta(days=700 + place),
                effective_to=today + timedelta(days=35) if is_ending else None,
                payer_provider_number=f"{payer.payer_number[-3:]}{4100 + place}",
            )  # fmt: skip
            for subject in ("claims", "remittance"):
                set_step(
                    enrolment=enrolment, subject=subject, state="approved",
                    requested_on=today - timedelta(days=760),
                    approved_on=today - timedelta(days=720),
                )  # fmt: skip
            if not place:
                set_step(
                    enrolment=enrolment, subject="payment", state="requested",
                    requested_on=today - timedelta(days=12),
                )  # fmt: skip
    if "sftp" in stage.partners:
        save_schedule(
            partner=stage.partners["sftp"], is_on=True, days=range(5),
            times=[time(12), time(16, 30)], cut_off_at=time(17),
            time_zone="America/New_York",
        )  # fmt: skip
        apart = Payer.objects.filter(filing_settings__partner=stage.partners["sftp"])
        for payer in apart.order_by("pk")[:1]:
            save_payer_schedule(
                payer=payer, is_on=True, days=range(5), times=[time(15)], cut_off_at=time(15, 30),
                time_zone="America/Chicago",
            )  # fmt: skip


def correct_a_claim() -> None:
    """The biller finds what a denied claim lacked and makes its replacement."""
    decided = Claim.objects.filter(
        current_version__state=VersionState.ADJUDICATED, current_version__outcome="denied"
    ).select_related("current_version__payer")
    for claim in decided.order_by("-pk")[:_LOOKED_AT]:
        if way_to_correct(claim).is_open:
            correct_claim(claim=claim, reason=_WHY)
            return


def _settings() -> None:
    for row in PayerFilingSettings.objects.select_related("payer").order_by("pk"):
        is_medicare = row.payer.kind == PayerKind.MEDICARE
        values = dict(_LIMITS)
        mode = CorrectionMode.REOPEN if is_medicare else CorrectionMode.REPLACE
        is_medicaid = row.payer.kind == PayerKind.MEDICAID
        save_filing_settings(
            payer=row.payer,
            values={
                **values,
                "correction_mode": mode,
                "enrolment_check": EnrolmentCheck.WARN if is_medicaid else EnrolmentCheck.OFF,
                "wants_provider_number": is_medicaid,
            },
        )
