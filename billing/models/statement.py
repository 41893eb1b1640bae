"""What we send a guarantor: frozen when issued, so that a reprint says the same."""

from typing import Any

from django.db import models
from django.db.models import Q

from billing.choices import StatementState
from core import clock
from core.money import MoneyField
from core.tenancy import PracticeModel


class Statement(PracticeModel):
    """One statement to one guarantor. `printed` holds names and addresses as they were.

    `balance_amount` is what it asks for; `held_amount` is what the guarantor will owe on lines
    that an insurer has not finished, shown apart and not asked for (invariant 17).
    """

    number = models.CharField(max_length=16)
    guarantor = models.ForeignKey(
        "patients.Guarantor", on_delete=models.PROTECT, related_name="statements"
    )
    issued_on = models.DateField()
    due_on = models.DateField()
    balance_amount = MoneyField()
    held_amount = MoneyField()
    aging: Any = models.JSONField(help_text="Amounts by days since first shown, as text")
    printed: Any = models.JSONField()
    state = models.CharField(
        max_length=10, choices=StatementState.choices, default=StatementState.ISSUED
    )
    document = models.ForeignKey(
        "core.Document", null=True, on_delete=models.PROTECT, related_name="+"
    )
    last_journal_number = models.BigIntegerField(
        default=0, help_text="The books as it saw them: everything up to this journal"
    )
    issued_at = models.DateTimeField(default=clock.now)
    issued_by_name = models.CharField(max_length=150)

    class Meta(PracticeModel.Meta):
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["practice", "number"], name="statement_number_once"),
            models.UniqueConstraint(
                fields=["guarantor"],
                condition=Q(state=StatementState.ISSUED),
                name="one_open_statement_per_guarantor",
            ),
            models.CheckConstraint(
                condition=Q(balance_amount__gt=0), name="statement_asks_for_money"
            ),
            models.CheckConstraint(
                condition=Q(state__in=StatementState.values), name="statement_state_known"
            ),
        ]
        indexes = [models.Index(fields=["practice", "state", "-id"], name="statement_by_state")]

    def __str__(self) -> str:
        return f"statement {self.number}"


class StatementLine(PracticeModel):
    """One visit on a statement: the columns add up, and `explanation` says where they come from."""

    statement = models.ForeignKey(Statement, on_delete=models.PROTECT, related_name="lines")
    position = models.PositiveSmallIntegerField()
    patient = models.ForeignKey("patients.Patient", on_delete=models.PROTECT, related_name="+")
    encounter = models.ForeignKey(
        "patients.Encounter", on_delete=models.PROTECT, related_name="statement_lines"
    )
    patient_name = models.CharField(max_length=120)
    service_date = models.DateField()
    description = models.CharField(max_length=300)
    provider_name = models.CharField(max_length=120)
    charge_amount = MoneyField()
    discount_amount = MoneyField()
    insurance_paid_amount = MoneyField()
    patient_paid_amount = MoneyField()
    owed_amount = MoneyField()
    explanation = models.CharField(max_length=1000)
    first_shown_on = models.DateField(help_text="The first statement that showed this visit")

    class Meta(PracticeModel.Meta):
        ordering = ["statement_id", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["statement", "position"], name="statement_lines_are_numbered"
            ),
            models.CheckConstraint(
                condition=Q(
                    owed_amount=models.F("charge_amount")
                    - models.F("discount_amount")
                    - models.F("insurance_paid_amount")
                    - models.F("patient_paid_amount")
                ),
                name="statement_line_adds_up",
            ),
        ]

    def __str__(self) -> str:
        return f"line {self.position} of statement {self.statement_id}"
