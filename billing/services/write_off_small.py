"""The run that writes small balances off (domain H.4): one request a patient, one job."""

from collections import defaultdict
from decimal import Decimal

from billing.adjusting_choices import WriteOffReason
from billing.selectors.small_balances import small_balances
from billing.services.write_off import request_write_off
from core.errors import ApplicationError
from core.jobs import Progress, job_kind
from core.models import Job, Practice
from patients.models import Patient

WRITE_OFF_SMALL = "billing.write_off_small"


def patients_of_run(practice: Practice) -> dict[int, dict[str, Decimal]]:
    """By patient: the amount of each key that the run writes off."""
    found: dict[int, dict[str, Decimal]] = defaultdict(dict)
    for row in small_balances(practice).rows:
        found[row.part.patient_id][row.part.key] = row.part.amount
    return dict(found)


@job_kind(WRITE_OFF_SMALL)
def write_off_small(job: Job, progress: Progress) -> None:
    """Write off what is small and idle now, a patient at a time, so that a job that died goes on
    where it stopped: what is written off is no candidate any more.
    """
    by_patient = patients_of_run(job.practice)
    progress.total(len(by_patient))
    written = 0
    for patient_id, amounts in by_patient.items():
        patient = Patient.objects.select_related("practice").get(pk=patient_id)
        try:
            request_write_off(
                patient=patient, amounts=amounts, reason_code=WriteOffReason.SMALL_BALANCE
            )
        except ApplicationError as error:
            progress.step(error=f"MRN {patient.mrn}: {error.message}")
        else:
            written += len(amounts)
            progress.step()
    progress.result(balances=written)
