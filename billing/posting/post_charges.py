"""Released charge lines enter the books (domain F.3)."""

from collections.abc import Sequence

from django.db import transaction

from billing.batch_choices import BatchKind
from billing.ledger.entries import record_journals
from billing.ledger.lines import JournalDraft, Source
from billing.ledger.period import posting_day
from billing.models import Journal
from billing.posting.facts import Party
from billing.posting.locks import lock_accounts
from billing.posting.plan_charges import ChargeFact, plan_charge
from billing.services.apply_credits import apply_credits
from billing.services.join_batch import join_batch
from billing.services.push_balances import push_balances
from coding.models import ChargeLine
from core.models import Practice
from patients.models import Encounter, Patient
from patients.selectors import coverages_for

CHARGE = "charge"


def post_charges(*, practice: Practice, charge_line_ids: Sequence[int]) -> list[Journal]:
    """Post each of these released charge lines once, to the primary payer of its visit or, with
    no coverage on that day, to the guarantor. One journal a line, so that one can be undone.

    Runs in the releasing transaction: where it fails, the release fails with it.
    """
    with transaction.atomic():
        lines = list(
            ChargeLine.objects.filter(pk__in=charge_line_ids)
            .select_related("encounter__patient")
            .order_by("pk")
        )
        patients = {line.patient_id for line in lines}
        lock_accounts(guarantor_ids={line.encounter.patient.guarantor_id for line in lines})
        journals = record_journals(practice=practice, drafts=_drafts(practice, lines))
        apply_credits(
            practice, patient_ids=patients, cause=f"{CHARGE}:{max(charge_line_ids, default=0)}"
        )
        push_balances(practice, patient_ids=patients, charge_line_ids=[x.pk for x in lines])
        join_batch(BatchKind.CHARGES, [(line, line.charge_amount) for line in lines])
    return journals


def _drafts(practice: Practice, lines: Sequence[ChargeLine]) -> list[JournalDraft]:
    primaries: dict[int, Party | None] = {}
    drafts, day = [], posting_day(practice)
    for line in lines:
        encounter = line.encounter
        if encounter.pk not in primaries:
            primaries[encounter.pk] = _primary(encounter.patient, encounter)
        planned = plan_charge(
            ChargeFact(
                charge_line_id=line.pk,
                patient_id=line.patient_id,
                guarantor_id=encounter.patient.guarantor_id,
                charge_amount=line.charge_amount,
                primary=primaries[encounter.pk],
            )
        )
        if planned is not None:
            drafts.append(
                JournalDraft(
                    posted_on=day,
                    source=Source(CHARGE, line.pk),
                    idempotency_key=f"{CHARGE}:{line.control_number}",
                    lines=(planned,),
                    memo=f"Charge {line.procedure_code}",
                )
            )
    return drafts


def _primary(patient: Patient, encounter: Encounter) -> Party | None:
    """The coverage the claim will be built for: the first on the day of the visit."""
    coverages = coverages_for(encounter)
    if not coverages:
        return None
    return Party(coverages[0].plan.payer_id, coverages[0].rank)
