"""Released charge lines enter the books (domain F.3)."""

from collections import Counter
from collections.abc import Mapping, Sequence

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
from claims.models import ClaimChargeLine
from coding.models import ChargeLine
from core.models import Practice
from patients.models import Encounter, Patient
from patients.selectors import coverages_for

CHARGE = "charge"


def post_charges(
    *, practice: Practice, charge_line_ids: Sequence[int], were_taken_back: bool = False
) -> list[Journal]:
    """Post each of these released charge lines once, to the primary payer of its visit or, with
    no coverage on that day, to the guarantor. One journal a line, so that one can be undone.
    `were_taken_back`: they were in the books before, and mirrored; they are posted anew, to the
    payer whose answer on them stands.

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
        times = _times_mirrored(lines) if were_taken_back else {}
        answered = _answered_by(lines) if were_taken_back else {}
        journals = record_journals(
            practice=practice, drafts=_drafts(practice, lines, times, answered)
        )
        apply_credits(
            practice, patient_ids=patients, cause=f"{CHARGE}:{max(charge_line_ids, default=0)}"
        )
        push_balances(practice, patient_ids=patients, charge_line_ids=[x.pk for x in lines])
        join_batch(BatchKind.CHARGES, [(line, line.charge_amount) for line in lines])
    return journals


def _times_mirrored(lines: Sequence[ChargeLine]) -> dict[int, int]:
    """By charge line: how often its charge left the books."""
    mirrored = Journal.objects.filter(
        source_kind=CHARGE, source_id__in=[line.pk for line in lines], mirror__isnull=False
    )
    return Counter(mirrored.values_list("source_id", flat=True))


def _answered_by(lines: Sequence[ChargeLine]) -> dict[int, Party]:
    """By charge line: whom the claim's version is with, whatever coverage holds by now."""
    links = ClaimChargeLine.objects.filter(charge_line__in=lines).values_list(
        "charge_line_id", "claim__current_version__payer_id", "claim__current_version__rank"
    )
    return {line_id: Party(payer_id, rank) for line_id, payer_id, rank in links if payer_id}


def _drafts(
    practice: Practice,
    lines: Sequence[ChargeLine],
    times: Mapping[int, int],
    answered: Mapping[int, Party],
) -> list[JournalDraft]:
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
                primary=answered.get(line.pk) or primaries[encounter.pk],
            )
        )
        if planned is not None:
            again = f":{times[line.pk]}" if times.get(line.pk) else ""
            drafts.append(
                JournalDraft(
                    posted_on=day,
                    source=Source(CHARGE, line.pk),
                    idempotency_key=f"{CHARGE}:{line.control_number}{again}",
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
