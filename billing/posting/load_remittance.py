"""Reads a matched remittance, and what its claims have open, into the planner's facts.

A constant number of queries, whatever the number of claims.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from copy import copy
from decimal import Decimal

from django.db.models import Sum

from billing.ledger.accounts import Account
from billing.ledger.balances import entries, open_items
from billing.ledger.entries import lines_by_journal
from billing.models import Journal, PayerPostingSettings
from billing.posting.facts import (
    AccountFact,
    Adjustment,
    ClaimFact,
    LineFact,
    OpenKey,
    OriginalFact,
    Party,
    ProviderAdjustmentFact,
    RemittanceFact,
)
from billing.posting.plan_remittance import REVERSAL
from billing.posting.reasons import PostingRules
from claims.choices import RemittanceState
from claims.models import (
    ClaimVersion,
    ClaimVersionLine,
    DeclinedPayer,
    Remittance,
    RemittanceAdjustment,
    RemittanceClaim,
    RemittanceLine,
)
from patients.choices import ClaimFiling, PayerKind
from patients.models import Coverage
from patients.selectors import in_order

SOURCE = "remittance"
# A journal of ours and the answer it posted.
_Posted = tuple[Journal, RemittanceClaim]


def posting_rules(remittance: Remittance) -> PostingRules:
    """The rules of the remittance's payer; the standard ones where it has none of its own."""
    settings = PayerPostingSettings.objects.filter(payer=remittance.payer).first()
    codes = settings.extra_contractual_codes if settings else ()
    return PostingRules(extra_contractual=frozenset(codes))


def load_remittance(remittance: Remittance) -> RemittanceFact:
    """`remittance` as the planner reads it: matched claims, next payers, open amounts."""
    rows = list(
        RemittanceClaim.objects.filter(remittance=remittance)
        .select_related("version__claim__patient")
        .defer("version__snapshot")
        .order_by("position")
    )
    lines = _lines(rows)
    accounts = _accounts([row.version for row in rows if row.version is not None])
    originals = _originals([row for row in rows if row.status_code == REVERSAL])
    seen = _seen_before(remittance, rows)
    claim_trios = _adjustments(rows, of_lines=False)
    claims = tuple(
        ClaimFact(
            remittance_claim_id=row.pk,
            position=row.position,
            status_code=row.status_code,
            charge_amount=row.charge_amount,
            paid_amount=row.paid_amount,
            lines=tuple(lines[row.pk]),
            adjustments=tuple(claim_trios[row.pk]),
            remark_codes=tuple(row.remark_codes),
            is_forwarded=row.is_forwarded,
            account=accounts.get(row.version_id) if row.version_id else None,
            original=originals.get(row.pk),
            seen_before=row.pk in seen,
        )
        for row in rows
    )
    return RemittanceFact(
        remittance_id=remittance.pk,
        trace_number=remittance.trace_number,
        payment_amount=remittance.payment_amount,
        payer_id=remittance.payer_id,
        claims=claims,
        provider_adjustments=_provider_adjustments(remittance),
        open_amounts=_open_amounts(remittance, claims),
        open_payables=_open_payables(remittance),
    )


def _lines(rows: Sequence[RemittanceClaim]) -> dict[int, list[LineFact]]:
    trios = _adjustments(rows, of_lines=True)
    found: dict[int, list[LineFact]] = defaultdict(list)
    for line in RemittanceLine.objects.filter(remittance_claim__in=rows).order_by("position"):
        found[line.remittance_claim_id].append(
            LineFact(
                remittance_line_id=line.pk,
                charge_line_id=line.charge_line_id,
                charge_amount=line.charge_amount,
                paid_amount=line.paid_amount,
                adjustments=tuple(trios[line.pk]),
                remark_codes=tuple(line.remark_codes),
            )
        )
    return found


