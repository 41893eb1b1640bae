"""What comes to any office now and then: files that people bring, and work that is given up."""

from django.db.models import F

from claims.choices import VersionState
from claims.models import Claim
from claims.services.return_claim import return_claim
from core.choices import WorkState
from core.models import WorkItem
from core.services.work import finish_work_item
from desk.demo.set_up import Stage
from patients.importing import start_import

# Patients of the system that the practice had before: Claimline knows none of them.
_OLD_VISITS = (
    "patient_mrn,service_date_from,rendering_provider_npi,external_number,note\n"
    "OLD0817,2026-01-12,2000000028,OLD-V1,Carried over.\n"
    "OLD0822,2026-01-13,2000000028,OLD-V2,Carried over.\n"
)
_VISITS = "992"  # evaluation and management at an office
_DOUBT = "The plan asks about the level of the visit: compare it with the note before we send it."
FOLLOW_UP = "follow_up"


class OddEnds:
    """Single acts of the last days, each through the service behind the screen that people use."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage

    def give_up_a_follow_up(self) -> None:
        """Somebody withdraws the oldest call that need not be made any more."""
        item = WorkItem.objects.filter(kind=FOLLOW_UP, state=WorkState.OPEN).order_by("pk").first()
        if item is not None:
            finish_work_item(
                item, outcome="The payer wrote before we called.", state=WorkState.WITHDRAWN
            )

    def return_a_claim(self) -> None:
        """The biller doubts the codes of a claim before it goes out and returns it."""
        claim = (
            Claim.objects.filter(
                current_version__state=VersionState.READY,
                charge_lines__charge_line__procedure_code__startswith=_VISITS,
            )
            .order_by(F("current_version__current_attempt").asc(nulls_first=True), "pk")
            .first()
        )
        if claim is not None:
            return_claim(claim=claim, reason=_DOUBT)

    def hand_in_old_visits(self) -> None:
        """A file of visits for patients that are not here: a job, whose rows come back."""
        start_import(
            practice=self.stage.practice,
            content=_OLD_VISITS.encode(),
            user=self.stage.users["frontdesk"],
        )
