"""The admin site's share of coding: charge master and fees to edit, cases and code sets to read."""

from django.contrib import admin

from coding.models import (
    AssignmentRule,
    ChargeItem,
    ChargeLine,
    CodeSetRelease,
    CodingAudit,
    CodingCase,
    Contract,
    ContractRule,
    DiagnosisNickname,
    EmWorksheet,
    FeeSchedule,
    FeeScheduleItem,
    PayerCodingRules,
    ProviderQuery,
)
from core.admin_base import PracticeInline, PracticeModelAdmin, ReadOnlyAdmin, ReadOnlyInline


@admin.register(ChargeItem)
class ChargeItemAdmin(PracticeModelAdmin):
    list_display = (
        "procedure_code", "short_name", "nickname", "default_units", "effective_from",
        "effective_to",
    )  # fmt: skip
    search_fields = ("procedure_code", "short_name", "nickname")


@admin.register(DiagnosisNickname)
class DiagnosisNicknameAdmin(PracticeModelAdmin):
    list_display = ("nickname", "code")
    search_fields = ("nickname", "code")


class FeeScheduleItemInline(PracticeInline):
    model = FeeScheduleItem
    show_change_link = True


@admin.register(FeeSchedule)
class FeeScheduleAdmin(PracticeModelAdmin):
    list_display = ("name", "is_standard", "effective_from", "effective_to")
    list_filter = ("is_standard",)
    search_fields = ("name",)
    inlines = (FeeScheduleItemInline,)


@admin.register(FeeScheduleItem)
class FeeScheduleItemAdmin(PracticeModelAdmin):
    list_display = (
        "procedure_code", "modifier", "place_of_service_code", "fee_amount", "schedule",
    )  # fmt: skip
    list_filter = ("schedule",)
    search_fields = ("procedure_code",)


@admin.register(PayerCodingRules)
class PayerCodingRulesAdmin(PracticeModelAdmin):
    list_display = ("payer", "therapy_rule", "mue_mod50_counts_as", "has_sides_apart", "takes_51")
    search_fields = ("payer__name",)


class ContractRuleInline(PracticeInline):
    model = ContractRule


@admin.register(Contract)
class ContractAdmin(PracticeModelAdmin):
    list_display = ("name", "payer", "plan", "effective_from", "effective_to")
    list_filter = ("payer",)
    search_fields = ("name",)
    inlines = (ContractRuleInline,)


class ChargeLineInline(ReadOnlyInline):
    model = ChargeLine
    fields = (
        "position", "procedure_code", "modifiers", "units", "charge_amount", "fee_source", "state",
        "control_number",
    )  # fmt: skip
    readonly_fields = ("control_number",)


@admin.register(CodingCase)
class CodingCaseAdmin(ReadOnlyAdmin):
    patient_data = True
    list_display = ("encounter", "state", "coder", "opened_at", "finished_at", "released_at")
    list_filter = ("state",)
    search_fields = ("encounter__number",)
    list_select_related = ("encounter", "coder")
    inlines = (ChargeLineInline,)


@admin.register(EmWorksheet)
class EmWorksheetAdmin(ReadOnlyAdmin):
    patient_data = True
    list_display = (
        "case", "family", "problems", "data", "risk", "minutes", "code", "saved_by", "saved_at",
    )  # fmt: skip
    list_filter = ("family",)
    search_fields = ("case__encounter__number",)
    list_select_related = ("case__encounter", "saved_by")


@admin.register(ProviderQuery)
class ProviderQueryAdmin(ReadOnlyAdmin):
    patient_data = True
    list_display = ("case", "topic", "provider", "state", "due_on", "asked_at", "answered_at")
    list_filter = ("state", "topic")
    search_fields = ("case__encounter__number",)
    list_select_related = ("case__encounter", "provider")


@admin.register(AssignmentRule)
class AssignmentRuleAdmin(ReadOnlyAdmin):
    list_display = ("position", "name", "provider", "visit_kind", "payer", "open_cap", "is_active")
    list_filter = ("is_active",)
    search_fields = ("name",)
    list_select_related = ("provider", "payer")


@admin.register(CodingAudit)
class CodingAuditAdmin(ReadOnlyAdmin):
    list_display = ("name", "state", "coder", "trigger", "size", "seed", "drawn_at", "closed_at")
    list_filter = ("state", "trigger")
    search_fields = ("name",)
    list_select_related = ("coder",)


@admin.register(CodeSetRelease)
class CodeSetReleaseAdmin(ReadOnlyAdmin):
    scoped = False
    list_display = ("kind", "label", "effective_from", "effective_to", "row_count", "state")
    list_filter = ("kind", "state")