def _adjustments(rows: Sequence[RemittanceClaim], *, of_lines: bool) -> dict[int, list[Adjustment]]:
    key = "remittance_line_id" if of_lines else "remittance_claim_id"
    found: dict[int, list[Adjustment]] = defaultdict(list)
    trios = RemittanceAdjustment.objects.filter(
        remittance_claim__in=rows, remittance_line__isnull=not of_lines
    )
    for owner, group, reason, amount in trios.order_by("id").values_list(
        key, "group_code", "reason_code", "amount"
    ):
        found[owner].append(Adjustment(group, reason, amount))
    return found


def _provider_adjustments(remittance: Remittance) -> tuple[ProviderAdjustmentFact, ...]:
    return tuple(
        ProviderAdjustmentFact(row.pk, row.reason_code, row.reference, row.amount)
        for row in remittance.provider_adjustments.order_by("position")
    )


# --- who is behind each claim -------------------------------------------------------------------


def _accounts(versions: Sequence[ClaimVersion]) -> dict[int, AccountFact]:
    charges: dict[int, list[tuple[int, Decimal]]] = defaultdict(list)
    case_of: dict[int, int | None] = {}
    for version_id, charge_line_id, amount, case_id in (
        ClaimVersionLine.objects.filter(version__in=versions)
        .order_by("line_number")
        .values_list(
            "version_id", "charge_line_id", "charge_amount", "charge_line__encounter__case"
        )
    ):
        case_of[version_id] = case_id
        charges[version_id].append((charge_line_id, amount))
    coverages = _coverages(versions, case_of)
    declined = set(
        DeclinedPayer.objects.filter(
            claim_id__in={version.claim_id for version in versions}
        ).values_list("claim_id", "payer_id")
    )
    return {
        version.pk: _account(version, charges[version.pk], coverages[version.pk], declined)
        for version in versions
    }


def _account(
    version: ClaimVersion,
    charges: Iterable[tuple[int, Decimal]],
    coverages: Sequence[Coverage],
    declined: set[tuple[int, int]],
) -> AccountFact:
    claim = version.claim
    after = next((one.place for one in coverages if one.pk == version.coverage_id), version.rank)
    later = [
        _party(coverage)
        for coverage in coverages
        if coverage.place > after and (claim.pk, coverage.plan.payer_id) not in declined
    ]
    return AccountFact(
        claim_id=claim.pk,
        version_id=version.pk,
        patient_id=claim.patient_id,
        guarantor_id=claim.patient.guarantor_id,
        payer_id=version.payer_id,
        rank=version.rank,
        charges=tuple(charges),
        next_party=next(iter(later), None),
        medicaid=next((party for party in later if party.is_medicaid), None),
    )


def _coverages(
    versions: Sequence[ClaimVersion], case_of: Mapping[int, int | None]
) -> dict[int, list[Coverage]]:
    """By version: the coverages of its visit, in the order in which they pay."""
    of_patient: dict[int, list[Coverage]] = defaultdict(list)
    rows = Coverage.objects.filter(patient_id__in={one.claim.patient_id for one in versions})
    for coverage in rows.select_related("plan__payer__coordination").order_by("rank", "id"):
        of_patient[coverage.patient_id].append(coverage)
    return {
        one.pk: in_order(
            # Each version has copies of its own: a coverage stands elsewhere on another visit.
            map(copy, of_patient[one.claim.patient_id]),
            one.claim.service_date_from,
            case_of.get(one.pk),
        )
        for one in versions
    }


def _party(coverage: Coverage) -> Party:
    plan = coverage.plan
    is_medicaid = (
        plan.claim_filing_code == ClaimFiling.MEDICAID or plan.payer.kind == PayerKind.MEDICAID
    )
    ways = getattr(plan.payer, "coordination", None)
    never_copay = ways is not None and ways.never_covers_copay
    return Party(plan.payer_id, coverage.place, is_medicaid, never_copay)


# --- what the books hold ------------------------------------------------------------------------


