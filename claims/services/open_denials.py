"""Refused amounts become work: one case a claim, payer and root cause (domain G.3)."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Q, Sum

from claims.choices import DenialState
from claims.denial_choices import CaseOutcome, CaseState, DenialStep
from claims.denials.chances import learned
from claims.denials.deadlines import PayerLimits, deadline_of, limits_of
from claims.denials.expected import Expected, expected_of, still_to_come
from claims.denials.gather import facts_of
from claims.denials.history import NOTHING, Record, records_of
from claims.denials.reasons import category_of, cost_of, reason_of, root_of
from claims.denials.suggest import DenialFacts, core_scenario, suggest
from claims.events import DENIAL_OPENED, tell_denials
from claims.models import Denial, DenialCase, RemittanceLine
from claims.models.denial import WORK, work_kind_of
from claims.services.settle_case import settle_case
from core import audit, clock
from core.appending import appended_together
from core.choices import Role, WorkState
from core.money import ZERO
from core.services.work import Wanted, close_work_item, open_work_item, open_work_items
from core.tenancy import practice_scope
from core.updating import update_each
from patients.models import Payer

MOST_AT_ONCE = 50  # of a payer's cases are worked out anew while a page waits
NO_LEVEL = 9  # every level of appeal that the amount reaches has been used
_ADOPTED = 200
Key = tuple[int, int, str]


def open_cases(denials: Iterable[Denial]) -> list[DenialCase]:
    """Put each new refused amount into its case, and the case into somebody's work.

    A case of the same claim, payer and cause that is open takes them in, where they are about the
    same version; one about an earlier version has been denied again and is settled as upheld.
    """
    rows = _loaded(Q(pk__in=[one.pk for one in denials], case__isnull=True))
    with transaction.atomic():
        grouped: dict[Key, list[Denial]] = defaultdict(list)
        for row in rows:
            root = root_of(category_of(row.reason_code, row.remark_codes))
            grouped[(row.version.claim_id, row.version.payer_id, root)].append(row)
        if not grouped:
            return []
        known = _Known(rows)
        existing = _cases_in_work(grouped)
        found, fresh = [], []
        for key, group in grouped.items():
            case = existing.get(key)
            if case is not None and case.version_id == group[0].version_id:
                found.append(_take_in(case, group))
                continue
            if case is not None:
                note = "The corrected claim was denied again."
                settle_case(case, CaseOutcome.UPHELD, note=note)
            fresh.append((_new_case(key, group, known), group))
        return [*found, *_make(fresh)]


def refresh_case(case: DenialCase) -> DenialCase:
    """Work amounts, suggestion and deadline out anew, from what is on record now."""
    case.refresh_from_db()
    rows = _loaded(Q(case=case, state=DenialState.OPEN)) or _loaded(Q(case=case))
    if rows:
        columns = _worked_out(rows, _Known(rows), case)
        DenialCase.objects.filter(pk=case.pk).update(**columns)
    case.refresh_from_db()
    return case


def refresh_cases_of(payer: Payer) -> int:
    """Work the open cases of a payer out anew, because what it says about limits has changed; those
    beyond a page's worth are left to the sweep. Returns how many there are.
    """
    rows = DenialCase.objects.filter(payer=payer).exclude(state=CaseState.SETTLED)
    keys = list(rows.order_by("deadline_on", "pk").values_list("pk", flat=True))
    DenialCase.objects.filter(pk__in=keys[MOST_AT_ONCE:]).update(expected_by="")
    for case in DenialCase.objects.filter(pk__in=keys[:MOST_AT_ONCE]):
        refresh_case(case)
    return len(keys)


def adopt_denials() -> int:
    """The sweep: open denials without a case get theirs, and what waits for its price is priced."""
    count = 0
    rows = Denial.everywhere.filter(state=DenialState.OPEN, case__isnull=True)
    by_practice: dict[int, list[Denial]] = defaultdict(list)
    for row in rows.select_related("practice").order_by("pk")[:_ADOPTED]:
        by_practice[row.practice_id].append(row)
    for found in by_practice.values():
        with practice_scope(found[0].practice):
            for case in open_cases(found):
                close_work_item(subject=case.claim, kind=WORK, outcome="Worked by cause now.",
                                state=WorkState.WITHDRAWN)  # fmt: skip
                count += 1
    unpriced = DenialCase.everywhere.filter(expected_by="").exclude(state=CaseState.SETTLED)
    for case in unpriced.select_related("practice").order_by("pk")[:_ADOPTED]:
        with practice_scope(case.practice):
            refresh_case(case)
            count += 1
    return count


class _Known:
    """What is looked up once for all denials that are worked out together."""

    def __init__(self, rows: Sequence[Denial]) -> None:
        self.facts: Mapping[int, DenialFacts] = facts_of(rows)
        versions = {row.version_id: row.version for row in rows}.values()
        year = max((_decided_on(row).year for row in rows), default=clock.now().year)
        self.limits: Mapping[int, PayerLimits] = limits_of(
            {version.payer for version in versions}, year
        )
        self.expected: Mapping[int, Mapping[int, Expected]] = expected_of(versions)
        self.records: Mapping[tuple[int, str], Record] = records_of(
            {(r.version.payer_id, category_of(r.reason_code, r.remark_codes)) for r in rows}
        )
        self.paid = _paid_and_shared(rows)


def _cases_in_work(keys: Iterable[Key]) -> dict[Key, DenialCase]:
    """The cases of these claims, payers and causes that are not settled, locked."""
    wanted = set(keys)
    rows = (
        DenialCase.objects.select_for_update(of=("self",))
        .select_related("claim", "version", "payer", "practice")
        .defer("version__snapshot")
        .filter(claim__in={claim for claim, _, _ in wanted})
        .exclude(state=CaseState.SETTLED)
        .order_by("-pk")
    )
    found = {(case.claim_id, case.payer_id, str(case.root_cause)): case for case in rows}
    return {key: case for key, case in found.items() if key in wanted}


def _take_in(case: DenialCase, group: Sequence[Denial]) -> DenialCase:
    Denial.objects.filter(pk__in=[row.pk for row in group]).update(case=case)
    case = refresh_case(case)
    open_case_work(case)
    return case


def _new_case(key: Key, group: list[Denial], known: _Known) -> DenialCase:
    claim_id, payer_id, root = key
    version = group[0].version
    return DenialCase(
        practice_id=version.practice_id, claim_id=claim_id, version=version, payer_id=payer_id,
        rank=version.rank, root_cause=root, work_kind=work_kind_of(root, version.rank),
        **_worked_out(group, known, None),
    )  # fmt: skip


def _make(fresh: Sequence[tuple[DenialCase, list[Denial]]]) -> list[DenialCase]:
    """The new cases with their refused amounts, audit and work, in few statements."""
    if not fresh:
        return []
    cases = DenialCase.objects.bulk_create(case for case, _ in fresh)
    for case, group in fresh:
        for row in group:
            row.case = case
    update_each((row for _, group in fresh for row in group), ["case"])
    with appended_together():
        for case in cases:
            audit.record("denial_case.opened", subject=case, after={"amount": str(case.amount)})
    _open_work_of(fresh)
    tell_denials(DENIAL_OPENED, cases)
    return cases


def _open_work_of(fresh: Sequence[tuple[DenialCase, list[Denial]]]) -> None:
    """A work item for each new case; one of its kind that is open already is brought up to date."""
    by_kind: dict[str, list[Wanted]] = defaultdict(list)
    for case, group in fresh:
        claim = group[0].version.claim
        codes = sorted({f"{row.group_code}-{row.reason_code}" for row in group})
        by_kind[case.work_kind].append(
            Wanted(claim, _title(case, ", ".join(codes)), _to_do(case), case.amount)
        )
    practice = fresh[0][1][0].version.practice
    for kind, wanted in by_kind.items():
        open_work_items(
            practice, wanted, kind=kind, role=Role.BILLER, due_on=clock.today(practice), renews=True
        )


def _title(case: DenialCase, codes: str) -> str:
    return f"{codes} denied by {case.payer.name}"


def _to_do(case: DenialCase) -> str:
    return f"{DenialStep(case.next_step).label}. {case.step_why}"


def open_case_work(case: DenialCase, reason: str = "") -> None:
    """The case's work item: due today, because nobody has looked at it yet."""
    open_work_item(
        subject=case.claim,
        kind=case.work_kind,
        title=_title(case, _codes(case)),
        reason=reason or _to_do(case),
        role=Role.BILLER,
        due_on=clock.today(case.practice),
        amount=case.amount,
        renews=True,
    )


