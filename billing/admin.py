"""Billing in the admin site: the ledger to look at, posting settings to change."""

from django.contrib import admin

from billing.models import (
    BalanceRequest,
    BankAccount,
    BankLine,
    ClosedDay,
    CreditBalance,
    DepositSlip,
    Journal,
    JournalLine,
    LedgerAccount,
    Overpayment,
    PayerPostingSettings,
    Payment,
    PostingBatch,
    ProviderAdjustmentRule,
    Refund,
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
    list_display = ["payer", "extra_contractual_codes", "passed_stops"]
    search_fields = ["payer__name"]


@admin.register(BalanceRequest)
class BalanceRequestAdmin(ReadOnlyAdmin):
    patient_data = True
    list_display = ["number", "kind", "reason_code", "amount", "state", "requested_by_name"]
    list_filter = ["kind", "state", "reason_code"]
    search_fields = ["number"]


@admin.register(CreditBalance)
class CreditBalanceAdmin(ReadOnlyAdmin):
    patient_data = True
    list_display = ["__str__", "account", "amount", "arose_on", "cause", "state"]
    list_filter = ["state", "cause"]
    search_fields = ["patient__mrn"]


@admin.register(Refund)
class RefundAdmin(ReadOnlyAdmin):
    patient_data = True
    list_display = ["number", "amount", "state", "check_number", "issued_on"]
    list_filter = ["state"]
    search_fields = ["number", "check_number"]


@admin.register(Overpayment)
class OverpaymentAdmin(ReadOnlyAdmin):
    patient_data = True
    list_display = ["number", "payer", "amount", "identified_on", "due_on", "state"]
    list_filter = ["state"]
    search_fields = ["number"]


@admin.register(PostingBatch)
class PostingBatchAdmin(ReadOnlyAdmin):
    list_display = ["number", "kind", "owner_name", "control_amount", "entered_amount", "state"]
    list_filter = ["state", "kind"]
    search_fields = ["number", "note"]


@admin.register(BankAccount)
class BankAccountAdmin(ReadOnlyAdmin):
    list_display = ["name", "bank_name"]
    search_fields = ["name", "bank_name"]
    exclude = ["account_number"]


@admin.register(BankLine)
class BankLineAdmin(ReadOnlyAdmin):
    list_display = ["posted_on", "kind", "amount", "trace_number", "state"]
    list_filter = ["state", "kind"]
    search_fields = ["trace_number", "customer_reference"]


@admin.register(DepositSlip)
class DepositSlipAdmin(ReadOnlyAdmin):
    list_display = ["number", "kind", "day", "amount", "state"]
    list_filter = ["state", "kind"]
    search_fields = ["number"]


@admin.register(ClosedDay)
class ClosedDayAdmin(ReadOnlyAdmin):
    list_display = ["day", "journal_count", "closed_by_name", "hash"]
    search_fields = ["hash"]


@admin.register(ProviderAdjustmentRule)
class ProviderAdjustmentRuleAdmin(PracticeModelAdmin):
    list_display = ["payer", "reason_code", "reference_prefix", "account"]
    search_fields = ["payer__name", "reason_code", "reference_prefix"]
