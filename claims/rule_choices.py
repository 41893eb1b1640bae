"""Payer rules, what became of the claims they would have held, and fixing many alike."""

from django.db import models

from core.choices import DANGER, HOLD, INFO, NEUTRAL, PROGRESS, SUCCESS, WARN


class RuleState(models.TextChoices):
    """Where a version of a payer rule stands: only a tested one can be switched on."""

    DRAFT = "draft", "Draft"
    TESTED = "tested", "Tested"
    ON = "on", "On"
    OFF = "off", "Off"


class Verdict(models.TextChoices):
    """What became of a claim that a rule would have held."""

    DENIED = "was_denied", "Caught: denied"
    REJECTED = "was_rejected", "Caught: rejected"
    PAID = "was_paid", "Held for nothing"
    OPEN = "unanswered", "Not answered yet"


class AlikeAct(models.TextChoices):
    """What can be done to all claims with the same finding at once."""

    OVERRIDE = "override", "Override with one reason"
    RECHECK = "recheck", "Check again"
    MODIFIER = "modifier", "Add the modifier"


class FixResult(models.TextChoices):
    """What came of a fix on one claim."""

    WAITING = "waiting", "Waiting"
    FIXED = "fixed", "Put right"
    STANDS = "stands", "Still found"
    REFUSED = "not_done", "Not done"


TONES: dict[str, str] = {
    RuleState.DRAFT: NEUTRAL,
    RuleState.TESTED: INFO,
    RuleState.ON: SUCCESS,
    RuleState.OFF: HOLD,
    Verdict.DENIED: SUCCESS,
    Verdict.REJECTED: SUCCESS,
    Verdict.PAID: WARN,
    Verdict.OPEN: NEUTRAL,
    FixResult.WAITING: PROGRESS,
    FixResult.FIXED: SUCCESS,
    FixResult.STANDS: WARN,
    FixResult.REFUSED: DANGER,
}