def _codes(case: DenialCase) -> str:
    rows = Denial.objects.filter(case=case, state=DenialState.OPEN)
    return ", ".join(sorted({f"{d.group_code}-{d.reason_code}" for d in rows})) or case.code


def _worked_out(rows: list[Denial], known: _Known, case: DenialCase | None) -> dict[str, Any]:
    """The columns of a case, from its refused amounts."""
    lead = max(rows, key=lambda row: (row.amount, -row.pk))
    version, level = lead.version, case.level if case else 1
    facts = replace(known.facts[lead.pk], has_level_left=level < NO_LEVEL)
    category = category_of(lead.reason_code, lead.remark_codes)
    found = suggest(facts)
    refusal = facts.appeal_refusal
    record = known.records.get((version.payer_id, category), NOTHING)
    seed = reason_of(lead.reason_code).chance or ZERO
    decided_on = _decided_on(lead) if case is None else case.decided_on
    step = (case.chosen_step if case else "") or found.step
    limit = deadline_of(
        step,
        level=level,
        decided_on=decided_on,
        version=version,
        limits=known.limits[version.payer_id],
        may_appeal=refusal is None,
    )
    expected, by = _expected(rows, known)
    return {
        "category": category,
        "group_code": lead.group_code,
        "reason_code": lead.reason_code,
        "remark_codes": list(dict.fromkeys(c for row in rows for c in row.remark_codes)),
        "core_scenario": core_scenario(lead.group_code, lead.reason_code, facts.remark_codes),
        "amount": sum((row.amount for row in rows), ZERO),
        "expected_amount": expected,
        "expected_by": by[:120],
        "work_cost": cost_of(category),
        "seed_chance": seed,
        "chance": learned(seed, record.wins, record.tried),
        "won_count": record.won,
        "partly_count": record.partly,
        "tried_count": record.tried,
        "step": found.step,
        "step_why": found.why[:300],
        "step_confidence": found.confidence,
        "step_rule": found.rule[:30],
        "other_steps": [str(one) for one in found.others],
        "appeal_refusal": refusal.sentence[:300] if refusal else "",
        "decided_on": decided_on,
        "deadline_on": limit.on,
        "deadline_of": limit.of,
    }


