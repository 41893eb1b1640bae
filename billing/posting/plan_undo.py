"""What undoing the posting of a remittance would write, and what stands in its way."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import F, Q, QuerySet

from billing.batch_choices import SlipState
from billing.choices import StatementState
from billing.ledger.accounts import Account
from billing.ledger.entries import lines_by_journal
from billing.ledger.lines import Line
from billing.models import DepositSlipItem, Journal, JournalLine, Payment, Statement
from billing.posting.load_remittance import SOURCE
from billing.posting.post_remittance import cause_of, late_cause_of
from billing.services.apply_credits import CREDIT_APPLIED
from billing.services.record_deposit import deposit_of
from claims.choices import RemittanceState
from claims.matching import BY_HAND
from claims.models import ClaimVersion, Remittance
from claims.services.follow_corrections import corrections_of
from core.money import format_money

PUT_BACK = "put_back"
# Cash that waits for somebody, or is owed to the payer, under a reference.
_WAITING = (
    int(Account.RECOUPMENT_SUSPENSE),
    int(Account.UNAPPLIED_INSURANCE),
    int(Account.RECOUPMENT_PAYABLE),
)
MOST_NAMED = 5


@dataclass(frozen=True, slots=True)
class UndoPlan:
    """`mirrored` journals are mirrored, newest first; `put_back` are mirrors of ours, made for a
    payer's reversal, whose originals are posted anew, oldest first. `refusals` are why it may not
    be.
    """

    mirrored: tuple[Journal, ...]
    put_back: tuple[Journal, ...]
    refusals: tuple[str, ...]
    warnings: tuple[str, ...]

    @property
    def journals(self) -> tuple[Journal, ...]:
        """Every journal that is undone: ours newest first, and what is put back in the order in
        which it first stood, so that a correction stands on its original again.
        """
        return (*self.mirrored, *self.put_back)


def plan_undo(remittance: Remittance) -> UndoPlan:
    """What undoing `remittance`, which is posted, would come to; nothing is written."""
    own = _own(remittance)
    credits_used = list(_credits(remittance))
    everything = [*own, *credits_used]
    later = _later(everything)
    refusals = [
        *_deposit(remittance),
        *_slip(remittance),
        *_reversed_since(remittance),
        *_answered_since(remittance),
        *_facts_since(later),
        *_references_since(remittance, own),
        *_corrected(remittance),
    ]
    return UndoPlan(
        mirrored=_newest_first(j for j in everything if j.reverses_id is None),
        put_back=_oldest_first(j for j in own if j.reverses_id is not None),
        refusals=tuple(dict.fromkeys(refusals)),
        warnings=tuple(_statements(everything)),
    )


def undone_lines(plan: UndoPlan) -> list[Line]:
    """The lines that undoing writes, in their order."""
    lines = lines_by_journal(plan.journals)
    return [line.mirrored() for journal in plan.journals for line in reversed(lines[journal.pk])]


def put_back_key(journal: Journal) -> str:
    """The key of the journal that posts anew what `journal`, a mirror, had taken out."""
    return f"{PUT_BACK}:{journal.public_id}"


def undone_before(remittance: Remittance) -> set[int]:
    """Of the journals that name `remittance`, those of postings that were undone since, and those
    that undid them. What a payer's reversal took out stands as it was written.
    """
    if not remittance.times_undone:
        return set()
    rows = list(Journal.objects.filter(source_kind=SOURCE, source_id=remittance.pk))
    back = {row.pk for row in rows if row.idempotency_key.startswith(f"{PUT_BACK}:")}
    mirrors = [row for row in rows if row.reverses_id is not None]
    undoing = [row for row in mirrors if row.source_part_id is None]
    done = _put_back_keys(mirrors)
    replaced = {row.pk for row in mirrors if put_back_key(row) in done}
    taken_out = {row.reverses_id for row in undoing if row.reverses_id is not None}
    return back | replaced | taken_out | {row.pk for row in undoing}


def _own(remittance: Remittance) -> list[Journal]:
    """Its journals that stand. A mirror with a part was made for a payer's reversal, and stands
    until its original is put back; one without undid an earlier posting of this remittance. A
    mirror of the same answer took its waiting money out when its claim was found: both are over.
    """
    found_late = Q(
        reverses__source_kind=SOURCE,
        reverses__source_id=remittance.pk,
        reverses__source_part_id=F("source_part_id"),
    )
    rows = list(
        _written_by(remittance)
        .filter(
            Q(reverses__isnull=True) | (Q(source_part_id__isnull=False) & ~found_late),
            mirror__isnull=True,
        )
        .select_related("reverses")
        .order_by("-number")
    )
    done = _put_back_keys(journal for journal in rows if journal.reverses_id is not None)
    return [journal for journal in rows if put_back_key(journal) not in done]


def _written_by(remittance: Remittance) -> "QuerySet[Journal]":
    """What posting it wrote, and what the undoing of a payer's reversal put back of it. What
    undoing it put back itself belongs to the remittances that first posted that.
    """
    answers = remittance.claims.values("pk")
    put_back = Q(idempotency_key__startswith=f"{PUT_BACK}:")
    return Journal.objects.filter(source_kind=SOURCE).filter(
        (Q(source_id=remittance.pk) & ~put_back)
        | (Q(source_part_id__in=answers) & put_back & Q(reverses__isnull=True))
    )


def _put_back_keys(mirrors: Iterable[Journal]) -> set[str]:
    """The keys of those journals in the books that post anew what one of `mirrors` took out."""
    keys = [put_back_key(journal) for journal in mirrors]
    found = Journal.objects.filter(idempotency_key__in=keys)
    return set(found.values_list("idempotency_key", flat=True))


def _credits(remittance: Remittance) -> "QuerySet[Journal]":
    """Money paid before that was used for what this posting left to the patients: at once, or
    when the claim of an answer was found later.
    """
    causes = Q(idempotency_key__startswith=f"{CREDIT_APPLIED}:{cause_of(remittance)}:")
    for answer in remittance.claims.filter(match_reason=BY_HAND):
        causes |= Q(idempotency_key__startswith=f"{CREDIT_APPLIED}:{late_cause_of(answer)}:")
    return Journal.objects.filter(
        causes, source_kind=CREDIT_APPLIED, mirror__isnull=True, reverses__isnull=True
    )


def _newest_first(journals: Iterable[Journal]) -> tuple[Journal, ...]:
    return tuple(sorted(journals, key=lambda journal: -journal.number))


def _oldest_first(mirrors: Iterable[Journal]) -> tuple[Journal, ...]:
    """By what they mirror."""
    return tuple(sorted(mirrors, key=lambda m: m.reverses.number if m.reverses else m.number))


# --- what stands on it ----------------------------------------------------------------------------


def _deposit(remittance: Remittance) -> list[str]:
    deposit = deposit_of(remittance)
    if deposit is None:
        return []
    return [f"Its money is at the bank since {deposit.posted_on:%m/%d/%Y} ({deposit})."]


def _slip(remittance: Remittance) -> list[str]:
    """Its check is on its way to the bank: without a posting the bank's line would find nothing."""
    on_one = DepositSlipItem.objects.filter(remittance=remittance, slip__state=SlipState.OPEN)
    return [
        f"It is on deposit {item.slip.number}: take that apart first."
        for item in on_one.select_related("slip")
    ]


