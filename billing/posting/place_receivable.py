"""A new claim's money sits with the payer it goes to, even if the coverage changed meanwhile."""

from collections.abc import Iterable
from decimal import Decimal

from django.db import transaction

from billing.ledger.accounts import Account
from billing.ledger.balances import OpenItem, open_items
from billing.ledger.entries import record_journal
from billing.ledger.lines import JournalDraft, Line, Side, Source
from billing.ledger.period import posting_day
from billing.models import Journal
from billing.posting.locks import lock_accounts
from billing.services.push_balances import push_balances
from claims.choices import VersionState
from claims.cob.next_payer import copay_of, rerouted_of
from claims.models import ClaimVersion, ClaimVersionLine, PayerCoordination
from coding.choices import LineState
from core.money import ZERO

RESPONSIBILITY = "responsibility"


def place_receivable(version: ClaimVersion) -> Journal | None:
    """Move what is open on the version's lines to its payer and rank (domain F.3, "move
    responsibility"). None where it sits there already, as it nearly always does. What an earlier
    payer still has open, a denial, stays with it, unless it was settled as another payer's.
    """
    claim = version.claim
    practice, patient = claim.practice, claim.patient
    with transaction.atomic():
        lock_accounts(guarantor_ids=[patient.guarantor_id], claim_ids=[claim.pk])
        line_ids = list(
            # What stands on a charge that was taken back awaits its payer's reversal, where it is.
            ClaimVersionLine.objects.filter(version=version)
            .exclude(charge_line__state=LineState.VOID)
            .values_list("charge_line_id", flat=True)
        )
        items = open_items(
            practice,
            accounts=[Account.INSURANCE_AR, Account.PATIENT_AR],
            charge_line_id__in=line_ids,
        )
        rerouted, copays = _rerouted(version), _copays(version)
        lines = tuple(
            line
            for item in items
            if (line := _move(item, version, patient.guarantor_id, rerouted, copays))
        )
        if not lines:
            return None
        source = Source(RESPONSIBILITY, version.pk)
        moved_before = Journal.objects.filter(
            source_kind=source.kind, source_id=source.row_id
        ).count()
        journal = record_journal(
            practice=practice,
            draft=JournalDraft(
                posted_on=posting_day(practice),
                source=source,
                # Coverage may change back and forth: each move is one of its own.
                idempotency_key=f"{RESPONSIBILITY}:{version.public_id}:{moved_before}",
                lines=lines,
                memo="Coverage changed before the claim went out",
            ),
        )
        push_balances(practice, patient_ids=[patient.pk], charge_line_ids=line_ids)
    return journal


def _rerouted(version: ClaimVersion) -> dict[int | None, Decimal]:
    """By charge line: what earlier payers of the claim refused as this payer's business."""
    found: dict[int | None, Decimal] = {}
    for earlier in _earlier(version):
        for key, amount in rerouted_of(earlier).items():
            found[key] = found.get(key, ZERO) + amount
    return found


def _copays(version: ClaimVersion) -> dict[int | None, Decimal]:
    """By charge line: what stays the patient's, for this payer never covers a copay."""
    ways = PayerCoordination.objects.filter(payer=version.payer_id, never_covers_copay=True)
    if not ways.exists():
        return {}
    found: dict[int | None, Decimal] = {}
    for earlier in _earlier(version):
        for key, amount in copay_of(earlier).items():
            found[key] = found.get(key, ZERO) + amount
    return found


def _earlier(version: ClaimVersion) -> Iterable[ClaimVersion]:
    """The versions that stand with the payers before."""
    rows = ClaimVersion.objects.filter(claim=version.claim_id, rank__lt=version.rank)
    return rows.exclude(state__in=[VersionState.VOIDED, VersionState.REPLACED]).only("pk")


def _move(
    item: OpenItem,
    version: ClaimVersion,
    guarantor_id: int,
    rerouted: dict[int | None, Decimal],
    copays: dict[int | None, Decimal],
) -> Line | None:
    if item.amount <= 0 or (item.payer_id, item.rank) == (version.payer_id, version.rank):
        return None
    amount = item.amount
    if item.rank is not None and item.rank < version.rank:
        sent_on = rerouted.get(item.charge_line_id, ZERO)
        # Refused as a whole, it is sent on as a whole.
        amount = amount if None in rerouted else min(amount, sent_on)
    elif item.rank is None:
        amount = max(ZERO, amount - copays.get(item.charge_line_id, ZERO))
    if not amount:
        return None
    target = Side(
        Account.INSURANCE_AR,
        patient_id=item.patient_id,
        guarantor_id=guarantor_id,
        charge_line_id=item.charge_line_id,
        payer_id=version.payer_id,
        rank=version.rank,
    )
    source = Side(
        item.account,
        patient_id=item.patient_id,
        guarantor_id=item.guarantor_id,
        charge_line_id=item.charge_line_id,
        payer_id=item.payer_id,
        rank=item.rank,
    )
    return Line(target, source, amount)
