"""Reads a matched remittance, and what its claims have open, into the planner's facts.

A constant number of queries for every thousand claims; a long remittance comes in parts, in the
order in which it is posted, so that it needs no more memory than one of them.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from copy import copy
from dataclasses import replace
from decimal import Decimal
from typing import Any

from django.db.models import Case, QuerySet, Sum, Value, When
from django.db.models.functions import Coalesce

from billing.ledger.accounts import Account
from billing.ledger.balances import entries, open_items
from billing.models import PayerPostingSettings, ProviderAdjustmentRule
from billing.posting.facts import (
    AccountFact,
    Adjustment,
    ClaimFact,
    LineFact,
    OpenKey,
    Party,
    ProviderAdjustmentFact,
    RemittanceFact,
)
from billing.posting.load_originals import SOURCE, load_originals, seen_before
from billing.posting.reasons import PostingRules, ProviderAccount
from billing.posting.running import GIVEN_BACK, PAYERS_MONEY, key_of
from billing.selectors.tolerances import tolerance_for
from claims.answer_codes import PRICING, REVERSAL
from claims.models import (
    ClaimVersion,
    ClaimVersionLine,
    DeclinedPayer,
    ExpectedLine,
    Remittance,
    RemittanceAdjustment,
    RemittanceClaim,
    RemittanceLine,
)
from core.among import Ids, among
from core.money import ZERO
from patients.choices import ClaimFiling, PayerKind
from patients.models import Coverage
from patients.selectors import in_order

__all__ = ["PART", "SOURCE", "load_parts", "load_remittance", "posting_rules"]
PART = 1000  # claims that are read, planned and written together


def posting_rules(remittance: Remittance) -> PostingRules:
    """The rules of the remittance's payer; the standard ones where it has none of its own."""
    settings = PayerPostingSettings.objects.filter(payer=remittance.payer).first()
    codes = settings.extra_contractual_codes if settings else ()
    accounts = ProviderAdjustmentRule.objects.filter(payer=remittance.payer)
    return PostingRules(
        extra_contractual=frozenset(codes),
        provider_accounts=[
            ProviderAccount(row.reason_code, row.reference_prefix, Account(row.account_id))
            for row in accounts
        ],
        tolerance=tolerance_for(remittance.payer_id),
    )


def load_remittance(remittance: Remittance) -> RemittanceFact:
    """`remittance` whole, as the planner reads it."""
    return _part(remittance, _in_order(remittance), set(), is_last=True)


def load_parts(remittance: Remittance, size: int = 0) -> Iterator[RemittanceFact]:
    """`remittance` in parts of `size` claims (PART): reversals first, then by rank (E.10); its
    provider adjustments with the last. Each part is read when it is asked for, so that it sees
    what was written for the ones before.
    """
    taken: set[int] = set()
    ids = _in_order(remittance)
    most = size or PART
    parts = [ids[start : start + most] for start in range(0, len(ids), most)] or [[]]
    for number, part in enumerate(parts, start=1):
        yield _part(remittance, part, taken, is_last=number == len(parts))


def load_answer(remittance: Remittance, answer: RemittanceClaim) -> RemittanceFact:
    """One answer of `remittance` alone, without its provider adjustments: for one found later."""
    return _part(remittance, [answer.pk], set(), is_last=False)


def _in_order(remittance: Remittance) -> list[int]:
    is_answer = Case(When(status_code=REVERSAL, then=Value(0)), default=Value(1))
    return list(
        RemittanceClaim.objects.filter(remittance=remittance)
        .order_by(is_answer, Coalesce("version__rank", 0), "position")
        .values_list("pk", flat=True)
    )


def _part(
    remittance: Remittance, ids: Sequence[int], taken: set[int], *, is_last: bool
) -> RemittanceFact:
    rows = list(
        RemittanceClaim.objects.filter(among("pk", ids))
        .select_related("version__claim__patient")
        .defer("version__snapshot")
        .order_by("position")
    )
    originals = load_originals(rows, taken, load_claims)
    seen = seen_before(remittance, rows)
    claims = tuple(
        replace(fact, original=originals.get(pk), seen_before=pk in seen)
        for pk, fact in load_claims(rows).items()
    )
    kept, returned = _kept_amounts(remittance, claims)
    return RemittanceFact(
        remittance_id=remittance.pk,
        trace_number=remittance.trace_number,
        payment_amount=remittance.payment_amount,
        payer_id=remittance.payer_id,
        claims=claims,
        provider_adjustments=_provider_adjustments(remittance) if is_last else (),
        open_amounts=_open_amounts(remittance, claims),
        open_payables=_open_payables(remittance) if is_last else {},
        kept_amounts=kept,
        returned_keys=returned,
        answered_claim_ids=_answered(remittance, rows),
    )


def load_claims(rows: Sequence[RemittanceClaim]) -> dict[int, ClaimFact]:
    """Answers as the planner reads them, by their id."""
    lines = _lines(rows)
    accounts = _accounts([row.version for row in rows if row.version is not None])
    claim_trios = _adjustments(rows, of_lines=False)
    return {
        row.pk: ClaimFact(
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
            corrects_identity=bool(row.corrected_name or row.corrected_member_number),
        )
        for row in rows
    }