def _reversed_since(remittance: Remittance) -> list[str]:
    """Journals of it that another remittance has mirrored: the payer reversed its answer."""
    taken_back = (
        _written_by(remittance)
        .filter(mirror__isnull=False)
        .exclude(mirror__source_kind=SOURCE, mirror__source_id=remittance.pk)
        .select_related("mirror")
    )
    mirrors = [journal.mirror for journal in taken_back]
    done = _put_back_keys(mirrors)
    ids = {mirror.source_id for mirror in mirrors if put_back_key(mirror) not in done}
    others = Remittance.objects.filter(pk__in=ids).order_by("pk")[:MOST_NAMED]
    return [
        f"Remittance {other.trace_number} reversed an answer of it: undo that one first."
        for other in others
    ]


def _answered_since(remittance: Remittance) -> list[str]:
    """Later answers on the same claims, also those that moved no account: a refusal, a reversal
    that found nothing. What they decided rests on what this one did.
    """
    claims = remittance.claims.filter(version__isnull=False).values("version__claim_id")
    since = Remittance.objects.filter(
        Q(posted_at__gt=remittance.posted_at)
        | Q(posted_at=remittance.posted_at, pk__gt=remittance.pk),
        state=RemittanceState.POSTED,
        claims__version__claim_id__in=claims,
    )
    return [
        f"Remittance {other.trace_number} was posted on the same claims since: undo that one first."
        for other in since.exclude(pk=remittance.pk).distinct().order_by("-pk")[:MOST_NAMED]
    ]