def _open_amounts(remittance: Remittance, claims: Sequence[ClaimFact]) -> dict[OpenKey, Decimal]:
    ids = {line.charge_line_id for claim in claims for line in claim.lines if line.charge_line_id}
    for claim in claims:
        if claim.account is not None:
            ids.update(charge_line_id for charge_line_id, _ in claim.account.charges)
    items = open_items(
        remittance.practice, accounts=[Account.INSURANCE_AR], charge_line_id__in=sorted(ids)
    )
    return {
        (item.charge_line_id, item.payer_id, item.rank): item.amount
        for item in items
        if item.charge_line_id and item.payer_id and item.rank
    }


def _open_payables(remittance: Remittance) -> dict[str, Decimal]:
    """What we owe this payer on 2100, by the reference it was carried under."""
    rows = (
        entries(remittance.practice)
        .filter(account_id=int(Account.RECOUPMENT_PAYABLE), payer=remittance.payer)
        .order_by()
        .values_list("reference_number")
        .annotate(total=Sum("amount"))
    )
    return {reference: -total for reference, total in rows if total < 0}


def _originals(reversals: Sequence[RemittanceClaim]) -> dict[int, OriginalFact]:
    """For each reversal, our own posting that it takes back (domain E.5 rule 2): of the same
    version, not mirrored yet, in the same amounts, that payer claim number first, newest first.
    """
    versions = [row.version_id for row in reversals if row.version_id]
    if not versions:
        return {}
    answers = {
        answer.pk: answer
        for answer in RemittanceClaim.objects.filter(
            version_id__in=versions, remittance__state=RemittanceState.POSTED
        ).exclude(status_code=REVERSAL)
    }
    journals = list(
        Journal.objects.filter(
            source_kind=SOURCE,
            source_id__in={answer.remittance_id for answer in answers.values()},
            source_part_id__in=answers,
            reverses__isnull=True,
            mirror__isnull=True,
        ).order_by("-pk")
    )
    lines = lines_by_journal(journals)
    open_ones = [(journal, answers[journal.source_part_id or 0]) for journal in journals]
    found: dict[int, OriginalFact] = {}
    for row in reversals:
        fitting = [pair for pair in open_ones if _fits(row, pair[1])]
        if fitting:
            chosen = _closest(row, fitting)
            open_ones.remove(chosen)
            journal, answer = chosen
            found[row.pk] = OriginalFact(
                journal.pk, answer.charge_amount, answer.paid_amount, tuple(lines[journal.pk])
            )
    return found


def _closest(reversal: RemittanceClaim, pairs: list[_Posted]) -> _Posted:
    """The newest posting that the payer numbers as it numbers its reversal, else the newest."""
    number = reversal.payer_claim_number
    return min(pairs, key=lambda pair: pair[1].payer_claim_number != number)


def _fits(reversal: RemittanceClaim, answer: RemittanceClaim) -> bool:
    return (
        reversal.version_id == answer.version_id
        and reversal.paid_amount == -answer.paid_amount
        and reversal.charge_amount == -answer.charge_amount
    )


def _seen_before(remittance: Remittance, rows: Sequence[RemittanceClaim]) -> set[int]:
    """Answers whose payer claim number and amounts another posted remittance had (E.8).

    What a reversal took back, there or in this remittance, does not count: its repetition is the
    decision that the payer made anew.
    """
    candidates = [row for row in rows if row.version_id and row.paid_amount > 0]
    posted = list(
        RemittanceClaim.objects.filter(
            version_id__in=[row.version_id for row in candidates],
            remittance__state=RemittanceState.POSTED,
        ).exclude(remittance=remittance)
    )
    taken_back = Counter(
        (row.version_id, -row.paid_amount, -row.charge_amount)
        for row in (*posted, *rows)
        if row.status_code == REVERSAL
    )
    answers = Counter(
        (row.version_id, row.payer_claim_number, row.paid_amount, row.charge_amount)
        for row in posted
        if row.status_code != REVERSAL
    )
    return {
        row.pk
        for row in candidates
        if answers[row.version_id, row.payer_claim_number, row.paid_amount, row.charge_amount]
        > taken_back[row.version_id, row.paid_amount, row.charge_amount]
    }