def _answered(remittance: Remittance, rows: Sequence[RemittanceClaim]) -> frozenset[int]:
    """Claims of reversals among `rows` that this remittance also decides anew."""
    reversed_claims = {
        row.version.claim_id
        for row in rows
        if row.status_code == REVERSAL and row.version is not None
    }
    if not reversed_claims:
        return frozenset()
    return frozenset(
        RemittanceClaim.objects.filter(remittance=remittance, version__claim_id__in=reversed_claims)
        .exclude(status_code__in=[REVERSAL, PRICING])
        .exclude(pk__in=_unknown_lines(remittance))
        .values_list("version__claim_id", flat=True)
    )


def _unknown_lines(remittance: Remittance) -> "QuerySet[RemittanceLine, int]":
    return RemittanceLine.objects.filter(
        remittance_claim__remittance=remittance, charge_line__isnull=True
    ).values_list("remittance_claim_id", flat=True)


def _lines(rows: Sequence[RemittanceClaim]) -> dict[int, list[LineFact]]:
    trios = _adjustments(rows, of_lines=True)
    found: dict[int, list[LineFact]] = defaultdict(list)
    lines = RemittanceLine.objects.filter(among("remittance_claim_id", rows)).order_by("position")
    for answer_id, line_id, charge_line_id, charge, paid, remarks in lines.values_list(
        "remittance_claim_id", "pk", "charge_line_id", "charge_amount", "paid_amount",
        "remark_codes",
    ):  # fmt: skip
        found[answer_id].append(
            LineFact(
                remittance_line_id=line_id,
                charge_line_id=charge_line_id,
                charge_amount=charge,
                paid_amount=paid,
                adjustments=tuple(trios[line_id]),
                remark_codes=tuple(remarks),
            )
        )
    return found


def _adjustments(rows: Sequence[RemittanceClaim], *, of_lines: bool) -> dict[int, list[Adjustment]]:
    key = "remittance_line_id" if of_lines else "remittance_claim_id"
    found: dict[int, list[Adjustment]] = defaultdict(list)
    trios = RemittanceAdjustment.objects.filter(
        among("remittance_claim_id", rows), remittance_line__isnull=not of_lines
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
        ClaimVersionLine.objects.filter(among("version_id", versions))
        .order_by("line_number")
        .values_list(
            "version_id", "charge_line_id", "charge_amount", "charge_line__encounter__case"
        )
    ):
        case_of[version_id] = case_id
        charges[version_id].append((charge_line_id, amount))
    coverages = _coverages(versions, case_of)
    expected = _expected(versions)
    declined = set(
        DeclinedPayer.objects.filter(
            claim_id__in={version.claim_id for version in versions}
        ).values_list("claim_id", "payer_id")
    )
    return {
        version.pk: replace(
            _account(version, charges[version.pk], coverages[version.pk], declined),
            expected=expected.get(version.pk, {}),
        )
        for version in versions
    }


def _expected(versions: Sequence[ClaimVersion]) -> dict[int, dict[int, Decimal]]:
    """By version and charge line what was to be allowed; of first payers only: a later one pays
    what the first left.
    """
    found: dict[int, dict[int, Decimal]] = defaultdict(dict)
    first = [version.pk for version in versions if version.rank == 1]
    for version_id, charge_line_id, amount in ExpectedLine.objects.filter(
        among("version_id", first), amount__isnull=False
    ).values_list("version_id", "charge_line_id", "amount"):
        if amount is not None:
            found[version_id][charge_line_id] = amount
    return found


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
    rows = Coverage.objects.filter(among("patient_id", {one.claim.patient_id for one in versions}))
    for coverage in rows.prefetch_related("plan__payer__coordination").order_by("rank", "id"):
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
        remittance.practice, accounts=[Account.INSURANCE_AR], charge_line_id__among=Ids(ids)
    )
    return {
        (item.charge_line_id, item.payer_id, item.rank): item.amount
        for item in items
        if item.charge_line_id and item.payer_id and item.rank
    }


def _kept_amounts(
    remittance: Remittance, claims: Sequence[ClaimFact]
) -> tuple[dict[OpenKey, Decimal], frozenset[OpenKey]]:
    """What is left of the payer's money on the keys that reversals take it from, and on which of
    them some went back before, by our refund or a recovery.
    """
    keys = {
        key_of(side)
        for claim in claims
        if claim.original is not None
        for line in claim.original.lines
        for side in (line.debit, line.credit)
        if side.account == Account.INSURANCE_AR
    }
    if not keys:
        return {}, frozenset()
    rows = (
        entries(remittance.practice)
        .filter(
            account_id=int(Account.INSURANCE_AR),
            counter_account_id__in=[int(account) for account in PAYERS_MONEY],
            charge_line_id__among=Ids({charge_line_id for charge_line_id, _, _ in keys}),
        )
        .order_by()
        .values_list("charge_line_id", "payer_id", "rank", "counter_account_id")
        .annotate(total=Sum("amount"))
    )
    kept: dict[Any, Decimal] = dict.fromkeys(keys, ZERO)
    returned: dict[Any, Decimal] = dict.fromkeys(keys, ZERO)
    for *key, counter, total in rows:
        if (place := tuple(key)) in kept:
            kept[place] -= total
            returned[place] += total if counter in GIVEN_BACK else ZERO
    return kept, frozenset(key for key, amount in returned.items() if amount > 0)


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
