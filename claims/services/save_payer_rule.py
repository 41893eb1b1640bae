"""Writing a payer rule: each change is a new version, a draft until it was back-tested."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.db.models import Max

from claims.models import PayerRule, PayerRuleScope, PayerRuleVersion
from claims.payer_rules.fields import FIELDS
from claims.payer_rules.grammar import Definition, plain
from claims.rule_reads import newest_of
from core import timeline
from core.actors import current_actor
from core.errors import ApplicationError
from core.findings import Severity
from core.models import Practice
from patients.models import Payer, PayerPlan


@dataclass(frozen=True, slots=True)
class WantedRule:
    """What a rule shall say. Without payers and plans it is for all."""

    name: str
    severity: str
    definition: Definition
    message: str
    field: str
    advice: str = ""
    modifier: str = ""
    effective_from: date | None = None
    effective_to: date | None = None
    payers: Sequence[Payer] = ()
    plans: Sequence[PayerPlan] = ()


@transaction.atomic
def save_payer_rule(
    *, practice: Practice, wanted: WantedRule, rule: PayerRule | None = None
) -> PayerRuleVersion:
    """Add a rule, or let one say something else; returns the version that says so.

    A version that is on stays on until the new one is switched on. Saved without a change there
    is no new version. Raises ApplicationError at the field that is wrong.
    """
    _check(wanted)
    if rule is None:
        # One after the other: two at the same moment must not take the same number.
        Practice.objects.select_for_update().get(pk=practice.pk)
        last = PayerRule.everywhere.filter(practice=practice).aggregate(Max("number"))
        rule = PayerRule.everywhere.create(practice=practice, number=(last["number__max"] or 0) + 1)
        return _write(rule, wanted, 1)
    PayerRule.objects.select_for_update().get(pk=rule.pk)
    newest = newest_of(rule)
    if _says(newest) == _says_wanted(wanted):
        return newest
    return _write(rule, wanted, newest.number + 1)


def _check(wanted: WantedRule) -> None:
    if not wanted.name.strip():
        raise ApplicationError("Give the rule a name.", field="name")
    if not wanted.message.strip():
        raise ApplicationError("Say what is wrong with such a claim.", field="message")
    if wanted.severity not in {str(one) for one in Severity}:
        raise ApplicationError("Choose how much it weighs.", field="severity")
    if wanted.field not in FIELDS:
        raise ApplicationError("Choose the field to put right.", field="field")
    if wanted.modifier and not wanted.definition.by_line:
        raise ApplicationError(
            "A modifier is put on a line: ask about “this line” in a condition.", field="modifier"
        )
    first, last = wanted.effective_from, wanted.effective_to
    if first and last and last < first:
        raise ApplicationError("It ends before it begins.", field="effective_to")


def _write(rule: PayerRule, wanted: WantedRule, number: int) -> PayerRuleVersion:
    version = PayerRuleVersion.everywhere.create(
        practice_id=rule.practice_id, rule=rule, number=number, made_by=current_actor().user,
        **_columns(wanted),
    )  # fmt: skip
    PayerRuleScope.everywhere.bulk_create(
        [
            *(
                PayerRuleScope(practice_id=rule.practice_id, version=version, payer=one)
                for one in wanted.payers
            ),
            *(
                PayerRuleScope(practice_id=rule.practice_id, version=version, plan=one)
                for one in wanted.plans
            ),
        ]
    )
    timeline.record(
        rule,
        kind="payer_rule.written" if number == 1 else "payer_rule.changed",
        sentence=f"wrote version {number}: {version.name}",
        after={"definition": version.definition, "message": version.message},
    )
    return version


def _columns(wanted: WantedRule) -> dict[str, object]:
    return {
        "name": wanted.name.strip(),
        "severity": wanted.severity,
        "effective_from": wanted.effective_from,
        "effective_to": wanted.effective_to,
        "definition": plain(wanted.definition),
        "message": wanted.message.strip(),
        "field": wanted.field,
        "advice": wanted.advice.strip(),
        "modifier": wanted.modifier.strip().upper(),
    }


def _says_wanted(wanted: WantedRule) -> tuple[object, ...]:
    return (
        _columns(wanted),
        {one.pk for one in wanted.payers},
        {one.pk for one in wanted.plans},
    )


def _says(version: PayerRuleVersion) -> tuple[object, ...]:
    scopes = version.scopes.all()
    names = ("name", "severity", "effective_from", "effective_to", "definition", "message",
             "field", "advice", "modifier")  # fmt: skip
    return (
        {name: getattr(version, name) for name in names},
        {one.payer_id for one in scopes if one.payer_id},
        {one.plan_id for one in scopes if one.plan_id},
    )
