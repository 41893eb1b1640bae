"""Switching a version of a payer rule on and off; what waits to be sent is checked again."""

from django.db import transaction

from claims import states
from claims.models import ClaimVersion, PayerRule, PayerRuleVersion
from claims.rule_choices import RuleState
from claims.rule_reads import finished_tests, is_proven, live_of
from claims.services.recheck_unsent import start_recheck
from core import timeline
from core.errors import ApplicationError
from core.models import Job
from core.states import advance


def switch_on(*, version: PayerRuleVersion, unproven: bool = False) -> Job:
    """Let a version judge from now on; the one that was on before goes off. Returns the job that
    checks the claims again that wait to be sent.

    `unproven`: somebody said that they know that its back-test saw no claim. Raises
    ApplicationError unless this very version was back-tested to the end, over one claim at least or
    with that word, and for a version that a newer one has taken the place of.
    """
    with transaction.atomic():
        rule = PayerRule.objects.select_for_update().get(pk=version.rule_id)
        version.refresh_from_db()
        if not finished_tests(version).exists():
            raise ApplicationError("Back-test this version first: then it can be switched on.")
        if not (unproven or is_proven(version)):
            raise ApplicationError(
                "Its back-test saw not a single claim, so it says nothing: test it over more days,"
                " or say that you switch it on all the same."
            )
        if rule.versions.filter(number__gt=version.number, state=RuleState.ON).exists():
            raise ApplicationError("A newer version of this rule is on.")
        for other in rule.versions.filter(state=RuleState.ON).exclude(pk=version.pk):
            advance(other, RuleState.OFF, table=states.RULE)
        if advance(version, RuleState.ON, table=states.RULE):
            timeline.record(
                rule, kind="payer_rule.on", sentence=f"switched version {version.number} on"
            )
        return start_recheck(rule)


def switch_off(*, version: PayerRuleVersion) -> Job:
    """Let a version rest; what it stopped is checked again without it."""
    with transaction.atomic():
        rule = PayerRule.objects.select_for_update().get(pk=version.rule_id)
        version.refresh_from_db()
        if version.state != RuleState.ON:
            raise ApplicationError("It is not on.")
        advance(version, RuleState.OFF, table=states.RULE)
        timeline.record(
            rule, kind="payer_rule.off", sentence=f"switched version {version.number} off"
        )
        return start_recheck(rule)


def waiting_for(version: PayerRuleVersion) -> int:
    """How many claims that wait to be sent are its business."""
    live = live_of(version)
    rows = ClaimVersion.objects.filter(state__in=list(states.UNSENT))
    return sum(live.is_for(*row) for row in rows.values_list("payer_id", "plan_id"))