def _later(journals: Sequence[Journal]) -> "QuerySet[Journal]":
    """Journals on the same charge lines that were written since and that nothing undid."""
    if not journals:
        return Journal.objects.none()
    first = min(journal.number for journal in journals)
    own = [journal.pk for journal in journals]
    touched = JournalLine.objects.filter(journal__in=own)
    lines = {
        pk
        for pair in touched.values_list("debit_charge_line_id", "credit_charge_line_id")
        for pk in pair
        if pk is not None
    }
    touching = JournalLine.objects.filter(
        Q(debit_charge_line__in=lines) | Q(credit_charge_line__in=lines), journal__number__gt=first
    )
    return (
        Journal.objects.filter(pk__in=touching.values("journal_id"), mirror__isnull=True)
        .filter(Q(reverses__isnull=True) | Q(reverses__number__lt=first))
        .exclude(pk__in=own)
        .exclude(source_kind=SOURCE, source_id=journals[0].source_id, reverses__isnull=False)
        .order_by("number")
    )


def _facts_since(later: "QuerySet[Journal]") -> list[str]:
    found = list(later[:MOST_NAMED])
    receipts = {
        payment.journal_id: payment.number for payment in Payment.objects.filter(journal__in=found)
    }
    traces = dict(
        Remittance.objects.filter(
            pk__in=[journal.source_id for journal in found if journal.source_kind == SOURCE]
        ).values_list("pk", "trace_number")
    )
    return [_fact(journal, receipts, traces) for journal in found]


def _fact(journal: Journal, receipts: dict[int, str], traces: dict[int, str]) -> str:
    if journal.pk in receipts:
        receipt = receipts[journal.pk]
        return f"Receipt {receipt} was taken on these charges since: take it back first."
    if journal.source_kind == SOURCE and journal.source_id in traces:
        trace = traces[journal.source_id]
        return f"Remittance {trace} was posted on the same claims since: undo that one first."
    if journal.source_kind == CREDIT_APPLIED:
        return f"Money paid before was used on these charges since ({journal})."
    return f"{journal} was posted on these charges since: {journal.memo or journal.source_kind}."


def _references_since(remittance: Remittance, own: Sequence[Journal]) -> list[str]:
    """Cash that waits under a reference of it, or is owed there, and was moved on since."""
    on_them = JournalLine.objects.filter(
        Q(debit_account__in=_WAITING) | Q(credit_account__in=_WAITING)
    ).exclude(reference_number="")
    references = set(on_them.filter(journal__in=own).values_list("reference_number", flat=True))
    if not references:
        return []
    payers = Q(debit_payer=remittance.payer_id) | Q(credit_payer=remittance.payer_id)
    since = (
        on_them.filter(payers, reference_number__in=references, journal__mirror__isnull=True)
        .filter(journal__reverses__isnull=True, journal__number__gt=own[-1].number)
        .exclude(journal__in=own)
        .exclude(journal__source_kind=SOURCE, journal__source_id=remittance.pk)
        .select_related("journal")
        .order_by("journal__number")
    )
    return [
        f"{line.journal} moved on what waits under {line.reference_number}: {line.journal.memo}."
        for line in since[:MOST_NAMED]
    ]


def _corrected(remittance: Remittance) -> list[str]:
    versions = list(
        ClaimVersion.objects.filter(remittance_claims__remittance=remittance)
        .select_related("claim")
        .defer("snapshot")
        .distinct()
    )
    newer = corrections_of(versions)
    numbers = sorted({v.claim.control_number for v in versions if v.pk in newer})
    return [
        f"Claim {number} was corrected since: drop the correction first."
        for number in numbers[:MOST_NAMED]
    ]


def _statements(journals: Sequence[Journal]) -> list[str]:
    """Statements that ask for what it left to the patients: the next ones supersede them."""
    if not journals:
        return []
    first = min(journal.number for journal in journals)
    on_patients = JournalLine.objects.filter(
        journal__in=journals, debit_account=int(Account.PATIENT_AR)
    )
    guarantors = on_patients.values("debit_guarantor_id")
    issued = Statement.objects.filter(
        guarantor__in=guarantors, state=StatementState.ISSUED, last_journal_number__gte=first
    )
    return [
        f"Statement {statement.number} over ${format_money(statement.balance_amount)} asks for"
        " what this left to the patient: issue a new one afterwards."
        for statement in issued.order_by("number")[:MOST_NAMED]
    ]
