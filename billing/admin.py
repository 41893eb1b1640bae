"""Billing in the admin site: the ledger to look at, posting settings to change."""

from django.contrib import admin

from billing.models import (
    Journal,
    JournalLine,
    LedgerAccount,
    PayerPostingSettings,
    Payment,
    ProviderAdjustmentRule,
    Statement,
)
from core.admin_base import PracticeModelAdmin, ReadOnlyAdmin, ReadOnlyInline


class JournalLineInline(ReadOnlyInline):
    model = JournalLine
    fields = [
        "position", "debit_account", "credit_account", "amount", "reason_code",
        "reference_number",
    ]  # fmt: skip


@admin.register(LedgerAccount)
class LedgerAccountAdmin(ReadOnlyAdmin):
    scoped = False
    list_display = ["number", "name", "normal_side"]
    search_fields = ["number", "name"]


@admin.register(Journal)
class JournalAdmin(ReadOnlyAdmin):
    patient_data = True
    list_display = ["__str__", "posted_on", "source_kind", "amount", "memo", "actor_name"]
    list_filter = ["source_kind", "posted_on"]
    search_fields = ["number", "memo"]
    inlines = [JournalLineInline]


@admin.register(Payment)
class PaymentAdmin(ReadOnlyAdmin):
    patient_data = True
    list_display = ["number", "received_on", "method", "amount", "taken_by_name"]
    list_filter = ["method", "received_on"]
    search_fields = ["number", "reference_number"]


@admin.register(Statement)
class StatementAdmin(ReadOnlyAdmin):
    patient_data = True
    list_display = ["number", "issued_on", "due_on", "balance_amount", "state"]
    list_filter = ["state", "issued_on"]
    search_fields = ["number"]


@admin.register(PayerPostingSettings)
class PayerPostingSettingsAdmin(PracticeModelAdmin):
    list_display = ["payer", "extra_contractual_codes"]
    search_fields = ["payer__name"]


@admin.register(ProviderAdjustmentRule)
class ProviderAdjustmentRuleAdmin(PracticeModelAdmin):
    list_display = ["payer", "reason_code", "reference_prefix", "account"]
    search_fields = ["payer__name", "reason_code", "reference_prefix"]
