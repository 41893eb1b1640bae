"""Giving encounters to coders: by rule as they become ready, or by a lead's hand."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from django.db import transaction
from django.db.models import Count, Max

from coding.assigning import Load, RuleFacts, VisitFacts, first_fitting, pick
from coding.choices import CaseState
from coding.models import AssignmentRule, CodingCase, RuleCoder
from coding.selectors import coders_of, primary_payers
from coding.states import DONE, TO_CODE
from core import clock, timeline
from core.errors import ApplicationError
from core.models import Practice, User

NOBODY = "Nobody"


@dataclass(frozen=True, slots=True)
class Given:
    """What the rules say of one encounter. `coder` is None where all are at the cap."""

    case: CodingCase
    rule: RuleFacts | None
    coder: User | None


@transaction.atomic
def assign_by_rule(case: CodingCase) -> None:
    """Give a case that became ready to a coder, where a rule fits; a taken one stays theirs."""
    if case.coder_id is None:
        assign_waiting(practice=case.practice, cases=[case])


@transaction.atomic
def assign_waiting(*, practice: Practice, cases: Sequence[CodingCase]) -> int:
    """Give these unassigned cases away by the rules; returns how many found a coder.

    The coders' rows are locked first, so that two that become ready at once are counted in turn;
    then the cases, and one that somebody took up meanwhile stays theirs.
    """
    rules = rules_of(practice)
    people = sorted({coder for rule in rules for coder in rule.coder_ids})
    if not people:
        return 0
    rows = RuleCoder.everywhere.filter(practice=practice, coder__in=people)
    list(rows.select_for_update().order_by("pk").values_list("pk"))
    chosen: set[int] = set()
    given = 0
    for one in planned(practice, _still_unassigned(cases), rules):
        if one.rule is None or one.coder is None:
            continue
        _give(one.case, one.coder)
        sentence = f"gave it to {one.coder} by the rule {one.rule.name}"
        timeline.record(one.case, kind="case.assigned", sentence=sentence)
        chosen.add(one.coder.pk)
        given += 1
    rows.filter(coder__in=chosen).update(last_given_at=clock.now())
    return given


def planned(
    practice: Practice, cases: Iterable[CodingCase], rules: Sequence[RuleFacts] | None = None
) -> list[Given]:
    """Who would get each of these cases, one after the other. Changes nothing."""
    rules = rules_of(practice) if rules is None else rules
    cases = list(cases)
    payers = primary_payers(cases)
    loads = _loads(practice)
    found: list[tuple[CodingCase, RuleFacts | None, int | None]] = []
    for case in cases:
        visit = VisitFacts(
            case.encounter.rendering_provider_id,
            case.encounter.visit_kind,
            payers.get(case.pk),
        )
        rule = first_fitting(visit, rules)
        coder_id = pick(rule, loads) if rule else None
        if coder_id is not None:
            load = loads.get(coder_id, Load())
            loads[coder_id] = replace(
                load, open_count=load.open_count + 1, last_given_at=clock.now()
            )
        found.append((case, rule, coder_id))
    people = User.objects.in_bulk({coder_id for *_, coder_id in found if coder_id})
    return [
        Given(case, rule, people[coder_id] if coder_id else None) for case, rule, coder_id in found
    ]


@transaction.atomic
def assign_cases(*, cases: Iterable[CodingCase], coder: User | None) -> Counter[str]:
    """Give cases to one coder, or to nobody. Counts what was `given`, `kept` or is `done`.

    Raises ApplicationError at the field `coder` for somebody who does not code here.
    """
    counts: Counter[str] = Counter()
    by_practice: dict[Practice, list[int]] = defaultdict(list)
    for case in cases:
        by_practice[case.practice].append(case.pk)
    for practice, keys in by_practice.items():
        if coder is not None and coder not in coders_of(practice):
            raise ApplicationError("That person does not code in this practice.", field="coder")
        rows = CodingCase.everywhere.filter(pk__in=keys).order_by("pk")
        for case in rows.select_for_update(of=("self",)).select_related("coder"):
            counts[_assign(case, coder)] += 1
    return counts


def _assign(case: CodingCase, coder: User | None) -> str:
    if case.state in DONE:
        return "done"
    if case.coder == coder:
        return "kept"
    before = str(case.coder or NOBODY)
    _give(case, coder)
    timeline.record(
        case,
        kind="case.assigned",
        sentence=f"gave it to {coder}" if coder else "gave it back to anybody",
        before={"coder": before},
        after={"coder": str(coder or NOBODY)},
    )
    return "given"


def _still_unassigned(cases: Sequence[CodingCase]) -> list[CodingCase]:
    rows = CodingCase.everywhere.filter(pk__in=[case.pk for case in cases], coder__isnull=True)
    keys = set(rows.select_for_update(of=("self",)).order_by("pk").values_list("pk", flat=True))
    return [case for case in cases if case.pk in keys]


def _give(case: CodingCase, coder: User | None) -> None:
    CodingCase.everywhere.filter(pk=case.pk).update(coder=coder)
    case.coder = coder


def rules_of(practice: Practice) -> list[RuleFacts]:
    """The active rules in order, with those of their coders who still code here."""
    rows = AssignmentRule.everywhere.filter(practice=practice, is_active=True)
    rules = list(rows.prefetch_related("coders"))
    working = {user.pk for user in coders_of(practice)} if rules else set()
    return [
        RuleFacts(
            key=rule.pk,
            name=rule.name,
            provider_id=rule.provider_id,
            visit_kind=rule.visit_kind,
            payer_id=rule.payer_id,
            open_cap=rule.open_cap,
            coder_ids=tuple(one.coder_id for one in rule.coders.all() if one.coder_id in working),
        )
        for rule in rules
    ]


def unassigned(practice: Practice) -> list[CodingCase]:
    """What is ready and nobody's, oldest service first: what the rules would be asked about."""
    rows = CodingCase.everywhere.filter(
        practice=practice, state=CaseState.READY, coder__isnull=True
    )
    return list(
        rows.select_related("practice", "encounter").order_by("encounter__service_date_from", "pk")
    )


def _loads(practice: Practice) -> dict[int, Load]:
    counts = dict(
        CodingCase.everywhere.filter(
            practice=practice, coder__isnull=False, state__in=list(TO_CODE)
        )
        .order_by()
        .values_list("coder")
        .annotate(count=Count("pk"))
    )
    given = dict(
        RuleCoder.everywhere.filter(practice=practice)
        .order_by()
        .values_list("coder")
        .annotate(last=Max("last_given_at"))
    )
    return {key: Load(counts.get(key, 0), given.get(key)) for key in counts.keys() | given.keys()}
