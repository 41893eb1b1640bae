"""Writing the rules by which ready encounters are given away: adding, changing, moving, resting."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Max

from coding.models import AssignmentRule, RuleCoder
from coding.selectors import coders_of
from core import audit
from core.errors import ApplicationError
from core.models import Practice, User
from patients.models import Payer, Provider

MOST_OPEN = 500


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a rule shall say; an empty condition holds for any visit."""

    name: str
    coders: Sequence[User]
    open_cap: int
    provider: Provider | None = None
    visit_kind: str = ""
    payer: Payer | None = None


@transaction.atomic
def save_rule(
    *, practice: Practice, wanted: Wanted, rule: AssignmentRule | None = None
) -> AssignmentRule:
    """Add a rule at the end, or let one say something else.

    Raises ApplicationError at `coders` for nobody or somebody who does not code here, at
    `open_cap` outside 1 to 500, at `name` for one that another rule has.
    """
    _check(practice, wanted, rule)
    is_new = rule is None
    before = None if rule is None else _said(rule)
    if rule is None:
        last = AssignmentRule.everywhere.filter(practice=practice).aggregate(Max("position"))
        rule = AssignmentRule(practice=practice, position=(last["position__max"] or 0) + 1)
    rule.name, rule.open_cap = wanted.name.strip(), wanted.open_cap
    rule.provider, rule.payer, rule.visit_kind = wanted.provider, wanted.payer, wanted.visit_kind
    rule.save()
    rule.coders.exclude(coder__in=wanted.coders).delete()
    there = set(rule.coders.values_list("coder", flat=True))
    RuleCoder.everywhere.bulk_create(
        RuleCoder(practice=practice, rule=rule, coder=coder)
        for coder in wanted.coders
        if coder.pk not in there
    )
    action = "assignment_rule.added" if is_new else "assignment_rule.changed"
    audit.record(action, subject=rule, before=before, after=_said(rule))
    return rule


@transaction.atomic
def move_rule(*, rule: AssignmentRule, up: bool) -> None:
    """Change places with the rule before or after; at an end it stays."""
    order = list(
        AssignmentRule.everywhere.filter(practice=rule.practice_id).select_for_update(of=("self",))
    )
    place = order.index(rule)
    other = place - 1 if up else place + 1
    if not 0 <= other < len(order):
        return
    order[place], order[other] = order[other], order[place]
    for position, row in enumerate(order, 1):
        row.position = position
    AssignmentRule.everywhere.bulk_update(order, ["position"])
    audit.record("assignment_rule.moved", subject=rule, after={"position": other + 1})


@transaction.atomic
def switch_rule(*, rule: AssignmentRule, on: bool) -> None:
    """Let a rule rest, or work again. It keeps its place."""
    if rule.is_active != on:
        rule.is_active = on
        rule.save(update_fields=["is_active"])
        audit.record("assignment_rule.switched", subject=rule, after={"is_active": on})


def _check(practice: Practice, wanted: Wanted, rule: AssignmentRule | None) -> None:
    if not wanted.name.strip():
        raise ApplicationError("Give the rule a name.", field="name")
    others = AssignmentRule.everywhere.filter(practice=practice, name__iexact=wanted.name.strip())
    if (others.exclude(pk=rule.pk) if rule else others).exists():
        raise ApplicationError("Another rule has this name.", field="name")
    if not wanted.coders:
        raise ApplicationError("Choose at least one coder.", field="coders")
    if set(wanted.coders) - set(coders_of(practice)):
        raise ApplicationError("Choose people who code in this practice.", field="coders")
    if not 1 <= wanted.open_cap <= MOST_OPEN:
        raise ApplicationError(f"Enter a number from 1 to {MOST_OPEN}.", field="open_cap")


def _said(rule: AssignmentRule) -> dict[str, object]:
    return {
        "name": rule.name,
        "provider": str(rule.provider or ""),
        "visit_kind": rule.visit_kind,
        "payer": str(rule.payer or ""),
        "open_cap": rule.open_cap,
        "coders": [str(one.coder) for one in rule.coders.select_related("coder")],
    }