def _expected(rows: list[Denial], known: _Known) -> tuple[Decimal, str]:
    """What the refused lines should bring, and by what."""
    refused: dict[int | None, Decimal] = defaultdict(lambda: ZERO)
    for row in rows:
        refused[row.charge_line_id] += row.amount
    allowed = known.expected[rows[0].version_id]
    total, by = ZERO, ""
    for line, amount in refused.items():
        priced = allowed.get(line or 0)
        if priced is None:  # refused on the claim as a whole
            total += amount
            continue
        paid, shares = known.paid.get((rows[0].remittance_claim_id, line), (ZERO, ZERO))
        total += still_to_come(priced.amount, paid, shares, amount)
        by = by or priced.by
    return total, by or "what was refused"


def _paid_and_shared(
    rows: Iterable[Denial],
) -> dict[tuple[int, int | None], tuple[Decimal, Decimal]]:
    """By answer and charge line: what was paid, and what was made the patient's."""
    lines = RemittanceLine.objects.filter(
        remittance_claim__in={row.remittance_claim_id for row in rows}
    ).annotate(
        shares=Sum(
            "adjustments__amount",
            filter=Q(adjustments__group_code="PR", adjustments__reason_code__in=["1", "2", "3"]),
        )
    )
    found: dict[tuple[int, int | None], tuple[Decimal, Decimal]] = {}
    for line in lines:
        key = (line.remittance_claim_id, line.charge_line_id)
        paid, shares = found.get(key, (ZERO, ZERO))
        found[key] = (paid + line.paid_amount, shares + (line.shares or ZERO))
    return found


def _decided_on(row: Denial) -> Any:
    return row.remittance_claim.remittance.paid_on


def _loaded(where: Q) -> list[Denial]:
    return list(
        Denial.objects.filter(where)
        .select_related(
            "version__claim", "version__payer", "version__plan", "version__practice",
            "charge_line",
            "remittance_claim__remittance",
        )
        .defer("version__snapshot", "remittance_claim__remittance__faults")
        .order_by("pk")
    )  # fmt: skip
